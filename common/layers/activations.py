"""Activations: ReLU and Sigmoid, element by element (5.5)."""

import numpy as np

from common.boundary import Layer
from common.functions import sigmoid


class ReLU(Layer):
    """y = x where x > 0, else 0: passes a signal on or switches it off (5.5.1, eq. 5.7).

    Attributes
    ----------
    mask : ndarray of bool
        True where the input was <= 0, and so where no gradient passes.
    """

    element_wise = True

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return max(x, 0)."""
        self.mask = x <= 0
        return np.maximum(x, 0)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` where the input was positive, else 0 (eq. 5.8)."""
        return dout * ~self.mask


class Sigmoid(Layer):
    """y = 1 / (1 + exp(-x)) (5.5.2, eq. 5.9).

    Attributes
    ----------
    out : ndarray
        The output y, all that `backward` needs.
    """

    element_wise = True

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return sigmoid(x)."""
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return dout * y (1 - y) (eq. 5.12)."""
        return dout * (1.0 - self.out) * self.out
