"""TransposedConvolution: filters enlarge feature maps; the adjoint of Convolution (8.4.2)."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.boundary import Layer
from common.checks import check_flag, check_shapes, check_whole
from common.convolve import convolve, filter_gradient, input_gradient, keep_freed_memory


class TransposedConvolution(Layer):
    """Each number of x adds a filter, scaled by it, to the output: the reverse of Convolution.

    The output has the size that a convolution with the same filters, stride and padding would
    reduce to the size of x. Forward is the backward pass of this convolution, and backward is its
    forward pass: sum(Convolution(y) * x) = sum(y * TransposedConvolution(x)). With the filters of
    `common.initializers.bilinear_filters` it enlarges by bilinear interpolation, as in FCN.

    Parameters
    ----------
    W : ndarray of shape (C, FN, FH, FW)
        The filters: from each of C channels to FN new ones.
    b : ndarray of shape (FN,)
        Biases; also (1, FN), or one number for all.
    stride, pad : int
        The distance between the filters in the output; the width of the border that is cut off.
    learned : bool
        False: the gradients of W and b are 0, so that they stay as they are.
    """

    param_names = ("W", "b")
    setting_names = ("stride", "pad", "learned")

    def __init__(
        self, W: ArrayLike, b: ArrayLike, stride: int = 1, pad: int = 0, *, learned: bool = True
    ) -> None:
        self.W, self.b = check_shapes("TransposedConvolution", W=(W, "C FN FH FW"), b=(b, "FN"))
        self.stride, self.pad = check_whole("stride", stride), check_whole("pad", pad, 0)
        check_flag("learned", learned)
        self.learned = bool(learned)
        keep_freed_memory()

    def expects(self, x: np.ndarray) -> str:
        """Return the expected shape of the feature maps, if `x` has another."""
        C = len(self.W)
        if x.ndim != 4 or x.shape[1] != C:
            return f"feature maps (N, {C}, H, W)"
        return "" if min(self._sizes(x)) > 0 else f"larger feature maps: pad {self.pad} cuts all"

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the enlarged maps, (N, FN, OH, OW), OH = stride * (H - 1) + FH - 2 * pad."""
        self.x = x
        shape = (len(x), self.W.shape[1], *self._sizes(x))
        out = input_gradient(x, self.W, shape, self.stride, self.pad)
        out += self.b.astype(out.dtype, copy=False)[:, None, None]
        return out

    def backward(self, dout: np.ndarray) -> Any:
        """Return the gradient with respect to x; set dW and db."""
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)
        if self.learned:
            # x is the `dout` of the convolution, dout its images.
            self.dW = filter_gradient(dout, self.x, self.W.shape, self.stride, self.pad)
            self.db = dout.sum(axis=(0, 2, 3))
        if not self.wants_dx:
            return None
        return convolve(dout, self.W, None, self.stride, (self.pad, self.pad))

    def _sizes(self, x: np.ndarray) -> list[int]:
        sizes = zip(x.shape[2:], self.W.shape[2:], strict=True)
        return [self.stride * (size - 1) + filter - 2 * self.pad for size, filter in sizes]
