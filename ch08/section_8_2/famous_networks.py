"""Small versions of VGG, GoogLeNet and ResNet, and DeepConvNet, on the same digits (section 8.2).

    python ch08/section_8_2/famous_networks.py

Trains four small networks on 10,000 digits, side by side, for three epochs. You will see how the
losses fall, the test accuracies, and the cost of each network. VGG and ResNet have accuracies of
0.974 and 0.976, ResNet with a quarter of the parameters: after its convolutions it has only one
small affine layer. GoogLeNet has the fewest parameters, a ninth of VGG's, and half its
multiplications, but it is still slower, since each of its many small layers takes extra time; its
accuracy is 0.921, and that of DeepConvNet 0.965. About two minutes.
"""

import argparse
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch08.deep_convnet import DeepConvNet
from ch08.helpers.layer_clock import gradient_seconds
from ch08.section_8_2.googlenet import GoogLeNet
from ch08.section_8_2.resnet import ResNet
from ch08.section_8_2.vgg import VGG
from common.network import Network
from common.optimizer import Adam
from common.schedules import cosine_decay
from common.trainer import Trainer
from lab.costs import multiply_adds
from lab.digits import digits
from lab.plots import Axes, Figure
from lab.script import Flag, Results
from lab.training import compare, steps

FLAGS = {
    "epochs": Flag(3, "passes over the training digits", quick=1),
    "samples": Flag(10000, "digits to train on", quick=20, least=10),
    "test_samples": Flag(10000, "test digits", quick=20),
    "batch_size": Flag(100, "digits in a mini-batch", quick=10, least=2),
    "lr": Flag(0.003, "learning rate of Adam"),
}
# Key of the results: title, unit, format.
BARS = {
    "test_acc": ("test accuracy", 1, "%.3f"),
    "parameters": ("parameters, thousands", 1e3, "%.0f"),
    "multiply_adds": ("multiply-adds for one\ndigit, millions", 1e6, "%.1f"),
    "seconds": ("time for a mini-batch on\none core, seconds", 1, "%.3f"),
}


def networks(seed: int) -> dict[str, Network]:
    """Return the four networks, untrained."""
    return {
        "DeepConvNet": DeepConvNet(rng=seed),
        "VGG": VGG(rng=seed),
        "GoogLeNet": GoogLeNet(rng=seed),
        "ResNet": ResNet((8, 8, 16, 16, 32, 32), rng=seed),
    }


def measured(trainer: Trainer[Any], batch_size: int) -> Results:
    """Return the accuracy and the costs of a trained network."""
    network, x, t = trainer.network, trainer.x_train, trainer.t_train
    return {
        "test_acc": network.accuracy(trainer.x_test, trainer.t_test),
        "parameters": sum(value.size for value in network.params.values()),
        "multiply_adds": sum(multiply_adds(network, x[:1]).values()),
        "seconds": gradient_seconds(network, x[:batch_size], t[:batch_size]),
        "train_loss_list": trainer.train_loss_list,
    }


def experiment(args: argparse.Namespace) -> Results:
    """Train the four side by side; print and return their accuracies and costs."""
    train, test = digits(args, flatten=False)
    schedule = cosine_decay(args.lr, steps(args, train))
    trained = compare(args, networks(args.seed), train, test, optimizer=Adam, schedule=schedule)
    rows = {name: measured(trainer, args.batch_size) for name, trainer in trained.items()}
    for name, row in rows.items():
        print(
            f"{name:11} accuracy {row['test_acc']:.4f}, {row['parameters']:7,} parameters,", end=""
        )
        print(f" {row['multiply_adds'] / 1e6:.1f} million multiply-adds, {row['seconds']:.3f} s")
    return {"networks": rows}


def draw_bars(ax: Axes, key: str, rows: Results) -> None:
    """Draw a bar for each network."""
    title, unit, digits_shown = BARS[key]
    values = [row[key] / unit for row in rows.values()]
    bars = ax.barh(list(rows), values, color=[plots.color(name) for name in rows])
    ax.bar_label(bars, fmt=digits_shown, padding=3)
    ax.set(xlabel=title)
    ax.margins(x=0.25)
    ax.locator_params(axis="x", nbins=4)
    ax.set_ylim(len(rows) - 0.5, -0.5)


def draw(results: Results) -> list[Figure]:
    """Draw the losses and the accuracies, and in another figure the costs of each network."""
    rows = results["networks"]
    first, (losses, accuracies) = plots.figure(1, 2, size=(9.4, 4.6), width_ratios=[1.6, 1])
    plots.loss_curves(losses, {name: rows[name]["train_loss_list"] for name in rows}, "Losses")
    draw_bars(accuracies, "test_acc", rows)
    best = max(rows, key=lambda name: rows[name]["test_acc"])
    accuracies.set_title(f"Best: {best}, {rows[best]['test_acc']:.4f}")
    first.suptitle("{samples:,} digits, {epochs} epochs".format(**results["settings"]))
    second, axes = plots.figure(1, 3, size=(9.4, 3.2), sharey=True)
    for ax, key in zip(axes, ("parameters", "multiply_adds", "seconds"), strict=True):
        draw_bars(ax, key, rows)
        least = min(rows, key=lambda name: rows[name][key])
        ax.set_title(f"Least: {least}")
    return [first, second]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)
