"""VGG: blocks of 3x3 convolutions, a pooling behind each (section 8.2.2, figure 8-9).

    python ch08/section_8_2/vgg.py

You will see what each layer of a small VGG for digits makes of an image, and what those of the real
VGG16 and VGG19 would: 16 and 19 layers with weights, maps that poolings halve from 224 to 7 pixels,
138,357,544 and 143,667,240 parameters. Nine tenths of VGG16's stand in its affine layers, which do
one hundredth of the work. The real ones are counted, not built. A second.
"""

import math
from collections.abc import Sequence
from itertools import count
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from common.checks import check_image_shape
from common.fresh_layers import affine, convolution
from common.layers import Dropout, Pooling, ReLU
from common.network import Network
from common.randomness import Seed, random_generator
from lab import image_training, plots

Config = Sequence[int | str]
Row = tuple[tuple[int, ...], int, int]  # shape of the output, parameters, multiplications

SMALL: Config = [16, 16, "M", 32, 32, "M"]
REAL: dict[str, Config] = {
    "VGG16": [64, 64, "M", 128, 128, "M", *[256] * 3, "M", *[512] * 3, "M", *[512] * 3, "M"],
    "VGG19": [64, 64, "M", 128, 128, "M", *[256] * 4, "M", *[512] * 4, "M", *[512] * 4, "M"],
}
IMAGES, SIZES = (3, 224, 224), (4096, 4096, 1000)  # of the real ones, and their affine layers


class VGG(Network):
    """3x3 convolutions with ReLU, in blocks with a pooling behind each; then affine layers.

    Parameters
    ----------
    config : sequence
        The number of filters of each convolution, and "M" for each pooling, which halves the maps.
    input_dim : (int, int, int)
        Channels, height and width of the images.
    sizes : sequence of int
        The neurons of the affine layers; each but the last is followed by ReLU and Dropout.
    dropout_ratio : float
    rng : Generator or seed, optional
        Draws the first weights, with He's deviation, and the masks of Dropout.
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


def named(config: Config) -> list[tuple[str, int]]:
    """Return a name for each layer of a config, and its filters, 0 for a pooling."""
    convs, pools = count(1), count(1)
    return [
        (f"Pool{next(pools)}", 0) if filters == "M" else (f"Conv{next(convs)}", int(filters))
        for filters in config
    ]


def table(config: Config, input_dim: tuple[int, int, int], sizes: Sequence[int]) -> dict[str, Row]:
    """Return for each layer its output's shape, parameters, multiplications; nothing is built.

    Parameters
    ----------
    config, input_dim, sizes
        As for `VGG`.
    """
    rows: dict[str, Row] = {}
    channels, size, _ = input_dim
    for name, filters in named(config):
        if filters:
            weights, channels = channels * filters * 3 * 3, filters
            shape = (channels, size, size)
            rows[name] = (shape, weights + channels, weights * size**2)
        else:
            size //= 2
            rows[name] = ((channels, size, size), 0, 0)
    inputs = channels * size**2
    for number, outputs in enumerate(sizes, 1):
        weights, inputs = inputs * outputs, outputs
        rows[f"Affine{number}"] = ((outputs,), weights + outputs, weights)
    return rows


def draw(rows: dict[str, Row], title: str) -> Figure:
    """Draw how large the maps of a VGG are, layer by layer, and what each layer costs."""
    fig, (maps, costs) = plots.figure(2, size=(13, 7.5), sharex=True)
    x = np.arange(len(rows))
    shapes, *counts = zip(*rows.values(), strict=True)
    colours = {"C": "tab:blue", "P": "tab:red", "A": "none"}
    heights = [shape[-1] if len(shape) == 3 else 0 for shape in shapes]
    bars = maps.bar(x, heights, color=[colours[name[0]] for name in rows])
    labels = ["\n".join([str(shape[0]), "x".join(map(str, shape[1:]))]) for shape in shapes]
    maps.bar_label(bars, labels, padding=3, fontsize=8)
    maps.set(title=title, ylabel="pixels across", ylim=(0, 270))
    handles = [Patch(color=colours[kind]) for kind in "CP"]
    maps.legend(handles, ["3x3 convolution", "pooling"], title="on top: channels, pixels; neurons")
    for n, (what, numbers) in enumerate(
        zip(("parameters", "multiplications"), counts, strict=True)
    ):
        percent = 100 * np.array(numbers) / sum(numbers)
        label = f"{what}: {sum(numbers):,} in all"
        bars = costs.bar(x + 0.4 * n - 0.2, percent, 0.4, label=label)
    costs.set(title="What each layer costs", ylabel="% of all")
    costs.set_xticks(x, list(rows), rotation=45)
    costs.legend(loc="upper left")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the shapes of a small VGG, and count what the real ones are made of."""
    args = cli.parse(cli.parser(__doc__), argv)
    print(f"a small VGG, {' '.join(map(str, SMALL))}:")
    results: dict[str, Any] = {"small": image_training.walk(VGG(rng=args.seed), (1, 28, 28))}
    for name, config in REAL.items():
        rows = table(config, IMAGES, SIZES)
        shapes = {key: row[0] for key, row in rows.items()}
        results[name] = {
            "layers with weights": sum(row[1] > 0 for row in rows.values()),
            "shapes": shapes,
            "parameters": sum(row[1] for row in rows.values()),
            "parameters of affine layers": sum(rows[f"Affine{n}"][1] for n in (1, 2, 3)),
            "multiplications": sum(row[2] for row in rows.values()),
            "multiplications of affine layers": sum(rows[f"Affine{n}"][2] for n in (1, 2, 3)),
        }
        sizes = [shape[1] for key, shape in shapes.items() if key.startswith("Pool")]
        print(f"{name}: {results[name]['layers with weights']} layers with weights,", end=" ")
        print(f"{results[name]['parameters']:,} parameters; maps halved from 224 to {sizes}")
    title = f"Figure 8-9: VGG16, {results['VGG16']['layers with weights']} layers with weights"
    return cli.finish(args, __file__, results, draw(table(REAL["VGG16"], IMAGES, SIZES), title))


if __name__ == "__main__":
    cli.run(main)
