"""What came and what was expected: the checks at the edges of the library.

Each raises a ``ValueError`` of one line. They cost a look at a shape or at one number per sample,
so they stay on; NaN is let through where it stays visible and refused where it would turn into
an ordinary number (a class, a step, a loss that is compared).
"""

import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

LARGEST = sys.float_info.max


class NotFiniteError(ValueError):
    """A loss or a score is NaN or infinite: often a training that diverged."""


def in_one_line(value: object) -> str:
    """Return how `value` stands in a message: an array takes several lines, or thousands."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."


def check_unmasked(name: str, x: object) -> None:
    """Refuse an array with a mask, which would be lost: NumPy counts what is under it."""
    if isinstance(x, np.ma.MaskedArray):
        raise ValueError(f"{name} is a masked array; expected one without a mask")


def as_array(name: str, x: ArrayLike) -> np.ndarray:
    """Return `x` as an array."""
    check_unmasked(name, x)
    try:
        return np.asarray(x)
    except (TypeError, ValueError):
        raise ValueError(f"{name} has rows of different lengths; expected an array") from None


def as_float(name: str, x: ArrayLike) -> np.ndarray:
    """Return `x` as a floating-point array: floats keep their type, integers become float64."""
    x = as_array(name, x)
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


def check_dout(layer: Any, dout: ArrayLike, shape: tuple[int, ...] | None) -> np.ndarray:
    """Return the gradient, in floats, if it has the shape of what `layer.forward` returned."""
    name = type(layer).__name__
    if shape is None:
        raise ValueError(f"{name}.backward came before forward; call forward first")
    if type(dout) is not np.ndarray or dout.dtype.kind != "f":
        dout = as_float(f"{name}.backward: dout", dout)
    if dout.shape != shape:
        raise ValueError(
            f"{name}.backward: dout has shape {dout.shape}; "
            f"expected {shape}, the shape of forward's output"
        )
    return dout


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
    """Return `value` as a float if it is finite, from `least` on, above `above`, below `below`."""
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    too_long = isinstance(value, int) and abs(value) > LARGEST
    number = float(value) if real and not too_long else math.nan
    if least <= number < below and number > above:
        return number
    limits = [("from", least), ("above", above), ("below", below)]
    wanted = " ".join(f"{word} {limit:g}" for word, limit in limits if math.isfinite(limit))
    raise ValueError(f"{name} is {in_one_line(value)}; expected a number {wanted}")


def check_whole(name: str, value: Any, least: int = 1, most: int = 2**31 - 1) -> int:
    """Return `value` where it is a whole number from `least` to `most`."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if whole and least <= value <= most:
        return int(value)
    wanted = f"from {least} to {most}" if whole and value > most else f"from {least} on"
    raise ValueError(f"{name} is {in_one_line(value)}; expected a whole number {wanted}")


def check_name(name: str, value: Any, known: Iterable[str]) -> str:
    """Return `value` where it is one of the texts that are known."""
    if isinstance(value, str) and value in known:
        return value
    raise ValueError(f"{name} is {in_one_line(value)}; expected one of {', '.join(known)}")


def check_flag(name: str, value: Any) -> None:
    """Refuse what is neither true nor false: a text in a wrong place is true for Python."""
    if not (isinstance(value, bool | np.bool_) or (isinstance(value, int) and value in (0, 1))):
        raise ValueError(f"{name} is {in_one_line(value)}; expected True or False")


def check_mapping(name: str, value: Any) -> None:
    """Refuse what has no keys."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is {in_one_line(value)}; expected a dict")


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
    whole = isinstance(shape, tuple | list) and all(
        isinstance(size, int | np.integer) for size in shape
    )
    if not whole or len(shape) not in (1, 2):
        raise ValueError(f"the output has shape {in_one_line(shape)}; expected (N, C) or (C,)")
    n, classes = (1, *shape)[-2:]
    if classes < 2:
        raise ValueError(f"the output has shape {shape}; expected two classes or more")
    t = as_array("t", t)
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
