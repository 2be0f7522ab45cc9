"""Boxes: overlap, suppression of doubles, anchors, offsets, average precision (8.4.1).

A box is x1, y1, x2, y2: its left, upper, right and lower edge in pixels. Boxes are rows of an
array, (N, 4).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_float


def check_boxes(name: str, boxes: ArrayLike) -> np.ndarray:
    """Return boxes as floats, (N, 4), if each has an area; N may be 0."""
    boxes = as_float(name, boxes)
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(f"{name} has shape {boxes.shape}; expected (N, 4): x1, y1, x2, y2")
    x1, y1, x2, y2 = boxes.T
    valid = (x1 < x2) & (y1 < y2) & np.isfinite(boxes).all(axis=1)
    if not valid.all():
        found = boxes[~valid][0].tolist()
        raise ValueError(f"{name} has the box {found}; expected finite x1 < x2 and y1 < y2")
    return boxes


def intersection_over_union(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return for each pair of boxes the shared area over the area of both, (N, M).

    1 for equal boxes, 0 if they share no area.
    """
    first = np.maximum(a[:, None, :2], b[:, :2])  # (N, M, 2)
    last = np.minimum(a[:, None, 2:], b[:, 2:])
    shared = (last - first).clip(0).prod(axis=2)
    return shared / (areas(a)[:, None] + areas(b) - shared)


def areas(boxes: np.ndarray) -> np.ndarray:
    """Return the area of each box, (N,)."""
    return (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)


def non_maximum_suppression(
    boxes: np.ndarray, scores: np.ndarray, threshold: float = 0.5
) -> np.ndarray:
    """Return the numbers of the boxes to keep, the one with the highest score first.

    Goes through the boxes from the highest score to the lowest, and drops each that overlaps a kept
    one by more than `threshold` (IoU).
    """
    left = np.argsort(-scores, kind="stable")
    kept = []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(best)
        overlaps = intersection_over_union(boxes[best, None], boxes[left])[0]
        left = left[overlaps <= threshold]
    return np.array(kept, int)


def anchors(places: tuple[int, int], stride: int, sizes: list[tuple[float, float]]) -> np.ndarray:
    """Return boxes of given sizes (width, height) around the centre of each cell of a grid.

    Parameters
    ----------
    places : (int, int)
        The rows and columns of the grid, which are those of a feature map.
    stride : int
        The width of a cell in pixels of the image.

    Returns
    -------
    ndarray of shape (rows * columns * len(sizes), 4)
        By row, then column, then size.
    """
    y, x = ((np.arange(number) + 0.5) * stride for number in places)
    centres = np.stack(np.broadcast_arrays(x, y[:, None]), axis=-1)[:, :, None]  # (.., .., 1, 2)
    half = np.array(sizes) / 2
    return np.concatenate([centres - half, centres + half], axis=-1).reshape(-1, 4)


def offsets(regions: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Return how each box differs from its region: dx, dy, dw, dh, (N, 4).

    The distance of the centres relative to the size of the region, and the logarithms of the ratios
    of width and height: small numbers around 0, whatever the size.
    """
    centre, size = (regions[:, :2] + regions[:, 2:]) / 2, regions[:, 2:] - regions[:, :2]
    target, wanted = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    return np.concatenate([(target - centre) / size, np.log(wanted / size)], axis=1)


def moved(regions: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Return the boxes that differ from their regions by these offsets: the reverse of `offsets`.

    A side grows 16 times at most, so that no exponential overflows.
    """
    centre, size = (regions[:, :2] + regions[:, 2:]) / 2, regions[:, 2:] - regions[:, :2]
    centre = centre + by[:, :2] * size
    half = size * np.exp(np.minimum(by[:, 2:], np.log(16))) / 2
    return np.concatenate([centre - half, centre + half], axis=1)


def inside(boxes: np.ndarray, width: float, height: float, least: float = 1.0) -> np.ndarray:
    """Return boxes cut off at the edges of the image, each side at least `least` pixels."""
    x1, y1 = (boxes[:, k].clip(0, size - least) for k, size in enumerate((width, height)))
    x2 = np.maximum(boxes[:, 2], x1 + least).clip(max=width)
    y2 = np.maximum(boxes[:, 3], y1 + least).clip(max=height)
    return np.stack([x1, y1, x2, y2], axis=1)


# ---------------------------------------------------------------- how good detections are


class Detections(NamedTuple):
    """Detected objects of several images, one row for each."""

    image: np.ndarray  # (D,), the number of the image
    classes: np.ndarray  # (D,)
    scores: np.ndarray  # (D,), probabilities
    boxes: np.ndarray  # (D, 4)


def hits(
    found: Detections, classes: np.ndarray, boxes: np.ndarray, which: int, threshold: float = 0.5
) -> np.ndarray:
    """Return for the detections of one class, highest score first, which are correct.

    A detection is correct if its box overlaps that of an object of the class, by at least
    `threshold` (IoU). Each object can be found once: another detection of it is a mistake.

    Parameters
    ----------
    found : Detections
    classes, boxes : ndarray of shape (N, K) and (N, K, 4)
        The objects of each image: see `dataset.scenes.Scenes`.
    which : int
        The class.
    """
    of_class = np.flatnonzero(found.classes == which)
    ranked = of_class[np.argsort(-found.scores[of_class], kind="stable")]
    free = classes == which
    correct = np.zeros(len(ranked), bool)
    for rank, number in enumerate(ranked):
        image = found.image[number]
        (objects,) = np.nonzero(classes[image] == which)
        if len(objects) == 0:
            continue
        overlaps = intersection_over_union(found.boxes[number, None], boxes[image, objects])[0]
        best = objects[overlaps.argmax()]
        correct[rank] = overlaps.max() >= threshold and free[image, best]
        free[image, best] &= not correct[rank]
    return correct


def precision_and_recall(correct: np.ndarray, total: int) -> tuple[np.ndarray, np.ndarray]:
    """Return precision and recall if only the first 1, 2, 3 ... detections are kept.

    Precision: the fraction of the detections that are correct. Recall: the fraction of all `total`
    objects that are found.
    """
    found = np.cumsum(correct)
    return found / np.arange(1, len(correct) + 1), found / total


def average_precision(correct: np.ndarray, total: int) -> float:
    """Return the area under the curve of precision over recall, from 0 to 1.

    At each recall, the precision is the highest one at this recall or a larger one (all points, as
    in PASCAL VOC since 2010). NaN if there are no objects.
    """
    if total == 0:
        return float("nan")
    precision, recall = precision_and_recall(correct, total)
    highest = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(recall, prepend=0) * highest))


def mean_average_precision(
    found: Detections, classes: np.ndarray, boxes: np.ndarray, threshold: float = 0.5
) -> float:
    """Return the mean of the average precisions of the digits that occur (mAP); see `hits`.

    NaN if there are no objects.
    """
    each = average_precisions(found, classes, boxes, threshold)
    there = [value for value in each if not np.isnan(value)]
    return float(np.mean(there)) if there else float("nan")


def average_precisions(
    found: Detections, classes: np.ndarray, boxes: np.ndarray, threshold: float = 0.5
) -> list[float]:
    """Return the average precision of each of the ten digits; NaN for one that does not occur."""
    return [
        average_precision(hits(found, classes, boxes, c, threshold), np.sum(classes == c))
        for c in range(10)
    ]
