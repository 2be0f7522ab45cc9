"""The time that a network and each of its layers take (8.2, 8.3.1)."""

from time import perf_counter, process_time
from typing import Any

import numpy as np

from common.io.progress import progress
from common.network import Network
from common.threads import one_blas_thread

LOSS = "loss"
Times = dict[str, float]


def timed_pass(network: Network, x: np.ndarray, t: np.ndarray) -> tuple[Times, Times]:
    """Return the seconds that each layer takes for a forward and for a backward pass.

    As in `Network.loss_and_gradient`, the gradient of the images is not computed.
    """
    forward, backward, first = {}, {}, next(iter(network.layers.values()))
    first.wants_dx = False
    before = perf_counter()
    for name, layer in network.layers.items():
        x = layer.forward(x, True)
        forward[name], before = perf_counter() - before, perf_counter()
    network.last_layer.forward(x, t)
    forward[LOSS], before = perf_counter() - before, perf_counter()
    dout = network.last_layer.backward()
    backward[LOSS], before = perf_counter() - before, perf_counter()
    for name, layer in reversed(network.layers.items()):
        dout = layer.backward(dout)
        backward[name], before = perf_counter() - before, perf_counter()
    first.wants_dx = True
    return forward, backward


def measure(network: Network, x: np.ndarray, t: np.ndarray, rounds: int) -> dict[str, Any]:
    """Return the median seconds of each layer, forward and backward, and of a whole pass.

    The two are measured alternately, so that other programs disturb both equally.
    """
    passes, whole = [], []
    with one_blas_thread():
        network.loss_and_gradient(x, t)  # the first time takes longer
        for _ in progress(range(rounds), "rounds"):
            passes.append(timed_pass(network, x, t))
            before = perf_counter()
            network.loss_and_gradient(x, t)
            whole.append(perf_counter() - before)
    forward, backward = (
        {name: float(np.median([one[name] for one in times])) for name in (*network.layers, LOSS)}
        for times in zip(*passes, strict=True)
    )
    return {"forward": forward, "backward": backward, "whole": float(np.median(whole))}


def shares(network: Network, values: dict[str, float]) -> dict[str, float]:
    """Return the share of each kind of layer in the sum of `values`, one for each layer."""
    kinds = {name: type(layer).__name__ for name, layer in network.layers.items()} | {LOSS: LOSS}
    totals = dict.fromkeys(kinds.values(), 0.0)
    for name, value in values.items():
        totals[kinds[name]] += value / sum(values.values())
    return totals


def gradient_seconds(network: Network, x: np.ndarray, t: np.ndarray) -> float:
    """Return how long one core takes for the gradient of a mini-batch: the shortest of 3 times."""
    times = []
    with one_blas_thread():
        for _ in range(3):
            start = process_time()
            network.gradient(x, t)
            times.append(process_time() - start)
    return min(times)
