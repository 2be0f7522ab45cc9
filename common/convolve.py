"""Convolutions as matrix products over blocks of images that stay in the cache (7.4).

The book's form, one `im2col` and one matrix product, is in ``benchmarks/textbook.py``; plain loops
are in ``ch07/naive_convolution.py``. This module gives the same numbers, several times as fast:

- `im2col` unfolds every window of all images at once, and so copies each pixel FH * FW times
  (figures 7-17 to 7-19). Here a few images are unfolded at a time, into one buffer that stays in
  the cache.
- A row of the buffer is one *filter row* of a window: FW pixels of all channels, not all FH * FW.
  Windows below each other share such rows, so each is written once and used FH times. The FH
  products of an output are added up.
- The unfolded images are not kept for `backward`: unfolding again is faster than more memory. With
  stride 1 only `dout` is unfolded there, once for both gradients.
- 3x3 filters over many channels take fewer multiplications: see `common.winograd`.
- Shapes are the book's (N, C, H, W), but the results are stored with the channels last; the book's
  order of the axes is a view, and the next layer works on the order that it gets.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import DTypeLike

from common import winograd
from common.checks import on_gpu
from common.products import parts
from common.util import conv_output_size

BLOCK = 2**19  # numbers in the buffer that images are unfolded into
LARGE = 2**14  # numbers in the gradient of a filter row, for all channels and filters
ON_GPU = 2**28  # there, it need not stay in a cache: few large products are fastest


def convolve(
    x: np.ndarray,
    W: np.ndarray,
    b: np.ndarray | None,
    stride: int = 1,
    pads: tuple[int, int] = (0, 0),
    floor: bool = False,
) -> np.ndarray:
    """Return sum over c, i, j of W[f, c, i, j] * x[n, c, stride * h + i, stride * w + j] + b[f].

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
    W : ndarray of shape (FN, C, FH, FW)
    b : ndarray of shape (FN,), or None for no bias
    pads : (int, int)
        The padding with zeros: above and below, left and right.

    Returns
    -------
    ndarray of shape (N, FN, OH, OW), in memory (N, OH, OW, FN)
    """
    (N, _, H, width), (FN, _, FH, FW) = x.shape, W.shape
    OH = conv_output_size(H, FH, stride, pads[0], floor=floor)
    OW = conv_output_size(width, FW, stride, pads[1], floor=floor)
    dtype = np.result_type(x, W)
    if stride == 1 and winograd.pays(x, W.shape, (OH, OW)):
        return winograd.convolve(x, W, b, pads)
    out = np.empty((N, OH * OW, FN), dtype, like=x)
    filters = np.ascontiguousarray(W.transpose(2, 3, 1, 0), dtype, like=W)  # (FH, FW, C, FN)
    bias = None if b is None else np.tile(b, OH * OW)
    for images, rows in unfold(x, (FH, FW), (OH, OW), stride, pads, dtype):
        _multiply(rows, filters, bias, out[images])
    return out.reshape(N, OH, OW, FN).transpose(0, 3, 1, 2)


def gradients(
    x: np.ndarray, dout: np.ndarray, W: np.ndarray, stride: int, pad: int, wants_dx: bool = True
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the gradients of the filters and of the images: dW and, if it is wanted, dx.

    With stride 1, dx is a convolution of dout, with the filters rotated by 180 degrees and the
    input and output channels exchanged. dW is then computed from the same rows: unfolding dout is
    enough for both.
    """
    (_, C, FH, FW), (N, _, H, width) = W.shape, x.shape
    if not wants_dx or stride > 1 or pad >= min(FH, FW):
        dW = filter_gradient(x, dout, W.shape, stride, pad)
        return dW, input_gradient(dout, W, x.shape, stride, pad) if wants_dx else None
    if winograd.pays(x, W.shape, (H, width)):
        return winograd.gradients(x, dout, W, pad)
    dtype = np.result_type(x, dout, W)
    rotated = np.ascontiguousarray(W[:, :, ::-1, ::-1].transpose(2, 3, 0, 1), dtype, like=W)
    drotated = np.zeros_like(rotated)  # (FH, FW, FN, C)
    dx = np.empty((N, H * width, C), dtype, like=x)
    pixels = np.ascontiguousarray(x.transpose(0, 2, 3, 1), dtype, like=x).reshape(dx.shape)
    pads = (FH - 1 - pad, FW - 1 - pad)
    for images, rows in unfold(dout, (FH, FW), (H, width), 1, pads, dtype):
        _multiply(rows, rotated, None, dx[images])
        drotated += _sum_of_products(rows, pixels[images]).reshape(rotated.shape)
    dW = drotated[::-1, ::-1].transpose(2, 3, 0, 1)
    dx = dx.reshape(N, H, width, C).transpose(0, 3, 1, 2)
    return np.ascontiguousarray(dW, like=dW), dx


