"""Does preprocessing improve accuracy and the speed of learning, as section 3.6.2 says?

    python ch03/preprocessing_accuracy.py

trains one network on pixels as they are, 0 to 255, on pixels divided by 255, on pixels of mean 0 and
standard deviation 1, and on 50 whitened components, each with nine learning rates; the one that
suits is chosen on training digits held out. About 45 seconds.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ch03.preprocessing import fit_scaling, fit_whitening, scale, whiten
from common import cli, plots
from common.multi_layer_net import MultiLayerNet
from common.optimizer import SGD
from common.trainer import Trainer, train_together
from common.util import split_validation
from dataset.mnist import data_name, load_mnist

RATES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]


def prepare(sets: Sequence[np.ndarray], components: int) -> dict[str, list[np.ndarray]]:
    """Return the same images prepared in four ways.

    Parameters
    ----------
    sets : sequence of ndarray of shape (N, 784)
        Pixels of 0 to 255. What is fitted is fitted to the first set.
    components : int
        Of whitening.
    """
    raw = [x.astype(np.float32) for x in sets]
    unit = [x / np.float32(255) for x in raw]
    mean_std = fit_scaling(unit[0])
    mean, matrix = (part.astype(np.float32) for part in fit_whitening(unit[0], components))
    return {
        "0 to 255": raw,
        "divided by 255": unit,
        "mean 0, std 1": [scale(x, *mean_std) for x in unit],
        "whitened": [whiten(x, mean, matrix) for x in unit],
    }


def learn(
    ways: Mapping[str, Sequence[np.ndarray]], t: Sequence[np.ndarray], args: argparse.Namespace
) -> dict[str, dict[float, dict[str, Any]]]:
    """Train a network for each way and learning rate, and return the accuracies.

    All begin with the same seed and see the same mini-batches of the first set; the second judges
    the learning rates, the third is the test.
    """
    trainers = {
        (way, lr): Trainer(
            MultiLayerNet(x.shape[1], [args.hidden_size], 10, rng=args.seed),
            *(x, t[0], x_test, t[2]),
            max_iter=args.iters,
            mini_batch_size=args.batch_size,
            optimizer=SGD(lr),
            evaluate_sample_num_per_epoch=10_000,
            verbose=False,
            rng=args.seed,
        )
        for way, (x, _, x_test) in ways.items()
        for lr in sorted({*args.rates, args.lr})
    }
    train_together(*trainers.values(), leave_out_diverged=True)
    results: dict[str, Any] = {way: {} for way in ways}
    for (way, lr), trainer in trainers.items():
        held_out_acc = trainer.network.accuracy(ways[way][1], t[1]) if trainer.done else 0.0
        results[way][lr] = {"lr": lr, "held_out_acc": held_out_acc, **progress(trainer)}
    return results


def progress(trainer: Trainer) -> dict[str, list[float]]:
    """Return the accuracies on the test digits, and after how many mini-batches they were taken."""
    test_acc = list(trainer.test_acc_list)
    mini_batches = [1 + epoch * trainer.iter_per_epoch for epoch in range(len(test_acc))]
    if trainer.done:  # else its loss was not finite any more
        mini_batches.append(trainer.current_iter)
        test_acc.append(trainer.network.accuracy(trainer.x_test, trainer.t_test))
    return {"mini_batches": mini_batches, "test_acc_list": test_acc}


def draw(
    runs: Mapping[str, Mapping[float, Any]], choices: Mapping[str, Mapping[str, Any]], title: str
) -> Figure:
    """Draw accuracies against learning rates; for each choice of these, against mini-batches."""
    fig, axes = plots.figure(1, 3, size=(14, 4.8))
    markers = dict(zip(runs, "osD^", strict=True))
    for way, of in runs.items():
        accuracies = [run["held_out_acc"] for run in of.values()]
        axes[0].plot(list(of), accuracies, marker=markers[way], label=way)
    axes[0].set(title="Held-out digits, at the end", xscale="log", xlabel="learning rate")
    for ax, (choice, chosen) in zip(axes[1:], choices.items(), strict=True):
        for way, run in chosen.items():
            label = f"{way}: {run['test_acc_list'][-1]:.4f} (rate {run['lr']:g})"
            ax.plot(run["mini_batches"], run["test_acc_list"], marker=markers[way], label=label)
        ax.set(title=f"Test digits, {choice}", xlabel="mini-batches")
    for ax, low in zip(axes, (0, 0, 0.7), strict=True):
        ax.set(ylabel="accuracy", ylim=(low, 1))
        ax.legend(loc="lower right" if low else "best", fontsize=9)
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
    words = "of the training digits, a sixth of them to be held out (default: 60000)"
    add("--samples", type=cli.at_least(100), default=60000, help=words)
    return parser


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train all, choose the learning rates, print and draw how accurate each way became."""
    quick: dict[str, Any] = {"samples": 1200, "iters": 40, "rates": [0.001, 0.3], "components": 20}
    args = cli.parse(flags(), argv, **quick)
    name = data_name(args.data)
    print(f"data: {name}")
    (x, t), test = load_mnist(normalize=False, source=name)
    train, held_out = split_validation(x[: args.samples], t[: args.samples], 1 / 6, args.seed)
    sets = [train, held_out, (test[0][: args.samples], test[1][: args.samples])]
    runs = learn(prepare([x for x, _ in sets], args.components), [t for _, t in sets], args)

    best = {way: max(of.values(), key=lambda run: run["held_out_acc"]) for way, of in runs.items()}
    choices = {
        f"learning rate {args.lr:g}": {way: of[args.lr] for way, of in runs.items()},
        "the rate that suits each": best,
    }
    for choice, chosen in choices.items():
        print(f"accuracy on test digits, {choice}:")
        for way, run in chosen.items():
            places = zip(run["mini_batches"], run["test_acc_list"], strict=True)
            accuracies = ", ".join(f"{n}: {accuracy:.4f}" for n, accuracy in places)
            print(f"  {way:14} {run['lr']:6g}  {accuracies}")
    results = dict(zip(("same", "suited"), choices.values(), strict=True))
    held_out_acc = {
        way: {lr: run["held_out_acc"] for lr, run in of.items()} for way, of in runs.items()
    }
    title = f"A 784-{args.hidden_size}-10 network and four ways to prepare its input, data: {name}"
    results = {"data": name, **results, "held_out_acc": held_out_acc}
    return cli.finish(args, __file__, results, draw(runs, choices, title))


if __name__ == "__main__":
    cli.run(main)
