"""LeNet, AlexNet and SimpleConvNet side by side, on the same digits (section 7.7).

    python ch07/representative_cnns.py

All see the same mini-batches for 4 epochs, with Adam and a rate that falls along a cosine. You will
see that sigmoids and means make LeNet wait: its loss is half of that of guessing after 136
mini-batches, with ReLU and max pooling in the same layers after 25, though at a quarter of the
rate. At the end LeNet reads 0.979 of the test digits, with ReLU 0.987; SimpleConvNet, with seven
times the parameters, 0.981; the small AlexNet 0.989, with as many parameters as LeNet and nearly
seven times the multiplications. 4 minutes of one core, on a busy machine.

LeNet's rate, 0.004, is the best of 0.001, 0.002, 0.004 and 0.008 on training digits that were held
out (another seed, 4 epochs, no decay: 0.953, 0.975, 0.983, 0.961); the others have 0.001, as in the
book.
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
from matplotlib.ticker import MaxNLocator

from ch07.alexnet import AlexNet
from ch07.helpers.costs import measure
from ch07.lenet import LeNet
from ch07.simple_convnet import SimpleConvNet
from common.optimizer import Adam
from common.schedules import cosine_decay
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots

NETWORKS: dict[str, tuple[type, dict[str, bool], float]] = {  # its options, learning rate
    "LeNet": (LeNet, {}, 0.004),
    "LeNet with ReLU and max pooling": (LeNet, {"modern": True}, 0.001),
    "SimpleConvNet": (SimpleConvNet, {}, 0.001),
    "AlexNet, small": (AlexNet, {}, 0.001),
}
COSTS = {
    "parameters": "parameters",
    "multiply_adds": "multiplications for a digit",
    "milliseconds": "milliseconds for a mini-batch",
    "wrong": "% of the test digits wrong",
}


def trainers(args: argparse.Namespace, data: str) -> dict[str, Trainer]:
    """Return a trainer for each network; all will see the same mini-batches."""
    (x, t), test = load_mnist(flatten=False, source=data)
    if args.quick:
        test = (test[0][:100], test[1][:100])
    iterations = args.epochs * -(-len(x[: args.samples]) // args.batch_size)
    return {
        name: Trainer(
            make(**options, rng=args.seed),
            x[: args.samples],
            t[: args.samples],
            *test,
            epochs=args.epochs,
            mini_batch_size=args.batch_size,
            optimizer=Adam(lr),
            evaluate_sample_num_per_epoch=1000,
            verbose=False,
            rng=args.seed,
            schedule=cosine_decay(lr, iterations),
        )
        for name, (make, options, lr) in NETWORKS.items()
    }


def draw(networks: Mapping[str, dict[str, Any]], batches: int, title: str) -> Figure:
    """Draw the losses of the first mini-batches, the accuracies, and what each network costs."""
    rows = [["loss", "loss", "accuracy", "accuracy"], list(COSTS)]
    fig, axes = plots.mosaic(rows, size=(13, 8), height_ratios=[1.6, 1])
    loss, accuracy = axes["loss"], axes["accuracy"]
    losses = {name: one["train_loss_list"][:batches] for name, one in networks.items()}
    plots.loss_curves(loss, losses, "At the beginning")
    loss.axhline(np.log(10), color="gray", linestyle=":", label="ln 10: guessing")
    loss.legend()
    for (name, one), marker in zip(networks.items(), "osD^", strict=True):
        row = one["test_acc_list"]
        accuracy.plot(range(1, len(row)), row[1:], marker=marker, label=name)
    # Colours and markers are those of the losses, and so is the legend: here it could hide a line.
    accuracy.set(title="Epoch by epoch", xlabel="epochs", ylabel="accuracy on 1,000 test digits")
    accuracy.xaxis.set_major_locator(MaxNLocator(integer=True))
    for key, label in COSTS.items():
        colors = [f"C{number}" for number in range(len(networks))]  # as in the curves
        bars = axes[key].bar(list(networks), [one[key] for one in networks.values()], color=colors)
        axes[key].bar_label(bars, fmt="{:.2f}" if key == "wrong" else "{:,.0f}", fontsize=9)
        axes[key].set(title=label, xticks=[], yticks=[])
        axes[key].margins(y=0.12)
    fig.suptitle(title)
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train the three networks, print what they reach and cost, and draw it."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--epochs", type=cli.at_least(1), default=4, help="default: 4")
    add("--samples", type=cli.at_least(10), default=60000, help="to train on (default: 60000)")
    add("--batch-size", type=cli.at_least(1), default=100, help="default: 100")
    add("--threads", type=cli.at_least(1), default=2, help="networks at a time (default: 2)")
    args = cli.parse(parser, argv, too_small=True, samples=100, batch_size=20, epochs=1)

    data = data_name(args.data)
    print(f"data: {data}")
    trained = trainers(args, data)
    train_together(*trained.values(), threads=args.threads)
    networks = {name: measure(trainer, args.batch_size) for name, trainer in trained.items()}
    for name, one in networks.items():
        print(
            f"{name}: {one['parameters']:,} parameters, {one['multiply_adds']:,} products", end=""
        )
        print(
            f" for a digit, {one['milliseconds']:.1f} ms for {args.batch_size} digits; loss", end=""
        )
        print(f" halved after {one['until'] or 'more'}; test accuracy {one['test_acc']:.4f}")
    title = f"Networks of section 7.7, {args.samples} training digits, data: {data}"
    return cli.finish(
        args, __file__, {"data": data, "networks": networks}, draw(networks, 600, title)
    )


if __name__ == "__main__":
    cli.run(main)
