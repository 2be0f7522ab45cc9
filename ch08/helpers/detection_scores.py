"""R-CNN and Faster R-CNN on the same scenes: precision, proposals, doubles, time (8.4.1)."""

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

import numpy as np

from ch08.helpers import boxes, r_cnn
from ch08.helpers.boxes import Detections
from ch08.helpers.detection import Classified, classified, joined, select
from common.io.progress import progress
from common.network import Network
from common.threads import one_blas_thread
from dataset.scenes import NOBODY, Scenes
from lab.script import Results

R_CNN, FASTER = NAMES = ("R-CNN", "Faster R-CNN")
SURE = 0.5  # the lowest probability of a detection that is shown, and counted as an answer
ALL = np.inf  # the overlap up to which doubles stay: all of them
SELECTION: dict[str, Results] = {R_CNN: {"overlap": r_cnn.OVERLAP}, FASTER: {"vote": True}}
RECALLS = np.arange(101) / 100
Detect = Callable[[np.ndarray], list[Classified]]


def detectors(networks: Mapping[str, Network]) -> dict[str, Detect]:
    """Return by name how each network classifies regions of images, (N, H, W) uint8."""

    def faster(images: np.ndarray) -> list[Classified]:
        x = np.divide(images[:, None], 255, dtype=np.float32)
        return classified(networks[FASTER].predict(x), images.shape[-1])

    return {
        R_CNN: lambda images: [r_cnn.classified(networks[R_CNN], image) for image in images],
        FASTER: faster,
    }


def classify_all(detect: Detect, scenes: Scenes, name: str, batch: int = 20) -> list[Classified]:
    """Return the classified regions of all scenes."""
    starts = progress(range(0, len(scenes.images), batch), f"{name}, test scenes")
    with one_blas_thread():
        parts = [detect(scenes.images[start : start + batch]) for start in starts]
    return [one for part in parts for one in part]


def scores(name: str, seen: Sequence[Classified], scenes: Scenes) -> Results:
    """Return how well a network detects the objects of scenes.

    Parameters
    ----------
    name : str
    seen : sequence of Classified
        One for each scene.
    scenes : Scenes

    Returns
    -------
    dict
        mAP : mean average precision by the overlap (IoU) from which a box is correct.
        average_precision : of each digit, at 0.5.
        precision : at recalls of 0, 0.01, 0.02 ..., of all digits together; see `curve`.
        proposals, covered : the mean number, and the share of the objects that one overlaps by 0.5.
        answers, found : the number of probable detections with and without doubles, and the share
        of the objects that they find.
    """
    truth = scenes.classes, scenes.boxes
    found = joined([select(one, **SELECTION[name]) for one in seen])
    rows: Results = {
        "mAP": {f"{iou}": boxes.mean_average_precision(found, *truth, iou) for iou in (0.5, 0.75)},
        "average_precision": boxes.average_precisions(found, *truth),
        "precision": curve(found, scenes),
        "proposals": float(np.mean([len(one.regions) for one in seen])),
        "covered": covered(seen, scenes),
        "answers": {},
        "found": {},
    }
    for kind, change in {"with doubles": {"overlap": ALL, "vote": False}, "without": {}}.items():
        some = joined([select(one, SURE, **SELECTION[name] | change) for one in seen])
        rows["answers"][kind] = len(some.scores)
        rows["found"][kind] = float(ranked(some, scenes).sum() / np.sum(scenes.classes != NOBODY))
    return rows


def ranked(found: Detections, scenes: Scenes) -> np.ndarray:
    """Return which detections are correct, all digits together, the most probable first."""
    digits = range(10)
    correct = [boxes.hits(found, scenes.classes, scenes.boxes, digit) for digit in digits]
    p = [np.sort(found.scores[found.classes == digit])[::-1] for digit in digits]
    return np.concatenate(correct)[np.argsort(-np.concatenate(p), kind="stable")]


def curve(found: Detections, scenes: Scenes) -> list[float]:
    """Return the precision at the recalls 0, 0.01, 0.02 ... that are reached.

    As in `boxes.average_precision`, the highest precision at this recall or a larger one.
    """
    correct = ranked(found, scenes)
    precision, recall = boxes.precision_and_recall(correct, np.sum(scenes.classes != NOBODY))
    highest = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(recall, RECALLS)
    return [round(float(highest[place]), 4) for place in places if place < len(highest)]


def covered(seen: Sequence[Classified], scenes: Scenes) -> float:
    """Return the share of the objects that a proposal overlaps by 0.5 (IoU)."""
    best = []
    for one, classes, truth in zip(seen, scenes.classes, scenes.boxes, strict=True):
        overlaps = boxes.intersection_over_union(truth[classes != NOBODY], one.regions)
        best.extend(overlaps.max(axis=1))
    return float(np.mean(np.array(best) >= 0.5))


def milliseconds(detect: Mapping[str, Detect], images: np.ndarray) -> dict[str, float]:
    """Return the time from an image to its detections: the median of images, one at a time.

    The networks take turns, so that other programs disturb all of them equally.
    """
    times: dict[str, list[float]] = {name: [] for name in detect}
    with one_blas_thread():
        for n in range(len(images)):
            for name, classify in detect.items():
                start = perf_counter()
                select(classify(images[n, None])[0], **SELECTION[name])
                times[name].append(perf_counter() - start)
    return {name: float(1000 * np.median(each[1:] or each)) for name, each in times.items()}
