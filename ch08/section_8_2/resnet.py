"""ResNet: shortcuts over every two convolutions (section 8.2.4; figures 8-12, 8-13).

    python ch08/section_8_2/resnet.py

You will see what each block of a small ResNet of 14 layers makes of an image of a digit; and what
one block does: with weights of 0 it hands on ReLU(x), and sends back dout unchanged where x > 0,
while the same layers without the shortcut hand on nothing and send back nothing. The figure shows
the output for each x, with weights of 0 and with larger and larger ones, and the block itself. A
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

from ch08.helpers.diagrams import draw_block, draw_blocks
from common.fresh_layers import affine, batch_norm, convolution
from common.functions import relu
from common.layers import Convolution, GlobalAveragePooling, ReLU, Residual, Sequential
from common.network import Network
from common.parts import parts
from common.randomness import Seed, random_generator
from lab import image_training, plots

FILTERS = (16, 16, 32, 32, 64, 64)
SCALES = (0, 0.3, 1)  # of the weights


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
        Of the input, and of both convolutions.
    rng : Generator
    stride : int
        Of the first convolution: 2 halves the maps.
    shortcut : bool
        False leaves the shortcut out: ReLU(F(x)).
    batchnorm : bool
        Normalize behind each convolution.
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
        Those of each block, such as (16, 16, 32, 32, 64, 64). Where they change from one block to
        the next, the maps are halved.
    input_dim : (int, int, int)
        Channels, height and width of the images: square ones.
    output_size : int
    shortcut, batchnorm : bool
        See `block`. Without shortcuts it is the "plain" network of the same depth.
    rng : Generator or seed, optional
        Draws the first weights, with He's deviation.

    Attributes
    ----------
    depth : int
        The number of layers with weights one behind the other: 2 for each block, and 2.
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


def answer(x: np.ndarray, scale: float, shortcut: bool, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what a block makes of `x`, (N, C, H, W), and what it sends back if it is sent ones.

    Its weights are multiplied by `scale`; there is no batch normalization, which would undo that.
    """
    C = x.shape[1]
    layer = block(C, C, np.random.default_rng(seed), shortcut=shortcut, batchnorm=False)
    for part in parts(layer):
        if isinstance(part, Convolution):
            part.W *= np.float32(scale)
    out = layer.forward(x)
    return out, layer.backward(np.ones_like(out))


def draw(x: np.ndarray, outs: dict[str, dict[float, np.ndarray]]) -> Figure:
    """Draw figures 8-12 and 8-13, and by scale of the weights the output of a block on `x`."""
    names = [["block", "block"], ["network", "network"], list(outs)]
    fig, axes = plots.mosaic(names, size=(13, 9), height_ratios=[1, 1, 2.6])
    draw_block(axes["block"])
    axes["block"].set_title("Figure 8-12: a block")
    draw_blocks(axes["network"], FILTERS)
    axes["network"].set_title("Figure 8-13: a ResNet of 14 layers")
    with_shortcut, without = (axes[name] for name in outs)
    without.sharey(with_shortcut)
    for name, by_scale in outs.items():
        for scale in sorted(by_scale, reverse=True):
            label = f"weights of He times {scale:g}"
            axes[name].plot(x.ravel(), by_scale[scale].ravel(), ".", markersize=4, label=label)
        title = f"A block {name}: its output"
        axes[name].set(title=title, xlabel="x", ylabel="output")
        axes[name].legend()
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the shapes of a small ResNet and what a block does with weights of 0, and draw it."""
    args = cli.parse(cli.parser(__doc__), argv)
    network = ResNet(rng=args.seed)
    results: dict[str, Any] = {"small": image_training.walk(network, (1, 28, 28))}
    results["depth"] = network.depth
    results["convolutions under each shortcut"] = [
        sum(isinstance(layer, Convolution) for layer in part.layers["body"].layers.values())
        for part in parts(network)
        if isinstance(part, Residual)
    ]
    print(f"{network.depth} layers with weights one behind the other")
    x = np.random.default_rng(args.seed).standard_normal((4, 4, 8, 8))
    outs: dict[str, dict[float, np.ndarray]] = {}
    for name, shortcut in (("with a shortcut", True), ("without a shortcut", False)):
        both = {scale: answer(x, scale, shortcut, args.seed) for scale in SCALES}
        outs[name] = {scale: out for scale, (out, _) in both.items()}
        results[name] = {
            "off from ReLU(x)": np.abs(both[0][0] - relu(x)).max(),
            "sent back where x > 0": both[0][1][x > 0].mean(),
        }
        print(f"{name}, weights of 0:", end=" ")
        print(", ".join(f"{key}: {value:.3g}" for key, value in results[name].items()))
    return cli.finish(args, __file__, results, draw(x, outs))


if __name__ == "__main__":
    cli.run(main)
