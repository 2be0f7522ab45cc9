"""Over-fitting, and weight decay against it (sections 6.4.1 and 6.4.2).

    python ch06/overfit_weight_decay.py
    python ch06/overfit_weight_decay.py --penalty l1

A network of seven layers learns 300 digits, without and with a penalty for large weights, from the
same mini-batches. You will see figure 6-20: it comes to know all 300 by heart, but only three
quarters of the test data. And figure 6-21: with the penalty the gap is smaller and the training
accuracy stays below 1 (yet the test accuracy is no better for it). About 17 seconds.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.multi_layer_net import MultiLayerNet
from common.network import Network
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots

STRENGTHS = {"l2": 0.1, "l1": 0.01, "max": 15.0}  # of about the same effect on the training data
LAST = 20  # an accuracy at the end is the mean over so many epochs


def add_flags(parser: argparse.ArgumentParser, epochs: int) -> None:
    """Add the flags of a training that over-fits."""
    add = parser.add_argument_group("training").add_argument
    add("--epochs", type=cli.at_least(1), default=epochs, help=f"default: {epochs}")
    add("--samples", type=cli.at_least(1), default=300, help="training samples (default: 300)")
    add("--batch-size", type=cli.at_least(1), default=100, help="default: 100")
    add("--lr", type=cli.positive, default=0.01, help="learning rate (default: 0.01)")
    words = "see every sample once per epoch, instead of drawing each batch at random"
    add("--shuffle", action="store_true", help=words)


def learn(networks: Mapping[str, Network], args: Any, data: str) -> dict[str, dict[str, Any]]:
    """Train networks on the same mini-batches; print and return how each of them ends."""
    (x, t), test = load_mnist(normalize=True, source=data)
    x, t = x[: args.samples], t[: args.samples]
    iter_per_epoch = -(-len(x) // args.batch_size)
    options: dict[str, Any] = {
        "max_iter": (args.epochs - 1) * iter_per_epoch + 1,  # as in the book, to the last accuracy
        "mini_batch_size": args.batch_size,
        "optimizer_param": {"lr": args.lr},
        "verbose": False,
        "shuffle": args.shuffle,
        "rng": args.seed,
    }
    trainers = {name: Trainer(net, x, t, *test, **options) for name, net in networks.items()}
    train_together(*trainers.values())
    return {name: results_of(name, trainer) for name, trainer in trainers.items()}


def results_of(name: str, trainer: Trainer) -> dict[str, Any]:
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


def draw(runs: Mapping[str, Any], title: str) -> Figure:
    """Draw the accuracies of each run in a panel of its own."""
    fig, axes = plots.figure(1, len(runs), (5.2 * len(runs), 4.4), sharey=True, squeeze=False)
    for (name, run), ax in zip(runs.items(), axes[0], strict=True):
        last = min(LAST, len(run["train_acc_list"]))
        panel = f"{name}: gap {run['gap']:.2f}, mean of the last {last}"
        plots.accuracy_curves(ax, run["train_acc_list"], run["test_acc_list"], panel)
        ax.label_outer()
    fig.suptitle(title)
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train without and with a penalty, print the gaps, and draw figures 6-20 and 6-21."""
    parser = cli.parser(__doc__, data=True)
    add_flags(parser, epochs=201)
    parser.add_argument("--penalty", choices=list(STRENGTHS), default="l2", help="default: l2")
    words = "how much it counts (default: 0.1 for l2, 0.01 for l1, 15 for max)"
    parser.add_argument("--lambda", dest="strength", type=cli.positive, help=words)
    args = cli.parse(parser, argv, epochs=41, lr=0.05)
    args.strength = args.strength or STRENGTHS[args.penalty]

    name = data_name(args.data)
    print(f"data: {name}")
    label = f"{args.penalty} penalty, {args.strength:g}"
    networks = {}
    for title, strength in (("no penalty", 0), (label, args.strength)):
        penalty = {"weight_decay_lambda": strength, "penalty": args.penalty}
        networks[title] = MultiLayerNet(784, [100] * 6, 10, **penalty, rng=args.seed)
    runs = learn(networks, args, name)
    title = f"Figures 6-20 and 6-21: accuracy, {args.samples} training samples, data: {name}"
    return cli.finish(args, __file__, {"data": name, "runs": runs}, draw(runs, title))


if __name__ == "__main__":
    cli.run(main)
