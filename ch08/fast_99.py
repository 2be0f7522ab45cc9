"""99 % of the test digits after seconds of training: step by step (8.1.1, 8.3).

    python ch08/fast_99.py
    python ch08/fast_99.py --last

Starts with DeepConvNet and a good learning rate, which reach 99 % of the test digits in 40 to 70
seconds. Each further step changes one thing: a smaller network, fewer epochs, larger steps, larger
mini-batches, images without their border, and test digits that are also classified moved by a
pixel. You will see for each step the seconds of training, on two threads, and the accuracy, as
means over several seeds, for the last step over 30: more than 99 % after 3 to 7 seconds, depending
on the processor. All choices were made with held-out training digits (``--validate``). Takes 5 to 8
minutes.
"""

import argparse
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.deep_convnet import DeepConvNet
from common.data_parallel import DataParallel
from common.fresh_layers import affine, convolution
from common.functions import accuracy, softmax
from common.io.progress import progress
from common.layers import Pooling, ReLU
from common.network import Network
from common.optimizer import Adam
from common.schedules import Schedule
from lab import plots
from lab.digits import Digits, first
from lab.image_training import digits
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import steps, trainer

GOAL = 0.99
BORDER = 2  # pixels on each side, in which hardly a digit has ink
FLAGS = {
    "runs": Flag(30, "training runs of the last step: --seed, the next one ...", quick=2),
    "others": Flag(2, "training runs of each other step", quick=1),
    "last": Flag(False, "the last step only"),
    "samples": Flag(60000, "digits to train on", quick=300, least=200),
    "threads": Flag(2, "number of threads; one per core is best"),
    "validate": Flag(False, "test on held-out training digits, not on the test digits"),
}


def two_convolutions(size: int, rng: np.random.Generator, pad: int = 0) -> Network:
    """Return two convolutions and two affine layers, for images of size x size pixels."""
    pooled = ((size - 4) // 2 + 2 * pad - 2) // 2
    return Network(
        {
            "Conv1": convolution(1, 16, 5, rng),
            "Relu1": ReLU(),
            "Pool1": Pooling(2, 2, stride=2),
            "Conv2": convolution(16, 32, 3, rng, pad=pad),
            "Relu2": ReLU(),
            "Pool2": Pooling(2, 2, stride=2),
            "Affine1": affine(32 * pooled**2, 128, rng),
            "Relu3": ReLU(),
            "Affine2": affine(128, 10, rng),
        }
    )


def up_and_down(lr: float, steps: int, rise: float = 0.2) -> Schedule:
    """Return a schedule that rises to `lr` in a part of the mini-batches, then falls to 0."""
    return lambda t: lr * min((t + 1) / (rise * steps), (1 - t / steps) / (1 - rise))


class Recipe(NamedTuple):
    """How to train: a step of the table."""

    build: Callable[[np.random.Generator], Network]
    epochs: float = 1.6
    batch_size: int = 50
    lr: float = 0.002
    betas: tuple[float, float] = (0.9, 0.999)
    border: int = 0
    moves: tuple[tuple[int, int], ...] = ((0, 0),)  # of the test digits, which are averaged


def small(rng: np.random.Generator) -> Network:
    """Return the network for whole images."""
    return two_convolutions(28, rng)


def smaller(rng: np.random.Generator) -> Network:
    """Return the network for images without their border; the padding makes up for a part of it."""
    return two_convolutions(28 - 2 * BORDER, rng, pad=1)


MOVES = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))  # pixels down, and to the right
FAST = (0.7, 0.9)  # of Adam: moving averages over the last few mini-batches
RECIPES = {
    "DeepConvNet": Recipe(lambda rng: DeepConvNet(dropout_ratio=0, rng=rng)),
    "two convolutions": Recipe(small),
    "one epoch": Recipe(small, epochs=1),
    "larger steps": Recipe(small, epochs=1, lr=0.005, betas=FAST),
    "larger mini-batches": Recipe(small, 1, 150, 0.01, FAST),
    "no border": Recipe(smaller, 1, 150, 0.01, FAST, BORDER),
    "moved test digits": Recipe(smaller, 1, 150, 0.01, FAST, BORDER, MOVES),
}


