"""What a network costs, and how fast it learned: the numbers that section 7.7 compares."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from common.network import Network
from common.threads import one_blas_thread
from common.trainer import Trainer
from lab.costs import multiply_adds


def milliseconds(network: Network, x: np.ndarray, t: np.ndarray, times: int = 10) -> float:
    """Return how long loss and gradient of a mini-batch take, the median of so many times."""
    taken = []
    with one_blas_thread():
        for _ in range(times):
            start = time.perf_counter()
            network.loss_and_gradient(x, t)
            taken.append(time.perf_counter() - start)
    return float(1000 * np.median(taken))


def until(losses: Sequence[float], below: float, width: int = 20) -> int | None:
    """Return after how many mini-batches the mean of the last ones' losses is below a bound."""
    for end in range(width, len(losses) + 1):
        if np.mean(losses[end - width : end]) < below:
            return end
    return None


def measure(trainer: Trainer, batch_size: int) -> dict[str, Any]:
    """Return what a network reached in its training, and what it costs.

    Parameters
    ----------
    trainer : Trainer
        When the training is over.
    batch_size : int
        Of the mini-batch whose milliseconds count.
    """
    network, x, t = trainer.network, trainer.x_train, trainer.t_train
    x_test, t_test = trainer.x_test, trainer.t_test
    accuracy = network.accuracy(x_test, t_test)
    return {
        "parameters": sum(value.size for value in network.params.values()),
        "multiply_adds": sum(multiply_adds(network, x[:1]).values()),
        "milliseconds": milliseconds(network, x[:batch_size], t[:batch_size]),
        "wrong": 100 * (1 - accuracy),
        "test_acc": accuracy,
        "until": until(trainer.train_loss_list, np.log(10) / 2),
        "test_acc_list": [*trainer.test_acc_list, network.accuracy(x_test[:1000], t_test[:1000])],
        "train_loss_list": trainer.train_loss_list,
    }
