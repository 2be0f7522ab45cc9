"""Images that units respond to: images made for them, and digits (7.6.2, figure 7-26)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ch07.helpers.features import SIZE
from lab import plots
from lab.plots import Axes


def visible(found: dict[str, Any]) -> np.ndarray:
    """Return the part of each image in ``made`` that its unit sees, from the results of `look`."""
    low, high = max(found["middle"], 0), min(found["middle"] + found["seen"], SIZE)
    return found["made"][:, low:high, low:high]


def as_uint8(images: np.ndarray) -> np.ndarray:
    """Return images with pixels in [0, 1] as uint8."""
    return np.rint(255 * images).astype(np.uint8)


def enlarged(images: np.ndarray) -> np.ndarray:
    """Return square images, (N, H, H), with `SIZE` pixels across, by repeating pixels."""
    nearest = np.arange(SIZE) * images.shape[1] // SIZE
    return images[:, nearest][:, :, nearest]


def show_units(
    ax: Axes,
    made: np.ndarray,
    digits: np.ndarray,
    corners: Sequence[tuple[int, int]],
    seen: int,
    title: str,
) -> None:
    """Show images made for the units of a layer, and below them the digits they respond to most.

    Parameters
    ----------
    ax : Axes
    made, digits : ndarray of shape (N, H, H), (N, 28, 28), uint8
    corners : sequence of (left, top)
        Where a unit sees its digit: a frame is drawn around it.
    seen : int
        Pixels across the frame, which may begin or end outside the digit.
    title : str
    """
    both = np.concatenate([enlarged(np.array(made)), np.array(digits)])
    plots.image_sheet(ax, both, len(made), title)
    for number, corner in enumerate(corners):
        left, top = np.maximum(corner, 0)
        right, bottom = np.minimum(np.add(corner, seen), SIZE)
        place = (number * (SIZE + 1) + left + 0.5, SIZE + 1 + top + 0.5)
        options: Any = {"fill": False, "edgecolor": plots.RED, "linewidth": 2}
        plots.draw_rectangle(ax, place, right - left, bottom - top, **options)
