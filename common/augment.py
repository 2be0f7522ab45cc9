"""Data augmentation: images turned, scaled and shifted a little, as if there were more (8.1.2)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_array, as_float, check_range
from common.util import random_generator, working_type

Augment = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def transform(
    x: np.ndarray,
    degrees: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    down: ArrayLike = 0.0,
    right: ArrayLike = 0.0,
) -> np.ndarray:
    """Return images turned about their centre and scaled, then shifted.

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
    dtype = working_type(x)
    turn = np.deg2rad(_per_image("degrees", degrees, n, dtype))
    size = _per_image("scale", scale, n, dtype)
    if not (size > 0).all():
        raise ValueError(f"scale is {size.min()}; expected a positive number")
    down, right = _per_image("down", down, n, dtype), _per_image("right", right, n, dtype)
    centre_y, centre_x = (height - 1) / 2, (width - 1) / 2
    y = np.arange(height, dtype=dtype).reshape(1, -1, 1) - centre_y - down  # (N, H, 1)
    z = np.arange(width, dtype=dtype).reshape(1, 1, -1) - centre_x - right  # (N, 1, W)
    from_y = (np.cos(turn) * y + np.sin(turn) * z) / size + centre_y  # (N, H, W)
    from_x = (np.cos(turn) * z - np.sin(turn) * y) / size + centre_x
    return _between_pixels(x.reshape(n, -1, height, width), from_y, from_x).reshape(x.shape)


def _per_image(name: str, value: ArrayLike, n: int, dtype: np.dtype) -> np.ndarray:
    """Return a number for each image, of shape (N, 1, 1)."""
    value = as_float(name, value)
    with np.errstate(over="ignore"):
        value = value.astype(dtype)
    if value.shape not in ((), (n,)) or not np.isfinite(value).all():
        raise ValueError(
            f"{name} has shape {value.shape}, or is not finite; expected a finite number, or one "
            f"for each of {n} images"
        )
    return np.broadcast_to(value, n).reshape(n, 1, 1)


def _between_pixels(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return the images x, (N, M, H, W), at the places (y, z), (N, H, W), in pixels."""
    n, m, height, width = x.shape
    pixels = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)]).reshape(n, m, -1)  # a border of zeros
    y, z = np.clip(y, -1, height) + 1, np.clip(z, -1, width) + 1
    top, left = np.minimum(y.astype(int), height), np.minimum(z.astype(int), width)
    dy, dz = (y - top).astype(x.dtype)[:, None], (z - left).astype(x.dtype)[:, None]
    place = (top * (width + 2) + left).reshape(n, 1, -1)

    def neighbour(i: int, j: int) -> np.ndarray:
        return np.take_along_axis(pixels, place + i * (width + 2) + j, axis=2).reshape(x.shape)

    above, below = neighbour(0, 0), neighbour(1, 0)
    above += (neighbour(0, 1) - above) * dz
    below += (neighbour(1, 1) - below) * dz
    return above + (below - above) * dy


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
        x = as_array("x", x)
        turn, size, down, right = random_generator(rng).uniform(-1, 1, (4, *x.shape[:1]))
        return transform(x, degrees * turn, 1 + scale * size, pixels * down, pixels * right)

    return augment
