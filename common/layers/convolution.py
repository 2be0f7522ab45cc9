"""Convolution: filters slide over images (7.2, 7.4); the fast code is in `common.convolve`."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.boundary import Layer
from common.checks import check_shapes, check_whole
from common.convolve import bias_gradient, convolve, gradients, keep_freed_memory


class Convolution(Layer):
    """out = x * W + b: each of FN filters slides over the images (7.4.3).

    Parameters
    ----------
    W : ndarray of shape (FN, C, FH, FW)
        Filters.
    b : ndarray of shape (FN,)
        Biases; also (1, FN), or one number for all.
    stride, pad : int
        The step of the filter; the width of the zero padding.
    floor : bool
        What to do if the stride does not divide: see `common.util.conv_output_size`.
    """

    param_names = ("W", "b")
    setting_names = ("stride", "pad", "floor")

    def __init__(
        self, W: ArrayLike, b: ArrayLike, stride: int = 1, pad: int = 0, *, floor: bool = False
    ) -> None:
        self.W, self.b = check_shapes("Convolution", W=(W, "FN C FH FW"), b=(b, "FN"))
        self.stride, self.pad = check_whole("stride", stride), check_whole("pad", pad, 0)
        self.floor = floor
        keep_freed_memory()  # feature maps are large and short-lived

    def expects(self, x: np.ndarray) -> str:
        """Return the expected shape of the images, if `x` has another."""
        C = self.W.shape[1]
        return "" if x.ndim == 4 and x.shape[1] == C else f"images (N, {C}, H, W)"

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the feature maps, (N, FN, OH, OW), of images (N, C, H, W)."""
        out = convolve(x, self.W, self.b, self.stride, (self.pad, self.pad), floor=self.floor)
        self.x, self.out_shape = x, out.shape
        return out

    def backward(self, dout: np.ndarray) -> Any:
        """Return the gradient with respect to x; set dW and db."""
        self.db = bias_gradient(dout)
        self.dW, dx = gradients(self.x, dout, self.W, self.stride, self.pad, self.wants_dx)
        return dx
