"""Data augmentation: images turned, scaled and shifted a little, as if there were more (8.1.2)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_float, check_range

Augment = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def transform(
    x: np.ndarray,
    degrees: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    down: ArrayLike = 0.0,
    right: ArrayLike = 0.0,
) -> np.ndarray:
    """Return images turned about their centre, then shifted.

    Parameters
    ----------
    x : ndarray of shape (N, ..., H, W)
        What moves in is 0.
    degrees : float, or one for each image
        Counter-clockwise.
    scale : float, or one for each image
        2 makes twice as large.
    down, right : float, or one for each image
        Pixels; parts of a pixel too.

    Returns
    -------
    ndarray of the shape and type of `x`
        Each pixel is taken from where it came from, between pixels by bilinear interpolation.
    """
    x = as_float("x", x)
    if x.ndim < 3 or x.size == 0:
        raise ValueError(f"x has shape {x.shape}; expected images (N, ..., H, W)")
    n, height, width = len(x), *x.shape[-2:]
    turn, size, down, right = (
        np.broadcast_to(np.asarray(value, np.float64), n).reshape(n, 1, 1)
        for value in (np.deg2rad(degrees), scale, down, right)
    )
    if not (size > 0).all():
        raise ValueError(f"scale is {np.min(scale)}; expected a positive number")
    centre_y, centre_x = (height - 1) / 2, (width - 1) / 2
    y = np.arange(height).reshape(1, -1, 1) - centre_y - down  # (N, H, 1)
    z = np.arange(width).reshape(1, 1, -1) - centre_x - right  # (N, 1, W)
    from_y = (np.cos(turn) * y + np.sin(turn) * z) / size + centre_y  # (N, H, W)
    from_x = (np.cos(turn) * z - np.sin(turn) * y) / size + centre_x
    return _between_pixels(x.reshape(n, -1, height, width), from_y, from_x).reshape(x.shape)


def _between_pixels(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return the images x, (N, M, H, W), at the places (y, z), (N, H, W), in pixels."""
    n, _, height, width = x.shape
    edge = 1  # of zeros, so that the four neighbours are always there
    padded = np.pad(x, [(0, 0), (0, 0), (edge, edge), (edge, edge)])
    y, z = np.clip(y, -edge, height) + edge, np.clip(z, -edge, width) + edge
    top, left = np.minimum(y.astype(int), height), np.minimum(z.astype(int), width)
    dy, dz = (y - top).astype(x.dtype)[:, None], (z - left).astype(x.dtype)[:, None]
    image = np.arange(n).reshape(n, 1, 1)

    def pixels(i: int, j: int) -> np.ndarray:
        return np.moveaxis(padded[image, :, top + i, left + j], -1, 1)  # (N, M, H, W)

    above = pixels(0, 0) * (1 - dz) + pixels(0, 1) * dz
    below = pixels(1, 0) * (1 - dz) + pixels(1, 1) * dz
    return above * (1 - dy) + below * dy


def random_transform(degrees: float = 10.0, scale: float = 0.1, pixels: float = 2.0) -> Augment:
    """Return a function of images and a generator that moves each image a little, differently.

    Parameters
    ----------
    degrees, pixels : float
        How far each is turned and shifted at most, either way.
    scale : float
        0.1: from 0.9 to 1.1 times the size.
    """
    check_range("degrees", degrees, least=0)
    check_range("scale", scale, least=0, below=1)
    check_range("pixels", pixels, least=0)

    def augment(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        turn, size, down, right = rng.uniform(-1, 1, (4, len(x)))
        return transform(x, degrees * turn, 1 + scale * size, pixels * down, pixels * right)

    return augment