def filter_gradient(
    x: np.ndarray, dout: np.ndarray, shape: tuple[int, ...], stride: int, pad: int
) -> np.ndarray:
    """Return the gradient of the filters, of `shape` (FN, C, FH, FW)."""
    (N, FN, OH, OW), (_, C, FH, FW) = dout.shape, shape
    dtype = np.result_type(x, dout)
    dout = np.ascontiguousarray(dout.transpose(0, 2, 3, 1), dtype, like=dout)
    dout = dout.reshape(N, OH * OW, FN)
    dW = np.zeros((FH, FW, C, FN), dtype, like=x)
    for images, rows in unfold(x, (FH, FW), (OH, OW), stride, (pad, pad), dtype):
        dW += _sum_of_products(rows, dout[images]).reshape(dW.shape)
    return np.ascontiguousarray(dW.transpose(3, 2, 0, 1), like=dW)


def bias_gradient(dout: np.ndarray) -> np.ndarray:
    """Return the sum of `dout` over images and pixels, (FN,)."""
    rows = dout.transpose(0, 2, 3, 1).reshape(-1, dout.shape[1])
    return np.ones_like(rows[:, 0]) @ rows  # faster than sum()


def input_gradient(
    dout: np.ndarray, W: np.ndarray, shape: tuple[int, ...], stride: int, pad: int
) -> np.ndarray:
    """Return the gradient with respect to the images, of `shape` (N, C, H, W).

    With stride 1 this is again a convolution: of dout, with the filters rotated by 180 degrees and
    the input and output channels exchanged. With a larger stride, the pixels of each square of
    stride x stride pixels get different convolutions, with every stride-th row and column of the
    filters; they are computed as one, with that many times more output channels.
    """
    (FN, C, FH, FW), (N, _, H, width) = W.shape, shape
    rows, columns = -(-FH // stride), -(-FW // stride)  # of each of these convolutions
    filters = np.zeros((FN, C, rows * stride, columns * stride), W.dtype, like=W)
    filters[:, :, :FH, :FW] = W
    filters = filters.reshape(FN, C, rows, stride, columns, stride)[:, :, ::-1, :, ::-1]
    filters = filters.transpose(3, 5, 1, 0, 2, 4).reshape(-1, FN, rows, columns)
    skip = pad if stride == 1 and pad < min(FH, FW) else 0  # do not compute the border
    pads = (rows - 1 - skip, columns - 1 - skip)
    squares = convolve(dout, filters, None, 1, pads).transpose(0, 2, 3, 1)
    down, across = squares.shape[1:3]
    squares = squares.reshape(N, down, across, stride, stride, C)
    dx = squares.swapaxes(2, 3).reshape(N, down * stride, across * stride, C)
    border = pad - skip
    dx = dx[:, border : border + H, border : border + width]
    below, right = H - dx.shape[1], width - dx.shape[2]  # pixels that no filter reaches
    if below or right:
        dx = np.pad(dx, [(0, 0), (0, below), (0, right), (0, 0)])
    return dx.transpose(0, 3, 1, 2)


def _multiply(
    rows: np.ndarray, filters: np.ndarray, bias: np.ndarray | None, out: np.ndarray
) -> None:
    """Write into `out`, (n, OH * OW, FN), the products of unfolded images and filters.

    `rows` is what `unfold` yields, `filters` has the shape (FH, FW, C, FN), and `bias` repeats b
    for every pixel, because adding long rows is faster.
    """
    rows, pieces = _in_pieces(rows, out)
    filters = filters.reshape(len(rows), 1, 1, -1, out.shape[2])
    if len(rows) == 1:
        np.matmul(rows[0], filters[0], out=pieces)
    else:
        first, second, *others = np.matmul(rows, filters)  # one for each filter row
        np.add(first, second, out=pieces)
        for product in others:
            pieces += product
    if bias is not None:
        flat = out.reshape(len(out), -1)
        flat += bias


def _sum_of_products(rows: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Return the sum over images of rows[i, n]^T @ pixels[n]: (FH, K, F).

    A large gradient is one product for all images: many of them would take long to add up.
    """
    (FH, n, M, K), F = rows.shape, pixels.shape[2]
    if K * F > LARGE:
        return rows.reshape(FH, n * M, K).swapaxes(1, 2) @ pixels.reshape(n * M, F)
    rows, pixels = _in_pieces(rows, pixels)
    return np.matmul(rows.swapaxes(3, 4), pixels).sum(axis=(1, 2))


def _in_pieces(rows: np.ndarray, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split the pixels of rows (FH, n, M, K), and of pixels (n, M, F), into equal parts.

    So their products are small: see `common.products`.
    """
    (n, M, F), K = pixels.shape, rows.shape[3]
    number = 1 if on_gpu(rows) else parts(M, K * F)
    return rows.reshape(len(rows), n, number, -1, K), pixels.reshape(n, number, -1, F)


def unfold(
    x: np.ndarray,
    filter_size: tuple[int, int],
    out_size: tuple[int, int],
    stride: int,
    pads: tuple[int, int],
    dtype: DTypeLike,
) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield, block by block, a slice of images and their windows as rows for a matrix product.

    The rows have the shape (FH, n, OH * OW, FW * C): [i] holds row i of each window. With few
    channels such rows would be too short for fast copies and products; then they have the shape
    (1, n, OH * OW, FH * FW * C) and hold whole windows, written column by column. The rows are in
    a buffer that the next block overwrites.
    """
    (N, C, H, W), (FH, FW), (OH, OW) = x.shape, filter_size, out_size
    height, width = H + 2 * pads[0], W + 2 * pads[1]
    whole_windows = C * FW < OW and FH * FW * C * OH * OW <= BLOCK
    size = FH * FW * C * OH * OW if whole_windows else height * OW * FW * C
    n = min(N, max(1, (ON_GPU if on_gpu(x) else BLOCK) // size))
    pixels = source = x.transpose(0, 2, 3, 1)
    if any(pads):
        pixels = np.zeros((n, height, width, C), dtype, like=x)  # of a block, with the padding
    inside = pixels[:, pads[0] : pads[0] + H, pads[1] : pads[1] + W]
    if whole_windows:
        buffer = np.empty((n, FH, FW, C, OH, OW), dtype, like=x)
        rows = buffer.reshape(1, n, -1, OH * OW).swapaxes(2, 3)
        windows = sliding_window_view(pixels, (FH, FW), axis=(1, 2))[:, ::stride, ::stride]
        windows = windows.transpose(0, 4, 5, 3, 1, 2)  # (., FH, FW, C, OH, OW)
    else:
        buffer = np.empty((n, height, OW, FW, C), dtype, like=x)
        below = sliding_window_view(buffer.reshape(n, height, OW, FW * C), FH, axis=1)
        rows = below[:, ::stride].transpose(4, 0, 1, 2, 3)  # (FH, n, OH, OW, FW * C)
        windows = sliding_window_view(pixels, FW, axis=2)[:, :, ::stride].swapaxes(3, 4)
    for start in range(0, N, n):
        images = slice(start, min(N, start + n))
        number = images.stop - start
        if any(pads):
            inside[:number] = source[images]
        np.copyto(buffer[:number], windows[:number] if any(pads) else windows[images])
        yield images, rows[:, :number].reshape(len(rows), number, OH * OW, -1)


def channels_last(x: np.ndarray) -> np.ndarray:
    """Return images (N, C, H, W) stored as (N, H, W, C); another array as it is."""
    if x.ndim != 4:
        return x
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1), like=x).transpose(0, 3, 1, 2)


def keep_freed_memory() -> None:
    """Make the C library of Linux keep the memory of freed arrays, and use it again.

    By default it returns large arrays to the system and then gets new ones page by page, which was
    40 % of a training step of SimpleConvNet. It stops once an array of almost 32 MiB was freed.
    """
    np.empty(2**25 - 2**16, np.uint8)
