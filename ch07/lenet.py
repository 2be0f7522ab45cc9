"""LeNet, the first convolutional network, for digits of 28 x 28 pixels (7.7.1, figure 7-27).

    python ch07/lenet.py

Prints the output shape and the parameters of each layer: 61,706 parameters in all. LeNet differs
from today's networks in two points: it has sigmoids instead of ReLU, and average pooling
(subsampling) instead of max pooling. About a second.
"""

import argparse
from typing import Any

try:
    from lab import image_training, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from common.fresh_layers import affine, convolution
from common.layers import AveragePooling, Pooling, ReLU, Sigmoid
from common.network import Network
from common.randomness import Seed, random_generator
from lab.script import Results


class LeNet(Network):
    """(Convolution - sigmoid - average pooling) twice, then three affine layers.

    LeNet-5 of 1998, built from the layers of this book. Its images of 32 x 32 pixels are those of
    MNIST with a border of 2. In the original, subsampling had a weight and a bias for each map, the
    third convolution did not see all maps, and the last layer was not softmax. The initial weights
    have Xavier's standard deviation, for sigmoids.

    Parameters
    ----------
    modern : bool
        True: ReLU, max pooling and He's standard deviation instead, as is usual today.
    rng : Generator or seed, optional
        Draws the initial weights.

    Attributes
    ----------
    params : dict
        ``W1`` (6, 1, 5, 5), ``W2`` (16, 6, 5, 5), ``W3`` (400, 120), ``W4`` (120, 84), ``W5``
        (84, 10), and ``b1`` ... ``b5``, in float32.
    """

    def __init__(self, *, modern: bool = False, rng: Seed = None) -> None:
        rng = random_generator(rng)
        kind, init = ("Relu", "he") if modern else ("Sigmoid", "xavier")
        activation: Any = ReLU if modern else Sigmoid
        pooling = Pooling if modern else AveragePooling
        layers = {
            "Conv1": convolution(1, 6, 5, rng, init, pad=2),  # the size stays 28 x 28
            f"{kind}1": activation(),
            "Pool1": pooling(2, 2, stride=2),  # 14
            "Conv2": convolution(6, 16, 5, rng, init),  # 10
            f"{kind}2": activation(),
            "Pool2": pooling(2, 2, stride=2),  # 5
            "Affine1": affine(16 * 5 * 5, 120, rng, init),
            f"{kind}3": activation(),
            "Affine2": affine(120, 84, rng, init),
            f"{kind}4": activation(),
            "Affine3": affine(84, 10, rng, init),
        }
        super().__init__(layers)


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the output shape and the parameters of each layer."""
    return {"layers": image_training.walk(LeNet(rng=args.seed), (1, 28, 28))}


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
