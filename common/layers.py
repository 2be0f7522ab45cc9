"""Layers: `forward` computes, `backward` hands the derivative of the loss back (5.5, 5.6).

The protocol of every layer:

- ``forward(x, train_flg=True)`` returns the output; ``train_flg`` is for layers that behave
  differently in training, the others ignore it;
- ``backward(dout)`` takes the derivative of the loss with respect to that output, returns the one
  with respect to `x`, and stores that of each parameter ``W`` as ``dW``; it changes neither;
- ``param_names`` lists the parameters: all that a network must know.

Samples run along the first axis. A single sample, a 1-d array, is taken as well.
The type of the input is the type of the output, if the parameters have it too.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_float, check_dout, check_loss, check_rows
from common.functions import log_softmax, one_hot, relu, sigmoid


class ReLU:
    """y = x where x > 0, else 0: passes a signal on or switches it off (5.5.1, eq. 5.7).

    Attributes
    ----------
    mask : ndarray of bool
        True where the input was <= 0, and so where nothing passes back.
    """

    param_names: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.mask: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return max(x, 0) element by element."""
        x = as_float("x", x)
        self.mask = x <= 0
        return relu(x)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` where the input was positive, else 0 (eq. 5.8)."""
        check_dout(self, dout, None if self.mask is None else self.mask.shape)
        return dout * ~self.mask


class Sigmoid:
    """y = 1 / (1 + exp(-x)) (5.5.2, eq. 5.9).

    Attributes
    ----------
    out : ndarray
        The output y, all that `backward` needs.
    """

    param_names: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.out: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return sigmoid(x) element by element."""
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return dout * y (1 - y) (eq. 5.12)."""
        check_dout(self, dout, None if self.out is None else self.out.shape)
        return dout * (1.0 - self.out) * self.out


class Affine:
    """Y = X W + b, a fully connected layer (5.6.1, 5.6.2).

    Parameters
    ----------
    W : ndarray of shape (D, M)
        Weights.
    b : ndarray of shape (M,)
        Biases.

    Attributes
    ----------
    x : ndarray of shape (N, D)
        The input, a sample per row.
    dW, db : ndarray
        Derivatives of the loss, set by `backward`.
    """

    param_names: tuple[str, ...] = ("W", "b")

    def __init__(self, W: np.ndarray, b: np.ndarray) -> None:
        self.W, self.b = as_float("W", W), as_float("b", b)
        if self.W.ndim != 2 or self.b.shape != self.W.shape[1:]:
            raise ValueError(
                f"Affine: W has shape {self.W.shape} and b has shape {self.b.shape}; "
                "expected (D, M) and (M,)"
            )
        self.x: Any = None
        self.x_shape: Any = None
        self.dW: Any = None
        self.db: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return X W + b.

        Parameters
        ----------
        x : ndarray of shape (N, D), (D,) or (N, C, H, W) with C * H * W = D
        train_flg : bool
            Not used.

        Returns
        -------
        ndarray of shape (N, M), or (M,) for a single sample
        """
        x = as_float("x", x)
        check_rows("Affine: x", x, len(self.W))
        self.x_shape = x.shape
        self.x = x.reshape(-1, len(self.W))  # (N, D)
        out = self.x @ self.W
        out += self.b
        return out[0] if x.ndim == 1 else out

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return dX = dY W^T in the shape of x; set dW = X^T dY and db = sum of dY (eq. 5.13)."""
        check_dout(self, dout, self._out_shape())
        dout = dout.reshape(-1, len(self.b))  # (N, M)
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return (dout @ self.W.T).reshape(self.x_shape)

    def _out_shape(self) -> tuple[int, ...] | None:
        if self.x_shape is None:
            return None
        return self.b.shape if len(self.x_shape) == 1 else (self.x_shape[0], *self.b.shape)


class SoftmaxWithLoss:
    """Softmax and cross entropy in one: the head of a classifier (5.6.3, appendix A).

    The loss is computed from log-softmax, so that it stays finite and exact even where a
    probability underflows to 0; no 1e-7 is needed.

    Attributes
    ----------
    loss : float
    y : ndarray of the shape of x
        The probabilities.
    t : ndarray of shape (N, C)
        The targets as rows.
    """

    def __init__(self) -> None:
        self.loss: Any = None
        self.y: Any = None
        self.t: Any = None

    def forward(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return -1/N sum_n sum_k t_nk log y_nk with y = softmax(x).

        Parameters
        ----------
        x : ndarray of shape (N, C) or (C,)
            Scores.
        t : array_like
            Labels of shape (N,), or one-hot rows of shape (N, C).
        """
        log_y = log_softmax(x)
        self.t = one_hot(t, log_y.shape)
        self.y = np.exp(log_y)
        self.loss = check_loss(-np.sum(self.t * log_y.reshape(self.t.shape)) / len(self.t))
        return self.loss

    def backward(self, dout: float = 1) -> np.ndarray:
        """Return dout * (y - t) / N, the error of each class, in the shape of x."""
        if self.y is None or self.t is None:
            raise ValueError("SoftmaxWithLoss.backward came before forward; call forward first")
        # The rows of t sum to 1 if they are one-hot; with the sum the gradient is right for any t.
        t_sum = self.t.sum(axis=1, keepdims=True)
        dx = (self.y.reshape(self.t.shape) * t_sum - self.t) * (dout / len(self.t))
        return dx.reshape(self.y.shape).astype(self.y.dtype, copy=False)


Relu = ReLU  # the book's name
