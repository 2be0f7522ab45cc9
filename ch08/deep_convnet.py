"""DeepConvNet: six convolutions and two affine layers, like VGG (section 8.1.1, figure 8-1).

    python ch08/deep_convnet.py

Prints the output shape and the parameters of each layer, for images of 28 x 28 pixels: 123,552
parameters in all. About a second.
"""

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

try:
    from lab import image_training, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.checks import check_image_shape
from common.fresh_layers import affine, convolution
from common.layers import Convolution, Dropout, Pooling, ReLU
from common.network import Network
from common.randomness import Seed, random_generator
from common.util import conv_output_size
from lab.script import Results

WEIGHTS = Path(__file__).with_name("deep_convnet.npz")
NUMBERS = (16, 16, 32, 32, 64, 64)  # filters in each convolution
PADS = (1, 1, 1, 2, 1, 1)  # sizes: 28, halved to 14, padded to 16, halved to 8 and to 4


class DeepConvNet(Network):
    """(Convolution - ReLU - Convolution - ReLU - Pooling) three times, then two affine layers.

    The first affine layer is followed by ReLU and Dropout, the second by Dropout; softmax and cross
    entropy come last. The initial weights have He's standard deviation.

    Parameters
    ----------
    input_dim : (int, int, int)
        Channels, height and width of the images.
    conv_param_1, ..., conv_param_6 : mapping, optional
        ``filter_num``, ``filter_size``, ``pad``, ``stride`` of each convolution. The defaults are
        the book's: 16, 16, 32, 32, 64, 64 filters of 3x3 with stride 1 and pad 1, the fourth with
        pad 2.
    hidden_size, output_size : int
        The number of neurons in the last layers.
    dropout_ratio : float
        The fraction of the neurons that each Dropout drops.
    floor : bool
        Round down where a stride does not divide the size: see `common.util.conv_output_size`.
    rng : Generator or seed, optional
        Draws the initial weights and the masks of Dropout.

    Attributes
    ----------
    params : dict
        ``W1 b1 ... W8 b8`` in float32.
    """

    def __init__(
        self,
        input_dim: tuple[int, int, int] = (1, 28, 28),
        conv_param_1: Mapping[str, int] | None = None,
        conv_param_2: Mapping[str, int] | None = None,
        conv_param_3: Mapping[str, int] | None = None,
        conv_param_4: Mapping[str, int] | None = None,
        conv_param_5: Mapping[str, int] | None = None,
        conv_param_6: Mapping[str, int] | None = None,
        hidden_size: int = 50,
        output_size: int = 10,
        *,
        dropout_ratio: float = 0.5,
        floor: bool = False,
        rng: Seed = None,
    ) -> None:
        channels, *sizes = check_image_shape("input_dim", input_dim)
        rng = random_generator(rng)
        given = (conv_param_1, conv_param_2, conv_param_3, conv_param_4, conv_param_5, conv_param_6)
        layers: dict[str, Any] = {}
        for number, param in enumerate(given, 1):
            conv = _convolution(channels, number, param or {}, floor, rng)
            channels, size = len(conv.W), conv.W.shape[2]
            sizes = [conv_output_size(n, size, conv.stride, conv.pad, floor=floor) for n in sizes]
            layers |= {f"Conv{number}": conv, f"Relu{number}": ReLU()}
            if number % 2 == 0:
                layers[f"Pool{number // 2}"] = Pooling(2, 2, stride=2, floor=floor)
                sizes = [conv_output_size(n, 2, stride=2, floor=floor) for n in sizes]
        layers |= {
            "Affine1": affine(channels * math.prod(sizes), hidden_size, rng),
            "Relu7": ReLU(),
            "Dropout1": Dropout(dropout_ratio, rng=rng),
            "Affine2": affine(hidden_size, output_size, rng),
            "Dropout2": Dropout(dropout_ratio, rng=rng),
        }
        super().__init__(layers)


def _convolution(
    channels: int, number: int, param: Mapping[str, int], floor: bool, rng: np.random.Generator
) -> Convolution:
    book = {
        "filter_num": NUMBERS[number - 1],
        "filter_size": 3,
        "pad": PADS[number - 1],
        "stride": 1,
    }
    if not set(param) <= set(book):
        raise ValueError(f"conv_param_{number} names {list(param)}; expected only {list(book)}")
    book |= param
    filters, size = book["filter_num"], book["filter_size"]
    stride, pad = book["stride"], book["pad"]
    return convolution(channels, filters, size, rng, stride=stride, pad=pad, floor=floor)


def experiment(args: argparse.Namespace) -> Results:
    """Print a table of the layers; return by layer the shape of its output and its parameters."""
    return {"layers": image_training.walk(DeepConvNet(rng=args.seed), (1, 28, 28))}


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
