"""Data augmentation: images rotated, shifted, sheared, cropped, flipped, brightened (8.1.2)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_array, as_float, check_flag, check_range, check_whole
from common.half import working_type
from common.randomness import random_generator

Augment = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def transform(
    x: np.ndarray,
    degrees: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    down: ArrayLike = 0.0,
    right: ArrayLike = 0.0,
    shear: ArrayLike = 0.0,
) -> np.ndarray:
    """Shear images and rotate them about their centre, scale them, then shift them.

    Parameters
    ----------
    x : ndarray of shape (N, ..., H, W)
        Pixels from outside of the image are 0.
    degrees : float, or one for each image
        The rotation, counter-clockwise.
    scale : float, or one for each image
        2 makes it twice as large.
    down, right : float, or one for each image
        Pixels, also fractions of a pixel.
    shear : float, or one for each image
        How much further to the right each row is than the row below: 0.2 slants handwriting as
        italics do.

    Returns
    -------
    ndarray of the shape and type of `x`
        Computed by bilinear interpolation.
    """
    x = _images(x)
    n, height, width = len(x), *x.shape[-2:]
    dtype = working_type(x)
    turn = np.deg2rad(_per_image("degrees", degrees, n, dtype))
    size = _per_image("scale", scale, n, dtype)
    if not (size > 0).all():
        raise ValueError(f"scale is {size.min()}; expected a positive number")
    down, right = _per_image("down", down, n, dtype), _per_image("right", right, n, dtype)
    slant = _per_image("shear", shear, n, dtype)
    centre_y, centre_x = (height - 1) / 2, (width - 1) / 2
    y = np.arange(height, dtype=dtype).reshape(1, -1, 1) - centre_y - down  # (N, H, 1)
    z = np.arange(width, dtype=dtype).reshape(1, 1, -1) - centre_x - right  # (N, 1, W)
    from_y = (np.cos(turn) * y + np.sin(turn) * z) / size  # (N, H, W)
    from_y = np.clip(from_y, -centre_y - 1, centre_y + 1)  # one row outside: nothing is there
    from_x = (np.cos(turn) * z - np.sin(turn) * y) / size + slant * from_y
    images = x.reshape(n, -1, height, width)
    return _between_pixels(images, from_y + centre_y, from_x + centre_x).reshape(x.shape)


def crop(x: np.ndarray, pixels: int, top: ArrayLike = 0, left: ArrayLike = 0) -> np.ndarray:
    """Keep a part of each image in its place, and set the rest to 0.

    To move the part, or to enlarge it, use `transform`.

    Parameters
    ----------
    x : ndarray of shape (N, ..., H, W)
    pixels : int
        The number of rows, and of columns, that are set to 0.
    top, left : int, or one for each image
        How many of them are at the top and on the left, from 0 to `pixels`; the others are at the
        bottom and on the right.

    Returns
    -------
    ndarray of the shape and type of `x`
    """
    x = _images(x)
    n, height, width = len(x), *x.shape[-2:]
    pixels = check_whole("pixels", pixels, 0, min(height, width) - 1)
    top = _lost("top", top, pixels, x)
    left = _lost("left", left, pixels, x)
    row, column = np.arange(height).reshape(-1, 1), np.arange(width)
    seen = (top <= row) & (row < top + height - pixels)  # (N, H, 1)
    seen = seen & (left <= column) & (column < left + width - pixels)  # (N, H, W)
    return np.where(seen.reshape(n, *(1,) * (x.ndim - 3), height, width), x, x.dtype.type(0))


def _lost(name: str, lost: ArrayLike, pixels: int, x: np.ndarray) -> np.ndarray:
    """Return how many of the cropped pixels are on one side, of shape (N, 1, 1)."""
    lost = _per_image(name, lost, len(x), working_type(x))
    if not ((lost >= 0) & (lost <= pixels) & (lost % 1 == 0)).all():
        raise ValueError(
            f"{name} is {lost.min():g} to {lost.max():g}; expected integers from 0 to {pixels}"
        )
    return lost


def flip(x: np.ndarray) -> np.ndarray:
    """Flip images horizontally: useful for photographs, but not for digits or letters.

    Parameters
    ----------
    x : ndarray of shape (N, ..., H, W)

    Returns
    -------
    ndarray of the shape and type of `x`
    """
    return _images(x)[..., ::-1].copy()


def brightness(x: np.ndarray, times: ArrayLike = 1.0, plus: ArrayLike = 0.0) -> np.ndarray:
    """Return x * times + plus, clipped to 0 .. 1; a black background gets brighter as well.

    Parameters
    ----------
    x : ndarray of shape (N, ..., H, W)
        Pixels from 0 to 1.
    times, plus : float, or one for each image
        The factor of the contrast, and the number added to the brightness.

    Returns
    -------
    ndarray of the shape and type of `x`
    """
    x = _images(x)
    if x.min() < -0.01 or x.max() > 1.01:
        raise ValueError(f"x has pixels from {x.min()} to {x.max()}; expected 0 to 1")
    shape, dtype = (len(x), *(1,) * (x.ndim - 1)), working_type(x)
    times = _per_image("times", times, len(x), dtype).reshape(shape)
    plus = _per_image("plus", plus, len(x), dtype).reshape(shape)
    return (x * times + plus).clip(0, 1).astype(x.dtype)


def _images(x: np.ndarray) -> np.ndarray:
    """Return images as floats; raise a ValueError for other shapes."""
    x = as_float("x", x)
    if x.ndim < 3 or x.size == 0:
        raise ValueError(f"x has shape {x.shape}; expected images (N, ..., H, W)")
    return x


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
    """Return the images x, (N, M, H, W), interpolated at the points (y, z), (N, H, W)."""
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


def random_transform(
    degrees: float = 10.0,
    scale: float = 0.1,
    pixels: float = 2.0,
    *,
    shear: float = 0.0,
    crop: int = 0,
    brightness: float = 0.0,
    flip: bool = False,
) -> Augment:
    """Return a function ``augment(images, rng)`` that changes each image at random.

    Parameters
    ----------
    degrees, pixels : float
        The largest rotation and shift, in both directions.
    scale : float
        0.1: from 0.9 to 1.1 times the size.
    shear : float
        0.2: each row up to 0.2 pixels further to the left or right than the row below.
    crop : int
        The number of rows and columns to crop, at random sides of each image.
    brightness : float
        0.2: the contrast from 0.8 to 1.2 times, the brightness from -0.2 to +0.2.
    flip : bool
        Flip half of the images horizontally: not for digits.
    """
    check_range("degrees", degrees, least=0)
    check_range("scale", scale, least=0, below=1)
    check_range("pixels", pixels, least=0)
    check_range("shear", shear, least=0)
    crop = check_whole("crop", crop, least=0)
    check_range("brightness", brightness, least=0, below=1)
    check_flag("flip", flip)

    def augment(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        x, rng = as_array("x", x), random_generator(rng)
        turn, size, down, right = rng.uniform(-1, 1, (4, *x.shape[:1]))
        slant = shear * rng.uniform(-1, 1, x.shape[:1]) if shear else 0
        x = transform(x, degrees * turn, 1 + scale * size, pixels * down, pixels * right, slant)
        if crop:
            x = _crop_somewhere(x, crop, rng)
        if flip:
            x = _flip_half(x, rng)
        if brightness:
            x = _brightness_at_random(x, brightness, rng)
        return x

    return augment


def _crop_somewhere(x: np.ndarray, pixels: int, rng: np.random.Generator) -> np.ndarray:
    top, left = rng.integers(pixels + 1, size=(2, len(x)))
    return crop(x, pixels, top, left)


def _flip_half(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    which = rng.random((len(x), *(1,) * (x.ndim - 1))) < 0.5
    return np.where(which, flip(x), x)


def _brightness_at_random(x: np.ndarray, most: float, rng: np.random.Generator) -> np.ndarray:
    times, plus = most * rng.uniform(-1, 1, (2, len(x)))
    return brightness(x, 1 + times, plus)
