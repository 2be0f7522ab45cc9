"""The head of a classifier: softmax and cross entropy in one (5.6.3, appendix A)."""

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_float, check_loss
from common.functions import log_softmax, one_hot


class SoftmaxWithLoss:
    """y = softmax(x), and the cross entropy of y and the targets t (5.6.3, appendix A).

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

    y: np.ndarray | None = None
    t: np.ndarray | None = None
    loss: float

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
        t = one_hot(t, log_y.shape)
        self.loss = check_loss(-np.sum(t * log_y.reshape(t.shape)) / len(t))
        self.t, self.y = t, np.exp(log_y)
        return self.loss

    def backward(self, dout: float = 1) -> np.ndarray:
        """Return dout * (y - t) / N, the error of each class, in the shape of x."""
        if self.y is None or self.t is None:
            raise ValueError("SoftmaxWithLoss.backward came before forward; call forward first")
        if type(dout) is not float and as_float("dout", dout).ndim:
            raise ValueError(f"dout has shape {np.shape(dout)}; expected a number")
        # The rows of t sum to 1 if they are one-hot; with the sum the gradient is right for any t.
        t_sum = self.t.sum(axis=1, keepdims=True)
        dx = (self.y.reshape(self.t.shape) * t_sum - self.t) * (dout / len(self.t))
        return dx.reshape(self.y.shape).astype(self.y.dtype, copy=False)
