"""VGG: blocks of 3x3 convolutions, each block followed by pooling (section 8.2.2, figure 8-9).

    python ch08/section_8_2/vgg.py

You will see the output shape of each layer of a small VGG for digits, and the layers of the real
VGG16 and VGG19: 16 and 19 layers with weights, pooling layers that halve the maps from 224 to 7
pixels, 138,357,544 and 143,667,240 parameters. VGG16's affine layers have 89 % of its parameters,
and do 1 % of the multiplications. The real networks are counted, not built. About a second.
"""

import argparse
import math
from collections.abc import Sequence
from itertools import count
from typing import Any

try:
    from lab import image_training, plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.counting import Config, named, table
from common.checks import check_image_shape
from common.fresh_layers import affine, convolution
from common.layers import Dropout, Pooling, ReLU
from common.network import Network
from common.randomness import Seed, random_generator
from lab.plots import Axes, Figure
from lab.script import Results

SMALL: Config = [16, 16, "M", 32, 32, "M"]
REAL: dict[str, Config] = {
    "VGG16": [64, 64, "M", 128, 128, "M", *[256] * 3, "M", *[512] * 3, "M", *[512] * 3, "M"],
    "VGG19": [64, 64, "M", 128, 128, "M", *[256] * 4, "M", *[512] * 4, "M", *[512] * 4, "M"],
}
IMAGES, SIZES = (3, 224, 224), (4096, 4096, 1000)  # of the real networks: images, affine layers
# Name, column of the table, shift of the bars, their hatch.
COSTS = (("parameters", 1, -0.2, ""), ("multiplications", 2, 0.2, "//"))


class VGG(Network):
    """3x3 convolutions with ReLU, in blocks that end with a pooling layer; then affine layers.

    Parameters
    ----------
    config : sequence
        The filters of each convolution, and "M" for each pooling layer, which halves the maps.
    input_dim : (int, int, int)
        Channels, height and width of the images.
    sizes : sequence of int
        The neurons of the affine layers; each but the last is followed by ReLU and Dropout.
    dropout_ratio : float
    rng : Generator or seed, optional
        Draws the initial weights, with He's standard deviation, and the masks of Dropout.
    """

    def __init__(
        self,
        config: Config = SMALL,
        input_dim: tuple[int, int, int] = (1, 28, 28),
        sizes: Sequence[int] = (100, 10),
        *,
        dropout_ratio: float = 0.5,
        rng: Seed = None,
    ) -> None:
        rng = random_generator(rng)
        layers: dict[str, Any] = {}
        relus = count(1)
        channels, *image = check_image_shape("input_dim", input_dim)
        for name, filters in named(config):
            if filters:
                layers[name] = convolution(channels, filters, 3, rng, pad=1)
                layers[f"Relu{next(relus)}"] = ReLU()
                channels = filters
            else:
                layers[name] = Pooling(2, 2, stride=2, floor=True)
                image = [n // 2 for n in image]
        inputs = channels * math.prod(image)
        for number, outputs in enumerate(sizes, 1):
            layers[f"Affine{number}"] = affine(inputs, outputs, rng)
            if number < len(sizes):
                layers[f"Relu{next(relus)}"] = ReLU()
                layers[f"Dropout{number}"] = Dropout(dropout_ratio, rng=rng)
            inputs = outputs
        super().__init__(layers)


def counted(config: Config) -> Results:
    """Return the layers of a real VGG, and the share of its affine layers in the costs."""
    rows = table(config, IMAGES, SIZES)
    shapes, parameters, multiplications = zip(*rows.values(), strict=True)
    return {
        "layers with weights": sum(number > 0 for number in parameters),
        "shapes": dict(zip(rows, shapes, strict=True)),
        "parameters": sum(parameters),
        "parameters of affine layers": sum(parameters[-len(SIZES) :]),
        "multiplications": sum(multiplications),
        "multiplications of affine layers": sum(multiplications[-len(SIZES) :]),
    }


def experiment(args: argparse.Namespace) -> Results:
    """Print the shapes of a small VGG, and count the layers and parameters of the real ones."""
    print(f"a small VGG, {' '.join(map(str, SMALL))}:")
    results: Results = {"small": image_training.walk(VGG(rng=args.seed), (1, 28, 28))}
    for name, config in REAL.items():
        row = results[name] = counted(config)
        sizes = [shape[1] for key, shape in row["shapes"].items() if key.startswith("Pool")]
        print(f"{name}: {row['layers with weights']} layers with weights,", end=" ")
        print(f"{row['parameters']:,} parameters; maps halved from 224 to {sizes}")
    return results


def draw(results: Results) -> Figure:
    """Draw figure 8-9: the sizes of VGG16's maps, and the costs of its layers."""
    fig, (above, below) = plots.figure(2, size=(9.4, 7.4), sharex=True)
    draw_maps(above, results["VGG16"])
    draw_costs(below, results["VGG16"])
    return fig


def draw_maps(ax: Axes, row: Results) -> None:
    """Draw the size of the maps, layer by layer, with the number of channels or neurons."""
    shapes = row["shapes"]
    colors = {"C": plots.BLUE, "P": plots.RED, "A": "none"}
    heights = [shape[1] if len(shape) == 3 else 0 for shape in shapes.values()]
    bars = ax.bar(range(len(shapes)), heights, color=[colors[name[0]] for name in shapes])
    ax.bar_label(bars, [shape[0] for shape in shapes.values()], padding=2, fontsize=9)
    title = f"Figure 8-9: VGG16, {row['layers with weights']} layers with weights"
    ax.set(title=title, ylabel="width and height of the maps, pixels", ylim=(0, 250))
    handles = [plots.legend_patch(color=colors[kind]) for kind in "CP"]
    ax.legend(handles, ["3x3 convolution", "pooling"], title="numbers: channels or neurons")


def draw_costs(ax: Axes, row: Results) -> None:
    """Draw the share of each layer in the parameters and in the multiplications."""
    layers = table(REAL["VGG16"], IMAGES, SIZES)
    x, affine_share = np.arange(len(layers)), {}
    for key, column, side, hatch in COSTS:
        affine_share[key] = row[f"{key} of affine layers"] / row[key]
        percent = [100 * layer[column] / row[key] for layer in layers.values()]
        ax.bar(x + side, percent, 0.4, hatch=hatch, label=f"{key}: {row[key]:,} in all")
    title = (
        "Affine layers: {parameters:.0%} of parameters, {multiplications:.0%} of multiplications"
    )
    ax.set(title=title.format(**affine_share), ylabel="share of each layer, %")
    ax.set_xticks(x, list(layers), rotation=45, ha="right", rotation_mode="anchor")
    ax.legend(loc="upper left")


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
