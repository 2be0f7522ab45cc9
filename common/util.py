"""Small tools: im2col and col2im; shuffling, splits, mini-batches, randomness, threads, Ctrl-C."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from threadpoolctl import threadpool_limits

from common.checks import as_array, as_float, check_range, check_whole, in_one_line

Seed = np.random.Generator | int | None


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


def split_validation(
    x: np.ndarray, t: np.ndarray, rate: float = 0.2, rng: Seed = None
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Shuffle, then set a part aside to choose hyper-parameters by: never choose by the test data.

    Returns
    -------
    (x_train, t_train), (x_val, t_val)
        int(N * rate) samples for validation, the others for training (6.5.1).
    """
    check_range("rate", rate, above=0, below=1)
    x, t = shuffle_dataset(x, t, rng)
    number = int(len(x) * rate)
    return (x[number:], t[number:]), (x[:number], t[:number])


class MiniBatches:
    """An iterator over the indices of one mini-batch after the other, without end.

    Parameters
    ----------
    size : int
        The number of samples.
    batch_size : int
        At most this many a batch.
    rng : Generator
    shuffle : bool
        False draws each batch at random with replacement, as the book does (4.2.3). True shuffles
        once per epoch and cuts the order into batches, so that an epoch sees every sample exactly
        once; its last batch may be smaller.

    Attributes
    ----------
    rest : ndarray of int
        What the epoch has still to see.
    """

    def __init__(
        self, size: int, batch_size: int, rng: np.random.Generator, shuffle: bool = False
    ) -> None:
        self.size = check_whole("the number of samples", size)
        self.batch_size = check_whole("the size of a mini-batch", batch_size)
        self.rng, self.shuffle = random_generator(rng), shuffle
        self.rest = np.empty(0, dtype=np.int64)

    def __iter__(self) -> "MiniBatches":
        return self

    def __next__(self) -> np.ndarray:
        if not self.shuffle:
            return self.rng.integers(self.size, size=self.batch_size)
        if len(self.rest) == 0:
            self.rest = self.rng.permutation(self.size)
        batch, self.rest = self.rest[: self.batch_size], self.rest[self.batch_size :]
        return batch


def working_type(*arrays: np.ndarray) -> np.dtype:
    """Return the type to compute in: float32 for half precision, otherwise that of the arrays.

    Half precision is for storage: sums and squares leave its range or lose all but three digits,
    and NumPy multiplies matrices of it some hundred times more slowly.
    """
    dtype = np.result_type(*arrays)
    return np.dtype(np.float32) if dtype == np.float16 else dtype


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
    continued as in a mirror.
    """
    x = as_float("x", x).astype(np.float64)
    if x.ndim != 1 or len(x) == 0:
        raise ValueError(f"x has shape {x.shape}; expected a series of numbers")
    window = np.kaiser(11, 2)
    return np.convolve(np.pad(x, 5, mode="reflect"), window / window.sum(), mode="valid")


def random_generator(rng: Seed) -> np.random.Generator:
    """Return `rng` itself, or a generator with this seed; None draws a seed."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise ValueError(
            f"rng is {in_one_line(rng)}; expected a numpy.random.Generator, or a seed from 0 on"
        ) from None


def one_blas_thread() -> threadpool_limits:
    """Return a context in which matrix products run on one thread.

    Products of mini-batch size are too small to share, so that further threads mostly wait; on a
    busy machine of two cores a training step was ten times slower with two.
    """
    return threadpool_limits(limits=1, user_api="blas")


def keep_freed_memory() -> None:
    """Have the memory of freed arrays kept for the next ones, where the C library is Linux's.

    It hands large arrays back to the system and then gets new ones page by page, which was 40 % of
    a training step of SimpleConvNet; until an array of almost 32 MiB has been freed.
    """
    np.empty(2**25 - 2**16, np.uint8)


@contextmanager
def interrupt_asked() -> Iterator[threading.Event]:
    """Let Ctrl-C wait: the first one sets the event that is returned, a second one gets through.

    So a loop can come to a good end. Outside the main thread, and where Ctrl-C is ignored, nothing
    changes.
    """
    asked = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or before in (signal.SIG_IGN, None):
        yield asked
        return

    def ask(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        asked.set()
        os.write(2, b"\nstopping after this step (Ctrl-C once more: at once)\n")  # print could fail

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def check_pairs(x: np.ndarray, t: np.ndarray) -> None:
    """Refuse samples and targets that are not as many, or none."""
    if x.shape[:1] != t.shape[:1] or x.ndim == 0 or len(x) == 0:
        number = [len(array) if array.ndim else "no" for array in (x, t)]
        raise ValueError(
            f"x holds {number[0]} samples and t {number[1]} targets; expected as many, and at "
            "least one"
        )
