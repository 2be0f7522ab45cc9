"""A network of one bit: weights and signals of +1 and -1 (section 8.3.4).

    python ch08/section_8_3/binarized_network.py

Three networks of three layers learn MNIST: one of real numbers (32 bits), one that computes with
the signs of its weights, one whose hidden layers also hand on signs only. Signs have no slope: the
gradient goes straight through them, and changes real-valued weights that are kept within -1 and 1.
You will see that the signs of the weights read 0.9838 of the test digits, where real numbers read
0.9873, with 34 kB instead of 1,075; with the signals of one bit as well, 0.9695. NumPy saves no
time: to it a sign is a number like others. About 30 seconds.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ch08.helpers.binary_training import KINDS, ClippedAdam, build, size_in_bytes, used_weights
from common.optimizer import Adam
from common.schedules import cosine_decay
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots

BINS = 40
COLORS = ("tab:gray", "tab:blue", "tab:orange")


def trainers(args: Any, train: Any, test: Any) -> dict[str, Trainer]:
    """Return a training for each kind of network, all with the same mini-batches."""
    iterations = args.epochs * -(-len(train[0]) // args.batch_size)
    sizes, made = [784, *args.hidden, 10], {}
    for kind in KINDS:
        optimizer = Adam(args.lr) if kind == KINDS[0] else ClippedAdam(args.lr)
        made[kind] = Trainer(
            build(kind, sizes, np.random.default_rng(args.seed)),
            train[0],
            train[1],
            test[0],
            test[1],
            epochs=args.epochs,
            mini_batch_size=args.batch_size,
            optimizer=optimizer,
            evaluate_sample_num_per_epoch=1000,
            verbose=False,
            rng=args.seed,
            schedule=cosine_decay(args.lr, iterations),
        )
    return made


def facts(trainer: Trainer) -> dict[str, Any]:
    """Return the accuracy on all test digits, and what the weights are like."""
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


def draw(rows: dict[str, Any], data: str) -> Figure:
    """Draw the accuracies, the bytes, and the real-valued weights at the end."""
    fig, (curves, room, weights) = plots.figure(1, 3, size=(15, 4.6), width_ratios=[1.2, 0.7, 1.2])
    for (kind, row), color in zip(rows.items(), COLORS, strict=True):
        label = f"{kind}: {row['accuracy']:.4f}"
        values = row["test_acc_list"][1:]  # the first is of chance
        curves.plot(range(1, len(values) + 1), values, "o-", color=color, label=label)
    curves.set(title="Accuracy on test digits", xlabel="epochs")
    curves.xaxis.set_major_locator(MaxNLocator(integer=True))
    curves.set(ylabel="1,000 digits; at the end all")
    curves.margins(y=0.3)  # room for the legend
    curves.legend()
    kilobytes = [row["bytes"] / 1000 for row in rows.values()]
    bars = room.bar(["32 bits", "1 bit", "1 bit,\nsignals too"], kilobytes, color=COLORS)
    room.bar_label(bars, fmt="{:,.0f}", padding=2)
    room.set(title="Memory of the weights", ylabel="kB")
    middles = np.linspace(-1, 1, BINS, endpoint=False) + 1 / BINS
    for number, parts in enumerate(rows[KINDS[2]]["histograms"], 1):
        weights.step(middles, parts, where="mid", label=f"W{number}")
    weights.set(title="The real numbers behind the signs")
    weights.set(xlabel="value at the end of the training", ylabel="part of the weights")
    weights.legend()
    fig.suptitle(f"Networks of one bit beside one of real numbers, data: {data}")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train the networks side by side, print and draw what they reach."""
    parser = cli.parser(__doc__, data=True)
    add, whole = parser.add_argument, cli.at_least(1)
    add("--epochs", type=whole, default=5, help="default: 5")
    add("--samples", type=whole, default=60000, help="to train on (default: 60000)")
    add("--hidden", type=whole, nargs="+", default=[256, 256], help="default: 256 256")
    add("--batch-size", type=whole, default=100, help="default: 100")
    add("--lr", type=cli.positive, default=0.003, help="of Adam, at first (default: 0.003)")
    args = cli.parse(parser, argv, samples=2000, hidden=[64, 64], epochs=3)

    name = data_name(args.data)
    print(f"data: {name}")
    (x, t), test = load_mnist(source=name)
    if args.quick:
        test = (test[0][:1000], test[1][:1000])
    running = trainers(args, (x[: args.samples], t[: args.samples]), test)
    train_together(*running.values())
    rows = {kind: facts(trainer) for kind, trainer in running.items()}
    for kind, row in rows.items():
        print(f"{kind}: accuracy {row['accuracy']:.4f}, ", end="")
        print(f"{row['bytes']:,} bytes, {row['different_weights']:,} different weights")
    return cli.finish(args, __file__, {"data": name, "networks": rows}, draw(rows, name))


if __name__ == "__main__":
    cli.run(main)
