"""Pictures painted by formulas: brush strokes, mosaics, weaves, waves ... and a landscape (8.5.1).

They serve as style pictures, each with clear colours, shapes and strokes, and without a question of
rights. Places, sizes and colours are random; the same seed gives the same picture.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw

from common.checks import check_name, check_whole

SIZE = 256  # pixels along each side
Y, X = np.mgrid[:SIZE, :SIZE] + 0.5  # the centres of the pixels
# Colours from dark to light: red, green, blue.
NIGHT = ((12, 24, 74), (26, 62, 140), (64, 120, 190), (150, 190, 214), (246, 214, 92))
FIELD = ((108, 58, 14), (178, 106, 20), (226, 162, 38), (246, 208, 92), (252, 236, 176))
EARTH = ((92, 36, 26), (168, 70, 38), (206, 150, 70), (60, 128, 132), (232, 214, 172))
GLASS = ((176, 22, 40), (20, 74, 160), (236, 176, 24), (24, 128, 74), (120, 40, 130))
SEA = ((14, 42, 92), (28, 84, 140), (92, 152, 186), (238, 236, 220))
INK = ((70, 10, 34), (150, 28, 50), (226, 120, 70), (246, 222, 180), (40, 110, 120))
DOTS = ((214, 60, 50), (240, 170, 50), (60, 140, 80), (50, 90, 170), (240, 230, 190))
WATER = (46, 104, 140)
# What the harbour consists of, from back to front: the colour, and the corners, x and y.
HARBOUR: tuple[tuple, ...] = (
    ((252, 244, 200), *(58, 30, 70, 33, 78, 42, 78, 54, 70, 63, 58, 66, 46, 63, 38, 54, 38, 42)),
    ((96, 128, 120), *(0, 128, 30, 104, 66, 120, 104, 92, 150, 122, 190, 106, 256, 130, 256, 160)),
    ((96, 128, 120), *(0, 128, 256, 130, 256, 170, 0, 170)),
    (WATER, *(0, 150, 256, 150, 256, 256, 0, 256)),
    ((74, 110, 62), *(120, 166, 150, 150, 256, 144, 256, 196, 190, 190, 140, 182)),
    ((110, 96, 84), *(140, 180, 190, 188, 256, 194, 256, 214, 170, 204)),
    ((240, 236, 226), *(196, 62, 216, 62, 224, 168, 188, 168)),
    ((198, 48, 44), *(194.5, 82, 217.5, 82, 219, 104, 193, 104)),
    ((198, 48, 44), *(191, 126, 220.5, 126, 222.5, 148, 189.5, 148)),
    ((40, 40, 52), *(190, 56, 222, 56, 222, 63, 190, 63)),
    ((250, 214, 90), *(197, 40, 215, 40, 215, 56, 197, 56)),
    ((198, 48, 44), *(193, 41, 206, 26, 219, 41)),
    ((234, 222, 196), *(148, 140, 180, 140, 180, 170, 148, 170)),
    ((150, 62, 40), *(143, 142, 164, 122, 185, 142)),
    ((60, 74, 96), *(154, 148, 162, 148, 162, 158, 154, 158)),
    ((88, 56, 40), *(167, 150, 176, 150, 176, 170, 167, 170)),
    ((226, 200, 150), *(228, 146, 256, 146, 256, 172, 228, 172)),
    ((60, 74, 96), *(236, 152, 245, 152, 245, 162, 236, 162)),
    ((96, 70, 90), *(224, 148, 240, 130, 256, 140, 256, 148)),
    ((120, 50, 34), *(30, 212, 112, 212, 98, 234, 46, 234)),
    ((245, 240, 228), *(68, 120, 68, 206, 24, 206)),
    ((230, 140, 60), *(73, 132, 108, 206, 73, 206)),
    ((60, 40, 30), *(69, 112, 72, 112, 72, 214, 69, 214)),
)
Colors = tuple[tuple[int, int, int], ...]


def paint(name: str, seed: int = 0) -> np.ndarray:
    """Paint a picture.

    Parameters
    ----------
    name : str
        One of `PAINTERS`.
    seed : int
        Another seed gives another picture of the same kind.

    Returns
    -------
    uint8 ndarray of shape (256, 256, 3)
        Red, green, blue.
    """
    check_name("name", name, PAINTERS)
    rng = np.random.default_rng([check_whole("seed", seed, 0), list(PAINTERS).index(name)])
    return PAINTERS[name](rng).clip(0, 255).round().astype(np.uint8)


def clouds(rng: Generator, cells: int) -> np.ndarray:
    """Return smooth noise from 0 to 1, (SIZE, SIZE), with about `cells` spots along each side."""
    small = Image.fromarray(rng.standard_normal((cells, cells)).astype(np.float32))
    noise = np.asarray(small.resize((SIZE, SIZE), Image.Resampling.BICUBIC))
    return (noise.argsort(axis=None).argsort() / noise.size).reshape(noise.shape)  # evenly spread


def colored(values: np.ndarray, colors: Colors) -> np.ndarray:
    """Return the colours of values from 0 to 1, mixed from neighbours in `colors`."""
    at = np.linspace(0, 1, len(colors))
    return np.stack([np.interp(values, at, one) for one in np.transpose(colors)], axis=-1)


def strokes(rng: Generator, angle: np.ndarray, length: int, width: int) -> np.ndarray:
    """Return brush strokes along a field of directions: noise from -1 to 1, (SIZE, SIZE).

    The mean of noise along the line through each pixel that follows the directions
    (line integral convolution).
    """
    noise = clouds(rng, SIZE // width) - 0.5
    total = np.zeros_like(noise)
    for sign in (-1, 1):
        x, y = X.copy(), Y.copy()
        for _ in range(length):
            at = y.astype(int) % SIZE, x.astype(int) % SIZE
            total += noise[at]
            x += sign * np.cos(angle[at])
            y += sign * np.sin(angle[at])
    return (total / (3 * total.std())).clip(-1, 1)


def night(rng: Generator) -> np.ndarray:
    """Swirling brush strokes in blue around yellow lights, in the manner of Van Gogh."""
    u, v = np.ones_like(X), 0.6 * np.cos(X / 30)
    light = 0.4 * clouds(rng, 5)
    for x, y, turn in zip(*rng.uniform(20, SIZE - 20, (2, 9)), rng.choice([-1, 1], 9), strict=True):
        dx, dy, radius = X - x, Y - y, rng.uniform(18, 34)
        near = np.exp(-(dx**2 + dy**2) / (2 * radius**2))
        u, v = u - 4 * turn * near * dy / radius, v + 4 * turn * near * dx / radius
        light += near * (0.7 + 0.25 * np.cos(np.hypot(dx, dy) / 3))
    brush = strokes(rng, np.arctan2(v, u), 14, 3)
    return colored(light.clip(0, 1) + 0.22 * brush, NIGHT) * (1 + 0.15 * brush[..., None])


def wheat(rng: Generator) -> np.ndarray:
    """Short, thick brush strokes in yellow and brown."""
    angle = -1.3 + 1.2 * (clouds(rng, 4) - 0.5)
    brush = strokes(rng, angle, 9, 4)
    return colored(0.5 * clouds(rng, 8) + 0.25 + 0.35 * brush, FIELD)


def hatching(rng: Generator) -> np.ndarray:
    """Pencil strokes on paper, crossed where it is dark."""
    dark, paper = clouds(rng, 6), np.array((244, 238, 224))
    grey = np.zeros_like(X)
    for number, angle in enumerate((0.8, -0.7, 0.1)):
        wave = clouds(rng, 6) * 5
        lines = np.sin((X * np.sin(angle) - Y * np.cos(angle)) * 1.15 + wave) > 0.1
        grey += 0.42 * lines * (dark > 0.2 + 0.28 * number) * (0.7 + 0.3 * clouds(rng, 60))
    return paper * (1 - grey.clip(0, 0.85))[..., None]


def tiles(rng: Generator, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the nearest of random points for each pixel, the distance to the border, and points.

    The points, (number, 2), are moved apart a few times, so that the tiles have similar sizes.
    """
    points = rng.uniform(0, SIZE, (number, 2))
    some = np.s_[::4, ::4]
    for _ in range(4):
        nearest, _ = _nearest(points, X[some], Y[some])
        counts = np.bincount(nearest.ravel(), minlength=number)
        sums = [np.bincount(nearest.ravel(), a[some].ravel(), number) for a in (X, Y)]
        points = np.where(counts[:, None] > 0, np.transpose(sums) / counts.clip(1)[:, None], points)
    return *_nearest(points, X, Y), points


