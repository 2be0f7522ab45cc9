"""ResNet: shortcuts over every two convolutions (section 8.2.4; figures 8-12, 8-13).

    python ch08/section_8_2/resnet.py

You will see the output shape of each block of a small ResNet of 14 layers, and the effect of a
shortcut: with weights of 0 a block outputs ReLU(x), and its gradient dx equals dout where x > 0;
without a shortcut, the output and the gradient of the same layers are 0. The figures show a block,
the network, and the output of a block for each x, with weights of 0 and larger weights. About a
second.
"""

import argparse
from collections.abc import Sequence
from typing import Any

try:
    from lab import image_training, plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.diagrams import draw_block, draw_blocks
from common.fresh_layers import affine, batch_norm, convolution
from common.functions import relu
from common.layers import Convolution, GlobalAveragePooling, ReLU, Residual, Sequential
from common.network import Network
from common.parts import parts
from common.randomness import Seed, random_generator
from lab.plots import Axes, Figure
from lab.script import Results

FILTERS = (16, 16, 32, 32, 64, 64)
SCALES = (1, 0.3, 0)  # factors of the weights
KINDS = {"with a shortcut": True, "without a shortcut": False}


def block(
    channels: int,
    filters: int,
    rng: np.random.Generator,
    *,
    stride: int = 1,
    shortcut: bool = True,
    batchnorm: bool = True,
) -> Sequential:
    """Return convolution - ReLU - convolution, plus x, then ReLU: ReLU(F(x) + x).

    Where F(x) has another shape than x, the shortcut is a 1x1 convolution of the same stride.

    Parameters
    ----------
    channels, filters : int
        The channels of the input, and the filters of each convolution.
    rng : Generator
    stride : int
        The stride of the first convolution: 2 halves the maps.
    shortcut : bool
        False: without the shortcut, ReLU(F(x)).
    batchnorm : bool
        Normalize after each convolution.
    """
    first = convolution(channels, filters, 3, rng, stride=stride, pad=1, floor=True)
    layers: dict[str, Any] = {"Conv1": first}
    if batchnorm:
        layers["BatchNorm1"] = batch_norm(filters)
    layers |= {"Relu1": ReLU(), "Conv2": convolution(filters, filters, 3, rng, pad=1)}
    if batchnorm:
        layers["BatchNorm2"] = batch_norm(filters)
    body = Sequential(layers)
    if not shortcut:
        return Sequential({"F": body, "Relu": ReLU()})
    same = stride == 1 and channels == filters
    way = None if same else convolution(channels, filters, 1, rng, stride=stride, floor=True)
    return Sequential({"F(x) + x": Residual(body, way), "Relu": ReLU()})


class ResNet(Network):
    """A convolution, blocks of two convolutions each, the mean of each map, and an affine layer.

    Parameters
    ----------
    filters : sequence of int
        Their number in each block, such as (16, 16, 32, 32, 64, 64). Where it changes from one
        block to the next, the maps are halved.
    input_dim : (int, int, int)
        Channels, height and width of the images: square ones.
    output_size : int
    shortcut, batchnorm : bool
        See `block`. Without shortcuts it is the "plain" network of the same depth.
    rng : Generator or seed, optional
        Draws the initial weights, with He's standard deviation.

    Attributes
    ----------
    depth : int
        The number of layers with weights: 2 for each block, and 2 more.
    """

    def __init__(
        self,
        filters: Sequence[int] = FILTERS,
        input_dim: tuple[int, int, int] = (1, 28, 28),
        output_size: int = 10,
        *,
        shortcut: bool = True,
        batchnorm: bool = True,
        rng: Seed = None,
    ) -> None:
        rng = random_generator(rng)
        options: dict[str, bool] = {"shortcut": shortcut, "batchnorm": batchnorm}
        channels = filters[0]
        layers: dict[str, Any] = {"Conv": convolution(input_dim[0], channels, 3, rng, pad=1)}
        if batchnorm:
            layers["BatchNorm"] = batch_norm(channels)
        layers["Relu"] = ReLU()
        for number, n in enumerate(filters, 1):
            stride = 1 if n == channels else 2
            layers[f"Block{number}"] = block(channels, n, rng, stride=stride, **options)
            channels = n
        layers |= {"Means": GlobalAveragePooling(), "Affine": affine(channels, output_size, rng)}
        super().__init__(layers)
        self.depth = 2 * len(filters) + 2


