"""Subnormal numbers, below 1.2e-38 in float32: processors compute with them many times as slowly.

A moving average whose gradients have become exactly 0, as those of a dead ReLU, shrinks to such
numbers and stays there, because of rounding. `common.optimizer` replaces them by 0.
"""

from collections.abc import Iterable

import numpy as np


def subnormal_to_zero(arrays: Iterable[np.ndarray]) -> None:
    """Replace subnormal numbers by 0, in place; NaN and infinity stay."""
    for array in arrays:
        array *= np.abs(array) >= np.finfo(array.dtype).tiny
