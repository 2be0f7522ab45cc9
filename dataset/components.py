"""Connected components of a mask, computed from the runs in its rows."""

from typing import NamedTuple

import numpy as np


class Components(NamedTuple):
    """The connected components of a mask; diagonal neighbours are connected, too.

    Attributes
    ----------
    labels : ndarray of int, shape (H, W)
        0 outside of the mask, n + 1 in component n.
    boxes : ndarray of int, shape (N, 4)
        Left, top, right, bottom; right and bottom are exclusive.
    areas : ndarray of int, shape (N,)
        The numbers of pixels.
    """

    labels: np.ndarray
    boxes: np.ndarray
    areas: np.ndarray


def runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the starts and stops, (R,) each, of the runs of True in the rows of a mask, (H, W).

    These are indices into the flattened mask, with one False appended to each row.
    """
    flat = np.pad(mask, ((0, 0), (0, 1))).ravel()
    changes = np.flatnonzero(np.diff(flat, prepend=False))
    return changes[::2], changes[1::2]


def run_lengths(mask: np.ndarray) -> np.ndarray:
    """Return for each pixel of a mask, (H, W), the length of its run in its row; 0 outside."""
    starts, stops = runs(mask)
    change = np.zeros(mask.shape[0] * (mask.shape[1] + 1) + 1, int)
    change[starts] = stops - starts
    change[stops] -= stops - starts
    return np.cumsum(change)[:-1].reshape(len(mask), -1)[:, :-1]


def find(mask: np.ndarray) -> Components:
    """Return the connected components of a mask of bool, (H, W)."""
    height, width = mask.shape[0], mask.shape[1] + 1
    starts, stops = runs(mask)
    # Run i touches the runs first[i] to last[i] - 1 in the row below.
    first = np.searchsorted(stops, starts + width, "left")
    last = np.maximum(first, np.searchsorted(starts, stops + width, "right"))
    upper = np.repeat(np.arange(len(starts)), last - first)
    lower = np.arange(len(upper)) + np.repeat(last - np.cumsum(last - first), last - first)
    _, number = np.unique(_joined(len(starts), upper, lower), return_inverse=True)

    label = np.zeros(height * width + 1, np.int64)
    label[starts] += number + 1
    label[stops] -= number + 1
    labels = np.cumsum(label)[:-1].reshape(height, width)[:, :-1]
    areas = np.bincount(number, stops - starts).astype(int)
    return Components(labels, _boxes(number, starts // width, starts % width, stops % width), areas)


def _boxes(number: np.ndarray, row: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the boxes, (N, 4), around the runs that have the same number."""
    count = number.max(initial=-1) + 1
    boxes = np.tile([2**31, 2**31, 0, 0], (count, 1))
    np.minimum.at(boxes[:, 0], number, left)
    np.minimum.at(boxes[:, 1], number, row)
    np.maximum.at(boxes[:, 2], number, right)
    np.maximum.at(boxes[:, 3], number, row + 1)
    return boxes


def _joined(count: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return for each of `count` items the first item that it is connected with by pairs (a, b)."""
    first = np.arange(count)
    while True:
        before = first.copy()
        lower = np.minimum(first[a], first[b])
        np.minimum.at(first, first[a], lower)
        np.minimum.at(first, first[b], lower)
        first = first[first]  # follow the links
        if np.array_equal(first, before):
            return first
