"""Batch normalization (6.3.1), and the local response normalization of AlexNet (7.7.2)."""

import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from common.boundary import Layer, expects_images
from common.checks import check_range, check_shapes, check_whole


class BatchNorm(Layer):
    """y = gamma * (x - mean) / sqrt(var + eps) + beta (6.3.1, eq. 6.7 and 6.8).

    In training, mean and variance are those of the mini-batch; in inference, their running averages
    (not in the book). Before any training, inference uses mean 0 and variance 1. For images
    (N, C, H, W) each channel has a mean and a variance, over samples and pixels.

    Parameters
    ----------
    gamma, beta : ndarray of shape (D,), or (C,) for images
        Scale and shift, learned; initially 1 and 0. The first forward pass turns numbers into
        arrays.
    momentum : float
        The fraction of the running averages that is kept at each mini-batch, in [0, 1).
    running_mean, running_var : ndarray of the shape of gamma, optional
        The initial averages. Default: zeros, which means none yet: then the first mini-batch sets
        them.
    eps : float
        Avoids division by 0.

    Attributes
    ----------
    dgamma, dbeta : ndarray
        The gradients, set by `backward`.
    share, all_reduce : float, callable
        If a mini-batch is split among threads or processes: the fraction of it that x is, and a
        function that sums an array over all of them. Otherwise 1 and the array itself.
    """

    param_names = ("gamma", "beta")
    state_names = ("running_mean", "running_var")
    setting_names = ("momentum", "eps")

    def __init__(
        self,
        gamma: ArrayLike,
        beta: ArrayLike,
        momentum: float = 0.9,
        running_mean: ArrayLike | None = None,
        running_var: ArrayLike | None = None,
        *,
        eps: float = 1e-7,
    ) -> None:
        self.gamma, self.beta = check_shapes("BatchNorm", gamma=(gamma, "D"), beta=(beta, "D"))
        self.momentum = check_range("momentum", momentum, least=0, below=1)
        self.eps = check_range("eps", eps, least=1e-12)
        if (running_mean is None) != (running_var is None):
            raise ValueError("BatchNorm: only one running average given; expected both, or neither")
        unseen = np.zeros(self.gamma.shape, np.result_type(self.gamma, np.float32))
        _, self.running_mean, self.running_var = check_shapes(
            "BatchNorm",
            gamma=(self.gamma, "D"),
            running_mean=(unseen if running_mean is None else running_mean, "D"),
            running_var=(unseen.copy() if running_var is None else running_var, "D"),
        )
        if not (self.running_var >= 0).all():
            raise ValueError("BatchNorm: running_var is negative or NaN; expected 0 or more")
        self.share = 1.0
        self.all_reduce: Callable[[np.ndarray], np.ndarray] = np.positive

    def expects(self, x: np.ndarray) -> str:
        """Return the expected shapes, if that of `x` does not fit."""
        D = self.gamma.shape[0] if self.gamma.ndim else "D"
        fits = x.ndim in (2, 4) and D in ("D", x.shape[1])
        return "" if fits else f"(N, {D}) or images (N, {D}, H, W)"

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return `x` normalized, scaled and shifted.

        With `train_flg` by the statistics of the mini-batch, which update the running averages if
        they are finite; else by the running averages. In a mini-batch of one sample the variance is
        0: the output is beta, with a warning, and the averages are not updated.
        """
        if self.running_var.ndim == 0:
            self._repeat(x.shape[1], x.dtype)
        rows = _rows(x)  # (M, D), or for images the same with W pixels side by side
        if train_flg:
            self.m = round(rows.size / len(self.gamma) / self.share)
            # Summed in float64: in float32 the mean of a constant column would not be exact.
            mean = (self._total(rows.sum(axis=0, dtype=np.float64)) / self.m).astype(rows.dtype)
            xc = rows - mean
            var = (self._total(np.einsum("md,md->d", xc, xc)) / self.m).astype(rows.dtype)
            var[var == np.inf] = np.nan  # division by infinity would give an ordinary 0
            self._remember(mean, var)
        else:
            self.m = 0
            var = self.running_var if self.running_var.any() else np.ones_like(self.running_var)
            mean, var = (_along(rows, v.astype(rows.dtype)) for v in (self.running_mean, var))
            xc = rows - mean
        self.std = np.sqrt(var + rows.dtype.type(self.eps))
        self.xhat = np.divide(xc, self.std, out=xc)
        out = self.xhat * _along(rows, self.gamma)
        out += _along(rows, self.beta)
        return _like(out, x.shape)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return the gradient with respect to x; set dgamma = sum dout * xhat and dbeta = sum dout.

        In training, mean and variance also depend on x: this subtracts two terms.
        """
        dy = _rows(dout)
        dbeta, dgamma = dy.sum(axis=0), np.einsum("md,md->d", dy, self.xhat)
        self.dbeta, self.dgamma = self._by_feature(dbeta), self._by_feature(dgamma)
        if self.m:
            dy = dy - self._total(dbeta) / self.m
            dy -= self.xhat * (self._total(dgamma) / self.m)
        return _like(dy * (_along(dy, self.gamma) / self.std), dout.shape)

    def _repeat(self, D: int, dtype: DTypeLike) -> None:
        for name in (*self.param_names, *self.state_names):
            if getattr(self, name).ndim == 0:
                setattr(self, name, np.full_like(self.gamma, getattr(self, name), dtype, shape=D))

    def _by_feature(self, sums: np.ndarray) -> np.ndarray:
        """Return the sums of the columns of each feature, (D,)."""
        return sums if len(sums) == len(self.gamma) else sums.reshape(-1, len(self.gamma)).sum(0)

    def _total(self, sums: np.ndarray) -> np.ndarray:
        """Return for each column the sum of all columns of its feature, over all threads."""
        return _along(sums[None], self.all_reduce(self._by_feature(sums)))

    def _remember(self, mean: np.ndarray, var: np.ndarray) -> None:
        if self.m == 1:
            what = "one sample in training has no variance; expected at least two in a mini-batch"
            warnings.warn(f"BatchNorm: {what}", RuntimeWarning, stacklevel=1)
        if self.m == 1 or not np.isfinite(var).all():
            return
        keep, D = self.momentum if self.running_var.any() else 0.0, len(self.gamma)
        for name, batch in (("running_mean", mean[:D]), ("running_var", var[:D])):
            before = getattr(self, name)
            setattr(self, name, (keep * before + (1 - keep) * batch).astype(before.dtype))


