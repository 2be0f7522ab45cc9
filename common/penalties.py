"""Penalties for large weights: a term of the loss, and its derivative (6.4.2).

The book programs the L2 norm, and names the other two.
"""

import numpy as np

from common.checks import as_float, check_rows


def l2(W: np.ndarray) -> tuple[float, np.ndarray]:
    """Return 1/2 sum of w^2, half of the squared L2 norm, and its derivative W."""
    W = _weights(W)
    return 0.5 * float(np.square(W, dtype=np.float64).sum()), W


def l1(W: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the L1 norm, the sum of |w|, and its derivative sign(W): it drives weights to 0."""
    W = _weights(W)
    return float(np.abs(W).sum(dtype=np.float64)), np.sign(W)


def max_norm(W: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the L-infinity norm, max |w|, and a derivative: the sign of w where |w| is largest.

    Where several are the largest, they share it.
    """
    W = _weights(W)
    size = np.abs(W)
    largest = size == size.max()
    return float(size.max()), np.sign(W) * largest * (1 / max(1, int(largest.sum())))


def _weights(W: np.ndarray) -> np.ndarray:
    W = as_float("W", W)
    check_rows("W", W)
    return W


PENALTIES = {"l2": l2, "l1": l1, "max": max_norm}
