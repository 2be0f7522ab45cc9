"""One pass over a whole scene instead of one for each window (8.4.2, figure 8-20).

The obvious way to classify every pixel is to cut out the window around it, and to classify this
window: one forward pass for each pixel. Neighbouring windows share most of their pixels, so most of
the work is done many times. A fully convolutional network does it once: its convolutions run over
the whole scene, and so do its affine layers, as convolutions.

The classifier has no padding: in a window, padding would replace pixels of the scene by zeros, and
the scores of both ways would differ.
"""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ch08.helpers.fully_convolutional import fully_convolutional
from ch08.helpers.scene_scores import CLASSES
from ch08.helpers.small_convnet import SmallConvNet
from common.fresh_layers import affine
from common.functions import softmax
from common.network import Network
from dataset.scenes import GROUND, SIZE, Scenes
from lab.costs import multiply_adds

SIDE = 28  # pixels of a window
STEP = 4  # pixels between windows in one pass: two poolings halve the resolution twice
BORDER = 12  # black pixels around a scene: then the window of place k is centred on pixel 4k + 2
SURE = 0.9  # the lowest probability of an answer that is shown
UNSURE = GROUND + 1  # in a map of classes


def make_classifier(rng: np.random.Generator) -> Network:
    """Return SmallConvNet with eleven classes: ten digits and the ground."""
    network = SmallConvNet(rng=rng)
    network.layers["Affine2"] = affine(50, CLASSES, rng)
    return network


def centred(scenes: Scenes) -> np.ndarray:
    """Return for each pixel the digit that is centred there, or the ground: uint8 (N, 64, 64).

    The middle of the digit's box is at most an eighth of its longer side away, along both axes.
    """
    rows, columns = np.mgrid[:SIZE, :SIZE] + 0.5
    result = np.full(scenes.labels.shape, GROUND, np.uint8)
    for digits, boxes in zip(scenes.classes.T, scenes.boxes.swapaxes(0, 1), strict=True):
        x1, y1, x2, y2 = boxes.T[:, :, None, None]  # each (N, 1, 1)
        reach = np.maximum(x2 - x1, y2 - y1) / 8
        here = (abs(columns - (x1 + x2) / 2) <= reach) & (abs(rows - (y1 + y2) / 2) <= reach)
        scene = here.nonzero()[0]
        result[here] = digits[scene]
    return result


def examples(
    scenes: Scenes, number: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return windows around random pixels, and what is centred there: half of them are digits.

    Returns
    -------
    x : float32 ndarray of shape (number, 1, 28, 28), from 0 to 1
    t : uint8 ndarray of shape (number,)
    """
    labels, sides = centred(scenes), (SIDE // 2, SIDE // 2 - 1)
    of_digits = labels != GROUND
    chosen = [
        rng.choice(np.flatnonzero(mask), count)
        for mask, count in ((of_digits, number // 2), (~of_digits, number - number // 2))
    ]
    places = np.unravel_index(np.concatenate(chosen), labels.shape)  # scene, row, column
    padded = np.pad(scenes.images, ((0, 0), sides, sides))
    around = sliding_window_view(padded, (SIDE, SIDE), (1, 2))  # (N, 64, 64, 28, 28)
    return np.divide(around[places][:, None], 255, dtype=np.float32), labels[places]


def compare(network: Network, x: np.ndarray) -> dict[str, Any]:
    """Classify a scene, (1, 1, 64, 64), window by window and in one pass, in float64.

    Returns
    -------
    dict
        The passes and the multiply-adds of each way, the largest difference between the scores, and
        ``map``: the class of each place, 11 where its probability is below 0.9.
    """
    network.params = {key: W.astype(np.float64) for key, W in network.params.items()}
    sliding = fully_convolutional(network, (1, SIDE, SIDE))
    x = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (BORDER,) * 2, (BORDER,) * 2))
    one_pass = sliding.predict(x)[0]  # (11, 16, 16)
    cut = sliding_window_view(x[0, 0], (SIDE, SIDE))[::STEP, ::STEP]  # (16, 16, 28, 28)
    each = network.predict(cut.reshape(-1, 1, SIDE, SIDE))  # (256, 11)
    window = sum(multiply_adds(network, np.zeros((1, 1, SIDE, SIDE))).values())
    sure = softmax(each).max(axis=1) >= SURE
    return {
        "passes": {"every pixel": SIZE**2, "every fourth pixel": len(each), "whole scene": 1},
        "multiply-adds": {
            "every pixel": window * SIZE**2,
            "every fourth pixel": window * len(each),
            "whole scene": sum(multiply_adds(sliding, x).values()),
        },
        "difference": float(np.abs(one_pass.reshape(len(one_pass), -1).T - each).max()),
        "map": np.where(sure, each.argmax(axis=1), UNSURE).reshape(one_pass.shape[1:]),
    }
