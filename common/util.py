"""The book's helper functions: im2col, col2im (7.4), shuffle_dataset (6.5.1), smooth_curve."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from common.checks import as_array, as_float, check_pairs, check_whole, in_one_line, on_gpu
from common.randomness import Seed, random_generator


def conv_output_size(
    input_size: int, filter_size: int, stride: int = 1, pad: int = 0, *, floor: bool = False
) -> int:
    """Return the output size of a convolution along one axis: (H + 2P - FH) / S + 1.

    Parameters
    ----------
    input_size, filter_size, stride, pad : int
        H or W, FH or FW, S, P, in pixels.
    floor : bool
        If the division is not exact, the last pixels are in no window. False: raise a ValueError.
        True: ignore them, as most frameworks do.

    Raises
    ------
    ValueError
        If the filter is larger than the padded input, or if the division is not exact.

    Notes
    -----
    Book: section 7.2.4, eq. (7.1).
    """
    input_size, filter_size = check_whole("input", input_size), check_whole("filter", filter_size)
    stride, pad = check_whole("stride", stride), check_whole("pad", pad, 0, 2**20)
    way = input_size + 2 * pad - filter_size
    sizes = f"input {input_size}, filter {filter_size}, stride {stride}, pad {pad}"
    if way < 0:
        raise ValueError(f"{sizes}: expected a filter of {input_size + 2 * pad} pixels at most")
    if way % stride and not floor:
        raise ValueError(
            f"{sizes}: {way} / {stride} is not an integer; expected a stride that divides, or "
            f"floor=True to ignore the last {way % stride} of the padded pixels"
        )
    return way // stride + 1


def im2col(
    input_data: np.ndarray,
    filter_h: int,
    filter_w: int,
    stride: int = 1,
    pad: int = 0,
    *,
    floor: bool = False,
) -> np.ndarray:
    """Unfold images: every window of the filter becomes a row (7.4.2, figure 7-17).

    Parameters
    ----------
    input_data : ndarray of shape (N, C, H, W)
    filter_h, filter_w, stride, pad : int
    floor : bool
        See `conv_output_size`.

    Returns
    -------
    ndarray of shape (N * OH * OW, C * filter_h * filter_w), of the type of the input
        Rows by image, then row, then column of the output; columns by channel, then row, then
        column of the filter.
    """
    x = as_array("input_data", input_data)
    if x.ndim != 4 or x.size == 0:
        raise ValueError(f"input_data has shape {x.shape}; expected images (N, C, H, W)")
    for size, filter_size in zip(x.shape[2:], (filter_h, filter_w), strict=True):
        conv_output_size(size, filter_size, stride, pad, floor=floor)
    x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    options = {} if on_gpu(x) else {"writeable": True}  # CuPy's views are always writeable
    windows = sliding_window_view(x, (filter_h, filter_w), axis=(2, 3), **options)
    windows = windows[:, :, ::stride, ::stride]  # (N, C, OH, OW, FH, FW)
    windows = windows.transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(windows[..., 0, 0, 0].size, -1)


def col2im(
    col: np.ndarray,
    input_shape: tuple[int, ...],
    filter_h: int,
    filter_w: int,
    stride: int = 1,
    pad: int = 0,
    *,
    floor: bool = False,
) -> np.ndarray:
    """Fold rows of windows back into images; where windows overlap, they are added.

    In `backward` it takes the gradients back to the pixels that `im2col` has read.

    Parameters
    ----------
    col : ndarray of shape (N * OH * OW, C * filter_h * filter_w)
    input_shape : (N, C, H, W)
        The shape of the images.
    filter_h, filter_w, stride, pad, floor
        As for `im2col`.

    Returns
    -------
    ndarray of shape input_shape, of the type of `col`; integers become float64
    """
    if as_array("input_shape", input_shape).shape != (4,):
        raise ValueError(f"input_shape is {in_one_line(input_shape)}; expected (N, C, H, W)")
    N, C, H, W = (check_whole("input_shape", size) for size in input_shape)
    OH = conv_output_size(H, filter_h, stride, pad, floor=floor)
    OW = conv_output_size(W, filter_w, stride, pad, floor=floor)
    col = as_float("col", col)
    if col.shape != (N * OH * OW, C * filter_h * filter_w):
        raise ValueError(
            f"col has shape {col.shape}; expected {(N * OH * OW, C * filter_h * filter_w)} for "
            f"images {tuple(input_shape)}"
        )
    windows = col.reshape(N, OH, OW, C, filter_h, filter_w)
    x = np.zeros((N, H + 2 * pad, W + 2 * pad, C), col.dtype, like=col)  # channels last
    for i in range(filter_h):
        for j in range(filter_w):
            x[:, i : i + stride * OH : stride, j : j + stride * OW : stride] += windows[..., i, j]
    return x[:, pad : pad + H, pad : pad + W].transpose(0, 3, 1, 2)


def smooth_curve(x: np.ndarray) -> np.ndarray:
    """Smooth a curve by a Kaiser window; the length stays the same (6.1.8).

    Each value becomes a weighted average of 11 values; at its ends the curve is extended by
    reflection.
    """
    x = as_float("x", x).astype(np.float64)
    if x.ndim != 1 or len(x) == 0:
        raise ValueError(f"x has shape {x.shape}; expected a series of numbers")
    window = np.kaiser(11, 2)
    return np.convolve(np.pad(x, 5, mode="reflect"), window / window.sum(), mode="valid")


def shuffle_dataset(
    x: np.ndarray, t: np.ndarray, rng: Seed = None
) -> tuple[np.ndarray, np.ndarray]:
    """Shuffle samples and targets in the same random order (6.5.1).

    Parameters
    ----------
    x, t : ndarray
        The same number of samples and targets, along the first axis.
    rng : Generator or seed, optional
        None: a new order each time.
    """
    x, t = as_array("x", x), as_array("t", t)
    check_pairs(x, t)
    order = random_generator(rng).permutation(len(x))
    return x[order], t[order]
