"""Networks with and without shortcuts, and the gradients of their layers (8.2.4)."""

from itertools import product

import numpy as np

from ch08.section_8_2.resnet import ResNet
from common.layers import AveragePooling
from common.threads import one_blas_thread
from lab.digits import Digits

KINDS = {"with shortcuts": True, "plain": False}
# The factor of He's weights; whether there is batch normalization.
STARTS = {
    "weights half of He's": (0.5, False),
    "He's weights": (1.0, False),
    "He's weights, batch normalization": (1.0, True),
}
Gradients = dict[str, dict[str, list[float]]]


def network(depth: int, filters: int, seed: int, kind: str, start: str) -> ResNet:
    """Return a network of `depth` layers; both kinds have the same initial weights.

    Parameters
    ----------
    depth, filters, seed : int
    kind, start : str
        One of `KINDS`, and one of `STARTS`.
    """
    scale, batchnorm = STARTS[start]
    result = ResNet(
        [filters] * (depth // 2 - 1),
        (1, 14, 14),
        shortcut=KINDS[kind],
        batchnorm=batchnorm,
        rng=seed,
    )
    for key, value in result.params.items():
        if key.startswith("W"):
            value *= np.float32(scale)
    return result


def gradients(depth: int, filters: int, seed: int, x: np.ndarray, t: np.ndarray) -> Gradients:
    """Return by start and kind the norm of each layer's gradient, before training."""
    norms: Gradients = {start: {} for start in STARTS}
    for start, kind in product(STARTS, KINDS):
        with one_blas_thread():
            grads = network(depth, filters, seed, kind, start).gradient(x, t)
        norms[start][kind] = [float(np.linalg.norm(grads[f"W{n}"])) for n in range(1, depth + 1)]
    return norms


def halved(some: Digits) -> Digits:
    """Return digits of 14x14 pixels: 28x28 would take four times as long."""
    return AveragePooling(2, 2, stride=2).forward(some[0]), some[1]
