"""Scores, time and memory of one network in several precisions (8.3.4)."""

import timeit
import tracemalloc
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from ch08.helpers import bundled
from common.io.progress import progress
from common.network import Network

BATCH = 100


def cast(weights: str | Path | None, dtype: str) -> Network:
    """Return DeepConvNet with stored weights (None: the bundled weights), converted to a type."""
    network = bundled.load(weights)
    network.params = {key: value.astype(dtype) for key, value in network.params.items()}
    return network


def timed_scores(
    networks: dict[str, Network], x: np.ndarray
) -> dict[str, tuple[np.ndarray, float]]:
    """Return for each type the scores of all images, and the seconds that they take.

    The seconds are the median of a batch times the number of batches. The networks take turns, one
    batch each, so that other programs slow down all of them equally.
    """
    scores: dict[str, list] = {dtype: [] for dtype in networks}
    times: dict[str, list] = {dtype: [] for dtype in networks}
    for start in progress(range(0, len(x), BATCH), "batches"):
        for dtype, network in networks.items():
            batch = x[start : start + BATCH].astype(dtype)
            before = perf_counter()
            scores[dtype].append(network.predict(batch))
            times[dtype].append(perf_counter() - before)
    number = len(x) / BATCH
    return {
        key: (np.concatenate(scores[key]), number * float(np.median(times[key]))) for key in times
    }


def differences(scores: np.ndarray, exact: np.ndarray) -> dict[str, float]:
    """Return the largest difference of two sets of scores, and how many answers differ."""
    other = scores.argmax(axis=1) != exact.argmax(axis=1)
    return {
        "score_difference": float(np.abs(scores - exact).max()),
        "read_differently": int(other.sum()),
    }


def memory(network: Network, x: np.ndarray) -> dict[str, int]:
    """Return the bytes of the parameters, and of the arrays kept after a forward pass."""
    tracemalloc.start()
    network.predict(x)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    parameters = sum(value.nbytes for value in network.params.values())
    return {"parameters": parameters, "forward_pass": kept, "peak": peak}


def product_ratio(repeats: int = 5) -> float:
    """Return how many times as long a matrix product in float16 takes as one in float32."""
    times = []
    for dtype in ("float32", "float16"):
        a, b = np.ones((100, 1024), dtype), np.ones((1024, 50), dtype)
        times.append(np.median(timeit.repeat(partial(np.matmul, a, b), number=1, repeat=repeats)))
    return float(times[1] / times[0])
