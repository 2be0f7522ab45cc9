"""The plane (x1, x2): the four inputs of a gate, and the line of a perceptron (section 2.4)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ch02.helpers.tables import INPUTS
from lab import plots
from lab.plots import Axes, Figure

GREY = "0.85"


def draw(outputs: Sequence[int], w: ArrayLike, b: float, title: str) -> Figure:
    """Draw a gate as in figure 2-6: its inputs and its line; grey where the output is 0."""
    fig, ax = plots.figure(size=(5.6, 5.0))
    draw_half_plane(ax, w, b, label="region of output 0")
    draw_inputs(ax, outputs)
    ax.set_title(title)
    return fig


def draw_inputs(ax: Axes, outputs: Sequence[int]) -> None:
    """Mark the four inputs: a circle where the output is 0, a triangle where it is 1."""
    for value, marker, color in [(0, "o", plots.BLUE), (1, "^", plots.RED)]:
        points = [point for point, y in zip(INPUTS, outputs, strict=True) if y == value]
        x1, x2 = np.reshape(points, (-1, 2)).T
        ax.plot(x1, x2, marker, color=color, markersize=11, label=f"output {value}", zorder=3)
    ax.set(xlabel="x1", ylabel="x2", xlim=(-0.5, 1.9), ylim=(-0.5, 1.9), aspect="equal")
    ax.set_xticks([0, 1])
    ax.set_yticks([0, 1])
    ax.legend(loc="upper right")


def draw_half_plane(ax: Axes, w: ArrayLike, b: float, label: str | None = None) -> None:
    """Draw the line b + w1 x1 + w2 x2 = 0; the side where the output is 0 is grey."""
    w = np.asarray(w, float)
    if not w.any():  # no line: the output is the same everywhere
        ax.set_facecolor(GREY if b <= 0 else "white")
        return
    normal = w / np.hypot(*w)  # points to the side where the output is 1
    foot = -b / np.hypot(*w) * normal  # the point of the line nearest to (0, 0)
    reach = 10 + np.hypot(*foot)
    along = reach * np.array([-normal[1], normal[0]])
    one, other = foot - along, foot + along
    corners = np.array([one, other, other - 2 * reach * normal, one - 2 * reach * normal])
    ax.fill(*corners.T, color=GREY, linewidth=0, zorder=0, label=label)
    ax.plot([one[0], other[0]], [one[1], other[1]], color="black")
