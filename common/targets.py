"""Checks of targets: labels, one-hot rows or probabilities, or numbers, for given outputs."""

import math
import operator

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_array, as_float, check_whole, in_one_line


def check_targets(t: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    """Return the targets for outputs of `shape`: labels (N,), or one row per sample (N, C).

    Parameters
    ----------
    t : array_like
        Labels: integers in [0, C), of shape (N,) or (N, 1). Or rows of shape (N, C): one-hot, or
        floats from 0 to 1. For a single sample also one row (C,) or one label.
    shape : tuple of int
        The shape of the network's output, (N, C) or (C,).

    Returns
    -------
    ndarray
        Integer labels of shape (N,), or rows of shape (N, C).
    """
    try:
        n, classes = map(operator.index, shape if len(shape) != 1 else (1, *shape))
    except (TypeError, ValueError):
        found = in_one_line(shape)
        raise ValueError(f"the output has shape {found}; expected (N, C) or (C,)") from None
    if classes < 2 or n < 1:
        raise ValueError(
            f"the output has shape {shape}; expected at least one sample, and at least two classes"
        )
    t = as_array("t", t)
    if t.shape == (n, classes) or (n == 1 and t.shape == (classes,)):
        return _check_target_rows(t.reshape(n, classes))
    if t.shape == (n, 1) or (t.ndim == 0 and n == 1):
        t = t.reshape(n)
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
        raise ValueError("t has rows with values outside of 0 to 1; expected one-hot rows")
    total = t.sum(axis=1)
    if (total == 0).any() or (t.dtype.kind != "f" and (total != 1).any()):
        raise ValueError("t has rows without a 1, or with several; expected one-hot rows")
    return t


def check_probabilities(t: np.ndarray) -> np.ndarray:
    """Return rows of targets, (N, C), if the sum of each is 1."""
    total = t.sum(axis=1, dtype=np.float64)
    worst = float(total[np.abs(total - 1).argmax()])
    if not abs(worst - 1) < 1e-3:  # in half precision the sum is not exact
        raise ValueError(
            f"t has a row with the sum {worst:g}; expected probabilities, with the sum 1; for "
            "other targets use SigmoidWithLoss or IdentityWithLoss"
        )
    return t


def check_values(
    t: ArrayLike, shape: tuple[int, ...], least: float = -math.inf, most: float = math.inf
) -> np.ndarray:
    """Return targets from `least` to `most`, one for each output of `shape`, as rows (N, K).

    Parameters
    ----------
    t : array_like
        Of shape `shape`; also (N,) for (N, 1).
    shape : (int, int) or (int,)
        The shape of the outputs: (N, K), or (K,) for a single sample.
    """
    t = as_array("t", t)
    if len(shape) not in (1, 2) or 0 in shape:
        raise ValueError(f"the output has shape {shape}; expected (N, K) or (K,)")
    if t.shape != shape and not (shape[-1] == 1 and t.size == shape[0] and t.ndim < 2):
        raise ValueError(f"t has shape {t.shape}; expected {shape}, a number for each output")
    t = as_float("t", t)
    if t.min() < least or t.max() > most:
        raise ValueError(
            f"t is between {t.min()} and {t.max()}; expected numbers from {least} to {most}"
        )
    return t.reshape(-1, shape[-1])


def check_pixel_labels(
    t: ArrayLike,
    shape: tuple[int, ...],
    ignored: int | None,
    class_weights: tuple[float, ...] | None = None,
) -> np.ndarray:
    """Return a label for each pixel, (N, H, W), for scores of `shape` (N, C, H, W).

    Labels are integers in [0, C), or `ignored`.
    """
    if len(shape) != 4 or shape[1] < 2 or 0 in shape:
        raise ValueError(f"the output has shape {shape}; expected (N, C, H, W), C at least 2")
    N, C, H, W = shape
    if class_weights is not None and len(class_weights) != C:
        what = f"{len(class_weights)} class weights and scores of shape {shape}"
        raise ValueError(f"{what}; expected a weight for each of the {C} classes")
    return _check_labels(t, (N, H, W), C, ignored, "pixel")


def check_word_labels(
    t: ArrayLike, shape: tuple[int, ...], ignored: int | None, _: None = None
) -> np.ndarray:
    """Return a label for each time step, (N, T), for scores of `shape` (N, T, V).

    Labels are integers in [0, V), or `ignored`.
    """
    if len(shape) != 3 or shape[2] < 2 or 0 in shape:
        raise ValueError(f"the output has shape {shape}; expected (N, T, V), V at least 2")
    return _check_labels(t, shape[:2], shape[2], ignored, "time step")


def _check_labels(
    t: ArrayLike, shape: tuple[int, ...], classes: int, ignored: int | None, place: str
) -> np.ndarray:
    t = as_array("t", t)
    if t.shape != shape:
        raise ValueError(f"t has shape {t.shape}; expected a label for each {place}, {shape}")
    if t.dtype.kind not in "iu":
        raise ValueError(f"t holds labels of type {t.dtype}; expected integers")
    outside = ((t < 0) | (t >= classes)) & (t != ignored)
    if outside.any():
        other = "" if ignored is None else f", or {ignored} for a {place} to ignore"
        raise ValueError(f"t holds the label {t[outside][0]}; expected 0 to {classes - 1}{other}")
    return t


def check_pixel_settings(
    class_weights: ArrayLike | None, ignored: int | None
) -> tuple[tuple[float, ...] | None, int | None]:
    """Return the settings of a loss for every pixel, if they are valid."""
    if ignored is not None:
        ignored = check_whole("ignored", ignored, -(2**31))
    if class_weights is None:
        return None, ignored
    weights = as_float("class_weights", class_weights)
    if weights.ndim != 1 or len(weights) < 2 or not (weights >= 0).all() or np.isinf(weights).any():
        what = f"class_weights is {in_one_line(class_weights)}"
        raise ValueError(f"{what}; expected a number >= 0 for each of at least two classes")
    return tuple(weights.tolist()), ignored
