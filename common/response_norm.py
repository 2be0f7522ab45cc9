"""LocalResponseNorm: AlexNet's layer in which neighbouring channels damp each other (7.7.2)."""

from typing import Any

import numpy as np

from common.checks import as_float, check_dout, check_range, check_whole
from common.util import working_type


class LocalResponseNorm:
    """y_i = x_i / (k + alpha * sum_j x_j^2)^beta, over the `size` channels j around i (7.7.2).

    Parameters
    ----------
    size : int
        How many channels, an odd number: at the first and last channels there are fewer.
    k, alpha, beta : float
        Those of AlexNet, where none are given. (Other libraries divide alpha by `size`.)
    """

    param_names: tuple[str, ...] = ()

    def __init__(
        self, size: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75
    ) -> None:
        self.size = check_whole("size", size)
        if self.size % 2 == 0:
            raise ValueError(f"size is {size}; expected an odd number, the same on both sides")
        self.k = check_range("k", k, above=0)
        self.alpha = check_range("alpha", alpha, least=0)
        self.beta = check_range("beta", beta, least=0)
        self.x: Any = None
        self.out_shape: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return images (N, C, H, W), each channel divided by the size of those around it."""
        x = as_float("x", x)
        if x.ndim != 4 or x.size == 0:
            raise ValueError(f"LocalResponseNorm: x has shape {x.shape}; expected (N, C, H, W)")
        self.out_shape = x.shape
        self.x = x.transpose(0, 2, 3, 1).astype(working_type(x), copy=False)  # (N, H, W, C)
        dtype = self.x.dtype.type
        self.scale = dtype(self.k) + dtype(self.alpha) * self._around(self.x**2)
        self.power = self.scale ** dtype(-self.beta)
        return self._like(self.x * self.power, x.dtype)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return dout_i power_i - 2 alpha beta x_i sum_j dout_j x_j power_j / scale_j.

        The sum runs over the channels j that have i among theirs: again those around i.
        """
        dout = check_dout(self, dout, self.out_shape)
        dy = dout.transpose(0, 2, 3, 1).astype(self.x.dtype, copy=False) * self.power
        factor = self.x.dtype.type(2 * self.alpha * self.beta)
        dx = dy - factor * self.x * self._around(dy * self.x / self.scale)
        return self._like(dx, dout.dtype)

    def _around(self, x: np.ndarray) -> np.ndarray:
        """Return for each channel, on the last axis, the sum over those around it."""
        channels = np.arange(x.shape[-1])
        near = np.abs(channels[:, None] - channels) <= self.size // 2  # (C, C)
        return x @ near.astype(x.dtype)

    def _like(self, rows: np.ndarray, dtype: np.dtype) -> np.ndarray:
        return rows.astype(dtype, copy=False).transpose(0, 3, 1, 2)
