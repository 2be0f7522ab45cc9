"""Networks that overfit on few training digits: flags, training and figure (section 6.4)."""

import argparse
from collections.abc import Mapping
from typing import Any

import numpy as np

from common.network import Network
from common.trainer import Trainer
from lab import plots
from lab.digits import digits
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import compare

LAST = 20  # a final accuracy is the mean over this many epochs
SIZES = 784, [100] * 6, 10  # a network of seven layers


def flags(epochs: int) -> dict[str, Flag]:
    """Return the flags of training runs that overfit."""
    return {
        "epochs": Flag(epochs, "passes over the training digits", quick=41),
        "samples": Flag(300, "digits to train on"),
        "batch_size": Flag(100, "digits in a mini-batch"),
        "lr": Flag(0.01, "learning rate", quick=0.05),
        "shuffle": Flag(False, "use every digit once per epoch instead of drawing at random"),
    }


def learn(args: argparse.Namespace, networks: Mapping[str, Network]) -> dict[str, Results]:
    """Train networks on the same mini-batches; print and return their final accuracies."""
    train, test = digits(args)
    iter_per_epoch = -(-len(train[0]) // args.batch_size)
    last = (args.epochs - 1) * iter_per_epoch + 1  # as in the book, up to the last accuracy
    options: dict[str, Any] = {"max_iter": last, "evaluate_sample_num_per_epoch": None}
    trainers = compare(args, networks, train, test, **options)
    return {name: results_of(name, trainer) for name, trainer in trainers.items()}


def results_of(name: str, trainer: Trainer) -> Results:
    """Print and return the means of the last accuracies, and the sum of all squared weights."""
    train, test = trainer.train_acc_list, trainer.test_acc_list
    ends = {"train_acc": float(np.mean(train[-LAST:])), "test_acc": float(np.mean(test[-LAST:]))}
    ends["gap"] = ends["train_acc"] - ends["test_acc"]
    weights = [value for key, value in trainer.network.params.items() if key.startswith("W")]
    ends["sum_of_squares"] = sum(float(np.sum(W * W)) for W in weights)
    last = min(LAST, len(train))
    print(f"{name}: " + ", ".join(f"{key} {value:.4g}" for key, value in ends.items()), end="")
    print(f" (accuracies and gap: means of the last {last} epochs)")
    lists = {"train_acc_list": train, "test_acc_list": test}
    return {**ends, "mean_of_epochs": last, **lists, "train_loss_list": trainer.train_loss_list}


def draw(results: Results, figures: str) -> Figure:
    """Draw the accuracies of each run in a separate panel.

    Parameters
    ----------
    results : dict
        ``runs``: those of `learn`.
    figures : str
        The numbers in the book, such as "Figure 6-23".
    """
    runs = results["runs"]
    columns = min(3, len(runs))
    rows = -(-len(runs) // columns)
    fig, axes = plots.figure(rows, columns, (9.4, 0.6 + 3.7 * rows), sharey=True, squeeze=False)
    for (name, run), ax in zip(runs.items(), axes.flat, strict=False):
        title = f"{name}: gap {run['gap']:.2f}"
        plots.accuracy_curves(ax, run["train_acc_list"], run["test_acc_list"], title)
        ax.legend(loc="lower right")
        ax.label_outer()
    for ax in axes.flat[len(runs) :]:
        ax.remove()
    smallest = min(runs, key=lambda name: runs[name]["gap"])
    last, samples = runs[smallest]["mean_of_epochs"], results["settings"]["samples"]
    title = f"{figures}: smallest gap between training and test accuracy: {smallest}"
    what = f"gap: mean of the last {last} epochs; {samples} training digits, data"
    fig.suptitle(f"{title}\n({what}: {results['data']})")
    return fig
