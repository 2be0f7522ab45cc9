"""Images and feature maps drawn as tables of numbers, as in the figures of the book."""

import numpy as np
from numpy.typing import ArrayLike

from lab.plots import BLUE, GREEN, ORANGE, PURPLE, RED, Axes, draw_rectangle


def draw_table(
    ax: Axes,
    numbers: np.ndarray,
    corner: tuple[float, float] = (0, 0),
    colors: ArrayLike = "white",
    bold: ArrayLike = False,
) -> None:
    """Draw a table with cells one unit wide and high; the y axis points down.

    Parameters
    ----------
    ax : Axes
    numbers : ndarray of shape (H, W)
        NaN is an empty cell.
    corner : (left, top)
    colors : str, or array_like of shape (H, W)
        The background of the cells, drawn in pale colours.
    bold : bool, or array_like of shape (H, W)
        Which numbers are in bold type.
    """
    left, top = corner
    fill, heavy = (np.broadcast_to(np.array(one), numbers.shape) for one in (colors, bold))
    for (i, j), number in np.ndenumerate(numbers):
        x, y = left + j, top + i
        style = {"facecolor": (str(fill[i, j]), 0.35), "edgecolor": "0.3"}
        draw_rectangle(ax, (x, y), 1, 1, **style)
        weight = "bold" if heavy[i, j] else "normal"
        text = "" if np.isnan(number) else f"{number:g}"
        ax.text(x + 0.5, y + 0.5, text, ha="center", va="center", weight=weight)


def draw_sign(ax: Axes, sign: str, x: float, y: float) -> None:
    """Write a sign between two tables."""
    ax.text(x, y, sign, ha="center", va="center", fontsize=16)


def draw_convolution(
    ax: Axes, image: np.ndarray, W: np.ndarray, out: np.ndarray, at: tuple[int, int]
) -> None:
    """Draw one step of a convolution of 4 x 4 with 3 x 3 numbers: image, filter, output.

    Parameters
    ----------
    ax : Axes
    image, W, out : ndarray of shape (4, 4), (3, 3), (2, 2)
        NaN in `out`: not computed yet.
    at : (int, int)
        Row and column of the window, and of its output.
    """
    window, current = np.full(image.shape, "white", object), np.full(out.shape, "white", object)
    window[at[0] : at[0] + 3, at[1] : at[1] + 3] = ORANGE
    current[at] = ORANGE
    draw_table(ax, image, (0, 0), window)
    draw_sign(ax, "∗", 4.75, 2)
    draw_table(ax, W, (5.5, 0.5))
    draw_sign(ax, "→", 9.25, 2)
    draw_table(ax, out, (10, 1), current)
    ax.set(xlim=(-0.8, 12.8), ylim=(4.1, -0.1), aspect="equal")
    ax.axis("off")


def draw_pooling(ax: Axes, image: np.ndarray, out: np.ndarray, title: str) -> None:
    """Draw max pooling of 6 x 6 numbers: a colour for each 3 x 3 window, its maximum in bold.

    Parameters
    ----------
    ax : Axes
    image, out : ndarray of shape (6, 6), (2, 2)
    title : str
    """
    colors = np.array([[BLUE, RED], [GREEN, PURPLE]])
    windows, maxima = (np.kron(one, np.ones((3, 3))) for one in (np.arange(4).reshape(2, 2), out))
    draw_table(ax, image, (0, 0), colors.ravel()[windows.astype(int)], image == maxima)
    draw_sign(ax, "→", 7, 3)
    draw_table(ax, out, (8, 2), colors, True)
    ax.set(xlim=(-0.1, 10.1), ylim=(6.1, -0.1), aspect="equal", title=title)
    ax.axis("off")
