"""The two-layer network again, now built from layers (section 5.7.2)."""

import numpy as np

from common.initializers import weights
from common.layers import Affine, ReLU
from common.network import Network
from common.randomness import Seed, random_generator


class TwoLayerNet(Network):
    """Affine - ReLU - Affine, with softmax and cross entropy at the end (tables 5-1 and 5-2).

    Parameters
    ----------
    input_size, hidden_size, output_size : int
        The number of neurons in each layer.
    weight_init_std : float
        The standard deviation of the first weights; the biases start at 0.
    rng : Generator or seed, optional
        Draws the first weights.

    Attributes
    ----------
    params : dict
        ``W1`` (input_size, hidden_size), ``b1``, ``W2`` (hidden_size, output_size), ``b2``.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int,
        weight_init_std: float = 0.01,
        *,
        rng: Seed = None,
    ) -> None:
        rng = random_generator(rng)

        def affine(inputs: int, outputs: int) -> Affine:
            W = weights((inputs, outputs), weight_init_std, rng)
            return Affine(W, np.zeros(outputs, np.float32))

        super().__init__(
            {
                "Affine1": affine(input_size, hidden_size),
                "Relu1": ReLU(),
                "Affine2": affine(hidden_size, output_size),
            }
        )
