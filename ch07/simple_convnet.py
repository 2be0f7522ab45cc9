"""SimpleConvNet: one convolution and two affine layers (section 7.5, figure 7-23).

    python ch07/simple_convnet.py

Prints the output shape and the parameters of each layer, for images of 28 x 28 pixels: 433,890
parameters in all. About a second.
"""

import argparse
import math
from collections.abc import Mapping
from pathlib import Path

try:
    from lab import image_training, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from common.checks import check_image_shape
from common.fresh_layers import affine, convolution
from common.layers import Pooling, ReLU
from common.network import Network
from common.randomness import Seed, random_generator
from common.util import conv_output_size
from lab.script import Results

WEIGHTS = Path(__file__).with_name("simple_convnet.npz")
FILTERS = {"filter_num": 30, "filter_size": 5, "pad": 0, "stride": 1}  # the book's


class SimpleConvNet(Network):
    """Convolution - ReLU - Pooling - Affine - ReLU - Affine, then softmax and cross entropy.

    Parameters
    ----------
    input_dim : (int, int, int)
        Channels, height and width of the images.
    conv_param : mapping, optional
        ``filter_num``, ``filter_size``, ``pad``, ``stride``; the defaults are the book's: 30, 5,
        0, 1.
    hidden_size, output_size : int
        The number of neurons in the last layers.
    weight_init_std : float or str
        See `common.initializers.weight_std`.
    floor : bool
        Round down where a stride does not fit: see `common.util.conv_output_size`.
    rng : Generator or seed, optional
        Draws the initial weights.

    Attributes
    ----------
    params : dict
        ``W1`` (filter_num, C, filter_size, filter_size), ``b1``, ``W2`` (pooled, hidden_size),
        ``b2``, ``W3`` (hidden_size, output_size), ``b3``, in float32.
    """

    def __init__(
        self,
        input_dim: tuple[int, int, int] = (1, 28, 28),
        conv_param: Mapping[str, int] | None = None,
        hidden_size: int = 100,
        output_size: int = 10,
        weight_init_std: float | str = 0.01,
        *,
        floor: bool = False,
        rng: Seed = None,
    ) -> None:
        channels, *sizes = check_image_shape("input_dim", input_dim)
        given = conv_param or {}
        if not set(given) <= set(FILTERS):
            raise ValueError(f"conv_param names {list(given)}; expected only {list(FILTERS)}")
        number, size, pad, stride = {**FILTERS, **given}.values()
        sizes = [conv_output_size(n, size, stride, pad, floor=floor) for n in sizes]  # 24, 24
        sizes = [conv_output_size(n, 2, stride=2, floor=floor) for n in sizes]  # 12, 12
        rng, std = random_generator(rng), weight_init_std
        conv = convolution(channels, number, size, rng, std, stride=stride, pad=pad, floor=floor)
        layers = {
            "Conv1": conv,
            "Relu1": ReLU(),
            "Pool1": Pooling(2, 2, stride=2, floor=floor),
            "Affine1": affine(number * math.prod(sizes), hidden_size, rng, std),
            "Relu2": ReLU(),
            "Affine2": affine(hidden_size, output_size, rng, std),
        }
        super().__init__(layers)


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the output shape and the parameters of each layer."""
    return {"layers": image_training.walk(SimpleConvNet(rng=args.seed), (1, 28, 28))}


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
