"""How good a segmentation is: the confusion of pixels, and the overlap of each class (8.4.2)."""

from collections.abc import Sequence
from typing import Any

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


def near_borders(t: np.ndarray, distance: int = 2) -> np.ndarray:
    """Return which pixels have a pixel of another class nearby, bool (N, H, W).

    Parameters
    ----------
    t : ndarray of int, of shape (N, H, W)
        True classes.
    distance : int
        Nearby: at most this many rows and columns away.
    """
    size = 2 * distance + 1
    padded = np.pad(t, ((0, 0), (distance, distance), (distance, distance)), mode="edge")
    windows = sliding_window_view(padded, (size, size), axis=(1, 2))
    return (windows != t[..., None, None]).any(axis=(3, 4))


def by_class(y: np.ndarray, t: np.ndarray, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the IoU of each class by name, and the mean: of all pixels, and of those near borders.

    Parameters
    ----------
    y, t : ndarray of int, of shape (N, H, W)
        Predicted and true classes.
    names : sequence of str
        Of the classes.
    """
    not_counted = len(names)
    parts = {"all pixels": t, "pixels near borders": np.where(near_borders(t), t, not_counted)}
    results = {}
    for part, counted in parts.items():
        matrix = confusion(y, counted, len(names))
        overlaps = overlap_of_classes(matrix).round(4)
        results[part] = {
            "mean": mean_overlap(matrix),
            "IoU": dict(zip(names, overlaps.tolist(), strict=True)),
        }
    return results