def _rows(x: np.ndarray) -> np.ndarray:
    """Return images (N, C, H, W) as rows (N * H, W * C): with rows of C, NumPy would be slow."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[3] * x.shape[1]) if x.ndim == 4 else x


def _along(rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the values of the features, (D,), repeated across a row."""
    return values if len(values) == rows.shape[1] else np.tile(values, rows.shape[1] // len(values))


def _like(rows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    if len(shape) == 2:
        return rows
    N, C, H, W = shape
    return rows.reshape(N, H, W, C).transpose(0, 3, 1, 2)


class LocalResponseNorm(Layer):
    """y_i = x_i / (k + alpha * sum_j x_j^2)^beta, over the `size` channels j around i (7.7.2).

    Parameters
    ----------
    size : int
        The number of channels, odd; at the first and last channels there are fewer.
    k, alpha, beta : float
        The defaults are those of AlexNet. (Other libraries divide alpha by `size`.)
    """

    setting_names = ("size", "k", "alpha", "beta")
    expects = expects_images

    def __init__(
        self, size: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75
    ) -> None:
        self.size = check_whole("size", size)
        if self.size % 2 == 0:
            raise ValueError(f"size is {size}; expected an odd number")
        self.k = check_range("k", k, above=0)
        self.alpha = check_range("alpha", alpha, least=0)
        self.beta = check_range("beta", beta, least=0)

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return images (N, C, H, W), each channel normalized by the channels around it."""
        self.x = x.transpose(0, 2, 3, 1)  # (N, H, W, C)
        number = x.dtype.type
        self.scale = number(self.k) + number(self.alpha) * self._around(self.x**2)
        self.power = self.scale ** number(-self.beta)
        return (self.x * self.power).transpose(0, 3, 1, 2)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return dout_i power_i - 2 alpha beta x_i sum_j dout_j x_j power_j / scale_j.

        The sum runs over the channels j whose sums contain i: again the channels around i.
        """
        dy = dout.transpose(0, 2, 3, 1) * self.power
        factor = self.x.dtype.type(2 * self.alpha * self.beta)
        dx = dy - factor * self.x * self._around(dy * self.x / self.scale)
        return dx.transpose(0, 3, 1, 2)

    def _around(self, x: np.ndarray) -> np.ndarray:
        """Return for each channel (the last axis) the sum over the channels around it."""
        channels = np.arange(x.shape[-1], like=x)
        near = np.abs(channels[:, None] - channels) <= self.size // 2  # (C, C)
        return x @ near.astype(x.dtype)
