"""DropConnect and Dropout: weights or neurons are dropped (sections 6.4.3 and 8.1.2, ref. [33]).

    python ch08/section_8_1/dropconnect.py

The best network on MNIST (figure 8-3) had two convolutions, two affine layers and DropConnect. Here
a small network of that kind is trained on 300 digits, five times by each of three methods: without
dropping, with Dropout of half the inputs of its first affine layer, with DropConnect of half its
weights. All memorize the 300 digits, later with DropConnect or Dropout. The test accuracy is 0.845
without either, 0.876 with DropConnect and 0.881 with Dropout; the gap to the training accuracy is a
fifth smaller. Which of the two is better cannot be seen here, as the networks of one method
differ by 2 percentage points. About 50 seconds.
"""

import argparse
from collections.abc import Sequence

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.small_convnet import METHODS, SmallConvNet
from common.optimizer import Adam
from common.trainer import Trainer
from lab.digits import digits
from lab.plots import Axes, Figure
from lab.script import Flag, Results
from lab.training import compare

FLAGS = {
    "iters": Flag(500, "mini-batches", quick=12),
    "batch_size": Flag(50, "digits in a mini-batch"),
    "lr": Flag(0.001, "learning rate of Adam"),
    "dropout_ratio": Flag(0.5, "fraction that is dropped", kind=float),
    "networks": Flag(5, "networks for each method", quick=2),
    "samples": Flag(300, "training digits", quick=60),
    "test_samples": Flag(10000, "test digits", quick=200),
}


def experiment(args: argparse.Namespace) -> Results:
    """Train several networks by each method; print and return their accuracies and losses."""
    keys = [(method, number) for method in METHODS for number in range(args.networks)]
    networks = {
        (method, number): SmallConvNet(method, args.dropout_ratio, rng=seeded(args.seed, number))
        for method, number in keys
    }
    each = {key: {"rng": seeded(args.seed, key[1])} for key in keys}
    trained = compare(args, networks, *digits(args, flatten=False), each=each, optimizer=Adam)
    print(f"means of {args.networks} networks:")
    return {
        "runs": {
            method: results_of(method, [trained[key] for key in keys if key[0] == method])
            for method in METHODS
        }
    }


def seeded(seed: int, number: int) -> np.random.Generator:
    """Return the generator of a network: equal numbers give equal initial weights."""
    return np.random.default_rng([seed, number])


def results_of(method: str, trainers: Sequence[Trainer]) -> Results:
    """Print and return the accuracies at the end, and the gap; return the mean losses."""
    train = [one.network.accuracy(one.x_train, one.t_train) for one in trainers]
    test = [one.network.accuracy(one.x_test, one.t_test) for one in trainers]
    gap = float(np.mean(train) - np.mean(test))
    print(f"{method:11} training accuracy {np.mean(train):.4f},", end=" ")
    print(f"test accuracy {np.mean(test):.4f}, gap {gap:.4f}")
    return {
        "train_acc": train,
        "test_acc": test,
        "gap": gap,
        "train_loss_list": np.mean([one.train_loss_list for one in trainers], axis=0).tolist(),
    }


def draw(results: Results) -> Figure:
    """Draw the losses in training, and the test accuracy of each network."""
    fig, (left, right) = plots.figure(1, 2, size=(9.3, 4.4))
    runs, settings = results["runs"], results["settings"]
    losses = {method: run["train_loss_list"] for method, run in runs.items()}
    plots.loss_curves(left, losses, "Loss in training")
    draw_accuracies(right, runs)
    what = f"Mean of {settings['networks']} networks, {settings['samples']} training digits"
    fig.suptitle(f"{what}, data: {results['data']}")
    return fig


def draw_accuracies(ax: Axes, runs: dict[str, Results]) -> None:
    """Draw the test accuracy of each network, and the means."""
    means = {method: float(np.mean(run["test_acc"])) for method, run in runs.items()}
    for place, (run, mean) in enumerate(zip(runs.values(), means.values(), strict=True)):
        accuracy, color = run["test_acc"], plots.COLORS[place]
        ax.plot([place] * len(accuracy), accuracy, "osD"[place], color=color, alpha=0.6)
        ax.plot(place, mean, "_", color="black", markersize=30)
        ax.annotate(f"{mean:.3f}", (place + 0.22, mean), va="center")
    labels = [f"{method}\ngap {run['gap']:.3f}" for method, run in runs.items()]
    ax.set_xticks(range(len(runs)), labels)
    best = max(means, key=means.__getitem__)
    ax.set(title=f"Highest mean: {means[best]:.3f} ({best})", ylabel="test accuracy")
    ax.set_xlim(-0.5, len(runs) - 0.3)


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)
