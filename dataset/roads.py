"""Drawn road scenes in colour, with the class of each pixel (8.5.3).

A road runs to a vanishing point on the horizon, between pavements, buildings and trees, with cars
and people on it and beside it. Colours, sizes and positions are random. These are drawings: what a
network learns from them says nothing about real roads.
"""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from common.checks import check_whole
from common.io.progress import progress as progress_bar

HEIGHT, WIDTH = 48, 64  # pixels
CLASSES = ("sky", "building", "tree", "road", "lane marks", "pavement", "car", "person")
SKY, BUILDING, TREE, ROAD, MARKS, PAVEMENT, CAR, PERSON = range(len(CLASSES))
BLOCK = 100  # scenes drawn from one random stream
Y, X = np.mgrid[:HEIGHT, :WIDTH] + 0.5  # the centres of the pixels


class Roads(NamedTuple):
    """Road scenes.

    Attributes
    ----------
    images : uint8 ndarray of shape (N, 3, 48, 64)
        Red, green, blue.
    labels : uint8 ndarray of shape (N, 48, 64)
        The class of each pixel, an index in `CLASSES`.
    """

    images: np.ndarray
    labels: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """The images as a network gets them: float32 from 0 to 1, (N, 3, 48, 64)."""
        return np.divide(self.images, 255, dtype=np.float32)


