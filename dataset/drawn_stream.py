"""Drawn digits without end: each is made when a mini-batch needs it, and then forgotten (8.3.3)."""

import numpy as np
from numpy.random import default_rng

from common.checks import check_whole
from common.streams import Stream
from dataset.synthetic import SIZE, draw_block, read_alphabet

BLOCK = 25  # digits that are drawn at once
STREAM = 2  # 0 and 1 are the training and the test set of `dataset.synthetic`


class DrawnImages(Stream):
    """Drawn digits, float32 (N, 1, 28, 28) from 0 to 1, which take no memory.

    Digit k is always the same; digits whose indices follow each other are drawn fastest.

    Parameters
    ----------
    number : int
        The number N of digits; ten million are as cheap as ten.
    seed : int
    """

    def __init__(self, number: int, seed: int = 1) -> None:
        self.shape = (check_whole("the number of digits", number), 1, SIZE, SIZE)
        self.dtype = np.dtype(np.float32)
        self.seed = check_whole("the seed", seed, 0)
        self.labels = DrawnLabels(self)
        self._alphabet = read_alphabet()
        self._indices, self._drawn = np.empty(0), (np.empty(0), np.empty(0))

    def take(self, indices: np.ndarray) -> np.ndarray:
        """Return the digits with these indices, (N, 1, 28, 28)."""
        x = self.drawn(indices)[0]
        return np.divide(x, 255, dtype=np.float32)[:, None]

    def drawn(self, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return images, uint8 (N, 28, 28), and labels, (N,)."""
        # A mini-batch takes its images, and then its labels: they are drawn once.
        if not np.array_equal(indices, self._indices):
            blocks, which = np.unique(indices // BLOCK, return_inverse=True)
            pairs = [self._block(block) for block in blocks]
            images, labels = map(np.stack, zip(*pairs, strict=True))
            self._indices, at = indices.copy(), (which, indices % BLOCK)
            self._drawn = images[at], labels[at]
        return self._drawn

    def _block(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        return draw_block(self._alphabet, default_rng([self.seed, STREAM, number]), BLOCK)


class DrawnLabels(Stream):
    """The labels of `DrawnImages`: integers (N,)."""

    def __init__(self, images: DrawnImages) -> None:
        self.images, self.shape = images, images.shape[:1]
        self.dtype = np.dtype(np.int64)

    def take(self, indices: np.ndarray) -> np.ndarray:
        """Return the labels with these indices, (N,)."""
        return self.images.drawn(indices)[1].astype(self.dtype)
