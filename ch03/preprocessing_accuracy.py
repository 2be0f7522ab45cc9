"""Preprocessing, accuracy and the speed of learning (described in section 3.6.2).

    python ch03/preprocessing_accuracy.py

trains a network of 50 hidden neurons on pixels as they are, 0 to 255, divided by 255, centred and
scaled, and whitened, with nine learning rates each. You will see that at the rate 0.1 it learns
nothing from 0 to 255 (0.11 of the test digits), but 0.95 to 0.97 from the others: the first weights
expect inputs of about 1, and after 20 steps 47 of the 50 neurons answer to no digit any more. With
the rate that suits each, chosen on training digits held out, the other three end as equals, at
0.966 to 0.969, against 0.82. But after 101 mini-batches digits divided by 255 are at 0.85, centred
and scaled ones at 0.88, whitened ones at 0.90: these learn faster. (50 components did better on the
held-out digits than 100 or 200.) About 50 seconds.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from matplotlib.figure import Figure

from ch03.helpers.prepared import choose, learn, prepare, progress
from common.batches import split_validation
from dataset.mnist import data_name, load_mnist
from lab import plots

RATES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]


def draw(
    held_out: Mapping[str, Mapping[float, float]], choices: Mapping[str, Any], title: str
) -> Figure:
    """Draw accuracies by learning rate; for each choice of these, by mini-batches."""
    fig, axes = plots.figure(1, 3, size=(14, 4.8))
    markers = dict(zip(held_out, "osD^", strict=True))
    for way, by_rate in held_out.items():
        axes[0].plot(list(by_rate), list(by_rate.values()), marker=markers[way])
    axes[0].set(title="Held-out digits, at the end", xscale="log", xlabel="learning rate")
    for ax, (choice, runs) in zip(axes[1:], choices.items(), strict=True):
        for way, run in runs.items():
            label = f"{way}: {run['test_acc_list'][-1]:.4f} (rate {run['lr']:g})"
            x, y = run["mini_batches"], run["test_acc_list"]
            ax.plot(x, y, marker=markers[way], markersize=4, label=label)
        ax.set(title=f"Test digits, {choice}", xlabel="mini-batches")
        ax.legend(fontsize=9)
    for ax in axes:
        ax.set(ylabel="accuracy", ylim=(0, 1.02))
    fig.suptitle(title)
    return fig


def flags() -> argparse.ArgumentParser:
    """Return the parser of the flags."""
    parser = cli.parser(__doc__, data=True)
    cli.add_training_flags(parser, iters=2500, batch_size=100, lr=0.1)
    add = parser.add_argument
    add("--rates", type=cli.positive, nargs="+", default=RATES, help="to choose from")
    add("--hidden-size", type=cli.at_least(1), default=50, help="default: 50")
    add("--components", type=cli.at_least(1), default=50, help="of whitening (default: 50)")
    add("--every", type=cli.at_least(1), default=100, help="mini-batches from test to test")
    words = "of the training digits, a sixth of them to be held out (default: 60000)"
    add("--samples", type=cli.at_least(100), default=60000, help=words)
    return parser


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Choose the learning rates, train with one for all and with these, print and draw."""
    quick: dict[str, Any] = {
        "samples": 1200,
        "iters": 20,
        "every": 10,
        "rates": [0.3],
        "components": 20,
    }
    args = cli.parse(flags(), argv, **quick)
    name = data_name(args.data)
    print(f"data: {name}")
    (x, t), test = load_mnist(normalize=False, source=name)
    train, held_out = split_validation(x[: args.samples], t[: args.samples], 1 / 6, args.seed)
    sets = (train, held_out, (test[0][: args.samples], test[1][: args.samples]))
    ways, targets = prepare([x for x, _ in sets], args.components), [t for _, t in sets]

    held_out_acc = choose(ways, targets, args)
    best = {way: max(of, key=of.__getitem__) for way, of in held_out_acc.items()}
    same = dict.fromkeys(ways, args.lr)
    wanted = list(dict.fromkeys([*same.items(), *best.items()]))
    trainers = learn(ways, targets, wanted, args, args.every)
    choices = {}
    for choice, rates in (
        (f"learning rate {args.lr:g}", same),
        ("the learning rate that suits each", best),
    ):
        print(f"accuracy on test digits, {choice}:")
        runs = {way: progress(trainers[way, lr]) for way, lr in rates.items()}
        for way, run in runs.items():
            places, accuracies = run["mini_batches"], run["test_acc_list"]
            ends = [f"{accuracies[n]:.4f} after {places[n]} mini-batches" for n in (1, -1)]
            print(f"  {way:14}  {ends[0]}, {ends[1]}")
        choices[choice] = runs
    title = f"{args.hidden_size} hidden neurons, four ways to prepare the pixels, data: {name}"
    figure = draw(held_out_acc, choices, title)
    runs = dict(zip(("same", "suited"), choices.values(), strict=True))
    return cli.finish(args, __file__, {"data": name, "held_out_acc": held_out_acc, **runs}, figure)


if __name__ == "__main__":
    cli.run(main)
