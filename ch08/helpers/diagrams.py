"""Boxes, arrows and arcs: how layers are connected, as in figures 8-11 to 8-13."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from common.layers import Convolution, Parallel, Pooling
from lab.plots import BLUE, RED, Axes


def chain(
    ax: Axes, labels: Sequence[str], places: Sequence[float], y: float = 0, gap: float = 0.1
) -> None:
    """Draw a row of boxes, and an arrow from each to the next.

    Parameters
    ----------
    ax : Axes
    labels : sequence of str
        The text in the boxes; for an empty one no box is drawn: an arrow starts or ends there.
    places : sequence of float
        The positions of the boxes along x.
    y : float
    gap : float
        From the middle of a box to where an arrow starts or ends.
    """
    box: Any = {"ha": "center", "va": "center", "bbox": {"boxstyle": "round", "fc": "white"}}
    arrow: Any = {"arrowstyle": "->", "color": "gray"}
    for x, label in zip(places, labels, strict=True):
        if label:
            ax.text(x, y, label, fontsize=9, **box)
    for start, end in pairwise(places):
        ax.annotate("", (end - gap, y), (start + gap, y), arrowprops=arrow)
    ax.set_xlim(min(places) - 0.5, max(places) + 0.5)
    ax.axis("off")


def arc(ax: Axes, start: float, end: float, y: float, bend: float, color: str) -> None:
    """Draw an arc from `start` to `end` along x, above `y`; a larger `bend` makes it higher."""
    style: Any = {"arrowstyle": "->", "color": color, "linewidth": 1.5}
    style["connectionstyle"] = f"arc3,rad={-bend}"
    ax.annotate("", (end, y), (start, y), arrowprops=style)


def draw_module(ax: Axes, module: Parallel) -> None:
    """Draw the branches of an Inception module, one below the other, each from left to right."""
    ends: Any = {"ha": "center", "va": "center", "rotation": 90, "fontsize": 10}
    for y, branch in enumerate(module.layers.values()):
        labels = []
        for layer in branch.layers.values():
            if isinstance(layer, Convolution):
                filters, channels, size, _ = layer.W.shape
                labels.append(f"{size}x{size} convolution\n{channels} → {filters} channels")
            elif isinstance(layer, Pooling):
                labels.append("3x3 max pooling\nstride 1, pad 1")
        places = [1, 2] if len(labels) == 2 else [1.5]
        chain(ax, ["", *labels, ""], [-0.2, *places, 3.2], y, gap=0.32)
    ax.text(0, 1.5, "input: the same for all branches", **ends)
    ax.text(3, 1.5, "output: the maps of all branches", **ends)
    ax.set(xlim=(-0.2, 3.2), ylim=(3.5, -0.5))


def draw_block(ax: Axes) -> None:
    """Draw a residual block, from left to right."""
    body = ["3x3 convo-\nlution", "BatchNorm", "ReLU", "3x3 convo-\nlution", "BatchNorm"]
    chain(ax, ["x", *body, "F(x) + x", "ReLU"], range(8), gap=0.42)
    arc(ax, 0, 6, 0.2, 0.13, RED)
    ax.text(3, 0.75, "shortcut: x unchanged", color=RED, ha="center")
    ax.set_ylim(-0.3, 1)


def draw_blocks(ax: Axes, filters: Sequence[int]) -> None:
    """Draw the layers with weights of a ResNet; `filters` has their number in each block."""
    labels = [f"{n}" for n in filters for _ in range(2)]
    chain(ax, [f"Conv\n{filters[0]}", *labels, "Affine\n10"], range(len(labels) + 2), gap=0.34)
    for number, (before, n) in enumerate(pairwise([filters[0], *filters])):
        start, color = 2 * number + 0.5, RED if before == n else BLUE
        arc(ax, start, start + 2, 0.1, 0.25, color)
    note = "numbers: filters of the 3x3 convolutions; red: x unchanged; blue: a 1x1 convolution, "
    ax.text(len(filters) + 0.5, -0.48, note + "where the maps are halved", ha="center", fontsize=9)
    ax.set_ylim(-0.5, 0.6)
