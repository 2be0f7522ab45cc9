"""What figures of detection show: single scenes with the detections, and each step (8.4.1)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ch08.helpers import boxes, r_cnn
from ch08.helpers.boxes import Detections
from ch08.helpers.detection import Classified, answers, classified, select
from ch08.helpers.detection_scores import ALL, FASTER, R_CNN, SELECTION, SURE
from common.network import Network
from dataset.scenes import MOST, NOBODY, Scenes
from lab.script import Results

FIRST = 5  # scenes that are shown, whatever the result, beside the one with most mistakes
WARPED = 40  # warped regions that are shown


def sure(one: Classified, name: str) -> Detections:
    """Return the detections of one image with a probability of at least `SURE`."""
    return select(one, SURE, **SELECTION[name])


def correct(found: Detections, classes: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return which detections of one image are correct, in their order."""
    right = np.zeros(len(found.scores), bool)
    for digit in np.unique(found.classes):
        of_class = np.flatnonzero(found.classes == digit)
        order = of_class[np.argsort(-found.scores[of_class], kind="stable")]
        right[order] = boxes.hits(found, classes[None], truth[None], digit)
    return right


def written(found: Detections) -> Results:
    """Return detections as short lists."""
    return {
        "classes": found.classes.tolist(),
        "scores": np.round(found.scores.astype(float), 3).tolist(),
        "boxes": np.round(found.boxes.astype(float), 1).tolist(),
    }


def example(one: Classified, scenes: Scenes, n: int) -> Results:
    """Return scene `n` with what Faster R-CNN detects, what is correct, and the truth."""
    found, there = sure(one, FASTER), scenes.classes[n] != NOBODY
    right = correct(found, scenes.classes[n], scenes.boxes[n])
    return {
        "number": n,
        "image": scenes.images[n],
        "found": written(found) | {"correct": right.tolist()},
        "truth": scenes.boxes[n][there],
        "missed": int(there.sum() - right.sum()),
    }


def examples(seen: Sequence[Classified], scenes: Scenes) -> list[Results]:
    """Return the first scenes, and of the others the one with most mistakes."""
    every = [example(one, scenes, n) for n, one in enumerate(seen)]
    wrong = [row["missed"] + row["found"]["correct"].count(False) for row in every]
    if len(every) > FIRST:
        every[FIRST] = every[FIRST + int(np.argmax(wrong[FIRST:]))]
    return every[: FIRST + 1]


def steps(networks: Mapping[str, Network], scenes: Scenes) -> Results:
    """Return what both networks do with one scene, step by step: the first with most digits."""
    n = int(np.argmax(np.sum(scenes.classes != NOBODY, axis=1) == MOST))
    image, x = scenes.images[n], scenes.x[n : n + 1]
    of_r_cnn, output = r_cnn.classified(networks[R_CNN], image), networks[FASTER].predict(x)
    (of_faster,), found = classified(output), answers(output)
    heads: Any = networks[FASTER].layers["heads"]
    best, _ = heads.best(found.objectness[0][:, None], found.anchor_offsets[0])
    some = of_r_cnn.regions[:: -(-len(of_r_cnn.regions) // WARPED)]
    return {
        "image": image,
        R_CNN: {
            "proposals": of_r_cnn.regions.round(1),
            "warped": (255 * r_cnn.warp(image, some)[:, 0]).round().astype(np.uint8),
            "with doubles": written(select(of_r_cnn, SURE, overlap=ALL)),
            "found": written(sure(of_r_cnn, R_CNN)),
        },
        FASTER: {
            "best": best.round(1),
            "proposals": of_faster.regions.astype(float).round(1),
            "with doubles": written(select(of_faster, SURE, overlap=ALL)),
            "found": written(sure(of_faster, FASTER)),
        },
    }
