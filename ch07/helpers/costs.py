"""The costs of networks, and how fast they learned: the numbers compared in section 7.7."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from common.network import Network
from common.threads import one_blas_thread
from common.trainer import Trainer
from lab import plots
from lab.costs import multiply_adds
from lab.plots import Figure

COSTS = {  # title, how a number is written
    "parameters": ("parameters", "{:,.0f}"),
    "multiply_adds": ("multiplications for a digit", "{:,.0f}"),
    "milliseconds": ("milliseconds for a mini-batch", "{:,.0f}"),
    "wrong": ("% of the test digits misclassified", "{:.2f}"),
}


def milliseconds(network: Network, x: np.ndarray, t: np.ndarray, times: int = 10) -> float:
    """Return the time for the loss and the gradient of a mini-batch: a median of several times."""
    taken = []
    with one_blas_thread():
        for _ in range(times):
            start = time.perf_counter()
            network.loss_and_gradient(x, t)
            taken.append(time.perf_counter() - start)
    return float(1000 * np.median(taken))


def until(losses: Sequence[float], below: float, width: int = 20) -> int | None:
    """Return the number of mini-batches until `width` losses have a mean less than `below`."""
    for end in range(width, len(losses) + 1):
        if np.mean(losses[end - width : end]) < below:
            return end
    return None


def measure(trainer: Trainer, batch_size: int) -> dict[str, Any]:
    """Return the accuracy of a network after its training run, and its costs.

    Parameters
    ----------
    trainer : Trainer
        After the training run.
    batch_size : int
        The size of the mini-batch whose time is measured.
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


def draw_costs(networks: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw the costs of each network as bars, with its errors beside them."""
    fig, axes = plots.figure(2, 2, size=(9.4, 5), sharey=True)
    for ax, (key, (title, form)) in zip(axes.flat, COSTS.items(), strict=True):
        colors = [plots.color(name) for name in networks]
        bars = ax.barh(list(networks), [one[key] for one in networks.values()], color=colors)
        ax.bar_label(bars, fmt=form, fontsize=9, padding=3)
        ax.set(title=title, xticks=[])
        ax.margins(x=0.25)
    axes[0, 0].invert_yaxis()
    lenet, alexnet = (networks[name]["multiply_adds"] for name in ("LeNet", "AlexNet, small"))
    ratio = f"{alexnet / lenet:.1f} times as many multiplications as LeNet"
    fig.suptitle(f"Section 7.7: the small AlexNet needs {ratio}")
    return fig
