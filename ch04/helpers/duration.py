"""How long numerical gradients take: for a network by hand, from the time of one loss."""

import time

import numpy as np

from ch04.two_layer_net import TwoLayerNet


def estimate(net: TwoLayerNet, x: np.ndarray, t: np.ndarray, iters: int) -> float:
    """Return how many seconds `iters` numerical gradients take: two losses for each parameter."""
    repeats = 200
    start = time.perf_counter()
    for _ in range(repeats):
        net.loss(x, t)
    per_loss = (time.perf_counter() - start) / repeats
    return iters * 2 * sum(param.size for param in net.params.values()) * per_loss
