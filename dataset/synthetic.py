"""Synthetic handwritten digits, drawn as pen strokes with random distortions.

They replace MNIST offline: the same shapes and sizes, but not a pixel of MNIST. `SHAPES` lists
pen strokes for each digit. Each image takes one of these shapes, moves its points a little, draws
a smooth curve through them, bends and slants it, chooses a pen, and colours every pixel by its
distance to the curve. As in MNIST, the digit is scaled into a 20 x 20 box and placed in 28 x 28
pixels so that its centre of mass is in the middle.

Quality: the network 784-50-10 of chapter 5 (ReLU, SGD with lr 0.1, batches of 100, 10,000 steps,
three seeds), trained only on the 60,000 drawn images, classifies 95.0 - 95.4 % of the 10,000 drawn
test images and 95.5 - 95.9 % of MNIST's test images correctly. The shapes and ranges were chosen by
MNIST's training images (95.1 - 95.4 %); its test images were used once. `ch05/drawn_digits.py`
measures this again.

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

# digit: [(relative frequency, strokes), ..]. A stroke is a sequence of points "x,y" (y grows
# downwards, a digit is 100 high); "|" lifts the pen, and a point given twice in a row is a sharp
# corner. Points with the same coordinates are one point, and are moved together.
SHAPES: dict[int, list[tuple[int, str]]] = {
    0: [
        (1, "30,12 8,40 8,76 34,100 68,96 90,64 86,28 72,8"),
        (3, "48,0 22,12 6,46 12,80 32,99 58,99 80,82 88,50 76,16 48,0"),
        (4, "70,10 48,1 22,22 8,62 22,94 50,100 76,80 86,46 70,14 46,6 32,16"),
        (1, "35,6 10,38 10,74 34,100 68,90 84,50 66,10 42,8"),
        (1, "58,6 32,6 10,44 16,88 45,100 74,80 82,40 64,8 48,14 36,42"),
        (2, "52,0 52,0 24,28 8,64 24,96 54,98 82,72 76,30 52,0"),
        (1, "64,14 38,6 10,40 14,84 42,99 70,82 80,42 58,10 40,16 20,32"),
    ],
    1: [
        (20, "50,0 50,33 50,67 50,100"),
        (2, "34,20 52,0 52,0 51,50 50,100"),
        (2, "26,22 52,0 52,0 51,50 50,100 50,100 | 18,100 50,100 84,99"),
    ],
    2: [
        (2, "8,18 28,0 48,14 42,46 24,80 6,98 6,98 34,96 68,92"),
        (1, "6,24 34,0 68,14 62,46 36,82 16,98 16,98 44,94 72,92"),
        (1, "4,16 22,2 48,10 58,30 44,58 18,88 4,82 18,70 50,76 104,64"),
        (3, "10,22 32,0 60,8 66,34 42,72 10,98 10,98 45,95 90,92"),
        (6, "8,20 34,0 62,12 64,46 42,80 16,99 2,84 18,68 52,78 92,86"),
        (3, "10,20 36,0 64,16 64,52 40,90 14,99 2,78 22,62 50,76 70,94 94,88"),
        (2, "8,18 36,0 66,16 66,50 44,84 14,98 0,76 16,58 44,66 68,84 96,76"),
        (1, "5,10 40,2 70,5 66,30 38,68 5,98 5,98 50,95 90,92"),
        (2, "8,20 34,0 64,14 58,50 26,86 14,98 40,94 86,84"),
        (1, "5,28 28,8 54,14 56,42 32,72 4,94 4,94 40,80 100,82"),
        (1, "12,14 40,2 66,14 60,48 40,84 18,98 10,82 32,74 54,84 80,78"),
    ],
    3: [
        (2, "10,10 36,2 58,6 58,6 40,26 24,42 24,42 58,48 66,74 40,98 6,94"),
        (5, "12,10 42,0 69,18 56,40 26,49 26,49 64,54 76,76 48,100 12,92"),
        (3, "10,5 42,2 72,5 72,5 50,28 28,45 28,45 66,52 74,80 44,100 8,92"),
        (3, "14,14 42,0 67,20 48,43 25,47 48,49 76,67 66,96 32,100 8,88"),
        (2, "14,12 46,0 70,16 54,42 34,50 30,42 54,46 78,72 58,98 12,94"),
        (2, "8,14 40,0 62,12 50,30 20,38 20,38 64,43 78,70 52,98 8,96"),
        (1, "6,22 34,0 74,14 64,46 26,60 26,60 60,62 64,88 38,100 12,92"),
        (1, "2,8 34,0 66,8 70,26 44,44 22,44 60,52 70,76 44,98 0,90"),
    ],
    4: [
        (5, "16,2 10,30 7,52 7,52 40,53 77,49 | 63,0 62,40 60,100"),
        (2, "48,0 27,30 7,62 7,62 45,62 84,58 | 54,8 53,56 51,100"),
        (5, "19,4 10,36 18,52 42,51 64,40 | 68,2 64,40 58,100"),
        (1, "30,0 20,30 9,55 9,55 40,54 84,50 | 54,28 51,60 48,100"),
        (2, "10,0 8,26 11,42 11,42 40,44 66,37 | 65,2 64,46 63,100"),
        (1, "22,2 12,34 17,50 46,48 67,30 70,2 70,2 64,50 55,100"),
        (1, "20,8 12,34 20,46 42,44 | 70,0 56,30 48,60 40,100"),
    ],
    5: [
        (2, "84,0 50,3 26,6 18,28 14,48 44,40 76,58 68,92 32,100 6,86 16,70"),
        (2, "30,4 24,24 16,44 16,44 46,36 82,58 80,88 42,100 8,92 | 30,4 60,4 96,1"),
        (1, "72,4 42,4 30,23 34,40 54,57 53,81 31,98 10,92"),
        (4, "24,4 19,25 10,47 10,47 36,38 66,46 74,72 58,95 18,98 | 24,4 50,4 92,-2"),
        (4, "88,1 55,5 28,8 28,8 21,26 13,48 13,48 48,44 74,70 52,100 16,93"),
        (2, "82,2 50,4 25,25 29,46 58,62 67,85 40,100 12,92"),
        (3, "42,24 34,37 24,50 24,50 50,56 58,80 36,98 8,94 | 42,24 68,17 110,3"),
        (2, "22,4 17,25 12,47 12,47 40,34 80,60 62,95 24,98 6,84 | 20,4 44,4 84,0"),
        (1, "64,0 36,10 22,32 42,45 62,62 52,87 26,100 8,96"),
        (1, "40,10 28,30 16,50 16,50 36,52 44,72 30,96 4,100 | 40,10 64,8 96,0"),
    ],
    6: [
        (3, "58,2 30,18 8,54 14,90 40,100 66,88 66,64 42,56 14,66"),
        (2, "44,0 20,24 6,60 20,96 52,98 72,76 58,56 32,56 10,70"),
        (1, "12,0 6,36 6,76 30,100 66,92 76,68 52,56 26,70 16,88"),
        (2, "30,0 12,26 3,60 16,94 46,100 76,84 82,58 62,48 34,62 22,86"),
        (4, "48,0 24,24 7,58 12,90 38,100 64,84 68,60 48,60 26,84"),
        (4, "38,0 16,36 6,74 22,99 52,94 66,70 48,58 24,78"),
        (1, "62,2 30,18 6,55 14,93 46,99 68,78 58,58 22,76"),
        (2, "40,0 14,30 3,66 16,97 54,98 80,74 70,54 42,62 20,86"),
        (4, "36,0 22,38 11,76 22,99 46,95 56,76 44,66 24,84"),
        (3, "26,0 10,36 6,76 26,100 62,91 76,68 54,56 24,78"),
        (1, "70,8 52,0 24,20 6,58 16,94 48,99 66,78 52,62 22,80"),
    ],
    7: [
        (1, "4,22 30,14 72,8 72,8 42,50 12,90"),
        (3, "2,42 10,14 12,10 44,10 75,6 75,6 63,44 46,100"),
        (1, "2,34 12,8 40,2 64,8 67,34 56,66 48,100"),
        (6, "5,10 40,7 73,4 73,4 61,40 46,100"),
        (4, "6,24 8,8 40,8 71,4 71,4 60,42 44,100"),
        (4, "5,8 38,6 70,2 70,2 56,40 42,100 | 20,54 48,52 80,48"),
        (3, "4,14 34,2 64,10 68,36 58,66 46,100"),
        (2, "2,10 42,10 76,6 76,6 69,40 62,100"),
        (1, "6,26 22,6 50,10 74,2 74,2 57,44 40,100"),
        (2, "14,26 16,4 44,6 68,4 68,4 61,44 54,100"),
        (3, "4,14 34,6 64,2 64,2 52,30 40,54 34,100 | 12,60 44,54 78,48"),
    ],
    8: [
        (3, "70,14 44,0 12,12 8,36 34,54 44,76 34,98 18,92 22,70 48,50 78,28 70,14"),
        (2, "90,14 58,4 28,10 22,30 42,48 50,76 36,98 16,92 20,70 44,48 66,34 94,28"),
        (2, "40,44 14,30 22,6 52,0 76,14 70,36 40,44 8,60 4,86 40,100 84,90 82,60 40,44"),
        (2, "60,10 36,16 6,30 20,44 50,54 66,76 50,98 30,90 38,64 56,36 66,8"),
        (1, "80,4 56,34 34,62 20,88 34,100 50,88 46,64 24,36 10,14 24,2"),
        (2, "52,6 30,4 12,20 30,44 52,64 50,92 26,98 16,80 40,52 82,10"),
        (2, "50,44 20,30 18,8 50,0 80,14 72,34 50,44 20,60 10,84 38,100 72,90 76,64 50,44"),
        (4, "64,14 40,0 14,18 28,42 52,60 58,86 36,100 16,86 28,60 54,36 64,14"),
        (3, "74,10 44,0 18,20 34,46 54,66 50,94 26,99 16,80 36,54 62,30 76,6"),
        (1, "44,46 18,28 40,0 64,22 44,46 18,72 38,100 66,76 44,46"),
        (4, "60,12 42,0 24,16 34,42 49,64 46,94 28,98 22,80 37,54 57,28 60,12"),
        (4, "82,12 50,2 10,13 24,40 50,58 55,84 38,100 23,84 37,58 60,36 84,16"),
        (1, "30,6 14,24 38,46 60,66 52,96 26,98 18,76 39,52 64,28 58,4 30,6"),
        (1, "36,46 12,26 32,2 70,8 62,38 36,46 36,46 12,70 26,98 62,96 68,66 36,46"),
    ],
    9: [
        (3, "76,2 44,6 18,24 24,46 50,40 64,22 64,22 58,58 44,100"),
        (1, "60,24 48,2 20,4 6,24 20,46 48,40 63,14 68,42 58,84 28,100 6,88"),
        (1, "64,18 42,0 8,14 2,42 28,58 56,46 64,20 64,20 67,60 66,100"),
        (6, "59,14 43,0 15,10 6,33 20,47 44,40 59,16 59,16 57,53 48,100"),
        (1, "60,14 43,0 15,15 10,42 31,47 54,30 62,14 63,45 54,85 32,100"),
        (3, "64,12 42,0 10,24 15,48 45,37 63,14 63,14 54,50 38,100"),
        (3, "57,18 41,0 12,18 11,42 36,45 57,24 59,18 59,56 55,100"),
        (2, "56,3 28,7 6,34 24,48 50,33 62,12 62,12 58,52 45,100"),
        (1, "59,14 38,0 10,20 19,44 46,36 61,16 62,52 46,94 15,92"),
        (1, "49,13 33,0 14,17 20,36 40,32 50,14 50,14 47,55 38,100"),
        (2, "68,16 47,0 15,11 4,38 27,51 55,38 68,18 68,18 65,55 59,100"),
        (1, "57,13 41,0 16,16 15,41 38,46 56,24 58,14 54,50 36,88 10,96"),
        (1, "53,9 29,11 10,30 28,45 50,28 61,10 61,10 51,50 31,100"),
    ],
}

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
    alphabet = _read_alphabet()

    def draw(start: int) -> int:
        rng = Generator(np.random.PCG64([*stream, start // BLOCK]))
        images, labels = _draw_block(alphabet, rng)
        count = min(BLOCK, n - start)
        x[start : start + count] = images[:count]
        t[start : start + count] = labels[:count]
        return count

    for count in pool.map(draw, range(0, n, BLOCK)):
        bar.update(count)
    return x, t


def _draw_block(alphabet: Alphabet, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw BLOCK images (BLOCK, 28, 28) and their labels (BLOCK,)."""
    labels = np.argsort(rng.random(BLOCK)) % 10
    slant, spread, bold = (np.take(row, labels)[:, None] for row in (SLANT, SPREAD, BOLD))
    x, y = _write(alphabet, alphabet.choose(labels, rng), rng)
    x, y = _bend(x, y, rng)
    x = x * _between(WIDTH, rng.random((BLOCK, 1)))
    y = y + x * TILT * _bell(rng, BLOCK, 1)
    x = x - y * (slant + spread * _bell(rng, BLOCK, 1))
    pen, radius = _press(x, y, bold, rng)
    x, y = _fit(x, y, pen)
    x = x + TREMBLE * _bell(rng, BLOCK, DOTS)
    y = y + TREMBLE * _bell(rng, BLOCK, DOTS)
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


def _read_alphabet() -> Alphabet:
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
    """Choose a pen, more often a thin one; return its radius (N, 1) and that at each dot."""
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
