"""Why the first weights must not be equal (section 6.2.1).

    python ch06/weight_init_zero.py

trains a network of two layers three times: all weights 0 at first, all 0.5, and random. Where they
were equal, all hidden neurons get the same updates: they stay copies of each other, and the
network learns no more than it could with one. The figure shows what eight of the hidden neurons
learned. About 4 seconds.
"""

import argparse
from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.multi_layer_net import MultiLayerNet
from common.optimizer import SGD
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots

STARTS = {"all weights 0": 0.0, "all weights 0.5": 0.5, "random (Xavier)": None}


def network(start: float | None, hidden_size: int, seed: int) -> MultiLayerNet:
    """Return a network with sigmoid, with all weights equal to `start`, or random."""
    std = "xavier" if start is None else 0
    net = MultiLayerNet(784, [hidden_size], 10, "sigmoid", std, rng=seed)
    for key in ("W1", "W2"):
        net.params[key] += start or 0
    return net


def trainers(args: argparse.Namespace, data: str) -> dict[str, Trainer]:
    """Return a trainer for each start; all will see the same mini-batches."""
    (x_train, t_train), (x_test, t_test) = load_mnist(source=data)
    mean = x_train.mean(axis=0)  # taken off, so that weights of 0.5 do not saturate the sigmoid
    centred = (x_train - mean, t_train, x_test - mean, t_test)
    return {
        name: Trainer(
            network(start, args.hidden_size, args.seed),
            *centred,
            max_iter=args.iters,
            mini_batch_size=args.batch_size,
            optimizer=SGD(args.lr),
            evaluate_sample_num_per_epoch=1000,
            verbose=False,
            rng=args.seed,
        )
        for name, start in STARTS.items()
    }


def compare(net: MultiLayerNet, first: np.ndarray, x: np.ndarray) -> dict[str, float]:
    """Return how far `net` went from its first W1, and its hidden neurons from one another."""
    net.predict(x)
    hidden = net.layers["Activation_function1"].out  # (N, hidden_size)
    differences = {
        "W1 moved by": np.abs(net.params["W1"] - first),
        "columns of W1 differ by": np.ptp(net.params["W1"], axis=1),
        "rows of W2 differ by": np.ptp(net.params["W2"], axis=0),
        "hidden outputs differ by": np.ptp(hidden, axis=1),
    }
    return {name: float(values.max()) for name, values in differences.items()}


def draw(changes: dict[str, np.ndarray], data: str) -> Figure:
    """Draw what the training added to the weights of eight neurons, a row per start."""
    fig, axes = plots.figure(len(changes), 8, size=(11, 4.6))
    for row, (label, change) in zip(axes, changes.items(), strict=True):
        largest = np.abs(change).max()
        for k, ax in enumerate(row):
            image = change[:, k].reshape(28, 28)
            ax.imshow(image, cmap="RdBu_r", vmin=-largest, vmax=largest)
            ax.set(xticks=[], yticks=[], frame_on=False)
        row[0].set_ylabel(label, rotation=0, ha="right", va="center")
    for k, ax in enumerate(axes[0]):
        ax.set_title(f"neuron {k + 1}")
    title = "what training adds to the weights of a hidden neuron (red more, blue less)"
    fig.suptitle(f"Section 6.2.1: {title}, data: {data}")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train from each start, and show how far the hidden neurons are from one another."""
    parser = cli.parser(__doc__, data=True)
    cli.add_training_flags(parser, iters=2000, batch_size=100, lr=0.5)
    parser.add_argument("--hidden-size", type=cli.at_least(8), default=50, help="default: 50")
    args = cli.parse(parser, argv, iters=300)
    data = data_name(args.data)
    print(f"data: {data}")
    trained = trainers(args, data)
    first = {name: trainer.network.params["W1"].copy() for name, trainer in trained.items()}
    train_together(*trained.values())

    results: dict[str, Any] = {"data": data}
    changes = {}
    for name, trainer in trained.items():
        net, x, t = trainer.network, trainer.x_test, trainer.t_test
        results[name] = compare(net, first[name], x[:1000]) | {"test_acc": net.accuracy(x, t)}
        print(name + "".join(f"\n  {key:24} {value:.4g}" for key, value in results[name].items()))
        label = f"{name}\ntest accuracy {results[name]['test_acc']:.2f}"
        changes[label] = net.params["W1"] - first[name]
    return cli.finish(args, __file__, results, draw(changes, data))


if __name__ == "__main__":
    cli.run(main)
