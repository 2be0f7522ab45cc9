"""Regions of images for RoIPooling: input validation, and their division into cells (8.4.1)."""

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_float


def check_regions(regions: ArrayLike | None, shape: tuple[int, ...], scale: float) -> np.ndarray:
    """Return regions, (R, 5), of images whose feature maps have the shape (N, C, H, W).

    Parameters
    ----------
    regions : array_like of shape (R, 5), or None
        For each: the number of its image, and x1, y1, x2, y2 in pixels. None: whole images.
    scale : float
        The size of the feature maps relative to the images.
    """
    N, _, H, W = shape
    height, width = H / scale, W / scale
    if regions is None:
        return np.column_stack([np.arange(N), np.tile([0, 0, width, height], (N, 1))])
    regions = as_float("regions", regions).astype(np.float64)
    if regions.ndim != 2 or regions.shape[1] != 5 or len(regions) == 0:
        what = f"regions has shape {regions.shape}"
        raise ValueError(f"{what}; expected (R, 5): image, x1, y1, x2, y2")
    image, x1, y1, x2, y2 = regions.T
    inside = (x1 >= 0) & (x1 < x2) & (x2 <= width) & (y1 >= 0) & (y1 < y2) & (y2 <= height)
    inside &= np.isin(image, np.arange(N))
    if not inside.all():
        found = np.array2string(regions[~inside][0], separator=", ")
        wanted = f"0 <= x1 < x2 <= {width:g}, 0 <= y1 < y2 <= {height:g}"
        what = f"the region {found} of image, x1, y1, x2, y2"
        raise ValueError(f"{what}; expected one of {N} images, and {wanted}")
    return regions


def cells(
    start: np.ndarray, end: np.ndarray, number: int, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Divide from `start` to `end`, (R,), into equal cells, along an axis of `size` pixels.

    Returns
    -------
    first, last : ndarray of int, of shape (R, number)
        The pixels from `first` to before `last` are those that the cell touches, at least one.
    """
    edges = start[:, None] + (end - start)[:, None] * np.arange(number + 1) / number
    first = np.floor(edges[:, :-1] + 1e-6).astype(int).clip(0, size - 1)
    last = np.ceil(edges[:, 1:] - 1e-6).astype(int).clip(1, size)
    return first, np.maximum(last, first + 1)
