"""Synthetic handwritten digits, drawn as pen strokes with random distortions.

They replace MNIST offline: the same shapes and sizes, but no pixel from MNIST. `SHAPES` lists
pen strokes for each digit. Each image takes one of these shapes, moves its points a little, draws
a smooth curve through them, bends and slants it, chooses a pen, and colours every pixel by its
distance to the curve. As in MNIST, the digit is scaled into a 20 x 20 box and placed in 28 x 28
pixels so that its centre of mass is in the middle.

Quality: the network 784-50-10 of chapter 5 (ReLU, SGD with lr 0.1, batches of 100, 10,000 steps,
three seeds), trained only on the 60,000 drawn images, classifies 95.0 - 95.4 % of the 10,000 drawn
test images and 95.5 - 95.9 % of MNIST's test images correctly. The shapes and ranges were chosen
with MNIST's training images (95.1 - 95.4 %); its test images were used once. The script
`ch05/drawn_digits.py` measures this again.

The same seed gives the same bytes on every machine: all random numbers are `Generator.random` on
PCG64, and all arithmetic is element-wise + - * / and sqrt, which IEEE 754 rounds in only one way.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from tqdm import tqdm

from common.checks import check_whole
from common.io.progress import progress as progress_bar
from dataset.strokes import SHAPES

# For each digit: the mean slant (to the right per height), its variation, the boldness.
SLANT = (0.20, 0.23, 0.11, 0.08, 0.22, 0.08, 0.13, 0.13, 0.11, 0.15)
SPREAD = (0.24, 0.26, 0.26, 0.25, 0.27, 0.25, 0.21, 0.23, 0.25, 0.21)
BOLD = (1.10, 1.10, 1.02, 1.00, 0.96, 0.95, 0.97, 1.00, 0.93, 0.92)

# How much the writing varies: standard deviations, or (minimum, maximum). A digit is 2 units high.
JITTER = 0.21  # units at most, of each point of a stroke
TENSION = (0.5, 0.9)  # of the curve: 0 is a polygon, 0.5 a Catmull-Rom spline, more is rounder
BEND = 0.077  # of the quadratic terms of the warp
TWIST = 0.05  # of its cubic terms
WIDTH = (0.6, 1.5)  # factor
TILT = 0.09  # of horizontal lines
RADIUS = (0.65, 2.25)  # pixels, of the pen
PRESSURE = 0.12  # relative, of the change of radius along the path and across the digit
ROUGH = 0.08  # relative, of the radius at each dot
TREMBLE = 0.1  # pixels, of the place of each dot
EDGE = 0.95  # pixels, width of the grey edge of a stroke

SIZE = 28  # pixels, side of an image
BOX = 20  # pixels, side of the box a digit is fitted into
DOTS = 96  # on the path of the pen; they lie closer than a pixel
BLOCK = 250  # images drawn from one random stream
WORKERS = 4  # threads, which help because NumPy releases Python's global lock while it computes


def draw_digits(
    n_train: int = 60_000, n_test: int = 10_000, *, seed: int = 1, progress: bool = True
) -> dict[str, np.ndarray]:
    """Draw a training set and a test set of digits, shuffled, each digit about equally often.

    Parameters
    ----------
    n_train, n_test : int, at least 1
        The numbers of images. With smaller numbers: the first of these images.
    seed : int, at least 0
        Another seed gives other images.
    progress : bool
        Show a progress bar in a terminal or a notebook.

    Returns
    -------
    dict
        `x_train` : uint8 ndarray of shape (n_train, 28, 28), 0 (background) to 255 (ink),
        `t_train` : uint8 ndarray of shape (n_train,), labels 0 to 9, and `x_test`, `t_test`.

    Raises
    ------
    ValueError
        If a number is not an integer or is too small.
    """
    for name, value, least in (("n_train", n_train, 1), ("n_test", n_test, 1), ("seed", seed, 0)):
        check_whole(name, value, least)
    with (
        ThreadPoolExecutor(WORKERS) as pool,
        progress_bar(desc="drawing digits", total=n_train + n_test, quiet=not progress) as bar,
    ):
        x_train, t_train = _draw_set(n_train, (int(seed), 0), pool, bar)
        x_test, t_test = _draw_set(n_test, (int(seed), 1), pool, bar)
    return {"x_train": x_train, "t_train": t_train, "x_test": x_test, "t_test": t_test}


def _draw_set(
    n: int, stream: tuple[int, int], pool: ThreadPoolExecutor, bar: tqdm
) -> tuple[np.ndarray, np.ndarray]:
    """Draw n images; block b uses the random generator with seed (seed, set, b)."""
    x = np.empty((n, SIZE, SIZE), np.uint8)
    t = np.empty(n, np.uint8)
    alphabet = read_alphabet()

    def draw(start: int) -> int:
        rng = Generator(np.random.PCG64([*stream, start // BLOCK]))
        images, labels = draw_block(alphabet, rng)
        count = min(BLOCK, n - start)
        x[start : start + count] = images[:count]
        t[start : start + count] = labels[:count]
        return count

    for count in pool.map(draw, range(0, n, BLOCK)):
        bar.update(count)
    return x, t


def draw_block(
    alphabet: Alphabet, rng: Generator, number: int = BLOCK
) -> tuple[np.ndarray, np.ndarray]:
    """Draw images, uint8 (number, 28, 28), and their labels, uint8 (number,)."""
    labels = np.argsort(rng.random(number)) % 10
    slant, spread, bold = (np.take(row, labels)[:, None] for row in (SLANT, SPREAD, BOLD))
    x, y = _write(alphabet, alphabet.choose(labels, rng), rng)
    x, y = _bend(x, y, rng)
    x = x * _between(WIDTH, rng.random((number, 1)))
    y = y + x * TILT * _bell(rng, number, 1)
    x = x - y * (slant + spread * _bell(rng, number, 1))
    pen, radius = _press(x, y, bold, rng)
    x, y = _fit(x, y, pen)
    x = x + TREMBLE * _bell(rng, number, DOTS)
    y = y + TREMBLE * _bell(rng, number, DOTS)
    return _centre(_ink(x, y, pen, radius)), labels.astype(np.uint8)


def _bell(rng: Generator, *shape: int) -> np.ndarray:
    """Return bell-shaped noise with mean 0 and standard deviation 1, never beyond 3.5."""
    four = rng.random((4, *shape))
    return (four[0] + four[1] + four[2] + four[3] - 2) * np.sqrt(3)


def _between(limits: tuple[float, float], luck: np.ndarray) -> np.ndarray:
    """Return the lower limit where luck is 0, the upper limit where it is 1."""
    return limits[0] + (limits[1] - limits[0]) * luck


# --- from the table of strokes to curves ---------------------------------------------------------


class Alphabet(NamedTuple):
    """The table of strokes as arrays: S shapes of at most K points."""

    points: np.ndarray  # (S, K, 2), x and y about -1 .. 1
    around: np.ndarray  # (S, DOTS, 4), of each dot's piece: the point before, its ends, the next
    along: np.ndarray  # (S, DOTS, 1), the position of the dot on its piece, 0 .. 1
    choices: list[list[int]]  # for each digit its shapes, repeated by their frequency

    def choose(self, labels: np.ndarray, rng: Generator) -> np.ndarray:
        """Return a random shape (N,) for each label (N,)."""
        rows = [self.choices[label] for label in labels]
        return np.array([row[int(rng.random() * len(row))] for row in rows])


def read_alphabet() -> Alphabet:
    """Read the table of strokes."""
    texts = [(digit, often, text) for digit in SHAPES for often, text in SHAPES[digit]]
    read = [_read_strokes(text) for _, _, text in texts]
    points = np.zeros((len(read), max(len(p) for p, _ in read), 2))
    choices: list[list[int]] = [[] for _ in range(10)]
    for number, (digit, often, _) in enumerate(texts):
        points[number, : len(read[number][0])] = read[number][0]
        choices[digit] += [number] * often
    dots = [_spread_dots(*shape) for shape in read]
    around, along = (np.stack([pair[i] for pair in dots]) for i in range(2))
    return Alphabet(points, around, along, choices)


def _read_strokes(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the different points (K, 2), and four of them for each piece of the curve (., 4)."""
    numbers: dict[str, int] = {}
    pieces = []
    for stroke in text.split("|"):
        row = [numbers.setdefault(point, len(numbers)) for point in stroke.split()]
        row = [row[0], *row, row[-1]]
        pieces += [row[i : i + 4] for i in range(len(row) - 3) if row[i + 1] != row[i + 2]]
    points = np.array([[float(value) for value in point.split(",")] for point in numbers])
    return points / 50 - 1, np.array(pieces)


