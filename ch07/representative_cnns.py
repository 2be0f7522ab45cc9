"""LeNet, AlexNet and SimpleConvNet side by side, on the same digits (section 7.7).

    python ch07/representative_cnns.py

TODO
The learning rate of LeNet, 0.004, is the best of 0.001, 0.002, 0.004 and 0.008 on
training digits that were held out; with the 0.001 of the others it is slower still.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ch07.alexnet import AlexNet
from ch07.lenet import LeNet
from ch07.simple_convnet import SimpleConvNet
from common import cli, plots
from common.network import Network
from common.optimizer import Adam
from common.trainer import Trainer, train_together
from common.util import one_blas_thread
from dataset.mnist import data_name, load_mnist

NETWORKS: dict[str, tuple[Any, float]] = {  # class, learning rate of Adam
    "LeNet": (LeNet, 0.004),
    "SimpleConvNet": (SimpleConvNet, 0.001),
    "AlexNet, small": (AlexNet, 0.001),
}
COSTS = {
    "parameters": "parameters",
    "multiply_adds": "multiplications for one digit",
    "milliseconds": "milliseconds for a mini-batch\n(one thread)",
    "wrong": "% of the test digits wrong\nat the end",
}


def trainers(args: argparse.Namespace, data: str) -> dict[str, Trainer]:
    """Return a trainer for each network; all will see the same mini-batches."""
    (x, t), test = load_mnist(flatten=False, source=data)
    return {
        name: Trainer(
            make(rng=args.seed),
            x[: args.samples],
            t[: args.samples],
            *test,
            epochs=args.epochs,
            mini_batch_size=args.batch_size,
            optimizer=Adam(lr),
            evaluate_sample_num_per_epoch=1000,
            verbose=False,
            rng=args.seed,
            threads=args.threads,
        )
        for name, (make, lr) in NETWORKS.items()
    }


def multiply_adds(network: Network, x: np.ndarray) -> int:
    """Return how often inference multiplies: with each weight, once for each place of its filter.

    Parameters
    ----------
    network : Network
    x : ndarray of shape (1, C, H, W)
    """
    total = 0
    for layer in network.layers.values():
        x = layer.forward(x, train_flg=False)
        if "W" in layer.param_names:
            total += layer.W.size * x[0, 0].size  # x: (1, FN, OH, OW), or (1, M)
    return total


def milliseconds(network: Network, x: np.ndarray, t: np.ndarray, times: int = 10) -> float:
    """Return how long loss and gradient of a mini-batch take, the median of so many times."""
    taken = []
    with one_blas_thread():
        for _ in range(times):
            start = time.perf_counter()
            network.loss_and_gradient(x, t)
            taken.append(time.perf_counter() - start)
    return float(1000 * np.median(taken))


def until(losses: Sequence[float], below: float, width: int = 20) -> int:
    """Return after how many mini-batches the mean of the last losses is small; all if it is not."""
    means = np.convolve(losses, np.full(width, 1 / width), "valid")
    (found,) = np.nonzero(means < below)
    return int(found[0]) + width if len(found) else len(losses)


def measure(trainer: Trainer) -> dict[str, Any]:
    """Return what a trained network reached, and what it costs."""
    network, x, t = trainer.network, trainer.x_train, trainer.t_train
    accuracy = network.accuracy(trainer.x_test, trainer.t_test)
    return {
        "parameters": sum(value.size for value in network.params.values()),
        "multiply_adds": multiply_adds(network, x[:1]),
        "milliseconds": milliseconds(network, x[:100], t[:100]),
        "wrong": 100 * (1 - accuracy),
        "test_acc": accuracy,
        "until": until(trainer.train_loss_list, 0.5),
        "test_acc_list": trainer.test_acc_list,
        "train_loss_list": trainer.train_loss_list,
    }


def draw(networks: Mapping[str, dict[str, Any]], iterations: int, title: str) -> Figure:
    """Draw how the loss falls at first, the accuracies, and what each network costs."""
    rows = [["loss"] * 2 + ["accuracy"] * 2, list(COSTS)]
    fig, axes = plots.mosaic(rows, size=(13, 8), height_ratios=[1.5, 1])
    first = {name: one["train_loss_list"][:iterations] for name, one in networks.items()}
    plots.loss_curves(axes["loss"], first, f"The first {iterations} mini-batches", top=2.6)
    for one, marker in zip(networks.values(), "osD", strict=True):
        values = [*one["test_acc_list"][1:], one["test_acc"]]
        axes["accuracy"].plot(range(1, 1 + len(values)), values, marker=marker)
    axes["accuracy"].set(title="Test digits", xlabel="epochs", ylabel="accuracy")
    axes["accuracy"].set_xticks(range(1, 1 + len(values)))
    for key, label in COSTS.items():
        bars = axes[key].bar(list(networks), [one[key] for one in networks.values()])
        axes[key].bar_label(bars, fmt="{:,.4g}")
        axes[key].set_title(label)
    fig.suptitle(title)
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train the three networks, print what they reach and cost, and draw it."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--epochs", type=cli.at_least(1), default=4, help="default: 4")
    add("--samples", type=cli.at_least(10), default=60000, help="to train on (default: 60000)")
    add("--batch-size", type=cli.at_least(1), default=100, help="default: 100")
    add("--threads", type=cli.at_least(1), default=2, help="one for each core (default: 2)")
    args = cli.parse(parser, argv, samples=300, batch_size=30, epochs=1, threads=1)

    name = data_name(args.data)
    print(f"data: {name}")
    trained = trainers(args, name)
    train_together(*trained.values())
    networks = {name: measure(trainer) for name, trainer in trained.items()}
    return cli.finish(args, __file__, {"data": name, "networks": networks})


if __name__ == "__main__":
    cli.run(main)
