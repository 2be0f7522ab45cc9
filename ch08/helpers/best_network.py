"""The network of `best_accuracy.py`, its learning rate, and its answers to moved digits (8.1.2)."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from ch08.helpers.mistakes import wrong_digits
from common.augment import transform
from common.fresh_layers import affine, batch_norm, convolution
from common.functions import accuracy, softmax
from common.layers import Dropout, Pooling, ReLU
from common.network import Network
from common.schedules import Schedule, cosine_decay

FILTERS = (16, 32, 48, 64, 96)
# Degrees, pixels down, pixels to the right: how a digit is moved to be classified again.
VIEWS = (
    *((0, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1), (-6, 0, 0), (6, 0, 0)),
    *((0, 0.5, 0.5), (0, -0.5, 0.5), (0, 0.5, -0.5), (0, -0.5, -0.5), (-10, 0, 0), (10, 0, 0)),
    *((-4, 0.5, 0), (4, -0.5, 0)),
)


def build(rng: np.random.Generator, pad: int = 1) -> Network:
    """Return five convolutions, two affine layers; BatchNorm and ReLU follow all but the last.

    With `pad` 1, pooling makes 14, 7 and 4 pixels of 28. With 0, there are 12 after pooling, and 6
    after the convolutions.
    """
    layers: dict[str, Any] = {}
    channels, pooled, size = 1, (1, 3) if pad else (2,), 4 if pad else 6
    for number, filters in enumerate(FILTERS, 1):
        layers[f"Conv{number}"] = convolution(channels, filters, 3, rng, pad=pad)
        layers |= {f"BatchNorm{number}": batch_norm(filters), f"Relu{number}": ReLU()}
        if number in pooled:
            layers[f"Pool{number}"] = Pooling(2, 2, stride=2)
        channels = filters
    if pad:
        layers["Pool5"] = Pooling(3, 3, stride=2, pad=1)
    layers["Affine1"] = affine(channels * size * size, 128, rng)
    layers |= {"BatchNorm6": batch_norm(128), "Relu6": ReLU(), "Dropout": Dropout(0.3, rng=rng)}
    return Network({**layers, "Affine2": affine(128, 10, rng)})


def warm_up(lr: float, steps: int) -> Schedule:
    """Return a schedule that rises to `lr` in the first tenth of the mini-batches, then falls."""
    first = max(1, steps // 10)
    fall = cosine_decay(lr, max(1, steps - first))
    return lambda t: lr * (t + 1) / first if t < first else fall(t - first)


def probabilities(network: Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities, (N, 10), for the unchanged digits, and their means over `VIEWS`."""
    plain, mean = [], []
    for start in range(0, len(x), 100):
        batch = x[start : start + 100]
        moved = (transform(batch, angle, 1, down, right) for angle, down, right in VIEWS)
        views = [softmax(network.predict(images)) for images in moved]
        plain.append(views[0])
        mean.append(np.mean(views, axis=0))
    return np.concatenate(plain), np.concatenate(mean)


def evaluate(
    plain: Sequence[np.ndarray], moved: Sequence[np.ndarray], t: np.ndarray
) -> dict[str, Any]:
    """Return the accuracies of each network and of the ensemble, and the ensemble's mistakes.

    Parameters
    ----------
    plain, moved : sequence of ndarray of shape (N, 10)
        The `probabilities` of each network.
    t : ndarray of shape (N,)
        The labels.
    """
    answers = np.mean(moved, axis=0)
    wrong = wrong_digits(answers, t)
    return {
        "networks": [accuracy(one, t) for one in plain],
        "networks, moved": [accuracy(one, t) for one in moved],
        "together": accuracy(np.mean(plain, axis=0), t),
        "together, moved": accuracy(answers, t),
        "chosen": best_choice([*plain, *moved], t),
        "wrong": {int(i): [int(t[i]), int(answers[i].argmax())] for i in wrong},
    }


def best_choice(probabilities: Sequence[np.ndarray], t: np.ndarray) -> float:
    """Return the accuracy of the ensemble that is best on the test digits, out of all.

    This is how not to do it: with many ensembles to choose from, one of them is lucky.
    """
    sizes = range(1, len(probabilities) + 1)
    ensembles = (some for size in sizes for some in combinations(probabilities, size))
    return max(accuracy(np.mean(some, axis=0), t) for some in ensembles)
