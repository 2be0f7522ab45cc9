"""Find the ink in a photograph of paper: grey values, without uneven light and printed lines."""

import struct
import warnings
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike
from PIL import Image, ImageOps

from common.checks import as_array
from common.io.files import file_path
from dataset import components

Photo: TypeAlias = str | PathLike[str] | Image.Image | ArrayLike

MOST_PIXELS = 89_000_000
FAINTEST = 0.1  # ink is darker than the paper by at least this fraction of the paper's brightness
STRIPS = 8  # the number of strips of a page; within a strip, printed lines are straight
SLOPES = 0.12  # the largest slope of lines: 7 degrees
UNSOUND = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError)


def to_grey(image: Photo) -> np.ndarray:
    """Convert a photograph to grey values, upright: float32 of shape (H, W), from 0 (black) to 1.

    Transparent pixels become white, or black if the rest is light.

    Raises
    ------
    ValueError
        If the image cannot be decoded, is too large, or is an array of another shape or range.
    OSError
        If the file does not exist or cannot be read.
    """
    if isinstance(image, Image.Image):
        return _grey_picture(image)
    if not isinstance(image, str | PathLike):
        return _grey_array(as_array("image", image))
    return read_picture(image, _grey_picture)


def read_picture(
    path: str | PathLike[str], convert: Callable[[Image.Image], np.ndarray]
) -> np.ndarray:
    """Read an image file, and convert the picture to an array.

    Raises
    ------
    ValueError
        If the image cannot be decoded, or is too large.
    OSError
        If the file does not exist or cannot be read.
    """
    with open(file_path(Path(path)), "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about sizes, which are checked, and odd metadata
        try:
            picture = Image.open(file)
            _check_size(*picture.size)
            return convert(picture)
        except (*UNSOUND, struct.error, Image.DecompressionBombError) as error:
            reason = " ".join(str(error).split(" <")[0].split())  # without the object's repr
            raise ValueError(f"{path}: not an image that can be read ({reason})") from error


def _grey_picture(picture: Image.Image) -> np.ndarray:
    _check_size(*picture.size)
    picture = ImageOps.exif_transpose(picture)
    if picture.mode[0] in "IF":  # one channel of more than 8 bits
        grey = np.asarray(picture, np.float32)
        return _grey_array(grey if picture.mode == "F" else grey / 65535)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        alpha = np.asarray(picture.getchannel("A")) + 1e-9
        light = np.average(np.asarray(picture.convert("L")), weights=alpha) > 127
        under = Image.new("RGBA", picture.size, "black" if light else "white")
        picture = Image.alpha_composite(under, picture)
    return np.asarray(picture.convert("RGB").convert("L"), np.float32) / 255


def _grey_array(x: np.ndarray) -> np.ndarray:
    if (
        x.dtype.kind not in "uifb"
        or x.size == 0
        or not (x.ndim == 2 or x.shape[2:] in [(3,), (4,)])
    ):
        raise ValueError(
            f"image has shape {x.shape} and type {x.dtype}; expected numbers of the shape (H, W), "
            "(H, W, 3) or (H, W, 4)"
        )
    _check_size(x.shape[1], x.shape[0])
    white = {"u": 255, "i": 255}.get(x.dtype.kind, 1) if x.dtype != np.uint16 else 65535
    low, high = x.min(), x.max()
    if not (low >= 0 and high <= white):  # also rejects NaN
        raise ValueError(f"image has values from {low} to {high}; expected from 0 to {white}")
    x = np.divide(x, white, dtype=np.float32)
    if x.ndim == 2:
        return x
    return _grey_picture(Image.fromarray((255 * x).round().astype(np.uint8)))


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise ValueError(f"{width} x {height} pixels; expected at most {MOST_PIXELS} in total")


def shrunk(grey: np.ndarray, side: int) -> np.ndarray:
    """Shrink an image, (H, W), so that its longer side has at most `side` pixels."""
    factor = side / max(grey.shape)
    if factor >= 1:
        return grey
    height, width = (max(1, round(n * factor)) for n in grey.shape)
    return np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.BOX))


