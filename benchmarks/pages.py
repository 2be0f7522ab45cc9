"""Synthetic photographs of pages: with digits at known positions, or without digits.

Paper with shadows and noise, pens of several colours, ruled and squared lines, perspective, boards
with chalk. The same seed gives the same page.
"""

import io
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lab import plots

PAPER, BOARD, CHALK, TABLE = (245, 242, 235), (38, 62, 52), (225, 225, 215), (95, 70, 50)
PENS = ((30, 30, 35), (35, 55, 150), (185, 35, 40), (25, 105, 60), (105, 105, 108))  # last: pencil
LINES = ((165, 190, 225), (190, 190, 190), (225, 170, 170))
KINDS = ("shade", "pens", "sizes", "ruled", "squared", "perspective", "board", "everything")
ROWS, COLUMNS = 5, 5  # digits on a page
WORDS = (
    "sphinx of black quartz judge my vow while the quick brown fox jumps over a lazy dog and Jack "
    "packs Five Dozen jugs How Vexingly Daft Zebras Learn A Network From Examples Without Pause"
)


class Page(NamedTuple):
    """A photograph, (H, W, 3) of uint8, and the boxes of its digits, (N, 4)."""

    photo: np.ndarray
    boxes: np.ndarray


def draw(digits, kind, rng):
    """Draw a page of a kind in `KINDS`, or a "clean" one, with up to 25 digits, (N, 28, 28)."""
    everything = kind == "everything"
    height, width = (int(rng.integers(700, 1100)) for _ in range(2))
    sizes = (0.5, 1.15) if kind == "sizes" or everything else (0.8, 1.0)
    cover, places, owners = written(digits, height, width, sizes, rng)

    photo = np.tile(np.float32(BOARD if kind == "board" else PAPER), (height, width, 1))
    if kind in ("ruled", "squared") or everything:
        photo = lined(photo, kind == "squared" or (everything and rng.random() < 0.5), rng)
    inks = np.tile(np.float32(CHALK if kind == "board" else PENS[0]), (len(digits), 1))
    if kind == "pens" or everything:
        inks = np.float32(PENS)[rng.integers(len(PENS), size=len(digits))]
    photo += cover[..., None] * (inks[owners] - photo)
    if kind == "perspective" or everything:
        photo, places = tilted(photo, places, rng)
    if kind != "clean":
        photo = lit(photo, rng)
    boxes = [(*place.min(axis=0), *(place.max(axis=0) + 1)) for place in places]
    return Page(photo.clip(0, 255).astype(np.uint8), np.array(boxes).round().astype(int))