def _nearest(points: np.ndarray, X: np.ndarray, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    nearest, gap = np.empty(X.shape, int), np.empty(X.shape)
    for row, (x, y) in enumerate(zip(X, Y, strict=True)):
        distances = np.hypot(x[:, None] - points[:, 0], y[:, None] - points[:, 1])
        nearest[row] = distances.argmin(axis=1)
        two = np.partition(distances, 1, axis=1)
        gap[row] = two[:, 1] - two[:, 0]
    return nearest, gap


def mosaic(rng: Generator) -> np.ndarray:
    """Small stones of earthen colours, with light joints."""
    nearest, gap, points = tiles(rng, 420)
    value = clouds(rng, 4)[tuple(points.astype(int).clip(0, SIZE - 1).T[::-1])]
    stones = colored(value, EARTH) * rng.uniform(0.75, 1.2, (len(points), 1))
    return np.where((gap > 2.2)[..., None], stones[nearest], (214, 204, 186))


def glass(rng: Generator) -> np.ndarray:
    """Stained glass: large bright pieces in dark lead."""
    nearest, gap, points = tiles(rng, 60)
    pieces = np.array(GLASS, float)[rng.integers(len(GLASS), size=len(points))]
    light = 0.75 + 0.6 * clouds(rng, 9)[..., None]
    return np.where((gap > 5)[..., None], pieces[nearest] * light, (16, 14, 18))


def weave(rng: Generator) -> np.ndarray:
    """Cloth: coloured threads, over and under each other."""
    size = 8
    column, row = (X // size).astype(int), (Y // size).astype(int)
    palette = np.array(EARTH, float)
    across, down = (palette[rng.integers(len(palette), size=SIZE // size)] for _ in "12")
    over = (column + row) % 2 == 0
    round_x, round_y = (np.sin(np.pi * (a % size) / size) ** 0.5 for a in (X, Y))
    long_x, long_y = (0.6 + 0.4 * np.sin(np.pi * (a % size) / size) for a in (X, Y))
    shade = np.where(over, round_y * long_x, round_x * long_y)
    threads = np.where(over[..., None], across[row], down[column])
    return threads * (0.25 + 0.85 * shade * (0.9 + 0.2 * clouds(rng, 90)))[..., None]


def waves(rng: Generator) -> np.ndarray:
    """Overlapping scales of concentric arcs in blue and white: a Japanese pattern of waves."""
    radius, picture = 26, np.zeros((SIZE, SIZE))
    for number, y in enumerate(range(-radius // 2, SIZE + 2 * radius, radius // 2)):
        for x in range((number % 2) * radius - radius, SIZE + 2 * radius, 2 * radius):
            distance = np.hypot(X - x, Y - y) / radius
            inside = distance < 1
            picture[inside] = (0.5 + 0.5 * np.cos(distance * 7 * np.pi))[inside]
    return colored((0.85 * picture + 0.3 * clouds(rng, 12) - 0.1).clip(0, 1), SEA)


def marble(rng: Generator) -> np.ndarray:
    """Marbled paper: bands of ink, stirred."""
    shift = 70 * (clouds(rng, 4) - 0.5) + 16 * (clouds(rng, 12) - 0.5)
    bands = (np.sin((Y + 2 * shift + 6 * np.sin(X / 9)) / 6) + np.sin((X + shift) / 21)) / 2
    return colored(0.5 + 0.5 * bands, INK)


def points(rng: Generator) -> np.ndarray:
    """Dots of pure colours, close to each other: pointillism."""
    hue = clouds(rng, 3) * (len(DOTS) - 1)
    picture = Image.new("RGB", (SIZE, SIZE), (236, 226, 200))
    draw = ImageDraw.Draw(picture)
    for x, y, r, jitter in rng.uniform((0, 0, 2, -1), (SIZE, SIZE, 4.2, 1), (4200, 4)):
        color = DOTS[round(float(np.clip(hue[int(y), int(x)] + jitter, 0, len(DOTS) - 1)))]
        draw.ellipse((x - r, y - r, x + r, y + r), fill=color)
    return np.asarray(picture, float)


def harbour(rng: Generator) -> np.ndarray:
    """A lighthouse, houses, hills and a boat, drawn: not a style picture, but a content picture."""
    sky = colored(Y / 150, ((70, 130, 200), (150, 190, 225), (250, 225, 190)))
    cloud = (clouds(rng, 7) * np.exp(-(((Y - 45) / 35) ** 2)))[..., None]
    big = Image.fromarray((sky + 60 * cloud).clip(0, 255).astype(np.uint8)).resize((4 * SIZE,) * 2)
    draw = ImageDraw.Draw(big)
    for color, *corners in HARBOUR:
        draw.polygon([4 * number for number in corners], fill=color)
    sea = 0.5 + 0.5 * np.sin(Y * 0.9 + 3 * clouds(rng, 20))
    picture = np.asarray(big.resize((SIZE, SIZE), Image.Resampling.BOX), float)
    water = (picture == WATER).all(axis=-1, keepdims=True)
    return np.where(water, picture + 40 * sea[..., None] - 20, picture)


PAINTERS: dict[str, Callable[[Generator], np.ndarray]] = {
    one.__name__: one
    for one in (night, wheat, hatching, mosaic, glass, weave, waves, marble, points, harbour)
}
