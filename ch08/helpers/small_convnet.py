"""SmallConvNet: two convolutions and two affine layers, like the best in figure 8-3 (8.1.2)."""

from typing import Any

from common.checks import check_name
from common.fresh_layers import affine, convolution
from common.layers import DropConnect, Dropout, Pooling, ReLU
from common.network import Network
from common.randomness import Seed, random_generator

METHODS = ("none", "Dropout", "DropConnect")


class SmallConvNet(Network):
    """(Convolution - ReLU - Pooling) twice, Affine - ReLU - Affine; it trains in seconds.

    It has 8 and 16 filters of 5x5, so 28 pixels become 24, 12, 8 and 4, then 50 and 10 neurons. The
    initial weights have He's standard deviation.

    Parameters
    ----------
    method : 'none', 'Dropout' or 'DropConnect'
        What is dropped from the first affine layer in training: nothing, a part of its inputs, a
        part of its weights.
    dropout_ratio : float
        The fraction that is dropped.
    rng : Generator or seed, optional
        Draws the initial weights and the masks.

    Attributes
    ----------
    params : dict
        ``W1`` (8, 1, 5, 5), ``W2`` (16, 8, 5, 5), ``W3`` (256, 50), ``W4`` (50, 10), and ``b1`` to
        ``b4``, in float32; the same for all methods.
    """

    def __init__(
        self, method: str = "none", dropout_ratio: float = 0.5, *, rng: Seed = None
    ) -> None:
        check_name("method", method, METHODS)
        rng = random_generator(rng)
        conv1, conv2 = convolution(1, 8, 5, rng), convolution(8, 16, 5, rng)
        affine1, affine2 = affine(256, 50, rng), affine(50, 10, rng)
        middle: dict[str, Any] = {"Affine1": affine1}
        if method == "Dropout":
            middle = {"Dropout1": Dropout(dropout_ratio, rng=rng), **middle}
        if method == "DropConnect":
            middle = {"DropConnect1": DropConnect(affine1.W, affine1.b, dropout_ratio, rng=rng)}
        super().__init__(
            {
                "Conv1": conv1,
                "Relu1": ReLU(),
                "Pool1": Pooling(2, 2, stride=2),
                "Conv2": conv2,
                "Relu2": ReLU(),
                "Pool2": Pooling(2, 2, stride=2),
                **middle,
                "Relu3": ReLU(),
                "Affine2": affine2,
            }
        )
