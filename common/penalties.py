"""Penalties for large weights (weight decay): a term of the loss, and its gradient (6.4.2).

The book implements L2, and mentions the other two.
"""

import numpy as np

from common.checks import as_float, check_rows


def l2(W: np.ndarray) -> tuple[float, np.ndarray]:
    """Return half of the squared L2 norm, 1/2 sum of w^2, and its gradient W."""
    W = _weights(W)
    return 0.5 * float(np.square(W, dtype=np.float64).sum()), W


def l1(W: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the L1 norm, the sum of |w|, and its gradient sign(W): many weights become 0."""
    W = _weights(W)
    return float(np.abs(W).sum(dtype=np.float64)), np.sign(W)


def max_norm(W: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the L-infinity norm, max |w|, and a gradient: the sign of w where |w| is largest.

    If several weights are the largest, the gradient is divided among them.
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
