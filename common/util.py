"""Small tools around training: shuffling, the validation split, mini-batches, one BLAS thread."""

from collections.abc import Iterator

import numpy as np
from threadpoolctl import threadpool_limits

Seed = np.random.Generator | int | None


def shuffle_dataset(
    x: np.ndarray, t: np.ndarray, rng: Seed = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return samples and targets in the same random order (6.5.1).

    Parameters
    ----------
    x, t : ndarray
        As many samples as targets, along the first axis, of any shape behind it.
    rng : Generator or seed, optional
        None draws a new order each time.
    """
    check_pairs(x, t)
    order = np.random.default_rng(rng).permutation(len(x))
    return x[order], t[order]


def split_validation(
    x: np.ndarray, t: np.ndarray, rate: float = 0.2, rng: Seed = None
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Shuffle, then set a part aside to choose hyper-parameters by: never choose by the test data.

    Returns
    -------
    (x_train, t_train), (x_val, t_val)
        int(N * rate) samples for validation, the others for training (6.5.1).
    """
    if not 0 < rate < 1:
        raise ValueError(f"rate is {rate}; expected a part between 0 and 1")
    x, t = shuffle_dataset(x, t, rng)
    number = int(len(x) * rate)
    return (x[number:], t[number:]), (x[:number], t[:number])


def mini_batches(
    size: int, batch_size: int, rng: np.random.Generator, shuffle: bool = False
) -> Iterator[np.ndarray]:
    """Return an iterator over the indices of one mini-batch after the other, without end.

    Parameters
    ----------
    size : int
        The number of samples.
    batch_size : int
        At most this many a batch.
    rng : Generator
    shuffle : bool
        False draws each batch at random with replacement, as the book does (4.2.3). True shuffles
        once per epoch and cuts the order into batches, so that an epoch sees every sample exactly
        once; its last batch may be smaller.
    """
    if size < 1 or batch_size < 1:
        raise ValueError(f"size is {size}, batch_size is {batch_size}; expected 1 or more of each")
    return _endless_batches(size, batch_size, rng, shuffle)


def _endless_batches(
    size: int, batch_size: int, rng: np.random.Generator, shuffle: bool
) -> Iterator[np.ndarray]:
    while True:
        if shuffle:
            order = rng.permutation(size)
            yield from (order[i : i + batch_size] for i in range(0, size, batch_size))
        else:
            yield rng.integers(size, size=batch_size)


def one_blas_thread() -> threadpool_limits:
    """Return a context in which matrix products run on one thread.

    Products of mini-batch size are too small to share, so that further threads mostly wait; on a
    busy machine of two cores a training step was ten times slower with two.
    """
    return threadpool_limits(limits=1, user_api="blas")


def check_pairs(x: np.ndarray, t: np.ndarray) -> None:
    """Refuse samples and targets that are not as many, or none."""
    if len(x) != len(t) or len(x) == 0:
        raise ValueError(
            f"x holds {len(x)} samples and t {len(t)} targets; expected as many, and at least one"
        )
