"""Small tools around training: shuffling, splits, mini-batches, randomness, threads, Ctrl-C."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from common.checks import check_whole

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


class MiniBatches:
    """An iterator over the indices of one mini-batch after the other, without end.

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

    Attributes
    ----------
    rest : ndarray of int
        What the epoch has still to see.
    """

    def __init__(
        self, size: int, batch_size: int, rng: np.random.Generator, shuffle: bool = False
    ) -> None:
        self.size = check_whole("the number of samples", size)
        self.batch_size = check_whole("the size of a mini-batch", batch_size)
        self.rng, self.shuffle = rng, shuffle
        self.rest = np.empty(0, dtype=np.int64)

    def __iter__(self) -> "MiniBatches":
        return self

    def __next__(self) -> np.ndarray:
        if not self.shuffle:
            return self.rng.integers(self.size, size=self.batch_size)
        if len(self.rest) == 0:
            self.rest = self.rng.permutation(self.size)
        batch, self.rest = self.rest[: self.batch_size], self.rest[self.batch_size :]
        return batch


def smooth_curve(x: np.ndarray) -> np.ndarray:
    """Return the series `x` smoothed by a Kaiser window, as long as it was (6.1.8).

    Each number becomes an average of 11, weighted by their nearness; beyond its ends the series is
    continued as in a mirror.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.ndim != 1 or len(x) == 0:
        raise ValueError(f"x has shape {x.shape}; expected a series of numbers")
    window = np.kaiser(11, 2)
    return np.convolve(np.pad(x, 5, mode="reflect"), window / window.sum(), mode="valid")


def generators(model: Any) -> list[np.random.Generator]:
    """Return the random generators of a layer, or of the layers of a network."""
    layers = getattr(model, "layers", [model])
    layers = layers.values() if hasattr(layers, "values") else layers
    found = [getattr(layer, "rng", None) for layer in layers]
    return [rng for rng in found if isinstance(rng, np.random.Generator)]


def rewinder(model: Any) -> Callable[[], None]:
    """Return a function that sets the generators of `model` back to where they are now.

    So Dropout draws the same masks again, where a numerical gradient moves one weight after the
    other.
    """
    saved = [(rng, rng.bit_generator.state) for rng in generators(model)]

    def rewind() -> None:
        for rng, state in saved:
            rng.bit_generator.state = state

    return rewind


def one_blas_thread() -> threadpool_limits:
    """Return a context in which matrix products run on one thread.

    Products of mini-batch size are too small to share, so that further threads mostly wait; on a
    busy machine of two cores a training step was ten times slower with two.
    """
    return threadpool_limits(limits=1, user_api="blas")


@contextmanager
def interrupt_asked() -> Iterator[threading.Event]:
    """Let Ctrl-C wait: the first one sets the event that is returned, a second one gets through.

    So a loop can come to a good end. Outside the main thread, and where Ctrl-C is ignored, nothing
    changes.
    """
    asked = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or before in (signal.SIG_IGN, None):
        yield asked
        return

    def ask(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        asked.set()
        os.write(2, b"\nstopping after this step (Ctrl-C once more: at once)\n")  # print could fail

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def check_pairs(x: np.ndarray, t: np.ndarray) -> None:
    """Refuse samples and targets that are not as many, or none."""
    if len(x) != len(t) or len(x) == 0:
        raise ValueError(
            f"x holds {len(x)} samples and t {len(t)} targets; expected as many, and at least one"
        )
