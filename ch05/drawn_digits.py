"""Do the drawn digits stand in for MNIST? Not in the book; its network of section 5.7.2 answers.

    python ch05/drawn_digits.py

You will see drawn digits beside real ones, and four test accuracies: a network trained on either
kind reads either kind. Trained on drawn digits only, it reads more than 95 % of MNIST. Where there
is no MNIST, the drawn half remains. About 15 seconds.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch05.two_layer_net import TwoLayerNet
from common.optimizer import SGD
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots

Data = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def train(data: Data, iters: int, seed: int) -> TwoLayerNet:
    """Return a 784-50-10 network trained on the training half of `data`."""
    rng = np.random.default_rng(seed)
    net = TwoLayerNet(784, 50, 10, rng=rng)
    Trainer(net, *data[0], *data[1], max_iter=iters, optimizer=SGD(0.1), rng=rng).train()
    return net


def draw(sets: dict[str, Data], columns: int = 15) -> Figure:
    """Show test digits of each kind, a row for each digit."""
    fig, axes = plots.figure(1, len(sets), size=(6.5 * len(sets), 4.8), squeeze=False)
    for ax, (kind, (_, (x, t))) in zip(axes[0], sets.items(), strict=True):
        chosen = np.array([np.flatnonzero(t == digit)[:columns] for digit in range(10)])
        # (10, columns, 28, 28) -> one sheet
        sheet = x[chosen].reshape(10, columns, 28, 28).swapaxes(1, 2).reshape(280, -1)
        ax.imshow(sheet, cmap="gray")
        ax.set_title(kind)
        ax.axis("off")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train on each kind of digits, test on each, and show both."""
    parser = cli.parser(__doc__, data=True)
    parser.add_argument("--iters", type=cli.at_least(1), default=10_000, help="default: 10000")
    args = cli.parse(parser, argv, iters=600)
    name = data_name(args.data)
    print(f"data: {name}")
    sets = {kind: load_mnist(source=kind) for kind in dict.fromkeys(["drawn", name])}
    results: dict[str, Any] = {"data": name}
    for kind, data in sets.items():
        net = train(data, args.iters, args.seed)
        for other, (_, test) in sets.items():
            key = f"trained on {kind}, tested on {other}"
            results[key] = net.accuracy(*test)
    for key, accuracy in list(results.items())[1:]:
        print(f"{key}: {accuracy:.4f}")
    return cli.finish(args, __file__, results, draw(sets))


if __name__ == "__main__":
    cli.run(main)
