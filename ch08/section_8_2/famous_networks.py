"""Small forms of VGG, GoogLeNet and ResNet, and DeepConvNet, on the same digits (section 8.2).

    python ch08/section_8_2/famous_networks.py

Four small networks learn 10,000 digits side by side, in three epochs. You will see how the losses
fall, how well each reads the test digits, and what it costs. VGG and ResNet read 0.975 of them,
ResNet with a quarter of the parameters: behind its convolutions stands one small affine layer.
GoogLeNet has the fewest parameters, a ninth of VGG's, and half its multiplications, but takes
longer all the same, as its many small layers cost more than their products; it reads 0.921, and
like DeepConvNet, 0.965, it is not done learning. Two minutes.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch08.deep_convnet import DeepConvNet
from ch08.section_8_2.googlenet import GoogLeNet
from ch08.section_8_2.resnet import ResNet
from ch08.section_8_2.vgg import VGG
from common.network import Network
from common.optimizer import Adam
from common.schedules import cosine_decay
from common.threads import one_blas_thread
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots
from lab.costs import multiply_adds

COSTS = {
    "parameters": "parameters, thousands",
    "multiply_adds": "multiplications for one digit, millions",
    "seconds": "seconds of a core for a mini-batch",
}


def networks(seed: int) -> dict[str, Network]:
    """Return the four networks, untrained."""
    return {
        "DeepConvNet": DeepConvNet(rng=seed),
        "VGG": VGG(rng=seed),
        "GoogLeNet": GoogLeNet(rng=seed),
        "ResNet": ResNet((8, 8, 16, 16, 32, 32), rng=seed),
    }


def seconds(network: Network, x: np.ndarray, t: np.ndarray) -> float:
    """Return how long one core takes for the gradient of a mini-batch, the best of three times."""
    times = []
    with one_blas_thread():
        for _ in range(3):
            start = time.process_time()
            network.gradient(x, t)
            times.append(time.process_time() - start)
    return min(times)


def draw(rows: Mapping[str, Mapping[str, Any]], title: str) -> Figure:
    """Draw the losses, the accuracies, and what each network costs."""
    names = [["losses", "test_acc", "parameters"], ["losses", "multiply_adds", "seconds"]]
    fig, axes = plots.mosaic(names, size=(14, 6.5), width_ratios=[1.4, 1, 1])
    losses = {name: row["train_loss_list"] for name, row in rows.items()}
    plots.loss_curves(axes["losses"], losses, "Loss in the training")
    units = {"parameters": 1e3, "multiply_adds": 1e6, "seconds": 1, "test_acc": 1}
    for key, unit in units.items():
        values = [row[key] / unit for row in rows.values()]
        bars = axes[key].barh(list(rows), values, color=[f"C{n}" for n in range(len(rows))])
        formats = {"test_acc": "%.4f", "seconds": "%.3f"}
        axes[key].bar_label(bars, fmt=formats.get(key, "%.1f"), padding=3)
        axes[key].set_title(COSTS.get(key, "accuracy on the test digits"))
        axes[key].margins(x=0.2)
        axes[key].invert_yaxis()
    fig.suptitle(title)
    return fig


def trainers(args: argparse.Namespace, data: str) -> dict[str, Trainer]:
    """Return a trainer for each network; all will see the same mini-batches."""
    (x, t), test = load_mnist(flatten=False, source=data)
    if args.quick:
        test = (test[0][:20], test[1][:20])
    x, t = x[: args.samples], t[: args.samples]
    iters = args.epochs * -(-len(x) // args.batch_size)
    return {
        name: Trainer(
            *(network, x, t, *test),
            epochs=args.epochs,
            mini_batch_size=args.batch_size,
            optimizer=Adam(args.lr),
            evaluate_sample_num_per_epoch=100,
            verbose=False,
            rng=args.seed,
            schedule=cosine_decay(args.lr, iters),
        )
        for name, network in networks(args.seed).items()
    }


def measured(trainer: Trainer, batch_size: int) -> dict[str, Any]:
    """Return how well a trained network reads, and what it costs."""
    network, x, t = trainer.network, trainer.x_train, trainer.t_train
    return {
        "test_acc": network.accuracy(trainer.x_test, trainer.t_test),
        "parameters": sum(value.size for value in network.params.values()),
        "multiply_adds": sum(multiply_adds(network, x[:1]).values()),
        "seconds": seconds(network, x[:batch_size], t[:batch_size]),
        "train_loss_list": trainer.train_loss_list,
    }


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train the four side by side, print how well each reads and what it costs, and draw it."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--epochs", type=cli.at_least(1), default=3, help="default: 3")
    add("--samples", type=cli.at_least(10), default=10000, help="to train on (default: 10000)")
    add("--batch-size", type=cli.at_least(2), default=100, help="default: 100")
    add("--lr", type=cli.positive, default=0.003, help="learning rate of Adam (default: 0.003)")
    args = cli.parse(parser, argv, too_small=True, epochs=1, samples=20, batch_size=10)

    data = data_name(args.data)
    print(f"data: {data}")
    trained = trainers(args, data)
    train_together(*trained.values())
    rows = {name: measured(trainer, args.batch_size) for name, trainer in trained.items()}
    for name, row in rows.items():
        print(
            f"{name:11} accuracy {row['test_acc']:.4f}, {row['parameters']:7,} parameters", end=""
        )
        print(f", {row['multiply_adds'] / 1e6:.1f} million multiplications", end="")
        print(f", {row['seconds']:.3f} s")
    title = f"{args.samples} digits, {args.epochs} epochs, data: {data}"
    return cli.finish(args, __file__, {"data": data, "networks": rows}, draw(rows, title))


if __name__ == "__main__":
    cli.run(main)
