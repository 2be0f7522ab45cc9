"""Figures of segmented scenes: a colour for each class, the digit beside its region (8.4.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ch08.helpers.picture_table import GAP, draw_table
from ch08.helpers.scene_scores import regions
from dataset.scenes import GROUND, SIZE
from lab import plots
from lab.plots import Axes, Figure

# Of the digits 0 to 9, then of the ground, then of a place without an answer. To the palette of
# `lab.plots` three colours are added that also colour-blind readers can tell from the others.
COLORS = (*plots.COLORS[:6], "#F0E442", "#5500FF", "#999999", "#CCEE99", "#000000", "#FFFFFF")


def in_color(labels: np.ndarray) -> np.ndarray:
    """Return classes, (H, W), as a picture in the colours of the classes, uint8 (H, W, 3)."""
    table = [[int(color[k : k + 2], 16) for k in (1, 3, 5)] for color in COLORS]
    return np.array(table, np.uint8)[labels]


def sheet(ax: Axes, rows: Mapping[str, Sequence[np.ndarray]], columns: Sequence[str]) -> None:
    """Draw rows of scenes in one axes, with gaps, and next to each region its digit.

    Parameters
    ----------
    ax : Axes
    rows : mapping of str to sequence of ndarray
        By name: grey images, as "image", and classes, uint8 of shape (64, 64).
    columns : sequence of str
        The names of the columns.
    """
    pictures = {
        name: [
            np.repeat(scene[:, :, None], 3, axis=2) if name == "image" else in_color(scene)
            for scene in np.asarray(scenes, np.uint8)
        ]
        for name, scenes in rows.items()
    }
    draw_table(ax, pictures, columns)
    for row, (name, scenes) in enumerate(rows.items()):
        for column, scene in enumerate(scenes if name != "image" else ()):
            write_digits(ax, scene, row * (SIZE + GAP), column * (SIZE + GAP))


def write_digits(ax: Axes, labels: np.ndarray, top: int = 0, left: int = 0) -> None:
    """Write next to each region its digit; `top` and `left` are where the scene begins."""
    for digit, (x1, y1, x2, y2) in regions(labels):
        on_left = x1 > SIZE - x2
        x, side = (x1 - 3, "right") if on_left else (x2 + 2, "left")
        write(ax, left + x, top + (y1 + y2) / 2, digit, ha=side)


def write(ax: Axes, x: float, y: float, digit: int, **options: Any) -> None:
    """Write a digit on a ground of its colour, in black or white, whichever is easier to read."""
    red, green, blue = in_color(np.array([[digit]]))[0, 0].astype(float)
    light = 0.3 * red + 0.6 * green + 0.1 * blue > 100
    ground = {"facecolor": COLORS[digit], "edgecolor": "none", "boxstyle": "round,pad=0.15"}
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 9, "bbox": ground}
    ax.text(x, y, str(digit), color="black" if light else "white", **style | options)


def legend(figure: Figure, unsure: str = "") -> None:
    """Add the colours of the classes below a figure; `unsure` is what white stands for, if used."""
    names = [*map(str, range(GROUND)), "ground", *[unsure] * bool(unsure)]
    patches = [
        plots.legend_patch(facecolor=color, edgecolor="black", linewidth=0.5, label=name)
        for color, name in zip(COLORS, names, strict=False)
    ]
    style: Any = {"handlelength": 1.0, "columnspacing": 1.0, "frameon": False}
    figure.legend(handles=patches, loc="outside lower center", ncols=len(names), **style)
