"""Sequences: their lengths, the state that a recurrent layer starts from, word numbers (8.4.3)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_array, as_float, in_one_line

State = tuple[np.ndarray, ...]  # of a recurrent layer: (h,), or (h, c) of an LSTM, each (N, H)
Gradients = tuple[np.ndarray, State]  # of a cell: of x Wx + h Wh + b, and of the rest of its state


def initial_state(
    names: Sequence[str], arrays: Sequence[Any], shape: tuple[int, int], like: np.ndarray
) -> State:
    """Return arrays of shape (N, H), checked, as a state; zeros in place of None.

    Parameters
    ----------
    names : sequence of str
        The names of the parts, for messages.
    arrays : sequence of array_like or None
    shape : (int, int)
        The shape that each must have.
    like : ndarray
        Each gets its type.
    """
    if not isinstance(arrays, Sequence) or len(arrays) != len(names):
        found = f"{len(arrays)} arrays" if hasattr(arrays, "__len__") else in_one_line(arrays)
        raise ValueError(f"the state has {found}; expected a tuple of {len(names)}")
    state = []
    for name, array in zip(names, arrays, strict=True):
        zeros = np.zeros(shape, like.dtype, like=like)
        part = zeros if array is None else as_float(name, array)
        if part.shape != shape:
            raise ValueError(f"{name} has shape {part.shape}; expected {shape}")
        state.append(part.astype(like.dtype, copy=False))
    return tuple(state)


def real_steps(lengths: ArrayLike | None, N: int, T: int) -> np.ndarray | None:
    """Return for each time step whether it is not padding, (T, N, 1); None if none is padding.

    Parameters
    ----------
    lengths : array_like of int, (N,), or None
        The number of real time steps of each sequence, which come before the padding.
    N, T : int
    """
    if lengths is None:
        return None
    found = as_array("lengths", lengths)
    fits = found.shape == (N,) and found.dtype.kind in "iu"
    if not fits or found.min() < 1 or found.max() > T:
        what = f"lengths is {in_one_line(found.tolist())}"
        raise ValueError(f"{what}; expected {N} integers from 1 to {T}, one for each sequence")
    return None if (found == T).all() else (np.arange(T, like=found)[:, None] < found)[..., None]


def choose(real: np.ndarray, new: State, old: State) -> State:
    """Return `new` for the sequences whose time step is real, `old` where it is padding."""
    return tuple(np.where(real, a, b) for a, b in zip(new, old, strict=True))


def check_words(x: np.ndarray, number: int) -> np.ndarray:
    """Return word numbers as integers, if each is one of `number` words."""
    valid = (x >= 0) & (x < number) & (x == np.floor(x))  # NaN is not
    if not valid.all():
        found = x[~valid][0]
        raise ValueError(f"x holds the word number {found:g}; expected integers 0 to {number - 1}")
    return x.astype(np.int64)
