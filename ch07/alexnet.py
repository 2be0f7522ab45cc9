"""A small AlexNet with the same layers, for digits of 28 x 28 pixels (7.7.2, figure 7-28).

    python ch07/alexnet.py

Prints the output shape and the parameters of each layer: 60,636 parameters in all. Then it prints
the same for the AlexNet of 2012, for colour images of 227 x 227 pixels and 1,000 classes, which has
a thousand times as many parameters: 60,965,224. Unlike LeNet, AlexNet has ReLU, max pooling, local
response normalization and Dropout. About a second.
"""

import argparse
from pathlib import Path

try:
    from lab import image_training, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch07.helpers.original_alexnet import original
from common.fresh_layers import affine, convolution
from common.layers import Dropout, LocalResponseNorm, Pooling, ReLU
from common.network import Network
from common.randomness import Seed, random_generator
from lab.script import Results

WEIGHTS = Path(__file__).with_name("alexnet.npz")


class AlexNet(Network):
    """Five convolutions and three affine layers, with ReLU after each but the last.

    The first two convolutions are followed by LRN and pooling, the fifth by pooling, the first two
    affine layers by Dropout. As in AlexNet, the pooling windows overlap: 3 x 3, stride 2. There are
    fewer and smaller filters. The initial weights have He's standard deviation.

    Parameters
    ----------
    dropout_ratio : float
        The fraction of the neurons that each Dropout drops.
    rng : Generator or seed, optional
        Draws the initial weights, and the masks of Dropout.

    Attributes
    ----------
    params : dict
        ``W1 b1 ... W8 b8`` in float32.
    """

    def __init__(self, *, dropout_ratio: float = 0.5, rng: Seed = None) -> None:
        rng = random_generator(rng)
        layers = {
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
        super().__init__(layers)


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the layers of the small AlexNet, and of the original one."""
    small = image_training.walk(AlexNet(rng=args.seed), (1, 28, 28))
    whole = original()
    print("\nthe AlexNet of 2012")
    for name, (shape, number) in whole.items():
        print(f"{name:10} {shape!s:14} {f'{number:,}' if number else '':>10}".rstrip())
    print(f"{'total':10} {'':14} {sum(number for _, number in whole.values()):10,}")
    return {"layers": small, "original": whole}


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
