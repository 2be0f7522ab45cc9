"""Matrix products in parts: OpenBLAS has faster code for small products (7.4.3)."""

import numpy as np

from common.checks import on_gpu

SMALL = 10**6  # multiplications: up to here that code is used
LEAST = 32  # rows: products of fewer are slow


def parts(rows: int, multiplications: int) -> int:
    """Return the number of equal parts of `rows` rows that make small products.

    `multiplications` is the number for one row. The result is 1 if no number is suitable; a part
    has at least `LEAST` rows.
    """
    least = -(-rows * multiplications // SMALL)
    for number in range(least, min(4 * least, rows // LEAST) + 1):
        if number and rows % number == 0:
            return number
    return 1


def transposed_product(x: np.ndarray, dout: np.ndarray) -> np.ndarray:
    """Return x^T @ dout, of shape (D, M), for arrays of shape (N, D) and (N, M)."""
    (N, D), M = x.shape, dout.shape[1]
    if N * D * M <= SMALL or on_gpu(x):
        return x.T @ dout
    number = parts(D, N * M)
    return (x.T.reshape(number, D // number, N) @ dout).reshape(D, M)