def smooth(x: np.ndarray) -> np.ndarray:
    """Reduce noise: the weighted mean of 3 x 3 pixels, with weights 1 2 1 along each axis."""
    x = np.pad(x, 1, "edge")
    x = (x[:-2] + 2 * x[1:-1] + x[2:]) / 4
    return (x[:, :-2] + 2 * x[:, 1:-1] + x[:, 2:]) / 4


def background(grey: np.ndarray) -> np.ndarray:
    """Return the brightness of the paper at each pixel, (H, W), without the writing.

    Computed on a smaller image: dark parts narrower than a quarter of it are filled with the
    brightness around them.
    """
    height, width = grey.shape
    small = Image.fromarray(grey).reduce(max(1, max(height, width) // 128))
    closed = closing(np.asarray(small), max(small.size) // 8 * 2 + 1)
    return np.asarray(Image.fromarray(closed).resize((width, height), Image.Resampling.BILINEAR))


def darkness(grey: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """Return how much darker than the paper each pixel is, from about 0 (empty paper) to 1."""
    dark = 1 - grey / np.maximum(paper, 0.1)
    return dark - np.median(dark)


def closing(x: np.ndarray, size: int) -> np.ndarray:
    """Morphological closing: the maximum over squares of `size` pixels (odd), then the minimum.

    Along one axis after the other, which gives the same result with fewer comparisons.
    """
    for extreme in (np.max, np.min):
        for axis in (0, 1):
            margin = [(size // 2,) * 2 if axis == one else (0, 0) for one in (0, 1)]
            windows = sliding_window_view(np.pad(x, margin, "edge"), size, axis)
            x = extreme(windows, axis=-1)
    return x


def ink(dark: np.ndarray) -> np.ndarray:
    """Return a mask of the ink, (H, W): half as dark as the darkest part of its component, or more.

    So each pen has a separate threshold, and a shadow around a digit is not ink.
    """
    noise = np.median(np.abs(dark - smooth(dark)))
    mask = dark > max(FAINTEST, 6 * noise)
    for _ in range(2):  # remove horizontal lines, then, transposed, vertical ones
        mask = (mask & ~lines(mask)).T
    found = components.find(mask)
    inside = found.labels[mask] - 1
    sort = np.lexsort((dark[mask], inside))  # by component, then by darkness
    darkest = np.cumsum(found.areas) - 1 - found.areas // 20  # without the darkest 5 %
    mask[mask] = dark[mask] > dark[mask][sort][darkest][inside] / 2
    return mask


def lines(mask: np.ndarray) -> np.ndarray:
    """Return a mask of the printed horizontal lines of a page, (H, W).

    These lines are thin, and a page has several. Where a stroke crosses a line, the stroke is kept.
    """
    thickness = components.run_lengths(mask.T).T
    thin = mask & (thickness < max(mask.shape) / 60)
    if np.count_nonzero(thin) < 2 * mask.shape[1]:  # fewer than three lines over most of the width
        return np.zeros_like(mask)
    near = thin | np.roll(thin, 1, axis=0) | np.roll(thin, -1, axis=0)
    score = np.where(near, 1, np.float32(0.6) * mask)  # thick parts count less
    found, numbers = np.zeros_like(mask), []
    half = max(1, -(-mask.shape[1] // (2 * STRIPS)))
    for left in range(0, mask.shape[1], half):
        strip = np.s_[:, left : left + 2 * half]
        on_line, number = straight(score[strip])
        found[strip] |= on_line & thin[strip]
        numbers.append(number)
    if np.median(numbers) < 3 or not found.any():  # only strokes of large digits
        return np.zeros_like(mask)
    return found & (thickness <= 1.2 * np.median(thickness[found]) + 1)


def straight(score: np.ndarray) -> tuple[np.ndarray, int]:
    """Return a mask of the lines in a strip, (H, w), and the largest number with the same slope.

    Tries straight lines of pixels with all slopes; on a printed line the mean score is above 0.7.
    """
    height, width = score.shape
    found, most = np.zeros(score.shape, bool), 0
    x = np.arange(width)
    for slope in np.arange(-SLOPES, SLOPES + 0.001, 4 / width):
        y = np.arange(height)[:, None] + np.round(slope * (x - x.mean())).astype(int)
        y = y.clip(0, height - 1)
        rows = score[y, x].mean(axis=1) > 0.7
        found[y[rows], x] = True
        most = max(most, np.count_nonzero(np.diff(rows)) // 2)
    return found, most
