"""Winograd's convolution: 3x3 filters with fewer multiplications (not in the book).

Four neighbouring outputs of a filter with three weights cost 12 multiplications. They are also
coefficients of a product of two polynomials, and such a product is determined by its values at six
points: six multiplications, one for each point. In two dimensions, 4 x 4 outputs cost 36
multiplications instead of 144. So images are cut into overlapping tiles of 6 x 6 pixels:

- `B` turns a tile into 36 values, one for each point, and `G` does so for a filter;
- the values are multiplied: for each point one matrix product, which also adds up the channels;
- `A` turns the 36 products into the 4 x 4 outputs.

These three are matrix products, too. With few channels they cost more than they save: see `pays`.
In float32 the error of a sum is about five times as large as with `common.convolve`, near 1e-6.
"""

from collections.abc import Iterator
from math import isqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import DTypeLike

from common.checks import on_gpu

TILE, FILTER = 4, 3  # outputs of a tile, and weights of a filter, along one axis
SIZE = TILE + FILTER - 1  # pixels of a tile
POINTS = np.array([0, 2 / 3, -2 / 3, 4 / 3, -4 / 3])  # and infinity: chosen for small errors
BLOCK = 2**18  # numbers in the values of a few images, which stay in the cache
LEAST = 96  # tiles of these images: with fewer, matrix products with wide filters are slow


def values_at_points(number: int) -> np.ndarray:
    """Return the matrix (SIZE, number) from coefficients of a polynomial to its values."""
    powers = POINTS[:, None] ** np.arange(number)
    return np.vstack([powers, np.eye(number)[-1]])  # at infinity the last coefficient counts


A, G, B = (
    np.kron(matrix, matrix)  # for both axes of an image: (36, 16), (36, 9) and (36, 36)
    for matrix in (
        values_at_points(TILE),
        values_at_points(FILTER),
        np.linalg.inv(values_at_points(SIZE)).T,
    )
)


def pays(x: np.ndarray, shape: tuple[int, ...], out_size: tuple[int, int]) -> bool:
    """Return whether this is faster for filters of `shape` (FN, C, FH, FW), with stride 1.

    The numbers were found by measuring: enough channels, enough tiles, little outside the images.
    """
    FN, C, *filter_size = shape
    down, across = _tiles(out_size)
    waste = TILE * TILE * down * across / (out_size[0] * out_size[1])
    channels, tiles = min(FN, C), len(x) * down * across
    large = channels >= 32 and tiles * min(channels, 64) >= 3200 and waste < 1.4
    return large and filter_size == [FILTER, FILTER] and not on_gpu(x)


def convolve(
    x: np.ndarray, W: np.ndarray, b: np.ndarray | None, pads: tuple[int, int]
) -> np.ndarray:
    """Return what `common.convolve.convolve` returns, for 3x3 filters and stride 1."""
    OH, OW = (size + 2 * pad - FILTER + 1 for size, pad in zip(x.shape[2:], pads, strict=True))
    dtype, tiles = np.result_type(x, W), _tiles((OH, OW))
    filters = _filter_values(W, dtype)  # (36, C, FN)
    out = np.empty((len(x), tiles[0] * TILE, tiles[1] * TILE, len(W)), dtype)
    n, bias = _images_in_a_block(tiles, W), np.zeros(len(W), dtype) if b is None else b
    for images, values in _tile_values(B, x, pads, tiles, n, dtype):
        _outputs(values @ filters, bias, out[images])
    return out[:, :OH, :OW].transpose(0, 3, 1, 2)


