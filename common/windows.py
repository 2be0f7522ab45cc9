"""Windows that slide over images, as taps: the pixels at one place of all windows (7.3)."""

from collections.abc import Iterator

import numpy as np

from common.boundary import Layer
from common.checks import check_whole, on_gpu
from common.util import conv_output_size

BLOCK = 2**15  # numbers of an output: with their windows they stay in the cache


class Windows(Layer):
    """The base class of pooling layers: windows as taps (the pixels at one place of all windows).

    Parameters
    ----------
    pool_h, pool_w : int
        The size of a window.
    stride : int
        The step of the window.
    pad : int
        The width of the padding, smaller than a window; it does not change the result.
    floor : bool
        What to do if the stride does not divide: see `common.util.conv_output_size`.
    """

    setting_names = ("pool_h", "pool_w", "stride", "pad", "floor")

    def __init__(
        self, pool_h: int, pool_w: int, stride: int = 1, pad: int = 0, *, floor: bool = False
    ) -> None:
        self.pool_h, self.pool_w = check_whole("pool_h", pool_h), check_whole("pool_w", pool_w)
        self.stride, self.pad = check_whole("stride", stride), check_whole("pad", pad, 0)
        self.floor = floor
        if self.pad >= min(self.pool_h, self.pool_w):
            raise ValueError(
                f"pad is {pad} for windows of {pool_h} x {pool_w}; expected less than a window"
            )

    def unfold(self, x: np.ndarray, border: float) -> list[np.ndarray]:
        """Return the taps of `x`, each of shape (N, OH, OW, C)."""
        N, C, H, W = x.shape
        OH = conv_output_size(H, self.pool_h, self.stride, self.pad, floor=self.floor)
        OW = conv_output_size(W, self.pool_w, self.stride, self.pad, floor=self.floor)
        self.x_shape, self.places = x.shape, (OH, OW)
        if self.pad == 0:
            return list(self._taps(x.transpose(0, 2, 3, 1)))
        shape = (N, H + 2 * self.pad, W + 2 * self.pad, C)
        padded = np.full_like(x, border, order="C", shape=shape)
        self._inside(padded)[...] = x.transpose(0, 2, 3, 1)
        return list(self._taps(padded))

    def fold(self, out: np.ndarray, arg_max: np.ndarray | None = None) -> np.ndarray:
        """Return images, (N, C, H, W): each pixel is the sum of the taps with it.

        All taps are `out`, (N, OH, OW, C); with `arg_max`, of the same shape, each number of `out`
        is only in the tap of this index.
        """
        (N, C, H, W), (OH, OW), stride = self.x_shape, self.places, self.stride
        shape = (N, H + 2 * self.pad, W + 2 * self.pad, C)
        whole = self.pool_h == self.pool_w == stride and shape[1:3] == (stride * OH, stride * OW)
        dx = (np.empty if whole else np.zeros)(shape, out.dtype, like=out)
        overlap = stride < max(self.pool_h, self.pool_w)
        for images in blocks(out):
            for number, tap in enumerate(self._taps(dx[images])):
                here = 1 if arg_max is None else arg_max[images] == number
                if overlap:
                    tap += out[images] * here
                else:
                    np.multiply(out[images], here, out=tap)
        return self._inside(dx).transpose(0, 3, 1, 2)

    def _taps(self, x: np.ndarray) -> Iterator[np.ndarray]:
        OH, OW = self.places
        for i in range(self.pool_h):
            for j in range(self.pool_w):
                rows = slice(i, i + self.stride * OH, self.stride)
                yield x[:, rows, j : j + self.stride * OW : self.stride]

    def _inside(self, padded: np.ndarray) -> np.ndarray:
        _, _, H, W = self.x_shape
        return padded[:, self.pad : self.pad + H, self.pad : self.pad + W]


def blocks(out: np.ndarray) -> Iterator[slice]:
    """Yield slices of images; the numbers of `out`, (N, OH, OW, C), in one stay in the cache."""
    n = len(out) if on_gpu(out) else max(1, BLOCK // out[0].size)
    return (slice(start, start + n) for start in range(0, len(out), n))
