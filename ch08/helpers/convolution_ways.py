"""One convolution in five ways, from single numbers to one product of matrices (7.4, 8.3.2).

All take images (N, C, H, W), filters (FN, C, FH, FW) and biases (FN,), with stride 1 and no pad,
and return (N, FN, OH, OW).
"""

from collections.abc import Callable

import numpy as np

from common.layers import Convolution
from common.util import im2col

Way = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def every_number(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply and add two numbers at a time, in plain Python."""
    out = empty_output(x, W)
    _, C, FH, FW = W.shape
    pixels, weights = x.tolist(), W.tolist()  # single numbers are slower still in NumPy
    for n, f, i, j in np.ndindex(out.shape):
        total = 0.0
        for c in range(C):
            for k in range(FH):
                for m in range(FW):
                    total += pixels[n][c][i + k][j + m] * weights[f][c][k][m]
        out[n, f, i, j] = total + b[f]
    return out


def every_output(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply and add a window and a filter at a time, in NumPy."""
    out = empty_output(x, W)
    FH, FW = W.shape[2:]
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = np.sum(x[n, :, i : i + FH, j : j + FW] * W[f]) + b[f]
    return out


def every_window(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply a window by all filters at a time: a matrix and a vector."""
    out = empty_output(x, W)
    (N, _, OH, OW), (FN, _, FH, FW) = out.shape, W.shape
    filters = W.reshape(FN, -1)
    for n, i, j in np.ndindex(N, OH, OW):
        out[n, :, i, j] = filters @ x[n, :, i : i + FH, j : j + FW].ravel() + b
    return out


def one_product(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply all windows, as rows, by all filters, as columns: the book's `im2col`."""
    (N, FN, OH, OW), (FH, FW) = empty_output(x, W).shape, W.shape[2:]
    out = im2col(x, FH, FW) @ W.reshape(FN, -1).T + b
    return out.reshape(N, OH, OW, FN).transpose(0, 3, 1, 2)


def layer(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Have it done by the layer of the networks: a few images at a time, which fit the cache."""
    return Convolution(W, b).forward(x)


def empty_output(x: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Return an array for the output, not yet filled."""
    (N, _, height, width), (FN, _, FH, FW) = x.shape, W.shape
    return np.empty((N, FN, height - FH + 1, width - FW + 1), np.result_type(x, W))


WAYS: dict[str, Way] = {
    "loop over every number": every_number,
    "loop over every output": every_output,
    "loop over every window": every_window,
    "im2col, one product": one_product,
    "common.layers": layer,
}
