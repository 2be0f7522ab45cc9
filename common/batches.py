"""Mini-batches, and the split into training and validation data (4.2.3, 6.5.1)."""

from typing import Any

import numpy as np

from common.checks import check_range, check_whole, on_gpu
from common.randomness import Seed, random_generator
from common.util import shuffle_dataset


class MiniBatches:
    """An endless iterator over mini-batches: yields the indices of the samples of each.

    Parameters
    ----------
    size : int
        The number of samples.
    batch_size : int
        The largest number of samples in a batch.
    rng : Generator or seed
    shuffle : bool
        False draws each batch at random with replacement, as the book does (4.2.3). True shuffles
        the samples once per epoch and splits them into batches: an epoch uses every sample exactly
        once, and its last batch may be smaller.
    in_order : bool
        True takes the samples one after the other, for data that are read when they are needed: see
        `common.streams`.

    Attributes
    ----------
    rest : ndarray of int
        The samples of this epoch that have not been used yet; not `in_order`.
    number : int
        How many batches there have been.
    """

    def __init__(
        self,
        size: int,
        batch_size: int,
        rng: Seed,
        shuffle: bool = False,
        in_order: bool = False,
    ) -> None:
        self.size = check_whole("the number of samples", size)
        self.batch_size = check_whole("the size of a mini-batch", batch_size)
        self.rng, self.shuffle = random_generator(rng), shuffle
        self.in_order, self.number = in_order, 0
        self.rest = np.empty(0, dtype=np.int64)

    def __iter__(self) -> "MiniBatches":
        return self

    def __next__(self) -> np.ndarray:
        self.number += 1
        if self.in_order:
            per_epoch = -(-self.size // self.batch_size)
            start = (self.number - 1) % per_epoch * self.batch_size
            return np.arange(start, min(start + self.batch_size, self.size))
        if not self.shuffle:
            return self.rng.integers(self.size, size=self.batch_size)
        if len(self.rest) == 0:
            self.rest = self.rng.permutation(self.size)
        batch, self.rest = self.rest[: self.batch_size], self.rest[self.batch_size :]
        return batch


def take(data: Any, indices: np.ndarray) -> np.ndarray:
    """Return the samples with these indices, of an array, also on a GPU, or of a `Stream`."""
    return data[np.asarray(indices, like=data) if on_gpu(data) else indices]


def split_validation(
    x: np.ndarray, t: np.ndarray, rate: float = 0.2, rng: Seed = None
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Shuffle and split data into a training set and a validation set.

    Returns
    -------
    (x_train, t_train), (x_val, t_val)
        int(N * rate) samples for validation, the others for training. Choose hyperparameters
        with the validation data, never with the test data (6.5.1).
    """
    check_range("rate", rate, above=0, below=1)
    x, t = shuffle_dataset(x, t, rng)
    number = int(len(x) * rate)
    return (x[number:], t[number:]), (x[:number], t[:number])
