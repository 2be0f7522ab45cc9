"""Scenes: canvases with several digits, and with them the boxes and a class for each pixel (8.4).

A scene has 64 x 64 pixels and one to three digits, 14 to 36 pixels high or wide, which hardly
overlap. Half of the scenes have a plain black ground; on the others, the brightness of the ground
varies, and pieces of other digits lie around, too small to be read.

Scenes for training and for testing differ if the digits that they are drawn from do: pass the
training digits, or the test digits, of `dataset.mnist.load_mnist`.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from PIL import Image

from common.checks import as_array, check_pairs, check_whole, in_one_line
from common.io.progress import progress as progress_bar

SIZE = 64  # pixels, side of a scene
MOST = 3  # digits in a scene
SIDES = (14, 36)  # pixels, the longer side of a digit with its faint edges
INK = 51  # of 255: from here on, a pixel belongs to a digit, and not to the ground
SHARE = 0.1  # of the smaller box: boxes do not overlap more than this
TRIES = 30  # of placing a digit, before the scene has one less
BLOCK = 100  # scenes drawn from one random stream
NOBODY = -1  # the class where a scene has fewer than `MOST` digits
GROUND = 10  # the class of pixels that belong to no digit


class Scenes(NamedTuple):
    """Scenes, and the answers that a network should give for them.

    Attributes
    ----------
    images : uint8 ndarray of shape (N, 64, 64)
    classes : int64 ndarray of shape (N, 3)
        The digits of each scene; -1 where there are fewer.
    boxes : float32 ndarray of shape (N, 3, 4)
        x1, y1, x2, y2 of each digit in pixels: its left, upper, right and lower edge; else 0.
    labels : uint8 ndarray of shape (N, 64, 64)
        The class of each pixel: its digit, or 10 for the ground.
    """

    images: np.ndarray
    classes: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """The images as a network gets them: float32 from 0 to 1, (N, 1, 64, 64)."""
        return np.divide(self.images[:, None], 255, dtype=np.float32)


def draw_scenes(
    x: np.ndarray, t: np.ndarray, number: int, *, seed: int = 0, progress: bool = True
) -> Scenes:
    """Draw scenes from digits.

    Parameters
    ----------
    x : uint8 ndarray of shape (M, 28, 28), also (M, 1, 28, 28)
        Images of digits, bright on black.
    t : ndarray of shape (M,)
        Their labels, 0 to 9.
    number : int
        With a smaller number: the first of these scenes.
    seed : int
        Another seed gives other scenes.
    progress : bool
        Show a progress bar in a terminal or a notebook.
    """
    number = check_whole("number", number)
    blocks, found = stream_scenes(x, t, seed=seed), []
    with progress_bar(desc="drawing scenes", total=number, quiet=not progress) as bar:
        for start in range(0, number, BLOCK):
            found.append(next(blocks))
            bar.update(min(BLOCK, number - start))
    return Scenes(*(np.concatenate(parts)[:number] for parts in zip(*found, strict=True)))


def stream_scenes(x: np.ndarray, t: np.ndarray, *, seed: int = 0) -> Iterator[Scenes]:
    """Yield blocks of 100 scenes without end, so that they need no memory. See `draw_scenes`."""
    x, t = _checked(x, t)
    seed = check_whole("seed", seed, 0)
    crops = [_ink(image) for image in x]
    block = 0
    while True:
        rng = Generator(np.random.PCG64([seed, block]))
        scenes = [_scene(crops, t, rng) for _ in range(BLOCK)]
        yield Scenes(*(np.stack(parts) for parts in zip(*scenes, strict=True)))
        block += 1


def _checked(x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, t = as_array("x", x), as_array("t", t)
    check_pairs(x, t)
    if x.ndim == 4 and x.shape[1] == 1:
        x = x[:, 0]
    if x.ndim != 3 or x.dtype != np.uint8:
        what = f"x is of type {x.dtype} and shape {x.shape}"
        raise ValueError(f"{what}; expected images of type uint8, (M, 28, 28)")
    if t.dtype.kind not in "iu" or t.ndim != 1 or t.min() < 0 or t.max() > 9:
        raise ValueError(
            f"t is {in_one_line(t.tolist())}; expected labels from 0 to 9, of shape (M,)"
        )
    empty = (x < INK).all(axis=(1, 2))
    if empty.any():
        raise ValueError(f"image {empty.argmax()} of x is dark; expected a digit, bright on black")
    return x, t


def _ink(image: np.ndarray) -> np.ndarray:
    """Return the part of an image that holds the digit."""
    rows, columns = (np.flatnonzero((image >= INK).any(axis=axis)) for axis in (1, 0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scene(
    crops: list[np.ndarray], t: np.ndarray, rng: Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draw one scene: its image, classes, boxes and pixel labels."""
    image = _clutter(crops, rng) if rng.random() < 0.5 else np.zeros((SIZE, SIZE), np.uint8)
    classes, boxes = np.full(MOST, NOBODY), np.zeros((MOST, 4), np.float32)
    labels = np.full((SIZE, SIZE), GROUND, np.uint8)
    strength = np.full((SIZE, SIZE), INK - 1, np.uint8)  # of the digit that owns the pixel
    for k in range(rng.integers(1, MOST + 1)):
        which = rng.integers(len(t))
        digit = _resized(crops[which], int(rng.integers(SIDES[0], SIDES[1] + 1)))
        place = _free_place(digit.shape, boxes[:k], rng)
        if place is None:
            break
        (top, left), (height, width) = place, digit.shape
        inside = np.s_[top : top + height, left : left + width]
        image[inside] = np.maximum(image[inside], digit)
        mine = digit > strength[inside]
        labels[inside][mine], strength[inside][mine] = t[which], digit[mine]
        classes[k], boxes[k] = t[which], (left, top, left + width, top + height)
    return image, classes, boxes, labels


