"""All techniques together: the accuracy that NumPy reaches in half an hour (8.1.2, figure 8-3).

    python ch08/section_8_1/best_accuracy.py

Four networks of five convolutions, with batch normalization, are trained side by side with
different initial weights: digits moved at random, a learning rate that rises, then falls. Their
outputs are averaged, for each digit unchanged and slightly moved. You will see the error rates:
0.31 to 0.40 % of the test digits for each network, 0.29 % for the ensemble, 0.26 % with moved
digits: an accuracy of 0.9974; the best one in figure 8-3 is 0.9979. A second figure shows the 26
mistakes. About 25 minutes on two cores. The test digits were not used for any choice: two kinds of
networks were compared on held-out training digits, the rest was chosen by cost.
"""

import argparse
from pathlib import Path
from time import perf_counter

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers import mistakes
from ch08.helpers.best_network import build, evaluate, warm_up
from common.augment import random_transform
from common.optimizer import Adam
from common.train_together import train_together
from common.trainer import Trainer
from lab.digits import Digits, first
from lab.image_training import CHECKPOINT, digits
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import steps, trainer

LEADER_BOARD = 0.9979  # figure 8-3, June 2016
LABELS = {
    "networks": "each network",
    "networks, moved": "each,\nmoved digits",
    "together": "ensemble",
    "together, moved": "ensemble,\nmoved digits",
}
COLUMNS, SHOWN = 8, 32
FLAGS = {
    "networks": Flag(4, "number of networks", quick=2),
    "epochs": Flag(12, "passes over the training digits", quick=1),
    "samples": Flag(60000, "digits to train on", quick=50, least=10),
    "batch_size": Flag(100, "digits in a mini-batch", least=2),
    "lr": Flag(0.004, "the highest learning rate of Adam"),
    "threads": Flag(2, "number of threads; one per core is best"),
    "validate": Flag(False, "test on held-out training digits, not on the test digits"),
    "checkpoint": CHECKPOINT,
}


def trainers(args: argparse.Namespace, train: Digits, test: Digits) -> list[Trainer]:
    """Return a trainer for each network, with separate random numbers and checkpoints."""
    return [
        trainer(
            *(args, build(rng), train, test),
            optimizer=Adam,
            evaluate_sample_num_per_epoch=1000,
            rng=rng,
            schedule=warm_up(args.lr, steps(args, train)),
            augment=random_transform(),
            checkpoint=args.checkpoint and numbered(args.checkpoint, number),
            threads=1,  # each network on one thread, see `experiment`
        )
        for number, rng in enumerate(np.random.default_rng(args.seed).spawn(args.networks), 1)
    ]


def numbered(path: Path, number: int) -> Path:
    """Return ``c-1.npz`` for ``c.npz``."""
    return path.with_stem(f"{path.stem}-{number}")


def experiment(args: argparse.Namespace) -> Results:
    """Train the networks side by side; print and return their accuracies, alone and together."""
    train, test = digits(args)
    test = first(test, 20 if args.quick else None)
    started = perf_counter()
    made = trainers(args, train, test)
    train_together(*made, threads=args.threads)
    results = evaluate([one.network for one in made], *test, args.threads)
    results["seconds"] = perf_counter() - started
    results["test_acc_list"] = [one.test_acc_list for one in made]
    for key in LABELS:
        values = ", ".join(f"{value:.4f}" for value in np.atleast_1d(results[key]))
        print(f"accuracy, {key}: {values}")
    wrong = list(results["wrong"])
    print(f"{len(wrong)} of {len(test[1])} are misclassified, after {results['seconds']:.0f} s")
    return results | {"tested": len(test[1]), "images": mistakes.as_bytes(test[0][wrong[:SHOWN]])}


def draw(results: Results) -> list[Figure]:
    """Draw the error rates; in a second figure the digits that are still misclassified."""
    number, pairs = len(results["wrong"]), list(results["wrong"].values())
    title = f"{number:,} of {results['tested']:,} digits are still misclassified"
    some = f"; the first {SHOWN}" if number > SHOWN else ""
    return [draw_rates(results), mistakes.draw(results["images"], pairs, COLUMNS, title + some)]


def draw_rates(results: Results) -> Figure:
    """Draw the error rates of each network and of the ensemble, beside the best one in the book."""
    fig, ax = plots.figure(size=(7.5, 5))
    rates = {key: 100 * (1 - np.atleast_1d(results[key])) for key in LABELS}
    for place, values in enumerate(rates.values()):
        ax.plot([place] * len(values), values, "o", color=plots.BLUE)
        mean = f"mean {values.mean():.2f}" if len(values) > 1 else f"{values[0]:.2f}"
        ax.annotate(mean, (place, values.mean()), (8, 0), textcoords="offset points", va="center")
    best = 100 * (1 - LEADER_BOARD)
    ax.axhline(best, color=plots.RED, linestyle="--", label=f"the best in figure 8-3: {best:.2f}")
    ax.set_xticks(range(len(LABELS)), list(LABELS.values()))
    ax.set(ylabel="error rate, % of the test digits", xlim=(-0.4, 3.7))
    ax.set_ylim(0, None)
    lowest = min(LABELS, key=lambda key: rates[key].mean())
    name = LABELS[lowest].replace("\n", " ")
    ax.set_title(f"Lowest error rate on average: {rates[lowest].mean():.2f} % ({name})")
    ax.legend(loc="lower left")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)
