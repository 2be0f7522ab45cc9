"""Pooling: one number for each window, channel by channel: maximum or mean (7.3, 7.4.4)."""

import numpy as np

from common.boundary import Layer, expects_images
from common.windows import Windows, blocks


class Pooling(Windows):
    """Max pooling: the largest number of each window (7.3, 7.4.4). Parameters: see `Windows`.

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
        taps = self.unfold(x, -np.inf)
        out = np.empty(taps[0].shape, x.dtype, like=x)
        arg_max = np.zeros(out.shape, np.min_scalar_type(len(taps) - 1), like=x)
        for images in blocks(out):
            first, *others = (tap[images] for tap in taps)
            largest, place = out[images], arg_max[images]
            largest[...] = first
            for number, tap in enumerate(others, 1):
                tap = tap.copy()  # read twice: contiguous memory is faster
                here = (tap > largest).view(np.uint8) * place.dtype.type(number)
                np.maximum(place, here, out=place)  # number grows: keep the last one
                np.maximum(largest, tap, out=largest)
        self.arg_max = arg_max.transpose(0, 3, 1, 2)
        return out.transpose(0, 3, 1, 2)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` at the positions of the maxima, 0 elsewhere."""
        return self.spread(dout)

    def spread(self, out: np.ndarray) -> np.ndarray:
        """Return images, (N, C, H, W): each number of `out` at the position of the maximum."""
        out = np.ascontiguousarray(out.transpose(0, 2, 3, 1), like=out)
        return self.fold(out, self.arg_max.transpose(0, 2, 3, 1))

    def collect(self, x: np.ndarray) -> np.ndarray:
        """Return the numbers of `x` at the positions of the maxima, (N, C, OH, OW)."""
        arg_max = self.arg_max.transpose(0, 2, 3, 1)
        out = np.empty_like(arg_max, x.dtype)
        for number, tap in enumerate(self.unfold(x, 0.0)):
            np.copyto(out, tap, where=arg_max == number)
        return out.transpose(0, 3, 1, 2)


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


class AveragePooling(Windows):
    """Average pooling: the mean of each window, ignoring padding (7.3). Parameters: `Windows`."""

    expects = expects_images

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the means, (N, C, OH, OW), of images (N, C, H, W)."""
        total = sum(self.unfold(x, 0.0))
        return (total / self._counts(x)).transpose(0, 3, 1, 2)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` divided equally among the pixels of each window."""
        share = dout.transpose(0, 2, 3, 1) / self._counts(dout)
        return self.fold(share)

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
