"""Can the drawn digits replace MNIST? Tested with the network of section 5.7.2; not in the book.

    python ch05/drawn_digits.py

You will see drawn and real digits, and four test accuracies: a network is trained on each kind and
tested on each kind. Trained on drawn digits only, it classifies more than 95 % of MNIST correctly.
Without MNIST you will see only the results for drawn digits. About 15 seconds.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch05.two_layer_net import TwoLayerNet
from common.optimizer import SGD
from dataset.mnist import load_mnist
from lab.digits import Digits
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import trainer

FLAGS = {"iters": Flag(10_000, "mini-batches", quick=600)}


def train(args: argparse.Namespace, digits: Digits) -> TwoLayerNet:
    """Return a 784-50-10 network trained on these digits."""
    rng = np.random.default_rng(args.seed)
    net = TwoLayerNet(784, 50, 10, rng=rng)
    trainer(args, net, digits, optimizer=SGD(0.1), rng=rng).train()
    return net


def five_of_each(digits: Digits) -> np.ndarray:
    """Return five images of each digit, uint8 of shape (50, 28, 28): each row is 0 to 9."""
    x, t = digits
    chosen = np.stack([np.flatnonzero(t == digit)[:5] for digit in range(10)], axis=1)  # (5, 10)
    return np.rint(255 * x[chosen].reshape(-1, 28, 28)).astype(np.uint8)


def experiment(args: argparse.Namespace) -> Results:
    """Train on each kind of digits; print and return the accuracies on each."""
    sets = {kind: load_mnist(source=kind) for kind in dict.fromkeys(["drawn", args.data])}
    results: Results = {}
    for kind, (digits, _) in sets.items():
        net = train(args, digits)
        for other, (_, test) in sets.items():
            key = f"trained on {kind}, tested on {other}"
            results[key] = net.accuracy(*test)
            print(f"{key}: {results[key]:.4f}")
    return {**results, "images": {kind: five_of_each(test) for kind, (_, test) in sets.items()}}


def draw(results: Results) -> Figure:
    """Show test digits of each kind, and how a network trained on drawn digits classifies them."""
    kinds = results["images"]
    fig, axes = plots.figure(1, len(kinds), size=(4.6 * len(kinds), 2.9), squeeze=False)
    for ax, (kind, images) in zip(axes[0], kinds.items(), strict=True):
        accuracy = results[f"trained on drawn, tested on {kind}"]
        plots.image_sheet(ax, images, columns=10, title=f"{kind}: accuracy {accuracy:.4f}")
    fig.suptitle("Test digits, classified after training on drawn digits")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
