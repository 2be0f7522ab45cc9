"""LeNet, AlexNet and SimpleConvNet side by side, on the same digits (section 7.7).

    python ch07/representative_cnns.py

Trains them on the same mini-batches for 4 epochs, with Adam and a learning rate that falls along a
cosine. LeNet, with sigmoids and average pooling, learns slowly at first: after 136 mini-batches its
loss is half of that of guessing. The same layers with ReLU and max pooling need 25, with a quarter
of the learning rate. The final test accuracies: LeNet 0.979, with ReLU and max pooling 0.987;
SimpleConvNet, with seven times the parameters, 0.981; the small AlexNet 0.988, with as many
parameters as LeNet and nearly seven times the multiplications. About 3 minutes on two cores.

LeNet's learning rate, 0.004, is the best of 0.001, 0.002, 0.004 and 0.008 on held-out training
digits (another seed, 4 epochs, no decay: 0.953, 0.975, 0.983, 0.961). The others have 0.001, as in
the book.
"""

import argparse
from collections.abc import Mapping, Sequence

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch07.alexnet import AlexNet
from ch07.helpers.costs import draw_costs, measure
from ch07.lenet import LeNet
from ch07.simple_convnet import SimpleConvNet
from common.optimizer import Adam
from common.schedules import cosine_decay
from common.train_together import train_together
from common.trainer import Trainer
from lab.digits import digits
from lab.plots import Axes, Figure
from lab.script import Flag, Results
from lab.training import steps, trainer

NETWORKS: dict[str, tuple[type, dict[str, bool], float]] = {  # class, options, learning rate
    "LeNet": (LeNet, {}, 0.004),
    "LeNet with ReLU and max pooling": (LeNet, {"modern": True}, 0.001),
    "SimpleConvNet": (SimpleConvNet, {}, 0.001),
    "AlexNet, small": (AlexNet, {}, 0.001),
}
FIRST = 600  # mini-batches whose losses are drawn
FLAGS = {
    "epochs": Flag(4, "passes over the training digits", quick=1),
    "samples": Flag(60000, "digits to train on", quick=100, least=10),
    "test_samples": Flag(10000, "digits to test on", quick=100),
    "batch_size": Flag(100, "digits in a mini-batch", quick=20),
    "threads": Flag(2, "networks trained at the same time", dest="at_once"),
}


def trainers(args: argparse.Namespace) -> dict[str, Trainer]:
    """Return a trainer for each network; all use the same mini-batches."""
    train, test = digits(args, flatten=False)
    return {
        name: trainer(
            *(args, make(**options, rng=args.seed), train, test),
            optimizer=Adam(lr),
            schedule=cosine_decay(lr, steps(args, train)),
            evaluate_sample_num_per_epoch=1000,
        )
        for name, (make, options, lr) in NETWORKS.items()
    }


def experiment(args: argparse.Namespace) -> Results:
    """Train the networks; print and return their accuracies and costs."""
    trained = trainers(args)
    train_together(*trained.values(), threads=args.at_once)
    networks = {name: measure(one, args.batch_size) for name, one in trained.items()}
    for name, one in networks.items():
        print(f"{name}: {one['parameters']:,} parameters, {one['multiply_adds']:,}", end=" ")
        print(f"multiplications for a digit, {one['milliseconds']:.1f} ms for", end=" ")
        print(f"{args.batch_size} digits; mini-batches until the loss is half of that", end=" ")
        print(f"of guessing: {one['until'] or 'not reached'}; test accuracy {one['test_acc']:.4f}")
    return {"networks": networks}


def draw(results: Results) -> list[Figure]:
    """Draw how the networks learn, and their costs."""
    return [draw_learning(results), draw_costs(results["networks"])]


def draw_learning(results: Results) -> Figure:
    """Draw the losses of the first mini-batches, and the accuracy after each epoch."""
    networks = results["networks"]
    fig, (loss, accuracy) = plots.figure(1, 2, size=(9.4, 5.2))
    losses = {name: one["train_loss_list"][:FIRST] for name, one in networks.items()}
    plots.loss_curves(loss, losses, "Losses at the beginning")
    loss.axhline(np.log(10), color="gray", linestyle=":", label="ln 10: guessing")
    loss.get_legend().remove()  # one legend for both, placed where it hides no curve
    fig.legend(*loss.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    draw_accuracies(accuracy, {name: one["test_acc_list"] for name, one in networks.items()})
    best = max(networks, key=lambda name: networks[name]["test_acc"])
    title = f"Section 7.7: best accuracy {networks[best]['test_acc']:.4f} ({best})"
    fig.suptitle(f"{title}; data: {results['data']}")
    return fig


def draw_accuracies(ax: Axes, accuracies: Mapping[str, Sequence[float]]) -> None:
    """Draw the accuracy of each network after each epoch."""
    for (name, row), marker in zip(accuracies.items(), "osD^", strict=True):
        ax.plot(range(1, len(row)), row[1:], marker=marker, color=plots.color(name))
    ax.set(title="Epoch by epoch", xlabel="epochs", ylabel="accuracy on 1,000 test digits")
    plots.integer_ticks(ax)


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)
