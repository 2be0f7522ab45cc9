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
from typing import Any

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
    "chosen": "chosen by the\ntest digits:\nnot a result",
}
COLUMNS, SHOWN = 8, 32
FLAGS = {
    "ensembles": Flag(3, "number of ensembles, with seeds one apart", quick=2),
    "networks": Flag(4, "networks in an ensemble", quick=2),
    "epochs": Flag(18, "passes over the training digits", quick=1),
    "samples": Flag(60000, "digits to train on", quick=50, least=10),
    "batch_size": Flag(100, "digits in a mini-batch", least=2),
    "lr": Flag(0.004, "the highest learning rate of Adam"),
    "threads": Flag(2, "number of threads; one per core is best"),
    "validate": Flag(False, "test on held-out training digits, not on the test digits"),
    "checkpoint": CHECKPOINT,
}


def trainers(args: argparse.Namespace, ensemble: int, train: Digits, test: Digits) -> list[Trainer]:
    """Return a trainer for each network, with separate random numbers and checkpoints."""
    rngs = np.random.default_rng(args.seed + ensemble).spawn(args.networks)
    before = ensemble * args.networks
    return [
        trainer(
            *(args, build(rng, pad=number % 2), train, test),
            optimizer=Adam,
            evaluate_sample_num_per_epoch=1000,
            rng=rng,
            schedule=warm_up(args.lr, steps(args, train)),
            augment=random_transform(15, 0.15, 3, shear=0.15),
            checkpoint=args.checkpoint and numbered(args.checkpoint, before + number),
            threads=1,  # each network on one thread, see `train_ensemble`
        )
        for number, rng in enumerate(rngs, 1)
    ]


def numbered(path: Path, number: int) -> Path:
    """Return ``c-1.npz`` for ``c.npz``."""
    return path.with_stem(f"{path.stem}-{number}")


def train_ensemble(
    args: argparse.Namespace, ensemble: int, train: Digits, test: Digits
) -> dict[str, Any]:
    """Train networks side by side; return their accuracies, alone and together."""
    started = perf_counter()
    made = trainers(args, ensemble, train, test)
    train_together(*made, threads=args.threads)
    found = evaluate([one.network for one in made], *test, args.threads)
    found["seconds"] = perf_counter() - started
    print(
        f"ensemble {ensemble + 1} of {args.ensembles}: accuracy {found['together, moved']:.4f}, "
        f"{len(found['wrong'])} of {len(test[1])} are misclassified, after {found['seconds']:.0f} s"
    )
    return found


def experiment(args: argparse.Namespace) -> Results:
    """Train the ensembles, one after the other; print and return their accuracies."""
    train, test = digits(args)
    test = first(test, 20 if args.quick else None)
    ensembles = [train_ensemble(args, number, train, test) for number in range(args.ensembles)]
    results: Results = {key: [one[key] for one in ensembles] for key in ensembles[0]}
    results["mean"] = {key: np.mean(results[key]) for key in LABELS}
    results["spread"] = {key: np.std(results[key]) for key in LABELS}
    for key, mean in results["mean"].items():
        values = ", ".join(f"{value:.4f}" for value in np.ravel(results[key]))
        spread = results["spread"][key]
        print(f"accuracy, {key}: {values}; mean {mean:.4f}, standard deviation {spread:.4f}")
    wrong = list(results["wrong"][0])[:SHOWN]
    return results | {"tested": len(test[1]), "images": mistakes.as_bytes(test[0][wrong])}


def draw(results: Results) -> list[Figure]:
    """Draw the error rates; in a second figure the digits that one ensemble misclassifies."""
    wrong = results["wrong"][0]
    title = f"The first ensemble misclassifies {len(wrong):,} of {results['tested']:,} digits"
    some = f"; the first {SHOWN}" if len(wrong) > SHOWN else ""
    pairs = list(wrong.values())
    return [draw_rates(results), mistakes.draw(results["images"], pairs, COLUMNS, title + some)]


def draw_rates(results: Results) -> Figure:
    """Draw the error rates of networks and ensembles, beside the best one in the book."""
    fig, ax = plots.figure(size=(8.5, 5))
    for place, key in enumerate(LABELS):
        rates = 100 * (1 - np.ravel(results[key]))
        color = plots.ORANGE if key == "chosen" else plots.BLUE
        ax.plot([place] * len(rates), rates, "o", color=color)
        mean = f"mean {rates.mean():.3f}" if len(rates) > 1 else f"{rates[0]:.2f}"
        ax.annotate(mean, (place, rates.mean()), (8, 0), textcoords="offset points", va="center")
    best = 100 * (1 - LEADER_BOARD)
    ax.axhline(best, color=plots.RED, linestyle="--", label=f"the best in figure 8-3: {best:.2f}")
    ax.set_xticks(range(len(LABELS)), list(LABELS.values()))
    ax.set(ylabel="error rate, % of the test digits", xlim=(-0.4, len(LABELS) - 0.3))
    ax.set_ylim(0, None)
    rate = 100 * (1 - results["mean"]["together, moved"])
    ax.set_title(f"Error rate of an ensemble, moved digits: {rate:.2f} % on average")
    ax.legend(loc="lower left")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)
