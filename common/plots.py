"""Figures: axes in one style, accuracy curves, image grids; the module here with Matplotlib."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from common.util import smooth_curve

STYLE: Any = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 12,
    "figure.dpi": 100,
    "grid.alpha": 0.3,
    "savefig.dpi": 120,
}


def figure(
    rows: int = 1, columns: int = 1, size: tuple[float, float] = (6.4, 4.4), **options: Any
) -> tuple[Figure, Any]:
    """Return a figure and its axes (one, or an array of them), in the style of the project."""
    with plt.rc_context(STYLE):
        return plt.subplots(rows, columns, figsize=size, layout="constrained", **options)


def mosaic(
    names: list[Any], size: tuple[float, float], **options: Any
) -> tuple[Figure, dict[str, Any]]:
    """Return a figure and its axes by name, laid out like the rows of `names`, in our style."""
    with plt.rc_context(STYLE):
        return plt.subplot_mosaic(names, figsize=size, layout="constrained", **options)


def curve(
    x: np.ndarray, y: np.ndarray, title: str, xlabel: str = "x", ylabel: str = "y"
) -> tuple[Figure, Axes]:
    """Draw one function y of x."""
    fig, ax = figure()
    ax.plot(x, y)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return fig, ax


def add_title(fig: Figure, line: str) -> None:
    """Write a line below the title of the whole figure, or above all titles if it has none."""
    fig.suptitle(f"{fig.get_suptitle()}\n{line}".strip())


def accuracy_curves(
    ax: Axes, train_acc: Sequence[float], test_acc: Sequence[float], title: str = "Accuracy"
) -> None:
    """Draw train (solid) and test (dashed) accuracy per epoch (figure 4-12)."""
    style: Any = {"markersize": 4, "markevery": max(1, len(train_acc) // 20)}
    ax.plot(train_acc, marker="o", label="train", **style)
    ax.plot(test_acc, marker="s", linestyle="--", label="test", **style)
    ax.set(title=title, xlabel="epoch", ylabel="accuracy", ylim=(0, 1.02))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()


def loss_curves(ax: Axes, losses: Mapping[str, Sequence[float]], title: str) -> None:
    """Draw the smoothed losses of several trainings, each with a marker of its own (figure 6-9)."""
    for (name, values), marker in zip(losses.items(), cycle("osD^vPX*"), strict=False):
        y = smooth_curve(np.array(values))
        ax.plot(y, marker=marker, markevery=max(1, len(y) // 20), markersize=4, label=name)
    ax.set(title=title, xlabel="iteration", ylabel="loss of the mini-batch, smoothed")
    ax.set_ylim(0, 1.05 * ax.dataLim.y1)
    ax.legend()


def image_grid(
    images: np.ndarray, titles: Sequence[object] | None = None, columns: int = 10, title: str = ""
) -> Figure:
    """Show grey images side by side, minimum black and maximum white.

    Parameters
    ----------
    images : ndarray of shape (N, H, W)
    titles : sequence, optional
        One per image.
    columns : int
    title : str
        For the whole figure.
    """
    rows = -(-len(images) // columns)
    fig, axes = figure(rows, columns, size=(columns * 0.85, rows * (1.1 if titles else 0.9) + 0.4))
    for number, ax in enumerate(np.ravel(axes)):
        ax.axis("off")
        if number < len(images):
            ax.imshow(images[number], cmap="gray", interpolation="nearest")
            if titles is not None:
                ax.set_title(str(titles[number]), fontsize=9)
    fig.suptitle(title)
    return fig


def image_sheet(ax: Axes, images: np.ndarray, columns: int, title: str) -> None:
    """Show many small grey images on one pair of axes, row by row, with a gap between them.

    Parameters
    ----------
    images : ndarray of shape (N, H, W), uint8
        0 is black and 255 white.
    columns : int
    title : str
    """
    N, H, W = images.shape
    gap = 1 + max(H, W) // 32
    rows = -(-N // columns)
    sheet = np.full((rows * (H + gap) + gap, columns * (W + gap) + gap), np.nan)  # NaN: no image
    for number, image in enumerate(images):
        row, column = divmod(number, columns)
        top, left = gap + row * (H + gap), gap + column * (W + gap)
        sheet[top : top + H, left : left + W] = image
    ax.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    ax.set(title=title, xticks=[], yticks=[], facecolor="lightsteelblue")
    ax.spines[:].set_visible(False)
    ax.grid(False)


def may_show() -> bool:
    """Say whether Matplotlib can open a window here."""
    return plt.get_backend().lower() not in {"agg", "pdf", "ps", "svg", "pgf", "cairo", "template"}


def use_no_window() -> None:
    """Draw to files only."""
    plt.switch_backend("agg")


def show_and_close(show: bool) -> None:
    """Open the windows of all figures and wait for them, if asked to; then forget them."""
    if show:
        plt.show()
    plt.close("all")