def draw_roads(number: int, *, seed: int = 0, progress: bool = True) -> Roads:
    """Draw road scenes.

    Parameters
    ----------
    number : int
        With a smaller number: the first of these scenes.
    seed : int
        Another seed gives other scenes.
    progress : bool
        Show a progress bar in a terminal or a notebook.
    """
    number, seed = check_whole("number", number), check_whole("seed", seed, 0)
    images = np.empty((number, 3, HEIGHT, WIDTH), np.uint8)
    labels = np.empty((number, HEIGHT, WIDTH), np.uint8)
    with progress_bar(desc="drawing roads", total=number, quiet=not progress) as bar:
        for n in range(number):
            if n % BLOCK == 0:
                rng = Generator(np.random.PCG64([seed, n // BLOCK]))
            images[n], labels[n] = _Scene(rng).draw()
            bar.update()
    return Roads(images, labels)


class _Scene:
    """One scene: painted from the back to the front, the image and the classes at once."""

    def __init__(self, rng: Generator) -> None:
        self.rng = rng
        self.image = np.zeros((HEIGHT, WIDTH, 3))
        self.labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        self.horizon = rng.uniform(14, 22)
        self.vanishing = rng.uniform(20, 44)
        self.left, self.right = rng.uniform(18, 40), rng.uniform(18, 40)  # half widths at the edge
        self.depth = ((Y - self.horizon) / (HEIGHT - self.horizon)).clip(0)  # 0 at the horizon

    def draw(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the image, (3, 48, 64), and the classes, (48, 64)."""
        self.paint(Y < HEIGHT, SKY, self.colour((120, 170, 220)))
        self.image -= 40 * (Y / HEIGHT)[..., None] * self.rng.uniform(-1, 1)
        self.paint(self.depth > 0, PAVEMENT, self.colour((150, 145, 140)))
        for _ in range(self.rng.integers(2, 6)):
            self.building()
        for _ in range(self.rng.integers(0, 4)):
            self.tree()
        self.road()
        cars = self.rng.uniform(0.12, 0.95, self.rng.integers(0, 4))
        people = self.rng.uniform(0.15, 0.9, self.rng.integers(0, 4))
        things = [(base, self.car) for base in cars] + [(base, self.person) for base in people]
        for base, paint in sorted(things, key=lambda thing: thing[0]):
            paint(base)
        light = self.rng.uniform(0.7, 1.2)
        noise = self.rng.normal(0, 8, self.image.shape)
        image = (self.image * light + noise).clip(0, 255).astype(np.uint8)
        return image.transpose(2, 0, 1), self.labels

    def paint(self, mask: np.ndarray, kind: int, colour: np.ndarray) -> None:
        """Give the pixels of a mask a colour and a class."""
        self.image[mask] = colour
        self.labels[mask] = kind

    def colour(self, mean: tuple[int, int, int], spread: float = 25) -> np.ndarray:
        """Return a random colour about the mean."""
        return np.array(mean) + self.rng.normal(0, spread, 3)

    def building(self) -> None:
        """A box that stands behind the pavement, with rows of dark windows."""
        left, width = self.rng.uniform(-8, WIDTH - 4), self.rng.uniform(8, 22)
        top, foot = self.rng.uniform(1, self.horizon - 5), self.horizon + self.rng.uniform(0, 3)
        inside = (left < X) & (left + width > X) & (top < Y) & (foot > Y)
        wall = self.colour((165, 120, 100))
        self.paint(inside, BUILDING, wall)
        window = inside & ((X - left) % 4 > 2) & ((Y - top) % 5 > 3)
        self.paint(window, BUILDING, wall * 0.5)

    def tree(self) -> None:
        """A trunk and a round crown."""
        x, foot = self.rng.uniform(0, WIDTH), self.horizon + self.rng.uniform(1, 6)
        radius = self.rng.uniform(3, 7)
        centre = foot - radius - self.rng.uniform(2, 5)
        trunk = (np.abs(X - x) < radius / 5 + 0.4) & (centre < Y) & (foot > Y)
        self.paint(trunk, TREE, self.colour((95, 70, 45), 12))
        crown = (X - x) ** 2 + (1.2 * (Y - centre)) ** 2 < radius**2
        self.paint(crown, TREE, self.colour((60, 120, 50), 18))

    def road(self) -> None:
        """The road between its edges, and the lane marks: a dashed line in the middle."""
        left = self.vanishing - self.left * self.depth
        right = self.vanishing + self.right * self.depth
        on_road = (self.depth > 0) & (left < X) & (right > X)
        self.paint(on_road, ROAD, self.colour((85, 85, 90), 12))
        middle = (left + right) / 2
        far = 1 / (self.depth + 0.15)  # the distance: dashes look shorter, the farther they are
        dashes = (far * self.rng.uniform(0.8, 1.4) + self.rng.uniform(0, 2)) % 1 < 0.55
        line = np.abs(X - middle) < 0.4 + 1.2 * self.depth
        self.paint(on_road & line & dashes, MARKS, self.colour((230, 230, 215), 10))

    def car(self, base: float) -> None:
        """A car that stands on the road at a depth: body, windows, wheels."""
        foot = self.horizon + base * (HEIGHT - self.horizon)
        lane = self.rng.choice([-self.left, self.right]) / 2  # its middle, at the lower edge
        half = abs(lane) * base * self.rng.uniform(0.5, 0.8) + 1
        x, height = self.vanishing + lane * base, half * self.rng.uniform(1.0, 1.4)
        across, up = np.abs(X - x), foot - Y
        colour = self.colour((150, 60, 60), 60)
        lower = (across < half) & (up > 0.15 * height) & (up < 0.65 * height)
        upper = (across < 0.75 * half) & (up >= 0.65 * height) & (up < height)
        wheels = (np.abs(across - 0.7 * half) < 0.2 * half) & (up > 0) & (up < 0.3 * height)
        self.paint(lower | upper, CAR, colour)
        glass = (across < 0.6 * half) & (up >= 0.68 * height) & (up < 0.92 * height)
        self.paint(glass, CAR, np.array((60, 80, 100)))
        self.paint(wheels, CAR, np.array((25, 25, 25)))

    def person(self, base: float) -> None:
        """A person on the pavement, on one side: legs, body, head."""
        foot = self.horizon + base * (HEIGHT - self.horizon)
        side = self.rng.choice([-1, 1])
        edge = self.left if side < 0 else self.right
        x = self.vanishing + side * (edge * base + self.rng.uniform(2, 10))
        height = 4 + 12 * base * self.rng.uniform(0.8, 1.1)
        across, up = np.abs(X - x), foot - Y
        legs = (across < 0.14 * height) & (up > 0) & (up <= 0.45 * height)
        body = (across < 0.18 * height) & (up > 0.45 * height) & (up < 0.8 * height)
        head = across**2 + (up - 0.9 * height) ** 2 < (0.12 * height) ** 2
        self.paint(legs, PERSON, self.colour((60, 60, 110), 30))
        self.paint(body, PERSON, self.colour((190, 120, 60), 50))
        self.paint(head, PERSON, self.colour((200, 160, 130), 15))
