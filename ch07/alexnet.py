"""AlexNet's layers in their order, small, for digits of 28 x 28 pixels (7.7.2, figure 7-28).

    python ch07/alexnet.py

prints what each layer makes of an image, and its parameters: 60,636 in all; then the same of the
AlexNet of 2012, for images of 227 x 227 pixels in colour and 1,000 classes, a thousand times as
many: 60,965,224. What it has and LeNet has not: ReLU, the largest of each window, local response
normalization and Dropout. A second.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from common.fresh_layers import affine, convolution
from common.layers import Dropout, LocalResponseNorm, Pooling, ReLU
from common.network import Network
from common.randomness import Seed, random_generator
from common.util import conv_output_size
from lab import image_training

WEIGHTS = Path(__file__).with_name("alexnet.npz")
ORIGINAL = [  # of 2012: filters (none: pooling), width, stride, pad, groups
    ("Conv1", 96, 11, 4, 0, 1),
    ("Pool1", 0, 3, 2, 0, 1),
    ("Conv2", 256, 5, 1, 2, 2),
    ("Pool2", 0, 3, 2, 0, 1),
    ("Conv3", 384, 3, 1, 1, 1),
    ("Conv4", 384, 3, 1, 1, 2),
    ("Conv5", 256, 3, 1, 1, 2),
    ("Pool3", 0, 3, 2, 0, 1),
]


class AlexNet(Network):
    """Five convolutions and three affine layers, ReLU behind each but the last.

    LRN and pooling follow the first two convolutions, pooling the fifth, and Dropout the first two
    affine layers. The windows of the poolings overlap, 3 x 3 pixels at a stride of 2, as they do in
    AlexNet; sizes and numbers of filters are smaller. The weights start with He's deviation.

    Parameters
    ----------
    dropout_ratio : float
        The part of the neurons that each Dropout leaves out.
    rng : Generator or seed, optional
        Draws the first weights, and the masks of Dropout.

    Attributes
    ----------
    params : dict
        ``W1 b1 ... W8 b8`` in float32.
    """

    def __init__(self, *, dropout_ratio: float = 0.5, rng: Seed = None) -> None:
        rng = random_generator(rng)
        super().__init__(
            {
                "Conv1": convolution(1, 10, 6, rng, pad=2),  # 28 -> 27 pixels
                "Relu1": ReLU(),
                "Norm1": LocalResponseNorm(),
                "Pool1": Pooling(3, 3, stride=2),  # 13
                "Conv2": convolution(10, 24, 5, rng, pad=3),  # 15
                "Relu2": ReLU(),
                "Norm2": LocalResponseNorm(),
                "Pool2": Pooling(3, 3, stride=2),  # 7
                "Conv3": convolution(24, 32, 3, rng, pad=1),
                "Relu3": ReLU(),
                "Conv4": convolution(32, 32, 3, rng, pad=1),
                "Relu4": ReLU(),
                "Conv5": convolution(32, 24, 3, rng, pad=1),
                "Relu5": ReLU(),
                "Pool3": Pooling(3, 3, stride=2),  # 3
                "Affine1": affine(24 * 3 * 3, 96, rng),
                "Relu6": ReLU(),
                "Dropout1": Dropout(dropout_ratio, rng=rng),
                "Affine2": affine(96, 96, rng),
                "Relu7": ReLU(),
                "Dropout2": Dropout(dropout_ratio, rng=rng),
                "Affine3": affine(96, 10, rng),
            }
        )


def original() -> dict[str, list[Any]]:
    """Return the same for AlexNet itself: by layer the shape of its output, and its parameters.

    Its second, fourth and fifth convolution are in two halves, one on each GPU, which see half of
    the channels.
    """
    channels, size, rows = 3, 227, {}
    for name, filters, width, stride, pad, groups in ORIGINAL:
        size = conv_output_size(size, width, stride, pad)
        number = filters * (channels // groups * width**2 + 1) if filters else 0
        channels = filters or channels
        rows[name] = [(channels, size, size), number]
    inputs = channels * size**2
    for number, outputs in enumerate((4096, 4096, 1000), 1):
        rows[f"Affine{number}"] = [(outputs,), (inputs + 1) * outputs]
        inputs = outputs
    return rows


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the shapes of what the layers hand on."""
    args = cli.parse(cli.parser(__doc__), argv)
    rows = image_training.walk(AlexNet(rng=args.seed), (1, 28, 28))
    print("\nAlexNet of 2012, by layer its output and its parameters")
    whole = original()
    for name, (shape, number) in whole.items():
        print(f"{name:10} {shape!s:14} {number or '':>8}".rstrip())
    print(f"{'parameters':10} {'':14} {sum(number for _, number in whole.values()):8}")
    return cli.finish(args, __file__, {"layers": rows, "original": whole})


if __name__ == "__main__":
    cli.run(main)
