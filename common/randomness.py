"""Random numbers: where generators are made; everything else has them handed down."""

import numpy as np

from common.checks import in_one_line

Seed = np.random.Generator | int | None


def random_generator(rng: Seed) -> np.random.Generator:
    """Return `rng` itself, or a generator with this seed; None draws a seed."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise ValueError(
            f"rng is {in_one_line(rng)}; expected a numpy.random.Generator, or a seed from 0 on"
        ) from None
