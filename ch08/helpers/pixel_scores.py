"""How good a segmentation is: the confusion of pixels, and the overlap of each class (8.4.2)."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from common.checks import as_array
from common.network import Network


def predict(network: Network, x: np.ndarray, batch_size: int = 100) -> np.ndarray:
    """Return the class of each pixel, uint8 (N, H, W), in parts, so that memory is bounded."""
    starts = range(0, len(x), batch_size)
    parts = [network.predict(x[start : start + batch_size]) for start in starts]
    return np.concatenate([part.argmax(axis=1).astype(np.uint8) for part in parts])


def confusion(y: ArrayLike, t: ArrayLike, classes: int) -> np.ndarray:
    """Count the pixels of each pair of true class (rows) and predicted class (columns).

    Parameters
    ----------
    y, t : array_like of int, of the same shape
        Predicted and true classes. Pixels whose true class is not in [0, classes) do not count.
    """
    y, t = as_array("y", y), as_array("t", t)
    if y.shape != t.shape or y.size == 0 or y.dtype.kind not in "iu" or t.dtype.kind not in "iu":
        what = f"y is of type {y.dtype} and shape {y.shape}, t of type {t.dtype} and {t.shape}"
        raise ValueError(f"{what}; expected integers of the same shape")
    if y.min() < 0 or y.max() >= classes:
        raise ValueError(f"y holds {y.min()} to {y.max()}; expected classes 0 to {classes - 1}")
    counted = (t >= 0) & (t < classes)
    pairs = t[counted].astype(int) * classes + y[counted]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def pixel_accuracy(matrix: np.ndarray) -> float:
    """Return the fraction of pixels that are classified correctly."""
    return float(np.trace(matrix) / matrix.sum())


def overlap_of_classes(matrix: np.ndarray) -> np.ndarray:
    """Return for each class the intersection over union (IoU) of true and predicted pixels.

    NaN for a class that occurs in neither.
    """
    shared = np.diag(matrix)
    union = matrix.sum(axis=0) + matrix.sum(axis=1) - shared
    return np.divide(shared, union, out=np.full(len(matrix), np.nan), where=union > 0)


def mean_overlap(matrix: np.ndarray) -> float:
    """Return the mean IoU over the classes that occur (mIoU)."""
    return float(np.nanmean(overlap_of_classes(matrix)))


def near_borders(t: np.ndarray, width: int = 2) -> np.ndarray:
    """Return whether a pixel of another class is at most `width` away, bool (N, H, W).

    Parameters
    ----------
    t : ndarray of shape (N, H, W)
        The class of each pixel.
    width : int
        In pixels, along both axes.
    """
    sides = (0, 0), (width, width), (width, width)
    around = sliding_window_view(np.pad(t, sides, "edge"), (2 * width + 1,) * 2, axis=(1, 2))
    return around.max(axis=(3, 4)) != around.min(axis=(3, 4))
