"""GoogLeNet: filters of several sizes in parallel, and 1x1 filters (8.2.3; figures 8-10, 8-11).

    python ch08/section_8_2/googlenet.py

You will see the output shape of each layer of a small GoogLeNet for digits, and how many weights
1x1 filters save in one of the real GoogLeNet's Inception modules, "3a". With them its 5x5 branch
has 15,872 weights instead of 153,600, and the whole module 163,328 instead of 393,216. About a
second.
"""

import argparse

try:
    from lab import image_training, plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.counting import weights_of_branches
from ch08.helpers.diagrams import draw_module
from common.fresh_layers import affine, convolution
from common.layers import AveragePooling, Dropout, Parallel, Pooling, ReLU, Sequential
from common.network import Network
from common.parts import numbered
from common.randomness import Seed, random_generator
from lab.plots import Axes, Figure
from lab.script import Results

# Input channels; 1x1 filters; 1x1 before 3x3, and 3x3; 1x1 before 5x5, and 5x5; 1x1 after pooling.
MODULE_3A = (192, 64, (96, 128), (16, 32), 32)
SMALL = [(16, 8, (8, 16), (4, 8), 8), (40, 16, (16, 32), (4, 8), 8), (64, 16, (16, 32), (4, 8), 8)]
# Key of the weights; colour, hatch and shift of their bars.
BARS = (("with 1x1", plots.BLUE, "", -0.2), ("without", plots.ORANGE, "//", 0.2))


def inception(
    channels: int,
    ones: int,
    threes: tuple[int, int],
    fives: tuple[int, int],
    pooled: int,
    rng: np.random.Generator,
) -> Parallel:
    """Return an Inception module: four branches with the same input, their outputs joined.

    Parameters
    ----------
    channels : int
        The number of channels of the input.
    ones : int
        The number of 1x1 filters.
    threes, fives : (int, int)
        The number of 1x1 filters that reduce the channels first, then of 3x3 or 5x5 filters.
    pooled : int
        The number of 1x1 filters after a pooling layer that keeps the size of the maps.
    rng : Generator
    """

    def branch(size: int, fewer: int, filters: int) -> Sequential:
        return Sequential(
            {
                "1x1": convolution(channels, fewer, 1, rng),
                "Relu1": ReLU(),
                f"{size}x{size}": convolution(fewer, filters, size, rng, pad=size // 2),
                "Relu2": ReLU(),
            }
        )

    return Parallel(
        {
            "1x1": Sequential({"1x1": convolution(channels, ones, 1, rng), "Relu": ReLU()}),
            "3x3": branch(3, *threes),
            "5x5": branch(5, *fives),
            "pool": Sequential(
                {
                    "Pool": Pooling(3, 3, stride=1, pad=1),
                    "1x1": convolution(channels, pooled, 1, rng),
                    "Relu": ReLU(),
                }
            ),
        }
    )


class GoogLeNet(Network):
    """A small GoogLeNet: a convolution, three Inception modules, the mean of each map, one Affine.

    Parameters
    ----------
    output_size : int
    dropout_ratio : float
    rng : Generator or seed, optional
        Draws the initial weights, with He's standard deviation, and the masks of Dropout.

    Notes
    -----
    For images of 28x28. The mean of each map (global average pooling) gives one number for each
    channel, so that no large affine layer is needed.
    """

    def __init__(
        self, output_size: int = 10, *, dropout_ratio: float = 0.2, rng: Seed = None
    ) -> None:
        rng = random_generator(rng)
        super().__init__(
            {
                "Conv": convolution(1, 16, 3, rng, pad=1),
                "Relu": ReLU(),
                "Pool1": Pooling(2, 2, stride=2),
                "Inception1": inception(*SMALL[0], rng),
                "Inception2": inception(*SMALL[1], rng),
                "Pool2": Pooling(2, 2, stride=2),
                "Inception3": inception(*SMALL[2], rng),
                "Means": AveragePooling(7, 7),
                "Dropout": Dropout(dropout_ratio, rng=rng),
                "Affine": affine(64, output_size, rng),
            }
        )


def experiment(args: argparse.Namespace) -> Results:
    """Print the shapes of a small GoogLeNet, and the costs of the real module 3a."""
    small = image_training.walk(GoogLeNet(rng=args.seed), (1, 28, 28))
    module = inception(*MODULE_3A, np.random.default_rng(args.seed))
    x = np.zeros((1, MODULE_3A[0], 28, 28), np.float32)
    branches = {name: branch.forward(x).shape[1:] for name, branch in module.layers.items()}
    out, weights = module.forward(x).shape[1:], weights_of_branches(module)
    count = sum(getattr(*place).size for place in numbered(module).values())
    print(f"module 3a: {x.shape[1:]} to {out}, {count:,} parameters")
    for name, row in weights.items():
        print(f"{name:4} branch: {branches[name][0]:3} channels,", end=" ")
        print(f"{row['with 1x1']:7,} weights; {row['without']:7,} without 1x1 filters")
    module_3a = {"in": x.shape[1:], "branches": branches, "out": out}
    return {"small": small, "3a": {**module_3a, "weights": weights, "parameters": count}}


def draw(results: Results) -> Figure:
    """Draw figure 8-11, and the weights of each branch."""
    fig, (above, below) = plots.figure(2, size=(9.4, 8.4), height_ratios=[1.2, 1])
    draw_module(above, inception(*MODULE_3A, np.random.default_rng(0)))
    above.set_title('Figure 8-11: Inception module "3a"; a ReLU follows each convolution')
    draw_weights(below, results["3a"]["weights"])
    return fig


def draw_weights(ax: Axes, weights: Results) -> None:
    """Draw how many weights each branch has with 1x1 filters and without."""
    x, totals = np.arange(len(weights)), []
    for key, color, hatch, side in BARS:
        numbers = [row[key] for row in weights.values()]
        totals.append(sum(numbers))
        label = f"{key.split()[0]} 1x1 filters: {totals[-1]:,}"
        bars = ax.bar(x + side, numbers, 0.4, color=color, hatch=hatch, label=label)
        ax.bar_label(bars, [f"{number:,}" for number in numbers], fontsize=9, padding=2)
    ax.set_title(f"1x1 filters save {1 - totals[0] / totals[1]:.0%} of the module's weights")
    ax.set(xlabel="branch", ylabel="weights")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_xticks(x, list(weights))
    ax.margins(y=0.15)
    ax.legend()


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
