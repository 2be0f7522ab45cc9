"""An ensemble: the mean of several networks' outputs (sections 6.4.3 and 8.1.2).

    python ch08/section_8_1/ensemble.py

Five networks learn the same 300 digits, each from first weights and mini-batches of its own; the
mean of their softmax outputs is the answer of them all. You will see that five networks of seven
affine layers, as in section 6.4.3, read 82.4 % of the test digits together and 79.2 % alone, and
five with convolutions 87.1 % for 84.7 %: several percentage points, as the book has it, and more
than the best of the five. The second network brings most of it. About 12 seconds.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ch08.helpers.small_convnet import Digits, SmallConvNet
from common.data_parallel import DataParallel
from common.functions import accuracy, softmax
from common.multi_layer_net import MultiLayerNet
from common.network import Network
from common.optimizer import Adam
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots

KINDS: dict[str, Callable[[np.random.Generator], Network]] = {
    "seven affine layers": lambda rng: MultiLayerNet(784, [100] * 6, 10, rng=rng),
    "SmallConvNet": lambda rng: SmallConvNet(rng=rng),
}


def members(args: argparse.Namespace, train: Digits, test: Digits) -> dict[str, list[Network]]:
    """Train so many networks of each kind."""
    rng = np.random.default_rng(args.seed)
    trainers = {
        kind: [
            Trainer(
                *(make(own), *train, *test),
                max_iter=args.iters,
                mini_batch_size=args.batch_size,
                optimizer=Adam(args.lr),
                evaluate_sample_num_per_epoch=0,  # the accuracy at the end is what counts
                verbose=False,
                rng=own,
            )
            for own in rng.spawn(args.networks)
        ]
        for kind, make in KINDS.items()
    }
    train_together(*(trainer for some in trainers.values() for trainer in some))
    return {kind: [trainer.network for trainer in some] for kind, some in trainers.items()}


def probabilities(network: Network, x: np.ndarray) -> np.ndarray:
    """Return the softmax outputs, of shape (N, 10)."""
    with DataParallel(network, threads=1) as parallel:  # all at once would take gigabytes
        return softmax(parallel.predict(x))


def by_number(outputs: np.ndarray, t: np.ndarray) -> list[list[float]]:
    """Return the accuracies of each network, of each ensemble of two ..., of all of them.

    Parameters
    ----------
    outputs : ndarray of shape (networks, N, 10)
        What the networks say; the mean is what the ensemble says.
    t : ndarray of shape (N,)
    """
    return [
        [accuracy(np.mean(some, axis=0), t) for some in combinations(outputs, number)]
        for number in range(1, len(outputs) + 1)
    ]


def draw(found: Mapping[str, Sequence[Sequence[float]]], title: str) -> Figure:
    """Draw by how many percentage points each ensemble reads better than one network does."""
    fig, axes = plots.figure(1, len(found), size=(5.6 * len(found), 4.6), sharey=True)
    for ax, (kind, rows) in zip(axes, found.items(), strict=True):
        alone = np.mean(rows[0])
        for number, row in enumerate(rows, 1):
            gains = 100 * (np.array(row) - alone)
            ax.plot([number] * len(row), gains, "o", color="C0", alpha=0.5)
        means = [100 * (np.mean(row) - alone) for row in rows]
        ax.plot(range(1, len(rows) + 1), means, color="C1", label="on average")
        ax.plot([], "o", color="C0", alpha=0.5, label="each ensemble of so many")
        ax.axhline(0, color="gray", linestyle=":")
        ax.set(title=f"{kind}: one network reads {alone:.1%}, all {rows[-1][0]:.1%}")
        ax.set(xlabel="networks in the ensemble", ylabel="gain in percentage points")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.legend()
        ax.label_outer()
    fig.suptitle(title)
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train the networks, print and draw how well they read alone and together."""
    parser = cli.parser(__doc__, data=True)
    cli.add_training_flags(parser, iters=300, batch_size=50, lr=0.001)
    add, number = parser.add_argument, cli.at_least(1)
    add("--networks", type=number, default=5, help="of each kind (default: 5)")
    add("--samples", type=number, default=300, help="training digits (default: 300)")
    add("--test-samples", type=number, default=10000, help="test digits (default: 10000)")
    args = cli.parse(parser, argv, iters=6, networks=3, test_samples=200)

    data = data_name(args.data)
    print(f"data: {data}")
    (x, t), (x_test, t_test) = load_mnist(flatten=False, source=data)
    train = x[: args.samples], t[: args.samples]
    test = x_test[: args.test_samples], t_test[: args.test_samples]
    results: dict[str, Any] = {"data": data, "members": {}, "by_number": {}}
    found = {}
    for kind, networks in members(args, train, test).items():
        outputs = np.array([probabilities(network, test[0]) for network in networks])
        found[kind] = by_number(outputs, test[1])
        results["members"][kind] = found[kind][0]
        results["by_number"][kind] = means = [float(np.mean(row)) for row in found[kind]]
        print(f"{kind}: alone {', '.join(f'{one:.4f}' for one in found[kind][0])}")
        print(f"  on average {means[0]:.4f}; all {args.networks} together {means[-1]:.4f}")
    title = f"Ensembles: {args.samples} training digits, data: {data}"
    return cli.finish(args, __file__, results, draw(found, title))


if __name__ == "__main__":
    cli.run(main)