def _resized(digit: np.ndarray, side: int) -> np.ndarray:
    """Return a digit whose longer side is `side` pixels, less its edges if they are too faint."""
    height, width = (max(1, round(side * size / max(digit.shape))) for size in digit.shape)
    wide = np.array(Image.fromarray(digit).resize((width, height), Image.Resampling.BILINEAR))
    np.maximum(wide, INK, out=wide, where=wide == wide.max())  # something of it stays
    return _ink(wide)


def _free_place(
    shape: tuple[int, ...], boxes: np.ndarray, rng: Generator
) -> tuple[int, int] | None:
    """Return a place for a digit of `shape` (top, left) that hardly overlaps the boxes, or None."""
    height, width = shape
    for _ in range(TRIES):
        top, left = (int(rng.integers(SIZE - size + 1)) for size in shape)
        x1, y1, x2, y2 = boxes.T
        across = np.minimum(x2, left + width) - np.maximum(x1, left)
        down = np.minimum(y2, top + height) - np.maximum(y1, top)
        shared = across.clip(0) * down.clip(0)
        if (shared <= SHARE * np.minimum((x2 - x1) * (y2 - y1), height * width)).all():
            return top, left
    return None


def _clutter(crops: list[np.ndarray], rng: Generator) -> np.ndarray:
    """Return a ground of varying brightness with small pieces of digits."""
    few = rng.integers(0, 80, (4, 4)).astype(np.uint8)
    smooth = Image.fromarray(few).resize((SIZE, SIZE), Image.Resampling.BICUBIC)
    ground = np.array(smooth) + rng.integers(0, 20, (SIZE, SIZE), np.uint8)
    for _ in range(rng.integers(4, 9)):
        crop = crops[rng.integers(len(crops))]
        top, left = (int(rng.integers(max(1, size - 7))) for size in crop.shape)
        piece = crop[top : top + 8, left : left + 8]
        y, x = (int(rng.integers(SIZE - size + 1)) for size in piece.shape)
        inside = np.s_[y : y + piece.shape[0], x : x + piece.shape[1]]
        ground[inside] = np.maximum(ground[inside], piece)
    return ground
