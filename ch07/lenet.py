"""LeNet, the first convolutional network, for digits of 28 x 28 pixels (7.7.1, figure 7-27).

    python ch07/lenet.py

prints what each layer makes of an image, and its parameters: 61,706 in all. From today's networks
it differs in two points: where they have ReLU, it has sigmoids; where they take the largest number
of each window, it takes the mean. A second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from common.fresh_layers import affine, convolution
from common.layers import AveragePooling, Pooling, ReLU, Sigmoid
from common.network import Network
from common.randomness import Seed, random_generator
from lab import image_training


class LeNet(Network):
    """(Convolution - sigmoid - average pooling) twice, then three affine layers.

    LeNet-5 of 1998 in the layers of this book: its images of 32 x 32 pixels are those of MNIST with
    a border of 2; its subsampling had a weight and a bias for each map, its third convolution did
    not look at all maps, and its last layer was no softmax. The weights start with Xavier's
    deviation, for sigmoids.

    Parameters
    ----------
    modern : bool
        True: what is usual today, ReLU, max pooling and He's deviation, in the same places.
    rng : Generator or seed, optional
        Draws the first weights.

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
        super().__init__(
            {
                "Conv1": convolution(1, 6, 5, rng, init, pad=2),  # 28 x 28 pixels stay
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
        )


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the shapes of what the layers hand on."""
    args = cli.parse(cli.parser(__doc__), argv)
    rows = image_training.walk(LeNet(rng=args.seed), (1, 28, 28))
    return cli.finish(args, __file__, {"layers": rows})


if __name__ == "__main__":
    cli.run(main)