def experiment(args: argparse.Namespace) -> Results:
    """Train with each recipe and several seeds; print and return seconds and accuracies."""
    train, test = digits(args)
    test = first(test, 100 if args.quick else None)
    *others, last = RECIPES
    runs = [(last, seed) for seed in range(args.runs)]
    if not args.last:
        runs = [(name, seed) for name in others for seed in range(args.others)] + runs
    results: Results = {"seconds": {}, "accuracy": {}}
    for name, seed in progress(runs):
        measured = measure(args, RECIPES[name], train, test, args.seed + seed)
        for key, value in zip(("seconds", "accuracy"), measured, strict=True):
            results[key].setdefault(name, []).append(value)
    for name, values in results["accuracy"].items():
        seconds = np.mean(results["seconds"][name])
        words = f"{np.mean(values):.4f} +- {np.std(values):.4f} ({len(values)} seeds)"
        print(f"{name:20} {seconds:5.1f} s  {words}")
    return results | {"mean": {name: np.mean(all) for name, all in results["accuracy"].items()}}


def measure(
    args: argparse.Namespace, recipe: Recipe, train: Digits, test: Digits, seed: int
) -> tuple[float, float]:
    """Train a new network; return the seconds of training, and the accuracy."""
    train = without_border(train, recipe.border)
    rng = np.random.default_rng(seed)
    network = recipe.build(rng)
    args = argparse.Namespace(**vars(args) | recipe._asdict())
    made = trainer(
        *(args, network, train),
        optimizer=Adam(args.lr, *recipe.betas),
        schedule=up_and_down(args.lr, steps(args, train)),
        shuffle=True,
        rng=rng,
    )
    started = perf_counter()
    made.train()
    seconds = perf_counter() - started
    with DataParallel(network, args.threads) as parallel:
        views = [without_border(test, recipe.border, move) for move in recipe.moves]
        y = sum(softmax(parallel.predict(x)) for x, _ in views)
    return seconds, accuracy(y, test[1])


def without_border(data: Digits, border: int, move: tuple[int, int] = (0, 0)) -> Digits:
    """Return the images without `border` pixels on each side, moved by a few pixels."""
    (x, t), (down, right) = data, move
    rows, columns = (
        slice(border - down, 28 - border - down),
        slice(border - right, 28 - border - right),
    )
    return np.ascontiguousarray(x[:, :, rows, columns]), t


def draw(results: Results) -> Figure:
    """Draw the accuracy of each run by its seconds of training."""
    fig, ax = plots.figure(size=(7.5, 6))
    for number, (name, seconds) in enumerate(results["seconds"].items()):
        values, color = 100 * np.array(results["accuracy"][name]), plots.COLORS[number]
        ax.plot(seconds, values, ".", color=color, alpha=0.4)
        label = f"{name}: {np.mean(values):.2f} % in {np.mean(seconds):.1f} s"
        ax.plot(np.mean(seconds), np.mean(values), "o", color=color, markersize=9, label=label)
    ax.axhline(100 * GOAL, color="gray", linestyle="--", linewidth=1)
    last = list(results["seconds"])[-1]
    mean, seconds = 100 * results["mean"][last], np.mean(results["seconds"][last])
    ax.set(xscale="log", xlabel="seconds of training", ylabel="accuracy on the test digits, %")
    for formatter in (ax.xaxis.set_major_formatter, ax.xaxis.set_minor_formatter):
        formatter("{x:g}")
    ax.set_title(f"{mean:.2f} % of the test digits after {seconds:.1f} seconds of training")
    fig.legend(title="each step keeps the ones before", loc="outside lower center", ncols=2)
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)
