"""The time that each layer of a network takes (8.3.1)."""

from time import perf_counter
from typing import Any

import numpy as np

from common.io.progress import progress
from common.network import Network
from common.threads import one_blas_thread

LOSS = "loss"
Times = dict[str, float]


def timed_pass(network: Network, x: np.ndarray, t: np.ndarray) -> tuple[Times, Times]:
    """Return the seconds that each layer takes for a forward and for a backward pass.

    It is what `Network.loss_and_gradient` does: nobody wants the gradient of the images.
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

    The two take turns, so that a busy moment of the machine meets them both.
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
    """Return which part of the sum of `values`, one for each layer, falls to each kind of layer."""
    kinds = {name: type(layer).__name__ for name, layer in network.layers.items()} | {LOSS: LOSS}
    totals = dict.fromkeys(kinds.values(), 0.0)
    for name, value in values.items():
        totals[kinds[name]] += value / sum(values.values())
    return totals
