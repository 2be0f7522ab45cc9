"""An ensemble: the mean of several networks' outputs (sections 6.4.3 and 8.1.2).

    python ch08/section_8_1/ensemble.py

Five networks are trained on the same 300 digits, each with different initial weights and
mini-batches; the output of the ensemble is the mean of their softmax outputs. You will see that
five networks of seven affine layers, as in section 6.4.3, have a test accuracy of 0.824 together
and of 0.792 on average alone; five convolutional ones 0.871 and 0.847. The gain is several
percentage points, as the book says, and the ensemble is better than the best of the five. Most of
the gain comes from the second network. About 12 seconds.
"""

import argparse
from collections.abc import Callable, Sequence
from itertools import combinations

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.small_convnet import SmallConvNet
from common.data_parallel import DataParallel
from common.functions import accuracy, softmax
from common.multi_layer_net import MultiLayerNet
from common.network import Network
from common.optimizer import Adam
from lab.digits import Digits, digits
from lab.plots import Axes, Figure
from lab.script import Flag, Results
from lab.training import compare

KINDS: dict[str, Callable[[np.random.Generator], Network]] = {
    "seven affine layers": lambda rng: MultiLayerNet(784, [100] * 6, 10, rng=rng),
    "SmallConvNet": lambda rng: SmallConvNet(rng=rng),
}
FLAGS = {
    "iters": Flag(300, "mini-batches", quick=6),
    "batch_size": Flag(50, "digits in a mini-batch"),
    "lr": Flag(0.001, "learning rate of Adam"),
    "networks": Flag(5, "networks of each kind", quick=3),
    "samples": Flag(300, "training digits"),
    "test_samples": Flag(10000, "test digits", quick=200),
}


def members(args: argparse.Namespace, train: Digits, test: Digits) -> dict[str, list[Network]]:
    """Train several networks of each kind, each with different random numbers."""
    rng = np.random.default_rng(args.seed)
    rngs = {(kind, n): own for kind in KINDS for n, own in enumerate(rng.spawn(args.networks))}
    networks = {(kind, n): KINDS[kind](own) for (kind, n), own in rngs.items()}
    each = {key: {"rng": own} for key, own in rngs.items()}
    compare(args, networks, train, test, each=each, optimizer=Adam)
    return {kind: [networks[kind, n] for n in range(args.networks)] for kind in KINDS}


def probabilities(network: Network, x: np.ndarray) -> np.ndarray:
    """Return the softmax outputs, of shape (N, 10)."""
    with DataParallel(network, threads=1) as parallel:  # all at once would take gigabytes
        return softmax(parallel.predict(x))


def by_number(outputs: np.ndarray, t: np.ndarray) -> list[list[float]]:
    """Return the accuracies of all networks, of all ensembles of two, ..., and of all together.

    Parameters
    ----------
    outputs : ndarray of shape (networks, N, 10)
        Softmax outputs; their mean over networks is the output of the ensemble.
    t : ndarray of shape (N,)
    """
    return [
        [accuracy(np.mean(some, axis=0), t) for some in combinations(outputs, number)]
        for number in range(1, len(outputs) + 1)
    ]


def experiment(args: argparse.Namespace) -> Results:
    """Train the networks; print and return how accurate they are alone and together."""
    train, (x, t) = digits(args, flatten=False)
    results: Results = {"members": {}, "by_number": {}, "ensembles": {}}
    for kind, networks in members(args, train, (x, t)).items():
        rows = by_number(np.array([probabilities(network, x) for network in networks]), t)
        means = [float(np.mean(row)) for row in rows]
        results["members"][kind], results["by_number"][kind] = rows[0], means
        results["ensembles"][kind] = rows
        print(f"{kind}: alone {', '.join(f'{one:.4f}' for one in rows[0])}")
        print(f"  on average {means[0]:.4f}; all {args.networks} together {means[-1]:.4f}")
    return results


def draw(results: Results) -> Figure:
    """Draw for each kind of network how much each ensemble improves on one network."""
    fig, axes = plots.figure(1, len(KINDS), size=(9.3, 4.4), sharey=True)
    for ax, (kind, rows) in zip(axes, results["ensembles"].items(), strict=True):
        draw_gains(ax, rows)
        ax.set_title(f"{kind}: one {np.mean(rows[0]):.1%}, all {rows[-1][0]:.1%}")
    samples = results["settings"]["samples"]
    fig.suptitle(f"Ensembles: {samples} training digits, data: {results['data']}")
    return fig


def draw_gains(ax: Axes, rows: Sequence[Sequence[float]]) -> None:
    """Draw by how many percentage points ensembles exceed the mean of single networks."""
    alone = np.mean(rows[0])
    for number, row in enumerate(rows, 1):
        label = "each ensemble of this size" if number == 1 else None
        gains = 100 * (np.array(row) - alone)
        ax.plot([number] * len(row), gains, "o", color=plots.BLUE, alpha=0.5, label=label)
    means = [100 * (np.mean(row) - alone) for row in rows]
    ax.plot(range(1, len(rows) + 1), means, color=plots.RED, label="on average")
    ax.axhline(0, color="gray", linestyle=":")
    ax.set(xlabel="networks in the ensemble", ylabel="gain in percentage points")
    plots.integer_ticks(ax)
    ax.legend(loc="lower right")
    ax.label_outer()


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
