"""Pages as one photographs them, with digits on them whose places are known.

Paper with shade and noise, pens of several colours, ruled and squared lines, perspective, boards
with chalk: each page is drawn from a random generator, so that the same seed gives the same page.
"""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

PENS = {  # red, green, blue of ink; the paper is about 245, 242, 235
    "black": (30, 30, 35),
    "blue": (35, 55, 150),
    "red": (185, 35, 40),
    "green": (25, 105, 60),
    "pencil": (105, 105, 108),
}
KINDS = ("shade", "pens", "sizes", "ruled", "squared", "perspective", "board", "everything")
ROWS, COLUMNS = 5, 5  # digits on a page


@dataclass
class Page:
    """A photograph, (H, W, 3) of uint8, and the boxes of its digits, (N, 4)."""

    photo: np.ndarray
    boxes: np.ndarray


def draw(digits, kind, rng):
    """Return a page of a kind in `KINDS`, or a "clean" one, with up to 25 digits, (N, 28, 28)."""
    height, width = (int(rng.integers(700, 1100)) for _ in range(2))
    everything = kind == "everything"
    board = kind == "board"
    sizes = (0.5, 1.15) if kind == "sizes" or everything else (0.8, 1.0)
    cover, places, owners = written(digits, height, width, sizes, rng)

    paper = np.array((38, 62, 52) if board else (245, 242, 235), np.float32)
    photo = np.tile(paper, (height, width, 1))
    if kind == "ruled" or kind == "squared" or everything:
        squared = kind == "squared" or (everything and rng.random() < 0.5)
        photo = lined(photo, squared, rng)
    if board:
        inks = np.tile(np.float32((225, 225, 215)), (len(digits), 1))
    elif kind == "pens" or everything:
        inks = np.float32(list(PENS.values()))[rng.integers(len(PENS), size=len(digits))]
    else:
        inks = np.tile(np.float32(PENS["black"]), (len(digits), 1))
    photo += cover[..., None] * (inks[np.maximum(owners, 0)] - photo)
    if kind == "perspective" or everything:
        photo, places = tilted(photo, places, rng)
    if kind != "clean":
        photo = lit(photo, rng)
    boxes = [(*p.min(axis=0), *(p.max(axis=0) + 1)) for p in places]
    return Page(photo.clip(0, 255).astype(np.uint8), np.array(boxes).round().astype(int))


def written(digits, height, width, sizes, rng):
    """Return how much ink covers each pixel, the ink's places of each digit, and whose ink it is.

    Each digit is scaled, turned by a few degrees, and put somewhere into a cell of its own.
    """
    cover = np.zeros((height, width), np.float32)
    owners = np.full((height, width), -1)
    cell = min(height // (ROWS + 1), width // (COLUMNS + 1))
    places = []
    for number, digit in enumerate(digits):
        size = int(cell * rng.uniform(*sizes))
        grey = Image.fromarray(digit).resize((size, size), Image.Resampling.BICUBIC)
        grey = grey.rotate(rng.uniform(-6, 6), Image.Resampling.BICUBIC)
        ink = (np.asarray(grey, np.float32) / 255 * 2.4 - 0.7).clip(0, 1)  # with a pen's sharp edge
        row, column = divmod(number, COLUMNS)
        top = int((row + 0.5) * height / (ROWS + 1) + rng.uniform(0, 0.1) * cell)
        left = int((column + 0.5) * width / (COLUMNS + 1) + rng.uniform(0, 0.1) * cell)
        cover[top : top + size, left : left + size] = np.maximum(
            cover[top : top + size, left : left + size], ink
        )
        owners[top : top + size, left : left + size][ink > 0] = number
        y, x = np.nonzero(ink > 0.5)
        places.append(np.stack([x + left, y + top], axis=1).astype(np.float32))
    return cover, places, owners


def lined(photo, squared, rng):
    """Return paper with printed lines: ruled, or squared."""
    photo = photo.copy()
    colour = np.float32([(165, 190, 225), (190, 190, 190), (225, 170, 170)][rng.integers(3)])
    colour *= rng.uniform(0.6, 1.0)  # some as dark as a pencil
    step, thick = int(rng.uniform(28, 60)), int(rng.integers(1, 4))
    for start in range(int(rng.integers(step)), len(photo), step):
        photo[start : start + thick] = colour
    for start in range(int(rng.integers(step)), photo.shape[1] if squared else 0, step):
        photo[:, start : start + thick] = colour
    return photo


def tilted(photo, places, rng):
    """Return a page seen from the side and turned, with the places of the ink moved along."""
    height, width = photo.shape[:2]
    corners = np.float64([(0, 0), (width, 0), (width, height), (0, height)])
    inwards = np.float64([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    seen = corners + inwards * rng.uniform(-0.02, 0.1, (4, 2)) * (width, height)
    table = (95, 70, 50) if rng.random() < 0.5 else tuple(photo.mean(axis=(0, 1)).astype(int))
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
    """Return the matrix, (3, 3), of the perspective that takes the four points `a` to `b`."""
    rows, right = [], []
    for (x, y), (u, v) in zip(a, b, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.append(np.linalg.solve(rows, right), 1).reshape(3, 3)


def lit(photo, rng):
    """Return the page under uneven light, with a shadow, noise, and what JPEG makes of it."""
    height, width = photo.shape[:2]
    y, x = np.mgrid[:1:height*1j, :1:width*1j]  # fmt: skip
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
