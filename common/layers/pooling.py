"""Pooling: one number for each window, channel by channel: maximum or mean (7.3, 7.4.4)."""

from collections.abc import Iterable, Iterator

import numpy as np

from common.boundary import Layer, expects_images
from common.checks import check_whole
from common.util import conv_output_size


class _Windows(Layer):
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

    def _unfold(self, x: np.ndarray, border: float) -> list[np.ndarray]:
        """Return the taps of `x`, each of shape (N, OH, OW, C)."""
        N, C, H, W = x.shape
        OH = conv_output_size(H, self.pool_h, self.stride, self.pad, floor=self.floor)
        OW = conv_output_size(W, self.pool_w, self.stride, self.pad, floor=self.floor)
        self.x_shape, self.places = x.shape, (OH, OW)
        if self.pad == 0:
            return list(self._taps(x.transpose(0, 2, 3, 1)))
        padded = np.full_like(x, border, shape=(N, H + 2 * self.pad, W + 2 * self.pad, C))
        self._inside(padded)[...] = x.transpose(0, 2, 3, 1)
        return list(self._taps(padded))

    def _fold(self, taps: Iterable[np.ndarray], like: np.ndarray) -> np.ndarray:
        """Return images, of the type of `like`: each pixel is the sum of the taps with it."""
        N, C, H, W = self.x_shape
        overlap = self.stride < max(self.pool_h, self.pool_w)
        dx = np.zeros((N, H + 2 * self.pad, W + 2 * self.pad, C), like.dtype, like=like)
        for place, tap in zip(self._taps(dx), taps, strict=True):
            if overlap:
                place += tap
            else:
                place[...] = tap
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


class Pooling(_Windows):
    """Max pooling: the largest number of each window (7.3, 7.4.4). Parameters: see `_Windows`.

    The padding is -inf, which is never the largest.

    Attributes
    ----------
    arg_max : ndarray of shape (N, C, OH, OW)
        The index of the maximum in its window, counted row by row; the first one if several.
    """

    expects = expects_images
    is_reversed = False  # by an `Unpooling` layer

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the maxima, (N, C, OH, OW), of images (N, C, H, W)."""
        first, *others = self._unfold(x, -np.inf)
        out = first.copy()
        arg_max = np.zeros(out.shape, np.min_scalar_type(len(others)), like=x)
        for number, tap in enumerate(others, 1):
            tap = tap.copy()  # read twice: contiguous memory is faster
            here = (tap > out).view(np.uint8) * arg_max.dtype.type(number)
            np.maximum(arg_max, here, out=arg_max)  # number grows: keep the last one
            np.maximum(out, tap, out=out)
        self.arg_max = arg_max.transpose(0, 3, 1, 2)
        return out.transpose(0, 3, 1, 2)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` at the positions of the maxima, 0 elsewhere."""
        return self.spread(dout)

    def spread(self, out: np.ndarray) -> np.ndarray:
        """Return images, (N, C, H, W): each number of `out` at the position of the maximum."""
        out = np.ascontiguousarray(out.transpose(0, 2, 3, 1), like=out)
        return self._fold((out * here for here in self._maxima()), out)

    def collect(self, x: np.ndarray) -> np.ndarray:
        """Return the numbers of `x` at the positions of the maxima, (N, C, OH, OW)."""
        out = np.empty_like(self.arg_max.transpose(0, 2, 3, 1), x.dtype)
        for tap, here in zip(self._unfold(x, 0.0), self._maxima(), strict=True):
            np.copyto(out, tap, where=here)
        return out.transpose(0, 3, 1, 2)

    def _maxima(self) -> Iterator[np.ndarray]:
        """Yield for each tap whether it holds the maximum of its window, (N, OH, OW, C)."""
        arg_max = self.arg_max.transpose(0, 2, 3, 1)
        for number in range(self.pool_h * self.pool_w):
            yield arg_max == number


class Unpooling(Layer):
    """The reverse of max pooling: each number at the position of the maximum, 0 elsewhere (8.5.3).

    The decoder of SegNet enlarges feature maps in this way, so that borders stay where they were.
    Where windows overlap, numbers at the same position are added.

    Parameters
    ----------
    pooling : Pooling
        A layer of the same network, which runs before this one.
    """

    def __init__(self, pooling: Pooling) -> None:
        if not isinstance(pooling, Pooling):
            raise ValueError(f"pooling is a {type(pooling).__name__}; expected a Pooling layer")
        self.pooling = pooling
        pooling.is_reversed = True

    def expects(self, x: np.ndarray) -> str:
        """Return the expected shape, that of the pooling's last output, if `x` has another."""
        maxima = getattr(self.pooling, "arg_max", None)
        if maxima is None:
            return "a forward pass of its pooling layer before this one"
        return "" if x.shape == maxima.shape else f"{maxima.shape}, as the pooling's output"

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return maps of the size of the pooling's input, (N, C, H, W)."""
        return self.pooling.spread(x)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` at the positions of the maxima, (N, C, OH, OW)."""
        return self.pooling.collect(dout)


class AveragePooling(_Windows):
    """Average pooling: the mean of each window, ignoring padding (7.3). Parameters: `_Windows`."""

    expects = expects_images

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the means, (N, C, OH, OW), of images (N, C, H, W)."""
        total = sum(self._unfold(x, 0.0))
        return (total / self._counts(x)).transpose(0, 3, 1, 2)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` divided equally among the pixels of each window."""
        share = dout.transpose(0, 2, 3, 1) / self._counts(dout)
        return self._fold([share] * (self.pool_h * self.pool_w), dout)

    def _counts(self, like: np.ndarray) -> np.ndarray:
        """Return how many pixels of the image each window holds, of shape (OH, OW, 1)."""

        def along(size: int, pool: int, places: int) -> np.ndarray:
            start = np.arange(places) * self.stride - self.pad
            return np.minimum(start + pool, size) - np.maximum(start, 0)

        (_, _, H, W), (OH, OW) = self.x_shape, self.places
        counts = np.outer(along(H, self.pool_h, OH), along(W, self.pool_w, OW))
        return np.asarray(counts[..., None], like.dtype, like=like)


class GlobalAveragePooling(Layer):
    """Global average pooling: the mean of each feature map; (N, C, H, W) becomes (N, C)."""

    expects = expects_images

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the mean of each channel of each image, (N, C)."""
        self.x_shape = x.shape
        return x.mean(axis=(2, 3))

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` divided equally among all pixels: dout / (H W)."""
        N, C, H, W = self.x_shape
        dx = np.empty((N, H, W, C), dout.dtype, like=dout)  # channels last, as maps are stored
        dx[...] = (dout / (H * W))[:, None, None]
        return dx.transpose(0, 3, 1, 2)
