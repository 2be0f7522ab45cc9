"""Random generators from seeds; all other code takes a generator as an argument."""

from typing import Any

import numpy as np

from common.checks import in_one_line

Seed = np.random.Generator | int | None


def kept(rng: np.random.Generator, shape: tuple[int, ...], ratio: float, like: Any) -> np.ndarray:
    """Return a random mask of `shape`, on the device of `like`: False with probability `ratio`."""
    return np.asarray(rng.random(shape, dtype=np.float32) >= ratio, like=like)


def random_generator(rng: Seed) -> np.random.Generator:
    """Return `rng` itself, or a new generator with this seed.

    None draws the seed from NumPy's global state, so that ``np.random.seed(1)`` makes a script
    reproducible, as in the book.
    """
    if rng is None:
        rng = np.random.default_rng(np.random.randint(2**32, size=4, dtype=np.uint32))  # noqa: NPY002
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise ValueError(
            f"rng is {in_one_line(rng)}; expected a numpy.random.Generator, or a seed >= 0"
        ) from None
