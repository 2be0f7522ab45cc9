"""How fast the optimizers learn MNIST (section 6.1.8, figure 6-9).

    python ch06/optimizer_compare_mnist.py
    python ch06/optimizer_compare_mnist.py --optimizers sgd --lr 0.1

Trains a network of five layers with each optimizer, from the same initial weights, on the same
mini-batches. You will see the loss of Momentum, AdaGrad and Adam fall much faster than that of SGD,
each with its default learning rate. About 13 seconds.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.multi_layer_net import MultiLayerNet
from common.optimizer import BY_NAME
from lab.digits import digits
from lab.flags import positive
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import LAST, compare, ending

BOOK = ["sgd", "momentum", "adagrad", "adam"]
FLAGS = {
    "iters": Flag(2000, "mini-batches", quick=200),
    "batch_size": Flag(128, "samples in a mini-batch"),
    "hidden_layers": Flag(4, "number of hidden layers", least=0),
    "hidden_size": Flag(100, "neurons of each hidden layer"),
    "lr": Flag(None, "learning rate for all (default: that of each optimizer)", kind=positive),
    "shuffle": Flag(False, "use every sample once per epoch"),
    "optimizers": Flag(BOOK, "optimizers to compare", choices=list(BY_NAME), many=True),
}


def experiment(args: argparse.Namespace) -> Results:
    """Train a network with each optimizer; print and return its final loss and accuracy."""
    networks, each = {}, {}
    for key in args.optimizers:
        kind, rng = BY_NAME[key], np.random.default_rng(args.seed)
        hidden = [args.hidden_size] * args.hidden_layers
        networks[kind.__name__] = MultiLayerNet(784, hidden, 10, rng=rng)
        optimizer = kind() if args.lr is None else kind(args.lr)
        each[kind.__name__] = {"optimizer": optimizer, "rng": rng}
    results: Results = {}
    for name, trainer in compare(args, networks, *digits(args), each=each).items():
        results[name] = end = ending(trainer)
        print(f"{name:9} mean loss {end['final_loss']:.4f} of the last {LAST} batches,", end=" ")
        print(f"test accuracy {end['test_acc']:.4f}")
    return results


def draw(results: Results) -> Figure:
    """Draw figure 6-9: the loss of each mini-batch, before the update."""
    fig, ax = plots.figure(size=(7.5, 5))
    ends = {name: one for name, one in results.items() if name not in ("settings", "data")}
    losses = {
        f"{name}, test accuracy {end['test_acc']:.3f}": end["train_loss_list"]
        for name, end in ends.items()
    }
    lowest = min(ends, key=lambda name: ends[name]["final_loss"])
    title = f"Figure 6-9: {lowest} ends with the lowest loss: {ends[lowest]['final_loss']:.3f}"
    plots.loss_curves(ax, losses, f"{title}, data: {results['data']}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
