"""Affine, the fully connected layer, and DropConnect, which drops its weights (5.6, 8.1.2)."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.boundary import Layer
from common.checks import check_range, check_shapes
from common.convolve import channels_last
from common.products import transposed_product
from common.randomness import Seed, kept, random_generator


class Affine(Layer):
    """The fully connected layer Y = X W + b (5.6.1, 5.6.2).

    Parameters
    ----------
    W : ndarray of shape (D, M)
        Weights.
    b : ndarray of shape (M,)
        Biases; also (1, M), or one number for all.

    Attributes
    ----------
    x : ndarray of shape (N, D)
        The input, one sample per row; images (N, C, H, W) with C * H * W = D are flattened.
    dW, db : ndarray
        The gradients, set by `backward`.
    """

    param_names = ("W", "b")

    def __init__(self, W: ArrayLike, b: ArrayLike) -> None:
        self.W, self.b = check_shapes("Affine", W=(W, "D M"), b=(b, "M"))

    def expects(self, x: np.ndarray) -> str:
        """Return the expected number of values per sample, if `x` has another."""
        found, D = x[0].size, len(self.W)
        return "" if found == D else f"{D} values per sample, not {found}"

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return X W + b, of shape (N, M)."""
        self.x_shape = x.shape
        self.x = x.reshape(len(x), -1)  # (N, D)
        return self.x @ self.W + self.b

    def backward(self, dout: np.ndarray) -> Any:
        """Return dX = dY W^T in the shape of x; set dW = X^T dY and db = sum of dY (eq. 5.13)."""
        self.dW = transposed_product(self.x, dout)
        self.db = dout.sum(axis=0)
        return channels_last((dout @ self.W.T).reshape(self.x_shape)) if self.wants_dx else None


class DropConnect(Affine):
    """An affine layer that drops weights, not neurons, in training (8.1.2, ref. [33]).

    It drops a new random set for each sample. In inference it uses all weights and multiplies X W
    by 1 - dropout_ratio, as the book does for `Dropout`.

    Parameters
    ----------
    W, b : ndarray
        See `Affine`.
    dropout_ratio : float
        The fraction of the weights that is dropped, in [0, 1).
    rng : Generator or seed, optional
        Draws the masks.

    Attributes
    ----------
    mask : ndarray of bool, (N, D, M)
        True where the last forward pass in training kept a weight; None after inference.
    """

    setting_names = ("dropout_ratio",)
    expects = Affine.expects

    def __init__(
        self, W: ArrayLike, b: ArrayLike, dropout_ratio: float = 0.5, *, rng: Seed = None
    ) -> None:
        super().__init__(W, b)
        self.dropout_ratio = check_range("dropout_ratio", dropout_ratio, least=0, below=1)
        self.rng = random_generator(rng)

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return x_n (mask_n * W) + b for each sample; in inference (1 - dropout_ratio) X W + b."""
        if not train_flg:
            self.mask = None
            return super().forward(x * x.dtype.type(1 - self.dropout_ratio))
        self.x_shape, self.x = x.shape, x.reshape(len(x), -1)
        self.mask = np.empty((len(x), *self.W.shape), bool, like=x)
        out = np.empty((len(x), len(self.b)), np.result_type(x, self.W, self.b), like=x)
        for x_n, mask, out_n in zip(self.x, self.mask, out, strict=True):
            mask[...] = kept(self.rng, mask.shape, self.dropout_ratio, like=x)
            out_n[...] = x_n @ (self.W * mask) + self.b
        return out

    def backward(self, dout: np.ndarray) -> Any:
        """Return the gradient with respect to x; set dW (only of kept weights) and db."""
        if self.mask is None:
            return super().backward(dout) * dout.dtype.type(1 - self.dropout_ratio)
        self.dW = np.zeros(self.W.shape, np.result_type(self.x, dout), like=dout)
        self.db = dout.sum(axis=0)
        dx = np.empty(self.x.shape, np.result_type(dout, self.W), like=dout)
        for x_n, dout_n, mask, dx_n in zip(self.x, dout, self.mask, dx, strict=True):
            self.dW += np.outer(x_n, dout_n) * mask
            dx_n[...] = (self.W * mask) @ dout_n
        return dx.reshape(self.x_shape)
