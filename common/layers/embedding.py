"""Embedding: each word is a row of a table, which is learned (8.4.3)."""

import numpy as np
from numpy.typing import ArrayLike

from common.boundary import Layer
from common.checks import check_shapes
from common.sequences import check_words


class Embedding(Layer):
    """y = W[x]: a row of the table W for each word number.

    The same as the product of a one-hot vector and W, without the many multiplications by 0.

    Parameters
    ----------
    W : ndarray of shape (V, D)
        A row of D numbers for each of V words.
    """

    param_names = ("W",)

    def __init__(self, W: ArrayLike) -> None:
        (self.W,) = check_shapes("Embedding", W=(W, "V D"))

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the rows, (N, T, D), of word numbers (N, T)."""
        self.words = check_words(x, len(self.W))
        return self.W[self.words]

    def backward(self, dout: np.ndarray) -> None:
        """Set dW: each row of `dout` is added to that of its word. Word numbers have no gradient.

        `dW[words] += dout` would count a word that occurs several times only once.
        """
        dW = np.zeros(self.W.shape, dout.dtype, like=dout)
        np.add.at(dW, self.words, dout)
        self.dW = dW.astype(self.W.dtype, copy=False)
