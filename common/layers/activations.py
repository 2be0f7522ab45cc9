"""Activation layers: ReLU and Sigmoid (5.5), Tanh (6.2.2), LeakyReLU, ELU and GELU."""

import numpy as np

from common.boundary import Layer
from common.checks import check_range
from common.functions import sigmoid


class ReLU(Layer):
    """y = x where x > 0, else 0 (5.5.1, eq. 5.7).

    Attributes
    ----------
    mask : ndarray of bool
        True where the input was <= 0; there the gradient is 0.
    """

    element_wise = True

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return max(x, 0)."""
        self.mask = x <= 0
        return np.maximum(x, np.zeros_like(x[:1] if x.ndim else x))  # faster than with 0

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` where the input was positive, else 0 (eq. 5.8)."""
        return dout * ~self.mask


class Sigmoid(Layer):
    """y = 1 / (1 + exp(-x)) (5.5.2, eq. 5.9).

    Attributes
    ----------
    out : ndarray
        The output y, which `backward` uses.
    """

    element_wise = True

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return sigmoid(x)."""
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return dout * y (1 - y) (eq. 5.12)."""
        return dout * (1.0 - self.out) * self.out


class Tanh(Layer):
    """y = tanh(x), from -1 to 1 and symmetric about 0 (6.2.2).

    Attributes
    ----------
    out : ndarray
        The output y, which `backward` uses.
    """

    element_wise = True

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return tanh(x)."""
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return dout * (1 - y^2)."""
        return dout * (1 - self.out**2)


class LeakyReLU(Layer):
    """y = x where x > 0, else slope * x: its gradient is never 0 (not in the book).

    Parameters
    ----------
    slope : float
        The derivative where x <= 0, between 0 and 1.
    """

    setting_names = ("slope",)
    element_wise = True

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = check_range("slope", slope, above=0, below=1)

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return x where it is positive, else slope * x."""
        self.positive = x > 0
        return np.where(self.positive, x, self.slope * x)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` where the input was positive, else slope * dout."""
        return np.where(self.positive, dout, self.slope * dout)


class ELU(Layer):
    """y = x where x > 0, else alpha (exp(x) - 1), which approaches -alpha (not in the book).

    Parameters
    ----------
    alpha : float
        Greater than 0. With 1 the derivative is continuous at 0.
    """

    setting_names = ("alpha",)
    element_wise = True

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = check_range("alpha", alpha, above=0)

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return x where it is positive, else alpha (exp(x) - 1)."""
        below = self.alpha * np.expm1(np.minimum(x, 0))  # exp of a large x would overflow
        self.out = np.where(x > 0, x, below)
        return self.out

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` where y > 0, else dout * alpha exp(x), which is dout * (y + alpha)."""
        return np.where(self.out > 0, dout, dout * (self.out + self.alpha))


class GELU(Layer):
    """y = x (1 + tanh u) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3) (not in the book).

    The usual approximation of x Phi(x), where Phi is the distribution function of a Gaussian (NumPy
    has no erf to compute it). The error is less than 0.0005.
    """

    element_wise = True

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return x (1 + tanh u) / 2."""
        self.x = np.clip(x, -10, 10)  # outside tanh u is -1 or 1, and x^3 could overflow
        self.tanh = np.tanh((2 / np.pi) ** 0.5 * self.x * (1 + 0.044715 * self.x**2))
        return 0.5 * x * (1 + self.tanh)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return dout * (1 + tanh u + x (1 - tanh^2 u) u') / 2."""
        slope = (2 / np.pi) ** 0.5 * (1 + 3 * 0.044715 * self.x**2)
        return 0.5 * dout * (1 + self.tanh + self.x * (1 - self.tanh**2) * slope)
