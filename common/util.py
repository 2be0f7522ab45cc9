"""The book's tools: im2col and col2im (7.4), shuffle_dataset (6.5.1), smooth_curve (6.1.8)."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from common.checks import as_array, as_float, check_pairs, check_whole, in_one_line
from common.randomness import Seed, random_generator


def conv_output_size(
    input_size: int, filter_size: int, stride: int = 1, pad: int = 0, *, floor: bool = False
) -> int:
    """Return how many places a filter has along one axis: (H + 2P - FH) / S + 1.

    Parameters
    ----------
    input_size, filter_size, stride, pad : int
        H or W, FH or FW, S, P; pixels.
    floor : bool
        Where S does not divide, the last pixels are in no window: False refuses that, True leaves
        them out, as most frameworks do.

    Raises
    ------
    ValueError
        If the filter is larger than the padded input, or the division is not exact.

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
            f"{sizes}: {way} / {stride} is not whole; expected a stride that divides, or "
            f"floor=True to leave out the last {way % stride} of the padded pixels"
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
    """Return every window that a filter sees, each unfolded to a row (7.4.2, fig. 7-17).

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
    windows = sliding_window_view(x, (filter_h, filter_w), axis=(2, 3), writeable=True)
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
    """Put windows back in their places in the images; where they overlap, they are added.

    So it leads gradients back to where `im2col` took the pixels from.

    Parameters
    ----------
    col : ndarray of shape (N * OH * OW, C * filter_h * filter_w)
    input_shape : (N, C, H, W)
        Of the images.
    filter_h, filter_w, stride, pad, floor
        As those of `im2col`.

    Returns
    -------
    ndarray of shape input_shape, of the type of `col`; of float64 where these are integers, whose
        sums could leave their range
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
    x = np.zeros((N, H + 2 * pad, W + 2 * pad, C), col.dtype)  # channels last, as windows are
    for i in range(filter_h):
        for j in range(filter_w):
            x[:, i : i + stride * OH : stride, j : j + stride * OW : stride] += windows[..., i, j]
    return x[:, pad : pad + H, pad : pad + W].transpose(0, 3, 1, 2)


def smooth_curve(x: np.ndarray) -> np.ndarray:
    """Return the series `x` smoothed by a Kaiser window, as long as it was (6.1.8).

    Each number becomes an average of 11, weighted by their nearness; beyond its ends the series is
    extended by reflection.
    """
    x = as_float("x", x).astype(np.float64)
    if x.ndim != 1 or len(x) == 0:
        raise ValueError(f"x has shape {x.shape}; expected a series of numbers")
    window = np.kaiser(11, 2)
    return np.convolve(np.pad(x, 5, mode="reflect"), window / window.sum(), mode="valid")


def shuffle_dataset(
    x: np.ndarray, t: np.ndarray, rng: Seed = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return samples and targets in the same random order (6.5.1).

    Parameters
    ----------
    x, t : ndarray
        As many samples as targets, along the first axis, of any shape behind it.
    rng : Generator or seed, optional
        None draws a new order each time.
    """
    x, t = as_array("x", x), as_array("t", t)
    check_pairs(x, t)
    order = random_generator(rng).permutation(len(x))
    return x[order], t[order]
