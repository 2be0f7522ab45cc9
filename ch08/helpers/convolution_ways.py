"""One convolution in five ways, from single numbers to one matrix product (7.4, 8.3.2).

All ways take images (N, C, H, W), filters (FN, C, FH, FW) and biases (FN,), and return
(N, FN, OH, OW); stride 1, no padding.
"""

from collections.abc import Callable
from functools import partial
from timeit import repeat

import numpy as np

from common.io.progress import progress
from common.layers import Convolution
from common.threads import one_blas_thread
from common.util import im2col

NUMBERS = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # numbers of images for which times are measured
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]
Times = dict[str, dict[int, float]]
Way = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def every_number(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply and add two numbers at a time, in plain Python."""
    out = empty_output(x, W)
    _, C, FH, FW = W.shape
    pixels, weights = x.tolist(), W.tolist()  # single numbers are even slower in NumPy
    for n, f, i, j in np.ndindex(out.shape):
        total = 0.0
        for c in range(C):
            for k in range(FH):
                for m in range(FW):
                    total += pixels[n][c][i + k][j + m] * weights[f][c][k][m]
        out[n, f, i, j] = total + b[f]
    return out


def every_output(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply and add one window and one filter at a time, in NumPy."""
    out = empty_output(x, W)
    FH, FW = W.shape[2:]
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = np.sum(x[n, :, i : i + FH, j : j + FW] * W[f]) + b[f]
    return out


def every_window(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply one window by all filters at a time: the product of a matrix and a vector."""
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
    """Use the layer of the networks: it unfolds a few images at a time, which fit in the cache."""
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


def differences(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> dict[str, dict[str, float]]:
    """Return the largest difference from `common.layers`, relative to its largest number."""
    result = {}
    for dtype in ("float32", "float64"):
        outs = {name: way(*(a.astype(dtype) for a in (x, W, b))) for name, way in WAYS.items()}
        expected = outs.pop("common.layers")
        largest = np.abs(expected).max()
        result[dtype] = {
            name: float(np.abs(out - expected).max() / largest) for name, out in outs.items()
        }
    return result


def milliseconds(arrays: Arrays, loop_images: int, rounds: int) -> Times:
    """Return for each way and each number of images the milliseconds that one image takes.

    It is the shortest time of all rounds, the one least disturbed by other programs.
    """
    x, W, b = arrays
    times: Times = {name: {} for name in WAYS}
    jobs = [
        (name, number)
        for name in WAYS
        for number in NUMBERS
        if number <= (loop_images if "loop" in name else len(x))
    ]
    with one_blas_thread():
        for name, number in progress(jobs, "measurements"):
            task = partial(WAYS[name], x[:number], W, b)
            times[name][number] = 1000 * min(repeat(task, number=1, repeat=rounds)) / number
    return times
