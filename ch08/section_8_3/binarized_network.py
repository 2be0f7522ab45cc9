"""1-bit networks: weights and activations of +1 and -1 (section 8.3.4).

    python ch08/section_8_3/binarized_network.py

Trains three networks of three layers on MNIST: one with real-valued weights (32 bits), one that
computes with the signs of its weights, and one whose hidden layers also output only signs. The
derivative of the sign is 0, so the gradient is passed through unchanged. It updates real-valued
weights, which are clipped to [-1, 1]. You will see a test accuracy of 0.9838 with 1-bit weights
(34 kB), of 0.9873 with real-valued weights (1,075 kB), and of 0.9695 with 1-bit activations as
well. NumPy saves no time: it stores a sign like any other number. About 30 seconds.
"""

import argparse
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.binary_training import KINDS, ClippedAdam, build, size_in_bytes, used_weights
from common.optimizer import Adam
from common.schedules import cosine_decay
from common.trainer import Trainer
from lab.digits import Digits, digits
from lab.plots import Axes, Figure
from lab.script import Flag, Results
from lab.training import compare, steps

BINS = 40
COLORS = (plots.BLACK, plots.BLUE, plots.ORANGE)
FLAGS = {
    "epochs": Flag(5, "passes over the training digits", quick=3),
    "samples": Flag(60000, "digits to train on", quick=2000),
    "test_samples": Flag(10000, "test digits", quick=1000),
    "hidden": Flag([256, 256], "neurons of each hidden layer", quick=[64, 64], many=True),
    "batch_size": Flag(100, "digits in a mini-batch"),
    "lr": Flag(0.003, "initial learning rate of Adam"),
}


def trained(args: argparse.Namespace, train: Digits, test: Digits) -> dict[str, Trainer]:
    """Train a network of each kind, all on the same mini-batches; return their trainers."""
    sizes = [784, *args.hidden, 10]
    return compare(
        args,
        {kind: build(kind, sizes, np.random.default_rng(args.seed)) for kind in KINDS},
        train,
        test,
        optimizer=ClippedAdam,
        each={KINDS[0]: {"optimizer": Adam}},
        schedule=cosine_decay(args.lr, steps(args, train)),
        evaluate_sample_num_per_epoch=1000,
    )


def facts(trainer: Trainer) -> dict[str, Any]:
    """Return the accuracy on all test digits, and statistics of the weights."""
    network = trainer.network
    accuracy = network.accuracy(trainer.x_test, trainer.t_test)
    used = used_weights(network)
    real = [value for key, value in network.params.items() if key.startswith("W")]
    return {
        "accuracy": accuracy,
        "test_acc_list": [*trainer.test_acc_list, accuracy],
        "different_weights": len(np.unique(np.concatenate([W.ravel() for W in used]))),
        "largest": float(max(np.abs(W).max() for W in used)),
        "smallest": float(min(np.abs(W).min() for W in used)),
        "bytes": size_in_bytes(used),
        "histograms": [np.histogram(W, BINS, (-1, 1))[0] / W.size for W in real],
    }


def experiment(args: argparse.Namespace) -> Results:
    """Train the networks side by side; print and return their accuracies and their weights."""
    rows = {kind: facts(trainer) for kind, trainer in trained(args, *digits(args)).items()}
    for kind, row in rows.items():
        print(f"{kind}: accuracy {row['accuracy']:.4f}, ", end="")
        print(f"{row['bytes']:,} bytes, {row['different_weights']:,} different weights")
    return {"networks": rows}


def draw(results: Results) -> Figure:
    """Draw the accuracies, the memory, and the real-valued weights at the end."""
    rows = results["networks"]
    names = [["curves", "memory"], ["weights", "weights"]]
    fig, axes = plots.mosaic(names, size=(9.4, 7.8), width_ratios=[1.8, 1], height_ratios=[1.3, 1])
    draw_accuracies(axes["curves"], rows)
    kilobytes = [row["bytes"] / 1000 for row in rows.values()]
    labels = ["32 bits", "1 bit", "1 bit,\nactivations\ntoo"]
    bars = axes["memory"].bar(labels, kilobytes, color=COLORS)
    axes["memory"].bar_label(bars, fmt="{:,.0f}", padding=2)
    title = f"1/{kilobytes[0] / kilobytes[1]:.0f} of the memory"
    axes["memory"].set(title=title, ylabel="memory of the weights, kB")
    draw_weights(axes["weights"], rows[KINDS[2]]["histograms"])
    return fig


def draw_accuracies(ax: Axes, rows: Results) -> None:
    """Draw the test accuracies of the three networks, after each epoch and at the end."""
    for (kind, row), color, marker in zip(rows.items(), COLORS, "osD", strict=True):
        values = row["test_acc_list"][1:]  # the first is that before training
        label = f"{kind}: {row['accuracy']:.4f}"
        ax.plot(range(1, len(values) + 1), values, marker=marker, color=color, label=label)
    lost = rows[KINDS[0]]["accuracy"] - rows[KINDS[1]]["accuracy"]
    ax.set_title(f"1-bit weights lose {lost:.4f} in accuracy")
    ax.set(xlabel="epoch", ylabel="test accuracy: 1,000 digits; at the end all")
    plots.integer_ticks(ax)
    ax.margins(y=0.45)  # room for the legend
    ax.legend()


def draw_weights(ax: Axes, histograms: list[np.ndarray]) -> None:
    """Draw how the real-valued weights of each layer are distributed after training."""
    middles = np.linspace(-1, 1, BINS, endpoint=False) + 1 / BINS
    for number, parts in enumerate(histograms, 1):
        style = ("-", "--", ":")[(number - 1) % 3]
        ax.step(middles, parts, style, where="mid", label=f"W{number}")
    ax.set(title=f"The real-valued weights of the network with {KINDS[2]}")
    ax.set(xlabel="value after training", ylabel="share of the weights")
    ax.legend()


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
