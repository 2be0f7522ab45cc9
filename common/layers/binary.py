"""Binary layers: 1-bit weights or activations, +1 and -1 (8.3.4).

The derivative of the sign function is 0 (undefined at 0). So `backward` uses the straight-through
estimator, as if it were the identity from -1 to 1. The network learns real-valued weights, and
`forward` uses their signs.
"""

from typing import Any

import numpy as np

from common.boundary import Layer
from common.layers.affine import Affine
from common.layers.convolution import Convolution


class Binarized(Layer):
    """An affine layer, or a convolution, that computes with the signs of its weights.

    Parameters
    ----------
    layer : Affine or Convolution
        Its real-valued weights and biases are learned. Keep the weights within -1 and 1:
        outside they get no gradient.

    Attributes
    ----------
    W, b : ndarray
        The real-valued weights; the biases.
    dW, db : ndarray
        The gradient of the signs where abs(W) <= 1, else 0; the gradient of the biases.
    """

    param_names = ("W", "b")
    widens = False

    def __init__(self, layer: Affine | Convolution) -> None:
        if not isinstance(layer, Affine | Convolution):
            found = type(layer).__name__
            raise ValueError(f"layer is a {found}; expected an Affine or a Convolution")
        self.layer, self.W, self.b = layer, layer.W, layer.b

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the output of the layer with the signs in place of the weights."""
        self.layer.W, self.layer.b = signs(self.W), self.b
        return self.layer.forward(x, train_flg)

    def backward(self, dout: np.ndarray) -> Any:
        """Return the gradient with respect to x; set dW and db."""
        dx = self.layer.backward(dout)
        self.dW, self.db = self.layer.dW * (np.abs(self.W) <= 1), self.layer.db
        return dx


class Sign(Layer):
    """y = 1 where x >= 0, else -1: a 1-bit activation."""

    element_wise = True

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the signs of `x`."""
        self.passes = np.abs(x) <= 1
        return signs(x)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` where -1 <= x <= 1, else 0."""
        return dout * self.passes


def signs(x: np.ndarray) -> np.ndarray:
    """Return +1 where x >= 0 and -1 elsewhere, in the type of `x`; NaN stays NaN."""
    return np.where(x == 0, x.dtype.type(1), np.sign(x))
