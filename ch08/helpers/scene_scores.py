"""How well a network segments scenes of digits: all, plain and cluttered ones (8.4.2)."""

from typing import Any

import numpy as np

from ch08.helpers import pixel_scores
from common.network import Network
from dataset import components
from dataset.scenes import GROUND, Scenes

CLASSES = GROUND + 1
SPECK = 10  # pixels; a smaller region is not shown as a digit
SHOWN = 4  # examples, besides the worst


def report(y: np.ndarray, t: np.ndarray) -> dict[str, Any]:
    """Return the scores of predicted classes: see `pixel_scores`.

    Parameters
    ----------
    y, t : ndarray of int of shape (N, H, W)
        The predicted and the true class of each pixel.

    Returns
    -------
    dict
        ``pixel accuracy``; ``pixel accuracy, all ground``: that of the answer "ground" for every
        pixel; ``IoU``: a list of the 11 classes, None for a class that occurs nowhere; ``mean
        IoU``; ``mean IoU of the digits``: without the ground.
    """
    matrix = pixel_scores.confusion(y, t, CLASSES)
    overlaps = pixel_scores.overlap_of_classes(matrix)
    digits = overlaps[:GROUND]
    return {
        "pixel accuracy": pixel_scores.pixel_accuracy(matrix),
        "pixel accuracy, all ground": float(matrix[GROUND].sum() / matrix.sum()),
        "IoU": [None if np.isnan(one) else round(float(one), 4) for one in overlaps],
        "mean IoU": pixel_scores.mean_overlap(matrix),
        "mean IoU of the digits": float(np.nanmean(digits)) if np.isfinite(digits).any() else None,
    }


def evaluate(network: Network, scenes: Scenes) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the class of each pixel, (N, H, W), and the scores: see `report`.

    Also the mean IoU of scenes with a plain black ground, of cluttered ones, and of the pixels near
    the border between two classes.
    """
    y, t = pixel_scores.predict(network, scenes.x), scenes.labels
    plain = np.median(scenes.images, axis=(1, 2)) == 0
    scores = report(y, t)
    for name, some in {"plain": plain, "cluttered": ~plain}.items():
        scores[f"mean IoU, {name}"] = mean_overlap(y[some], t[some]) if some.any() else None
    near = np.where(pixel_scores.near_borders(t), t, CLASSES)  # the others do not count
    scores["mean IoU near borders"] = mean_overlap(y, near)
    return y, scores


def mean_overlap(y: np.ndarray, t: np.ndarray) -> float:
    """Return the mean IoU of predicted classes."""
    return pixel_scores.mean_overlap(pixel_scores.confusion(y, t, CLASSES))


def show(scores: dict[str, Any]) -> None:
    """Print the scores, without those of single classes."""
    for name, value in scores.items():
        if isinstance(value, float):
            print(f"{name}: {value:.4f}")


def examples(y: np.ndarray, scenes: Scenes) -> dict[str, Any]:
    """Return the first four scenes and the one with the most mistakes, and their classes."""
    wrong = (y != scenes.labels).sum(axis=(1, 2))
    shown = [*range(min(SHOWN, len(y))), int(wrong.argmax())]
    return {
        "image": scenes.images[shown],
        "truth": scenes.labels[shown],
        "prediction": y[shown],
        "wrong pixels": wrong[shown],
    }


def regions(labels: np.ndarray) -> list[tuple[int, list[int]]]:
    """Return the digit and the box (x1, y1, x2, y2) of each region of a scene, if not a speck."""
    return [
        (digit, box.tolist())
        for digit in range(GROUND)
        for found in [components.find(labels == digit)]
        for box, area in zip(found.boxes, found.areas, strict=True)
        if area >= SPECK
    ]
