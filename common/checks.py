"""What came and what was expected: the checks at the edges of the library.

Each raises a ``ValueError`` of one line. They cost a look at a shape or at one number per sample,
so they stay on; NaN is let through where it stays visible and refused where it would turn into
an ordinary number (a class, a step, a loss that is compared).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


class NotFiniteError(ValueError):
    """A loss or a score is NaN or infinite: often a training that diverged."""


def as_float(name: str, x: ArrayLike) -> np.ndarray:
    """Return `x` as a floating-point array: floats keep their type, integers become float64."""
    x = np.asarray(x)
    if x.dtype.kind in "iub":
        return x.astype(np.float64)
    if x.dtype.kind != "f":
        raise ValueError(f"{name} is of type {x.dtype}; expected real numbers")
    return x


def check_rows(name: str, x: np.ndarray, size: int | None = None) -> None:
    """Refuse an empty batch and, where `size` is given, samples that do not hold `size` values."""
    if x.ndim == 0 or x.size == 0:
        raise ValueError(f"{name} has shape {x.shape}; expected at least one sample")
    found = x.size if x.ndim == 1 else x.size // len(x)
    if size is not None and found != size:
        raise ValueError(
            f"{name} has shape {x.shape}, {found} values per sample; expected {size} per sample"
        )


def check_dout(layer: Any, dout: np.ndarray, shape: tuple[int, ...] | None) -> None:
    """Refuse a gradient that has not the shape of what `layer.forward` returned."""
    name = type(layer).__name__
    if shape is None:
        raise ValueError(f"{name}.backward came before forward; call forward first")
    if np.shape(dout) != shape:
        raise ValueError(
            f"{name}.backward: dout has shape {np.shape(dout)}; "
            f"expected {shape}, the shape of forward's output"
        )


def check_loss(loss: float) -> float:
    """Refuse a loss that is NaN or infinite: nothing can be learned from it."""
    if not np.isfinite(loss):
        raise NotFiniteError(
            f"the loss is {loss}; expected a finite number: look for NaN or infinite inputs, "
            "or lower the learning rate"
        )
    return float(loss)


def check_range(
    name: str,
    value: float,
    *,
    least: float = -math.inf,
    above: float = -math.inf,
    below: float = math.inf,
) -> float:
    """Return `value` where it is a finite number from `least` on, above `above`, below `below`."""
    if isinstance(value, (int, float, np.number)) and least <= value < below and value > above:
        return value
    limits = [("from", least), ("above", above), ("below", below)]
    wanted = " ".join(f"{word} {limit:g}" for word, limit in limits if math.isfinite(limit))
    raise ValueError(f"{name} is {value!r}; expected a number {wanted}")


def check_whole(name: str, value: Any, least: int = 1) -> int:
    """Return `value` where it is a whole number from `least` on."""
    if isinstance(value, int | np.integer) and value >= least:
        return int(value)
    raise ValueError(f"{name} is {value!r}; expected a whole number from {least} on")


def check_targets(t: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    """Return the targets of outputs of `shape`: labels (N,) or one row of numbers per sample.

    Parameters
    ----------
    t : array_like
        Labels, integers in [0, C), of shape (N,); or rows of shape (N, C): one-hot, or, as
        floats, any numbers from 0 to 1. For a single sample also one row (C,) or one label.
    shape : tuple of int
        The shape of the network's output, (N, C) or (C,).

    Returns
    -------
    ndarray
        Integer labels of shape (N,), or rows of shape (N, C).
    """
    if len(shape) not in (1, 2):
        raise ValueError(f"the output has shape {shape}; expected (N, C) or (C,)")
    n, classes = (1, *shape)[-2:]
    if classes < 2:
        raise ValueError(f"the output has shape {shape}; expected two classes or more")
    t = np.asarray(t)
    if t.shape == (n, classes) or (n == 1 and t.shape == (classes,)):
        return _check_target_rows(t.reshape(n, classes))
    if t.ndim == 0 and n == 1:
        t = t.reshape(1)
    if t.shape != (n,):
        raise ValueError(
            f"t has shape {t.shape}; expected labels of shape ({n},) or one-hot rows of shape "
            f"({n}, {classes})"
        )
    if t.dtype.kind not in "iu":
        raise ValueError(f"t holds labels of type {t.dtype}; expected integers")
    if t.min() < 0 or t.max() >= classes:
        raise ValueError(
            f"t holds labels from {t.min()} to {t.max()}; expected 0 to {classes - 1} "
            f"for {classes} classes"
        )
    return t


def _check_target_rows(t: np.ndarray) -> np.ndarray:
    if t.dtype.kind not in "fiub" or not (t.min() >= 0 and t.max() <= 1):
        raise ValueError("t has rows with other entries than 0 to 1; expected one-hot rows")
    total = t.sum(axis=1)
    if (total == 0).any() or (t.dtype.kind != "f" and (total != 1).any()):
        raise ValueError("t has rows without a 1, or with several; expected one-hot rows")
    return t
