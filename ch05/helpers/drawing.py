"""Drawing a computational graph: values above the edges, derivatives below them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ch05.helpers.graph import Graph
from common.io.files import replacing
from lab import plots
from lab.plots import Axes, Figure

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
FORWARD, BACKWARD = plots.BLUE, plots.RED
INCHES = 0.6  # per step
END = 1.25  # the length of the last edge, in steps
# Text stays text, not outlines, and the same graph gives the same bytes.
SVG: Any = {"svg.fonttype": "none", "svg.hashsalt": "computational graph"}


@dataclass
class Picture:
    """A graph, and the positions of its parts in the drawing.

    Attributes
    ----------
    title : str
    graph : Graph
        Its `backward` is run here.
    places : mapping of str to (x, y)
        The position of each input, and of the node that computes a value, in steps.
    names : mapping of str to str
        The label in front of a value.
    along : mapping of (str, str) to float
        The position of the numbers on the edge from one value to another: 0.5 is the middle.
    """

    title: str
    graph: Graph
    places: Mapping[str, tuple[float, float]]
    names: Mapping[str, str] = field(default_factory=dict)
    along: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.graph.backward()

    @property
    def limits(self) -> np.ndarray:
        """The lower left and the upper right corner, of shape (2, 2)."""
        points = np.array(list(self.places.values()))
        names = max(
            len(name) for name in {*self.places} - {step.output for step in self.graph.steps}
        )
        # Room for the inputs' names (left), the last edge (right) and the title (above).
        margins = np.array([[-0.3 - 0.17 * names, -0.6], [END + 0.6, 1.3]])
        return np.stack([points.min(axis=0), points.max(axis=0)]) + margins


def number(value: float) -> str:
    """Return a value with four digits, and 0 without a sign."""
    return f"{value + 0.0:.4g}"


def draw_sheet(*pictures: Picture) -> Figure:
    """Draw graphs on one sheet, one below the other."""
    limits = np.stack([picture.limits for picture in pictures])  # (n, 2, 2)
    left, right = limits[:, 0, 0].min(), limits[:, 1, 0].max()
    right = max(right, left + 7.6)  # for the title
    heights = limits[:, 1, 1] - limits[:, 0, 1]
    top = heights.sum() + 1  # for the two lines at the bottom
    fig, ax = plots.figure(size=((right - left) * INCHES, top * INCHES))
    ax.set(aspect="equal", xlim=(left, right), ylim=(0, top))
    ax.axis("off")
    for picture, height in zip(pictures, heights, strict=True):
        ax.text(left + 0.2, top - 0.2, picture.title, va="top", fontsize=12)
        top -= height
        draw_graph(ax, picture, np.array([0, top - picture.limits[0, 1]]))
    forward = "above an edge: the value, in the forward pass →"
    backward = "below an edge: the derivative, in the backward pass ←"
    ax.text(left + 0.2, 0.6, forward, color=FORWARD, fontsize=9)
    ax.text(left + 0.2, 0.2, backward, color=BACKWARD, fontsize=9)
    return fig


def draw_graph(ax: Axes, picture: Picture, offset: np.ndarray) -> None:
    """Draw the nodes, the edges with their numbers, and the inputs' names."""
    graph = picture.graph
    places = {name: np.array(place) + offset for name, place in picture.places.items()}
    symbols = {step.output: symbol(step.node) for step in graph.steps}
    radii = {name: radius(written) for name, written in symbols.items()}

    def edge(name: str, dout: Any, end: np.ndarray, gap: float, at: float = 0.5) -> None:
        above = picture.names.get(name, "") + number(graph.values[name])
        below = "" if name in graph.constants else number(dout)
        draw_edge(ax, places[name], end, (radii.get(name, 0), gap), (above, below), at)

    for step in graph.steps:
        for name, dout in zip(step.inputs, step.douts, strict=True):
            at = picture.along.get((name, step.output), 0.5)
            edge(name, dout, places[step.output], radii[step.output], at)
        draw_node(ax, places[step.output], symbols[step.output])
    last = graph.steps[-1].output
    edge(last, graph.grads[last], places[last] + (radii[last] + END, 0), 0)
    for name, (x, y) in places.items():
        if name not in symbols and name != number(graph.values[name]):  # -1 needs no name "-1"
            ax.text(x - 0.1, y, name, ha="right", va="center", fontsize=10)


def symbol(node: Any) -> str:
    """Return the symbol of a node."""
    return SYMBOLS[type(node).__name__].format_map(vars(node))


def radius(symbol: str) -> float:
    """Return the radius of a node in steps, larger for a long symbol."""
    return 0.36 if len(symbol) <= 3 else 0.55


def draw_node(ax: Axes, place: np.ndarray, symbol: str) -> None:
    """Draw a circle with the symbol of the operation."""
    from matplotlib.patches import Circle

    ax.add_patch(Circle(tuple(place), radius(symbol), fill=False, linewidth=1.3))
    size = 11 if len(symbol) <= 3 else 9
    ax.text(place[0], place[1], symbol, ha="center", va="center_baseline", fontsize=size)


def draw_edge(
    ax: Axes,
    begin: np.ndarray,
    end: np.ndarray,
    gaps: tuple[float, float],
    numbers: tuple[str, str],
    at: float,
) -> None:
    """Draw an arrow that leaves `gaps` at its ends, with a number on each side."""
    direction = (end - begin) / np.linalg.norm(end - begin)
    begin, end = begin + gaps[0] * direction, end - gaps[1] * direction
    ax.annotate(
        "",
        (end[0], end[1]),
        (begin[0], begin[1]),
        arrowprops={"arrowstyle": "->", "shrinkA": 0, "shrinkB": 0},
    )
    (x, y), (dx, dy) = begin + at * (end - begin), 0.06 * direction
    style: Any = {"rotation": np.degrees(np.arctan2(direction[1], direction[0])), "fontsize": 8.5}
    style |= {"ha": "center", "rotation_mode": "anchor"}
    ax.text(x - dy, y + dx, numbers[0], color=FORWARD, va="bottom", **style)
    ax.text(x + dy, y - dx, numbers[1], color=BACKWARD, va="top", **style)


def save_svg(figure: Figure, path: Path) -> None:
    """Save a figure as an SVG with searchable text; print its path."""
    from matplotlib import rc_context

    with rc_context(SVG), replacing(path) as file:
        figure.savefig(file, format="svg", metadata={"Date": None})
    print(f"saved {path}")
