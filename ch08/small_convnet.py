"""SmallConvNet: two convolutions and two affine layers, as the leader board's best had (8.1.2)."""

import numpy as np

from common.initializers import weights
from common.layers import Affine, Convolution, Pooling, ReLU
from common.network import Network
from common.util import Seed

Digits = tuple[np.ndarray, np.ndarray]


class SmallConvNet(Network):
    """(Convolution - ReLU - Pooling) twice, Affine - ReLU - Affine, for digits of 28 x 28 pixels.

    It trains in seconds. 16 and 32 filters of 3x3 with pad 1, He's deviation for the first weights.

    Parameters
    ----------
    hidden_size : int
        The number of neurons in the first affine layer.
    rng : Generator or seed, optional
        Draws the first weights.
    """

    def __init__(self, hidden_size: int = 100, *, rng: Seed = None) -> None:
        rng = np.random.default_rng(rng)
        shapes = [(16, 1, 3, 3), (32, 16, 3, 3), (32 * 7 * 7, hidden_size), (hidden_size, 10)]
        W = [weights(shape, "he", rng) for shape in shapes]
        b = [np.zeros(size, np.float32) for size in (16, 32, hidden_size, 10)]
        super().__init__(
            {
                "Conv1": Convolution(W[0], b[0], pad=1),
                "Relu1": ReLU(),
                "Pool1": Pooling(2, 2, stride=2),
                "Conv2": Convolution(W[1], b[1], pad=1),
                "Relu2": ReLU(),
                "Pool2": Pooling(2, 2, stride=2),
                "Affine1": Affine(W[2], b[2]),
                "Relu3": ReLU(),
                "Affine2": Affine(W[3], b[3]),
            }
        )
