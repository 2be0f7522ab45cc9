"""A page with twenty digits that looks like a photograph, and the number of correct answers."""

from collections.abc import Mapping

import numpy as np
from PIL import Image

ROWS, COLUMNS = 4, 5
ROW, COLUMN = 135, 125  # pixels from one digit to the next


def drawn_page(digits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a page, (560, 640), with `digits`, (20, 784), in uneven light; pixels in [0, 1]."""
    ink = np.zeros((560, 640), np.float32)
    for number, digit in enumerate(digits):
        size = int(rng.integers(70, 110))
        row, column = divmod(number, COLUMNS)
        top, left = 10 + ROW * row + rng.integers(20), 10 + COLUMN * column + rng.integers(10)
        picture = Image.fromarray(digit.reshape(28, 28)).resize((size, size))
        ink[top : top + size, left : left + size] = np.asarray(picture).clip(0, 1)
    light = np.linspace(0.95, 0.6, 640) * np.linspace(1.0, 0.8, 560)[:, None]
    page = light * (1 - 0.8 * ink) + rng.normal(0, 0.02, ink.shape)
    return page.clip(0, 1).astype(np.float32)


def number_right(page: Mapping[str, np.ndarray], labels: np.ndarray) -> int:
    """Return how many digits of a `drawn_page` have exactly one answer, the correct one.

    Parameters
    ----------
    page : mapping
        ``boxes`` and ``answers``, see `ch03.helpers.reading.read_page`.
    labels : ndarray of shape (20,)
    """
    centre = (page["boxes"][:, :2] + page["boxes"][:, 2:]) // 2
    place = (centre[:, 1] - 10) // ROW * COLUMNS + (centre[:, 0] - 10) // COLUMN
    answers = [page["answers"][place == number].tolist() for number in range(len(labels))]
    return sum(answer == [label] for answer, label in zip(answers, labels, strict=True))