def gradients(
    x: np.ndarray, dout: np.ndarray, W: np.ndarray, pad: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return dW and dx, for 3x3 filters, stride 1 and pad <= 2.

    dx is a convolution of dout, as in `common.convolve.gradients`. The gradient of its filters is
    computed from the same values of dout.
    """
    H, width = x.shape[2:]
    dtype, tiles = np.result_type(x, dout, W), _tiles((H, width))
    filters = _filter_values(W[:, :, ::-1, ::-1].swapaxes(0, 1), dtype)  # (36, FN, C)
    dfilters, no_bias = np.zeros_like(filters), np.zeros(W.shape[1], dtype)
    dx = np.empty((len(x), tiles[0] * TILE, tiles[1] * TILE, W.shape[1]), dtype)
    n = _images_in_a_block(tiles, W)
    of_dout = _tile_values(B, dout, (FILTER - 1 - pad,) * 2, tiles, n, dtype)
    of_x = _tile_values(A, x, (0, 0), tiles, n, dtype)
    for (images, values), (_, x_values) in zip(of_dout, of_x, strict=True):
        _outputs(values @ filters, no_bias, dx[images])
        dfilters += values.swapaxes(1, 2) @ x_values
    dW = G.T.astype(dtype) @ dfilters.reshape(len(G), -1)
    dW = dW.reshape(FILTER, FILTER, *dfilters.shape[1:])[::-1, ::-1]  # (FH, FW, FN, C)
    return np.ascontiguousarray(dW.transpose(2, 3, 0, 1)), dx[:, :H, :width].transpose(0, 3, 1, 2)


def _tiles(size: tuple[int, int]) -> tuple[int, int]:
    """Return how many tiles cover a height and a width."""
    return -(-size[0] // TILE), -(-size[1] // TILE)


def _images_in_a_block(tiles: tuple[int, int], W: np.ndarray) -> int:
    number = tiles[0] * tiles[1]
    return max(-(-LEAST // number), BLOCK // (len(B) * number * max(W.shape[:2])))


def _filter_values(W: np.ndarray, dtype: DTypeLike) -> np.ndarray:
    """Return the values of filters, (36, C, FN)."""
    FN, C = W.shape[:2]
    weights = W.transpose(2, 3, 1, 0).reshape(FILTER * FILTER, -1)
    return (G.astype(dtype) @ weights).reshape(-1, C, FN)


def _tile_values(
    matrix: np.ndarray,
    x: np.ndarray,
    pads: tuple[int, int],
    tiles: tuple[int, int],
    n: int,
    dtype: DTypeLike,
) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield, for each n images, their slice and the values of their tiles, (36, n tiles, C).

    `matrix` is `B`, or `A` for tiles of 4 x 4 pixels that do not overlap.
    """
    (N, C, H, W), (down, across) = x.shape, tiles
    size, matrix = isqrt(matrix.shape[1]), matrix.astype(dtype)
    overlap = size - TILE
    padded = np.zeros((n, down * TILE + overlap, across * TILE + overlap, C), dtype)
    inside = padded[:, pads[0] : pads[0] + H, pads[1] : pads[1] + W]
    overlapping = sliding_window_view(padded, (size, size), axis=(1, 2))[:, ::TILE, ::TILE]
    overlapping = overlapping.transpose(0, 1, 2, 4, 5, 3)  # (n, down, across, size, size, C)
    for start in range(0, N, n):
        images = slice(start, min(N, start + n))
        number = images.stop - start
        inside[:number] = x[images].transpose(0, 2, 3, 1)
        cut = np.ascontiguousarray(overlapping[:number]).reshape(-1, size * size, C)
        values = np.empty((len(matrix), len(cut), C), dtype)
        np.matmul(matrix, cut, out=values.swapaxes(0, 1))
        yield images, values


def _outputs(products: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """Write the outputs of tiles, and the bias, into `out`: images of shape (n, H, W, FN)."""
    n, H, W, FN = out.shape
    outputs = A.T.astype(products.dtype) @ products.swapaxes(0, 1)  # (tiles, 16, FN)
    outputs = outputs.reshape(n, H // TILE, W // TILE, TILE, TILE * FN)
    pixels = out.reshape(n, H // TILE, TILE, W // TILE, TILE * FN)
    np.add(outputs.swapaxes(2, 3), np.tile(b, TILE), out=pixels)
