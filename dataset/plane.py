"""Points in a plane, in two classes that no straight line separates: spirals, rings, XOR (2.5)."""

from collections.abc import Callable

import numpy as np

from common.checks import check_whole
from common.randomness import Seed, random_generator

Points = tuple[np.ndarray, np.ndarray]
Draw = Callable[[np.random.Generator, np.ndarray], np.ndarray]  # classes (N,) to points (2, N)
TEST = 300  # points to test on
NOISE = 0.15  # standard deviation of each point's distance from its place without noise
TURNS = 1.25  # of each spiral


def spirals(samples: int = 300, rng: Seed = None) -> tuple[Points, Points]:
    """Return points on two spirals, one inside the other, to train on and to test on.

    Parameters
    ----------
    samples : int
        The number of points to train on; there are 300 to test on.
    rng : Generator or seed, optional

    Returns
    -------
    (x_train, t_train), (x_test, t_test)
        Points (N, 2) in float32, about -2 to 2; classes 0 and 1.
    """

    def draw(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
        along = np.sqrt(rng.uniform(0.02, 1, len(t)))  # as many points inside as outside
        angle = 2 * np.pi * TURNS * along + np.pi * t
        return 2 * along * np.array([np.cos(angle), np.sin(angle)])

    return _train_and_test(draw, samples, rng)


def rings(samples: int = 300, rng: Seed = None) -> tuple[Points, Points]:
    """Return points in a disk (class 0) and on a ring around it (1). See `spirals`."""

    def draw(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
        radius = np.where(t == 0, np.sqrt(rng.random(len(t))), rng.uniform(1.4, 2, len(t)))
        angle = rng.uniform(0, 2 * np.pi, len(t))
        return radius * np.array([np.cos(angle), np.sin(angle)])

    return _train_and_test(draw, samples, rng)


def xor(samples: int = 300, rng: Seed = None) -> tuple[Points, Points]:
    """Return points in a square; in class 1 one coordinate is negative (2.5.1). See `spirals`."""

    def draw(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
        x, y = rng.uniform(0.2, 2, (2, len(t)))
        side = rng.choice((-1, 1), len(t))
        return np.array([side * x, np.where(t == 1, -side, side) * y])

    return _train_and_test(draw, samples, rng)


def _train_and_test(draw: Draw, samples: int, rng: Seed) -> tuple[Points, Points]:
    rng = random_generator(rng)
    return _points(draw, check_whole("samples", samples), rng), _points(draw, TEST, rng)


def _points(draw: Draw, number: int, rng: np.random.Generator) -> Points:
    t = rng.permutation(np.arange(number) % 2)
    x = draw(rng, t).T + NOISE * rng.standard_normal((number, 2))
    return x.astype(np.float32), t
