"""AlexNet's layers in their order, small, for digits of 28 x 28 pixels (7.7.2, figure 7-28).

    python ch07/alexnet.py

prints what each layer makes of an image, and its parameters: 101,370 in all, where AlexNet itself,
for 1000 classes and images of 227 x 227 pixels, has 61 million. What it has and LeNet has not: ReLU,
the largest of each window, local response normalization (LRN) and Dropout. A second.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ch07.fresh_layers import affine, convolution
from common import cli, image_training
from common.layers import Dropout, LocalResponseNorm, Pooling, ReLU
from common.network import Network
from common.util import Seed

WEIGHTS = Path(__file__).with_name("alexnet.npz")


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
        rng = np.random.default_rng(rng)
        super().__init__(
            {
                "Conv1": convolution(1, 10, 6, "he", rng, pad=2),  # 28 -> 27 pixels
                "Relu1": ReLU(),
                "Norm1": LocalResponseNorm(),
                "Pool1": Pooling(3, 3, stride=2),  # 13
                "Conv2": convolution(10, 24, 5, "he", rng, pad=3),  # 15
                "Relu2": ReLU(),
                "Norm2": LocalResponseNorm(),
                "Pool2": Pooling(3, 3, stride=2),  # 7
                "Conv3": convolution(24, 32, 3, "he", rng, pad=1),
                "Relu3": ReLU(),
                "Conv4": convolution(32, 32, 3, "he", rng, pad=1),
                "Relu4": ReLU(),
                "Conv5": convolution(32, 24, 3, "he", rng, pad=1),
                "Relu5": ReLU(),
                "Pool3": Pooling(3, 3, stride=2),  # 3
                "Affine1": affine(24 * 3 * 3, 96, "he", rng),
                "Relu6": ReLU(),
                "Dropout1": Dropout(dropout_ratio, rng=rng),
                "Affine2": affine(96, 96, "he", rng),
                "Relu7": ReLU(),
                "Dropout2": Dropout(dropout_ratio, rng=rng),
                "Affine3": affine(96, 10, "he", rng),
            }
        )


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the shapes of what the layers hand on."""
    args = cli.parse(cli.parser(__doc__), argv)
    rows = image_training.walk(AlexNet(rng=args.seed), (1, 28, 28))
    return cli.finish(args, __file__, {"layers": rows})


if __name__ == "__main__":
    cli.run(main)
