"""The nodes of computational graphs, besides those of `layer_naive` (5.2, 5.5, 5.6, appendix A).

Each takes numbers or arrays. `forward` stores what `backward` needs. `backward` takes the
derivative for the node's output and returns that for its input, or a tuple for several inputs.
"""

from typing import Any

import numpy as np


class ExpLayer:
    """y = exp(x); dy/dx = y (eq. 5.11, A.4)."""

    def forward(self, x: Any) -> Any:
        """Return exp(x)."""
        self.out = np.exp(x)
        return self.out

    def backward(self, dout: Any) -> Any:
        """Return dout * exp(x)."""
        return dout * self.out


class LogLayer:
    """y = log x; dy/dx = 1 / x."""

    def forward(self, x: Any) -> Any:
        """Return the natural logarithm of x."""
        self.x = x
        return np.log(x)

    def backward(self, dout: Any) -> Any:
        """Return dout / x."""
        return dout / self.x


class DivLayer:
    """y = 1 / x; dy/dx = -y^2 (eq. 5.10)."""

    def forward(self, x: Any) -> Any:
        """Return 1 / x."""
        self.out = 1 / x
        return self.out

    def backward(self, dout: Any) -> Any:
        """Return -dout * y^2."""
        return -dout * self.out**2


class PowerLayer:
    """y = x^n; dy/dx = n x^(n - 1) (eq. 5.3 for n = 2)."""

    def __init__(self, n: float) -> None:
        self.n = n

    def forward(self, x: Any) -> Any:
        """Return x^n."""
        self.x = x
        return x**self.n

    def backward(self, dout: Any) -> Any:
        """Return dout * n x^(n - 1)."""
        return dout * self.n * self.x ** (self.n - 1)


class SumLayer:
    """y = x1 + x2 + ...: an addition of any number of inputs; the derivative for each is 1."""

    def forward(self, *x: Any) -> Any:
        """Return the sum."""
        self.number = len(x)
        return sum(x)

    def backward(self, dout: Any) -> tuple[Any, ...]:
        """Return `dout`, unchanged, for each input."""
        return (dout,) * self.number


class DotLayer:
    """Y = X W, a matrix product: `MulLayer` for matrices (eq. 5.13)."""

    def forward(self, X: np.ndarray, W: np.ndarray) -> np.ndarray:
        """Return X W, of shape (N, M), for X of shape (N, D) and W of shape (D, M)."""
        self.X, self.W = X, W
        return X @ W

    def backward(self, dout: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return dout W^T and X^T dout: only these products have the correct shapes."""
        return dout @ self.W.T, self.X.T @ dout


class RepeatLayer:
    """N equal rows b, one for each sample of a batch (5.6.2)."""

    def __init__(self, N: int) -> None:
        self.N = N

    def forward(self, b: np.ndarray) -> np.ndarray:
        """Return b, of shape (M,), as the rows of an array of shape (N, M)."""
        return np.stack([b] * self.N)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return the sum of the rows of dout, since b is in each of them."""
        return dout.sum(axis=0)


class MeanLayer:
    """The mean over a batch, for example of losses; the derivative for each sample is 1/N."""

    def forward(self, x: np.ndarray) -> Any:
        """Return the mean over the first axis, that of the N samples."""
        self.shape = x.shape
        return x.mean(axis=0)

    def backward(self, dout: Any) -> np.ndarray:
        """Return dout / N for each sample."""
        return np.full(self.shape, dout / self.shape[0])
