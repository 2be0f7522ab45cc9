"""The digits that a network classifies incorrectly, and a figure of them (8.1.1, 8.1.2)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lab import plots
from lab.plots import Figure


def wrong_digits(scores: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return the indices of the digits whose highest score is not that of their label.

    Parameters
    ----------
    scores : ndarray of shape (N, 10)
    t : ndarray of shape (N,)
    """
    return np.flatnonzero(scores.argmax(axis=1) != t)


def as_bytes(x: np.ndarray) -> np.ndarray:
    """Return images, (N, 1, H, W) with pixels in [0, 1], as uint8 of shape (N, H, W)."""
    return np.rint(255 * x[:, 0]).astype(np.uint8)


def draw(images: np.ndarray, pairs: Sequence[Sequence[int]], columns: int, title: str) -> Figure:
    """Draw digits in a grid, each with its label and the answer of the network.

    Parameters
    ----------
    images : ndarray of shape (N, H, W)
    pairs : sequence of (label, answer)
    columns : int
    title : str
    """
    rows = max(1, -(-len(images) // columns))
    size = (1.15 * columns, 1.15 * rows + 0.7)
    fig, axes = plots.figure(rows, columns, size=size, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, image, (label, answer) in zip(axes.flat, images, pairs, strict=False):
        ax.imshow(image, cmap="gray", interpolation="nearest")
        style: Any = {"transform": ax.transAxes, "fontsize": 14, "fontweight": "bold"}
        ax.text(0.04, 0.96, str(label), color=plots.SKY, va="top", **style)
        ax.text(0.96, 0.04, str(answer), color=plots.ORANGE, ha="right", **style)
    fig.suptitle(f"{title}\ntop left: the label; bottom right: the answer of the network")
    return fig