def pass_through(
    x: np.ndarray, scale: float, shortcut: bool, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the output of a block for `x`, (N, C, H, W), and its `dx` where `dout` is all ones.

    Its weights are multiplied by `scale`; there is no batch normalization, which would cancel that.
    """
    C = x.shape[1]
    layer = block(C, C, np.random.default_rng(seed), shortcut=shortcut, batchnorm=False)
    for part in parts(layer):
        if isinstance(part, Convolution):
            part.W *= np.float32(scale)
    out = layer.forward(x)
    return out, layer.backward(np.ones_like(out))


def compare_blocks(x: np.ndarray, seed: int) -> Results:
    """Print what a block with and without a shortcut does with weights of 0; return all outputs."""
    results: Results = {"x": x.ravel().round(3)}
    for name, shortcut in KINDS.items():
        both = {scale: pass_through(x, scale, shortcut, seed) for scale in SCALES}
        results[name] = row = {
            "difference from ReLU(x)": np.abs(both[0][0] - relu(x)).max(),
            "gradient where x > 0": both[0][1][x > 0].mean(),
        }
        print(f"{name}, weights of 0:", ", ".join(f"{key}: {row[key]:.3g}" for key in row))
        row["outputs"] = {scale: out.ravel().round(3) for scale, (out, _) in both.items()}
    return results


def experiment(args: argparse.Namespace) -> Results:
    """Print the shapes of a small ResNet, and what a block does with weights of 0."""
    network = ResNet(rng=args.seed)
    results: Results = {"small": image_training.walk(network, (1, 28, 28)), "depth": network.depth}
    results["convolutions under each shortcut"] = [
        sum(isinstance(layer, Convolution) for layer in part.layers["body"].layers.values())
        for part in parts(network)
        if isinstance(part, Residual)
    ]
    print(f"{network.depth} layers with weights, one after another")
    x = np.random.default_rng(args.seed).standard_normal((4, 4, 8, 8))
    return results | compare_blocks(x, args.seed)


def draw(results: Results) -> Figure:
    """Draw figures 8-12 and 8-13, and the output of a block for each x and each scale."""
    names = [["block", "block"], ["network", "network"], list(KINDS)]
    fig, axes = plots.mosaic(names, size=(9.4, 8.6), height_ratios=[1, 1, 2.8])
    draw_block(axes["block"])
    axes["block"].set_title("Figure 8-12: a block")
    draw_blocks(axes["network"], FILTERS)
    axes["network"].set_title(f"Figure 8-13: a ResNet of {results['depth']} layers")
    for name in KINDS:
        draw_outputs(axes[name], results["x"], results[name]["outputs"])
        off = results[name]["difference from ReLU(x)"]
        title = f"{name.capitalize()}, weights of 0:\ndiffers from ReLU(x) by up to {off:.3g}"
        axes[name].set(title=title, ylim=axes["with a shortcut"].get_ylim())
    return fig


def draw_outputs(ax: Axes, x: np.ndarray, outputs: dict[float, np.ndarray]) -> None:
    """Draw the output of a block for each x, with its weights multiplied by each scale."""
    for (scale, out), marker in zip(outputs.items(), "s^o", strict=True):
        label = f"He's weights times {scale:g}"
        ax.plot(x, out, marker, markersize=3, linestyle="none", label=label)
    ax.set(xlabel="x", ylabel="output")
    ax.legend()


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
