"""Half precision: 16 bits for a number instead of 64 (section 8.3.4).

    python ch08/half_float_network.py

reads the 10,000 test digits with DeepConvNet in float64, float32 and float16: parameters and images
are cast, the layers keep that type. You will see the same accuracy three times, to 0.1 percentage
points, and a quarter of the memory for parameters. float32 is twice as fast as float64; float16 is
not faster still. Processors without half-precision arithmetic, and NumPy, gain memory by it, not
time: the layers store in float16 and compute in float32, as a matrix product by NumPy in float16
itself takes a hundred times as long. About 25 seconds.
"""

import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from tqdm import tqdm

from ch08.deep_convnet import WEIGHTS, DeepConvNet
from common import cli, plots
from common.network import Network
from common.util import one_blas_thread
from dataset.mnist import data_name, load_mnist

TYPES = ("float64", "float32", "float16")
BATCH = 100


def cast(weights: str | Path, dtype: str) -> DeepConvNet:
    """Return DeepConvNet with stored weights, as numbers of a type."""
    network = DeepConvNet()
    network.load_params(weights)
    network.params = {key: value.astype(dtype) for key, value in network.params.items()}
    return network


def read(
    networks: dict[str, Network], x: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Return the scores, (N, 10), and the median seconds for a batch, of networks taking turns."""
    scores: dict[str, list] = {dtype: [] for dtype in networks}
    seconds: dict[str, list] = {dtype: [] for dtype in networks}
    with one_blas_thread():
        for start in tqdm(range(0, len(x), BATCH), "batches", disable=None):
            for dtype, network in networks.items():
                batch = x[start : start + BATCH].astype(dtype)
                before = perf_counter()
                scores[dtype].append(network.predict(batch))
                seconds[dtype].append(perf_counter() - before)
    medians = {dtype: float(np.median(times)) for dtype, times in seconds.items()}
    return {dtype: np.concatenate(parts) for dtype, parts in scores.items()}, medians


def memory(network: Network, x: np.ndarray) -> tuple[int, int]:
    """Return the bytes that a forward pass leaves in the layers, and holds at most meanwhile."""
    tracemalloc.start()
    network.predict(x)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept, peak


def product_seconds(dtype: str, repeats: int = 5) -> float:
    """Return the median seconds that NumPy takes for a product of matrices of a type."""
    a, b = np.ones((100, 1024), dtype), np.ones((1024, 50), dtype)
    times = []
    with one_blas_thread():
        for _ in range(repeats):
            before = perf_counter()
            a @ b
            times.append(perf_counter() - before)
    return float(np.median(times))
