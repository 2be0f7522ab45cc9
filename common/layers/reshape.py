"""Reshape and Flatten: change the shape of each sample."""

import math
from collections.abc import Sequence

import numpy as np

from common.boundary import Layer
from common.checks import check_sizes


class Reshape(Layer):
    """Changes the shape of samples: with (1, 28, 28), (N, 784) becomes (N, 1, 28, 28).

    Parameters
    ----------
    shape : sequence of int
        The new shape of one sample. One size may be -1: it is computed from the others.
    """

    setting_names: tuple[str, ...] = ("shape",)

    def __init__(self, shape: Sequence[int]) -> None:
        self.shape = check_sizes("shape", shape, one_open=True)

    def expects(self, x: np.ndarray) -> str:
        """Return the expected number of values per sample, if `x` has another."""
        found, wanted = x[0].size, math.prod(self.shape)
        if wanted < 0:  # the product of the others, times -1
            return "" if found % -wanted == 0 else f"a multiple of {-wanted} values per sample"
        return "" if found == wanted else f"{wanted} values per sample, not {found}"

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return `x` in the shape (N, *shape)."""
        self.x_shape = x.shape
        return x.reshape(len(x), *self.shape)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` in the shape that x had."""
        return dout.reshape(self.x_shape)


class Flatten(Reshape):
    """Flattens each sample to a row: images (N, C, H, W) become (N, C * H * W)."""

    setting_names = ()

    def __init__(self) -> None:
        super().__init__((-1,))
