"""Workers that split a mini-batch: the gradient they compute, and the speed-up (8.3.3)."""

from collections.abc import Sequence
from time import perf_counter

import numpy as np

from ch08.deep_convnet import DeepConvNet
from common.data_parallel import DataParallel
from common.io.progress import progress
from common.multi_layer_net import MultiLayerNet
from common.network import Network

PARTS = (1, 2, 4, 5, 10)


def averaged_gradient(
    network: Network, x: np.ndarray, t: np.ndarray, parts: int
) -> dict[str, np.ndarray]:
    """Return the mean of the gradients of `parts` equal parts of a mini-batch."""
    pairs = zip(np.split(x, parts), np.split(t, parts), strict=True)
    gradients = [network.gradient(some_x, some_t) for some_x, some_t in pairs]
    return {key: np.mean([one[key] for one in gradients], axis=0) for key in gradients[0]}


def differences(rng: np.random.Generator) -> dict[int, float]:
    """Return by number of parts the largest difference from the gradient of the whole mini-batch.

    Relative to the largest gradient of each parameter; in float64, 100 samples, three layers.
    """
    network = MultiLayerNet(784, [100, 100], 10, rng=rng)
    network.params = {key: value.astype(np.float64) for key, value in network.params.items()}
    x, t = rng.random((100, 784)), rng.integers(10, size=100)
    whole, result = network.gradient(x, t), {}
    for parts in PARTS:
        mean = averaged_gradient(network, x, t, parts)
        off = [np.abs(mean[key] - grad).max() / np.abs(grad).max() for key, grad in whole.items()]
        result[parts] = float(max(off))
    return result


def speed_ups(
    sizes: Sequence[int], threads: Sequence[int], rounds: int, rng: np.random.Generator
) -> dict[int, dict[int, float]]:
    """Return for each size of the mini-batch the speed-up of each number of threads.

    All are measured in turn; the shortest time of all rounds is used: it is the one least disturbed
    by other programs.
    """
    network = DeepConvNet(rng=rng)
    x = rng.random((max(sizes), 1, 28, 28), np.float32)
    t = rng.integers(10, size=max(sizes))
    times: dict[int, dict[int, list[float]]] = {
        size: {number: [] for number in (1, *threads)} for size in sizes
    }
    with DataParallel(network, 1) as one:
        workers = {1: one} | {number: DataParallel(network, number) for number in threads}
        for _ in progress(range(rounds), "rounds"):
            for size, by_number in times.items():
                for number in by_number:
                    before = perf_counter()
                    workers[number].loss_and_gradient(x[:size], t[:size])
                    by_number[number].append(perf_counter() - before)
    return {
        size: {number: min(by[1]) / min(by[number]) for number in by} for size, by in times.items()
    }