def _spread_dots(points: np.ndarray, pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spread DOTS dots evenly over the pieces; return `around` (DOTS, 4) and `along` (DOTS, 1)."""
    chord = points[pieces[:, 2]] - points[pieces[:, 1]]
    length = np.sqrt(chord[:, 0] * chord[:, 0] + chord[:, 1] * chord[:, 1])
    end = np.cumsum(length)
    at = (np.arange(DOTS) + 0.5) / DOTS * end[-1]
    piece = np.searchsorted(end, at)
    along = 1 - (end[piece] - at) / length[piece]
    return pieces[piece], along[:, None]


def _write(alphabet: Alphabet, shape: np.ndarray, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """Jitter the points of each shape (N,); return the curve through them, x and y (N, DOTS).

    A piece from b to c, with the neighbours a and d, is the cubic Hermite curve with the slopes
    tension * (c - a) and tension * (d - b).
    """
    points = alphabet.points[shape]
    points = points + JITTER * (2 * rng.random(points.shape) - 1)
    around, u = alphabet.around[shape], alphabet.along[shape]
    a, b, c, d = (np.take_along_axis(points, around[:, :, j, None], axis=1) for j in range(4))
    tension = _between(TENSION, rng.random((len(shape), 1, 1)))
    step = u * u * (3 - 2 * u)
    curve = b + step * (c - b)
    curve += tension * u * (1 - u) * ((1 - u) * (c - a) - u * (d - b))
    return curve[..., 0], curve[..., 1]


# --- from curves to images -----------------------------------------------------------------------


def _bend(x: np.ndarray, y: np.ndarray, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """Warp the plane smoothly: add a random cubic polynomial of x and y to each of x and y."""
    terms = [BEND * term for term in (x * x, x * y, y * y)]
    terms += [TWIST * term for term in (x * x * x, x * x * y, x * y * y, y * y * y)]
    for term in terms:
        x = x + term * _bell(rng, len(x), 1)
        y = y + term * _bell(rng, len(y), 1)
    return x, y


def _press(
    x: np.ndarray, y: np.ndarray, bold: np.ndarray, rng: Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Choose a pen, more often a thin one; return its radius (N, 1), and the radius at each dot."""
    luck = rng.random((2, len(x), 1))
    pen = bold * _between(RADIUS, luck[0] * (1 + 2 * luck[1]) / 3)
    time = (2 * np.arange(DOTS) + 1) / DOTS - 1
    pressure = 1 + 0.04 * y + ROUGH * _bell(rng, len(x), DOTS)  # harder at the bottom
    for direction in (time, x, y):
        pressure = pressure + PRESSURE * _bell(rng, len(x), 1) * direction
    return pen, np.maximum(pen * pressure, 0.4)


def _fit(x: np.ndarray, y: np.ndarray, pen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale and move the curves, keeping the aspect ratio, so that the ink fits into the box."""
    left, right = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    top, bottom = y.min(axis=1, keepdims=True), y.max(axis=1, keepdims=True)
    scale = (BOX - 2 * pen) / np.maximum(right - left, bottom - top)
    return (x - (left + right) / 2) * scale + BOX / 2, (y - (top + bottom) / 2) * scale + BOX / 2


def _ink(x: np.ndarray, y: np.ndarray, pen: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Colour each pixel by its distance to the nearest dot; return (N, 20, 20) uint8.

    Distances are measured in radii of the dot. Images are the last axis, so that the inner loops of
    NumPy are long; the squares of the distances along x and along y are computed only once.
    """
    x, y, radius = (np.ascontiguousarray(v.T, np.float32)[:, None] for v in (x, y, radius))
    sharpness = (pen[:, 0] / EDGE).astype(np.float32)
    centres = np.arange(BOX, dtype=np.float32)[:, None] + np.float32(0.5)
    across, down = (centres - x) / radius, (centres - y) / radius  # (DOTS, BOX, N)
    across, down = across * across, down * down
    nearest = np.full((BOX, BOX, x.shape[-1]), np.inf, np.float32)
    distance = np.empty_like(nearest)
    for dot in range(DOTS):
        np.add(down[dot, :, None], across[dot], out=distance)
        np.minimum(nearest, distance, out=nearest)
    ink = (1 - np.sqrt(nearest)) * sharpness + np.float32(0.5)
    ink = ink.clip(0, 1) * 255 + np.float32(0.5)
    return ink.astype(np.uint8).transpose(2, 0, 1)


def _centre(boxes: np.ndarray) -> np.ndarray:
    """Place each box (N, 20, 20) so that its centre of mass is nearest to pixel (14, 14)."""
    mass = boxes.sum(axis=(1, 2), dtype=np.int64)
    index = np.arange(BOX)
    row = (boxes.sum(axis=2, dtype=np.int64) * index).sum(axis=1)
    column = (boxes.sum(axis=1, dtype=np.int64) * index).sum(axis=1)
    top, left = (SIZE // 2 - (2 * moment + mass) // (2 * mass) for moment in (row, column))
    top, left = top.clip(0, SIZE - BOX), left.clip(0, SIZE - BOX)
    images = np.zeros((len(boxes), SIZE, SIZE), np.uint8)
    for n, box in enumerate(boxes):
        images[n, top[n] : top[n] + BOX, left[n] : left[n] + BOX] = box
    return images
