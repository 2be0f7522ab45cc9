"""The duration of numerical gradients, estimated from the time to compute the loss once."""

import time

import numpy as np

from ch04.two_layer_net import TwoLayerNet


def estimate(net: TwoLayerNet, x: np.ndarray, t: np.ndarray, iters: int) -> float:
    """Return the seconds for `iters` numerical gradients, with two losses per parameter."""
    repeats = 200
    start = time.perf_counter()
    for _ in range(repeats):
        net.loss(x, t)
    per_loss = (time.perf_counter() - start) / repeats
    return iters * 2 * sum(param.size for param in net.params.values()) * per_loss
