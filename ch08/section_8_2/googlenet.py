"""GoogLeNet: filters of several sizes side by side, and 1x1 ones (8.2.3; figures 8-10, 8-11).

    python ch08/section_8_2/googlenet.py

You will see what each layer of a small GoogLeNet for digits makes of an image, and what the 1x1
filters spare in one of the real GoogLeNet's Inception modules, "3a": its 5x5 branch has 15,872
weights where 5x5 filters over all channels had 153,600; the whole module 163,328 for 393,216. A
second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch08.helpers.diagrams import draw_module
from common.fresh_layers import affine, convolution
from common.layers import AveragePooling, Convolution, Dropout, Parallel, Pooling, ReLU, Sequential
from common.network import Network
from common.parts import numbered
from common.randomness import Seed, random_generator
from lab import image_training, plots

# Channels in; filters of 1x1; 1x1 before 3x3, and 3x3; 1x1 before 5x5, and 5x5; 1x1 after pooling
MODULE_3A = (192, 64, (96, 128), (16, 32), 32)
SMALL = [(16, 8, (8, 16), (4, 8), 8), (40, 16, (16, 32), (4, 8), 8), (64, 16, (16, 32), (4, 8), 8)]


def inception(
    channels: int,
    ones: int,
    threes: tuple[int, int],
    fives: tuple[int, int],
    pooled: int,
    rng: np.random.Generator,
) -> Parallel:
    """Return an Inception module: four branches over the same images, their outputs side by side.

    Parameters
    ----------
    channels : int
        Of the input.
    ones : int
        Filters of 1x1.
    threes, fives : (int, int)
        Filters of 1x1 that take channels away first, then filters of 3x3, or 5x5.
    pooled : int
        Filters of 1x1 behind a pooling that keeps the size of the maps.
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
        Draws the first weights, with He's deviation, and the masks of Dropout.

    Notes
    -----
    For images of 28x28. The mean of each map, "global average pooling", leaves one number for each
    channel: there are no large affine layers.
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


def weights_of_branches(module: Parallel) -> dict[str, dict[str, int]]:
    """Return by branch its weights, and how many it had if its last filters saw all channels."""
    result = {}
    for name, branch in module.layers.items():
        convs = [layer for layer in branch.layers.values() if isinstance(layer, Convolution)]
        channels, (filters, _, size, _) = convs[0].W.shape[1], convs[-1].W.shape
        result[name] = {
            "with 1x1": sum(conv.W.size for conv in convs),
            "without": channels * filters * size**2,
        }
    return result


def draw(module: Parallel, weights: dict[str, dict[str, int]]) -> Figure:
    """Draw figure 8-11, and the weights of each branch."""
    fig, (left, right) = plots.figure(1, 2, size=(14, 5), gridspec_kw={"width_ratios": [1.8, 1]})
    draw_module(left, module)
    left.set_title('Figure 8-11: an Inception module, "3a"; a ReLU behind each convolution')
    x = np.arange(len(weights))
    for n, key in enumerate(("with 1x1", "without")):
        numbers = [row[key] for row in weights.values()]
        label = ("1x1 filters first", "all channels at once")[n] + f": {sum(numbers):,}"
        bars = right.bar(x + 0.4 * n - 0.2, numbers, 0.4, label=label)
        right.bar_label(bars, [f"{number:,}" for number in numbers], fontsize=8, padding=2)
    right.set(title="What the 1x1 filters spare", xlabel="branch", ylabel="weights")
    right.set_xticks(x, list(weights))
    right.margins(y=0.25)
    right.legend()
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the shapes of a small GoogLeNet, and what the real module 3a costs."""
    args = cli.parse(cli.parser(__doc__), argv)
    results: dict[str, Any] = {"small": image_training.walk(GoogLeNet(rng=args.seed), (1, 28, 28))}
    module = inception(*MODULE_3A, np.random.default_rng(args.seed))
    x = np.zeros((1, MODULE_3A[0], 28, 28), np.float32)
    outs = {name: branch.forward(x).shape[1:] for name, branch in module.layers.items()}
    weights = weights_of_branches(module)
    count = sum(getattr(*place).size for place in numbered(module).values())
    results["3a"] = {
        "in": x.shape[1:],
        "branches": outs,
        "out": module.forward(x).shape[1:],
        "weights": weights,
        "parameters": count,
    }
    print(f"module 3a: {x.shape[1:]} to {results['3a']['out']}, {count:,} parameters")
    for name, row in weights.items():
        print(
            f"{name:4} branch: {outs[name][0]:3} channels, {row['with 1x1']:7,} weights;", end=" "
        )
        print(f"{row['without']:7,} if its filters saw all {MODULE_3A[0]} channels")
    return cli.finish(args, __file__, results, draw(module, weights))


if __name__ == "__main__":
    cli.run(main)