def written(digits, height, width, sizes, rng):
    """Return the ink at each pixel, the ink pixels of each digit, and the digit of each pixel.

    Each digit is scaled, rotated by a few degrees, and placed at random in a separate cell.
    """
    cover = np.zeros((height, width), np.float32)
    owners = np.zeros((height, width), int)
    cell = min(height // (ROWS + 1), width // (COLUMNS + 1))
    places = []
    for number, digit in enumerate(digits):
        size = int(cell * rng.uniform(*sizes))
        grey = Image.fromarray(digit).resize((size, size), Image.Resampling.BICUBIC)
        grey = grey.rotate(rng.uniform(-6, 6), Image.Resampling.BICUBIC)
        ink = (np.asarray(grey, np.float32) / 255 * 2.4 - 0.7).clip(0, 1)  # sharp edges
        row, column = divmod(number, COLUMNS)
        top = int((row + 0.5) * height / (ROWS + 1) + rng.uniform(0, 0.1) * cell)
        left = int((column + 0.5) * width / (COLUMNS + 1) + rng.uniform(0, 0.1) * cell)
        here = np.s_[top : top + size, left : left + size]
        cover[here] = np.maximum(cover[here], ink)
        owners[here][ink > 0] = number
        y, x = np.nonzero(ink > 0.5)
        places.append(np.stack([x + left, y + top], axis=1).astype(np.float32))
    return cover, places, owners


def lined(photo, squared, rng):
    """Add printed lines to a page: ruled, or squared."""
    photo = photo.copy()
    colour = np.float32(LINES[rng.integers(len(LINES))]) * rng.uniform(0.6, 1.0)
    step, thick = int(rng.uniform(28, 60)), int(rng.integers(1, 4))
    for start in range(int(rng.integers(step)), len(photo), step):
        photo[start : start + thick] = colour
    for start in range(int(rng.integers(step)), photo.shape[1] if squared else 0, step):
        photo[:, start : start + thick] = colour
    return photo


def tilted(photo, places, rng):
    """Apply a random perspective to a page and to the positions of the ink."""
    height, width = photo.shape[:2]
    corners = np.float64([(0, 0), (width, 0), (width, height), (0, height)])
    inwards = np.float64([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    seen = corners + inwards * rng.uniform(-0.02, 0.1, (4, 2)) * (width, height)
    table = TABLE if rng.random() < 0.5 else photo.mean(axis=(0, 1))
    back, forth = homography(seen, corners), homography(corners, seen)
    image = Image.fromarray(photo.astype(np.uint8)).transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        back.ravel()[:8],
        Image.Resampling.BICUBIC,
        fillcolor=tuple(int(value) for value in table),
    )
    moved = []
    for place in places:
        x, y, w = forth @ np.column_stack([place, np.ones(len(place))]).T
        moved.append(np.stack([x / w, y / w], axis=1))
    return np.asarray(image, np.float32), moved


def homography(a, b):
    """Return the matrix, (3, 3), of the perspective that maps the four points `a` to `b`."""
    rows, right = [], []
    for (x, y), (u, v) in zip(a, b, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.append(np.linalg.solve(rows, right), 1).reshape(3, 3)


def lit(photo, rng):
    """Add uneven light, a shadow, noise and JPEG artefacts to a page."""
    height, width = photo.shape[:2]
    y, x = np.mgrid[: 1 : height * 1j, : 1 : width * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5)
    light = 0.8 + rng.uniform(0.1, 0.45) * slope
    edge = slope * np.cos(1.0) + (x - y) * np.sin(1.0) / 2 - rng.uniform(-0.2, 0.2)
    light *= 1 - rng.uniform(0.1, 0.4) / (1 + np.exp(-edge / rng.uniform(0.01, 0.1)))
    photo = photo * light[..., None].astype(np.float32)
    photo += rng.normal(0, rng.uniform(2, 8), (height, width, 1))
    file = io.BytesIO()
    image = Image.fromarray(photo.clip(0, 255).astype(np.uint8))
    image.save(file, format="JPEG", quality=int(rng.integers(60, 95)))
    return np.asarray(Image.open(file), np.float32)


def without_digits():
    """Return functions that draw pages without digits, by name; each takes a generator."""
    empty = np.tile(np.float32(PAPER), (700, 900, 1))
    y, x = np.mgrid[:700, :900]
    draw = {
        "white": lambda rng: empty,
        "empty, in uneven light": lambda rng: lit(empty, rng),
        "ruled": lambda rng: lit(lined(empty, False, rng), rng),
        "squared": lambda rng: lit(lined(empty, True, rng), rng),
        "noise": lambda rng: rng.integers(0, 256, (700, 900, 3)),
        "gradient": lambda rng: np.repeat(255 * x[..., None] / 900, 3, axis=2),
        "chessboard": lambda rng: np.repeat(255 * ((x // 40 + y // 40) % 2)[..., None], 3, axis=2),
        "coarse clouds": partial(clouds, 20),
        "fine clouds": partial(clouds, 60),
        "a photograph": photograph,
        "a heading": lambda rng: typeset("Sans", 60, 4, rng),
    }
    for family, size in product(("Sans", "Serif", "Sans Mono"), (10, 14, 20, 30, 45, 70)):
        draw[f"print, {family} {size}"] = partial(typeset, family, size, 60)
    return draw


def clouds(cells, rng):
    """Return random colours on a grid of `cells` x `cells` points, smoothly interpolated."""
    coarse = Image.fromarray(rng.integers(0, 256, (cells, cells, 3)).astype(np.uint8))
    return np.asarray(coarse.resize((900, 700), Image.Resampling.BICUBIC), np.float32)


def photograph(_):
    """Return the portrait of Grace Hopper in Matplotlib's sample data."""
    with Image.open(plots.portrait()) as portrait:
        return np.asarray(portrait.convert("RGB"), np.float32)


def typeset(family, size, lines, rng):
    """Return a page with at most `lines` lines of print, in uneven light.

    The fonts are Matplotlib's.
    """
    from matplotlib import font_manager

    font = ImageFont.truetype(font_manager.findfont(f"DejaVu {family}"), size)
    page = Image.new("RGB", (900, 700), PAPER)
    pen = ImageDraw.Draw(page)
    for top in range(40, 660 - size, int(1.4 * size))[:lines]:
        text = " ".join(rng.choice(WORDS.split(), 100))
        while pen.textlength(text, font) > 820:
            text = text[: text.rindex(" ")] if " " in text else ""
        pen.text((40, top), text, (20, 20, 20), font)
    return lit(np.asarray(page, np.float32), rng)
