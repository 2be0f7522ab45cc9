"""Drawing a computational graph: values above the edges, derivatives below them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from ch05.helpers.graph import Graph
from common.io.files import replacing
from lab import plots

SYMBOLS = {
    "MulLayer": "×",
    "AddLayer": "+",
    "SumLayer": "+",
    "DivLayer": "/",
    "ExpLayer": "exp",
    "LogLayer": "log",
    "PowerLayer": "**{n}",
    "Sigmoid": "sigmoid",
}
FORWARD, BACKWARD = "tab:blue", "tab:red"
INCHES, RADIUS = 0.62, 0.36  # inches of a step of `places`; the radius of a node, in steps
# Texts stay texts, and the same graph gives the same bytes.
SVG: Any = {"svg.fonttype": "none", "svg.hashsalt": "computational graph"}


@dataclass
class Picture:
    """A graph and where to draw its parts.

    Attributes
    ----------
    title : str
    graph : Graph
        After `backward`.
    places : mapping of str to (x, y)
        Where each input begins, and where the node stands that makes a value.
    names : mapping of str to str
        What to write before a value.
    along : mapping of (str, str) to float
        Where on the edge from a value to the node of another the numbers stand: 0.5 in the middle.
    """

    title: str
    graph: Graph
    places: Mapping[str, tuple[float, float]]
    names: Mapping[str, str] = field(default_factory=dict)
    along: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @property
    def limits(self) -> np.ndarray:
        """The lower left and the upper right corner, of shape (2, 2)."""
        points = np.array(list(self.places.values()))
        margins = np.array([[-2.2, -0.5], [2.4, 1.3]])  # for names, for the title
        return np.stack([points.min(axis=0), points.max(axis=0)]) + margins


def number(value: float) -> str:
    """Return a value with four digits, and no sign before 0."""
    return f"{value + 0.0:.4g}"


def draw(pictures: Sequence[tuple[Picture, tuple[float, float]]]) -> Figure:
    """Draw graphs on one sheet, each moved by so many steps."""
    corners = np.stack([picture.limits + offset for picture, offset in pictures])  # (n, 2, 2)
    low, high = corners[:, 0].min(axis=0) - (0, 1), corners[:, 1].max(axis=0)
    fig, ax = plots.figure(size=tuple((high - low) * INCHES))
    ax.set(aspect="equal", xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    ax.axis("off")
    for picture, offset in pictures:
        draw_graph(ax, picture, np.array(offset))
    forward = "above an edge: the value that goes forward →"
    backward = "below it: the derivative that comes back ←"
    ax.text(low[0] + 0.2, low[1] + 0.6, forward, color=FORWARD, fontsize=9)
    ax.text(low[0] + 0.2, low[1] + 0.2, backward, color=BACKWARD, fontsize=9)
    return fig


def draw_graph(ax: Axes, picture: Picture, offset: np.ndarray) -> None:
    """Draw the nodes, the edges with their numbers, and the inputs' names."""
    graph = picture.graph
    places = {name: np.array(place) + offset for name, place in picture.places.items()}
    made = {step.output for step in graph.steps}

    def edge(name: str, dout: Any, end: np.ndarray, gaps: tuple[float, float], at: float) -> None:
        above = picture.names.get(name, "") + number(graph.values[name])
        below = "" if name in graph.constants else number(dout)
        draw_edge(ax, places[name], end, gaps, (above, below), at)

    for step in graph.steps:
        for name, dout in zip(step.inputs, step.douts, strict=True):
            gaps = (RADIUS if name in made else 0, RADIUS)
            at = picture.along.get((name, step.output), 0.5)
            edge(name, dout, places[step.output], gaps, at)
        symbol = SYMBOLS[type(step.node).__name__].format_map(vars(step.node))
        draw_node(ax, places[step.output], symbol)
    last = graph.steps[-1].output
    edge(last, graph.grads[last], places[last] + (2.2, 0), (RADIUS, 0), 0.5)
    for name, (x, y) in places.items():
        if name not in made and name != number(graph.values[name]):  # -1 is not called "-1" too
            ax.text(x - 0.1, y, name, ha="right", va="center", fontsize=10)
    corner = (picture.limits[0, 0] + offset[0], picture.limits[1, 1] + offset[1])
    ax.text(corner[0] + 0.2, corner[1] - 0.2, picture.title, va="top", fontsize=12)


def draw_node(ax: Axes, place: np.ndarray, symbol: str) -> None:
    """Draw a circle with the symbol of what happens there."""
    ax.add_patch(Circle(tuple(place), RADIUS, fill=False, linewidth=1.3))
    size = 11 if len(symbol) <= 3 else 7
    ax.text(place[0], place[1], symbol, ha="center", va="center_baseline", fontsize=size)


def draw_edge(
    ax: Axes,
    begin: np.ndarray,
    end: np.ndarray,
    gaps: tuple[float, float],
    numbers: tuple[str, str],
    at: float,
) -> None:
    """Draw an arrow, short of its ends by `gaps`, with a number on either side of it."""
    direction = (end - begin) / np.linalg.norm(end - begin)
    begin, end = begin + gaps[0] * direction, end - gaps[1] * direction
    ax.annotate(
        "",
        (end[0], end[1]),
        (begin[0], begin[1]),
        arrowprops={"arrowstyle": "->", "shrinkA": 0, "shrinkB": 0},
    )
    (x, y), (dx, dy) = begin + at * (end - begin), 0.06 * direction
    style: Any = {"rotation": np.degrees(np.arctan2(direction[1], direction[0])), "fontsize": 9}
    style |= {"ha": "center", "rotation_mode": "anchor"}
    ax.text(x - dy, y + dx, numbers[0], color=FORWARD, va="bottom", **style)
    ax.text(x + dy, y - dx, numbers[1], color=BACKWARD, va="top", **style)


def save_svg(figure: Figure, path: Path) -> None:
    """Write a figure as an SVG whose texts can be searched; print where."""
    with matplotlib.rc_context(SVG), replacing(path) as file:
        figure.savefig(file, format="svg", metadata={"Date": None})
    print(f"saved {path}")
