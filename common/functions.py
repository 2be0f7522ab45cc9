"""Activation functions, losses and accuracy as pure functions: no argument is changed.

Floating-point input keeps its type (float16, float32, float64); integers are converted to float64
if anything is computed.
"""

import numpy as np
from numpy.typing import ArrayLike

from common.checks import (
    NotFiniteError,
    as_array,
    as_float,
    check_rows,
    check_whole,
    warn_of_loss,
)
from common.targets import check_targets


def identity_function(x: ArrayLike) -> np.ndarray:
    """Return `x` unchanged: the output activation of a regression (3.4.2, 3.5)."""
    return as_array("x", x)


def step_function(x: ArrayLike) -> np.ndarray:
    """Return 1 where x > 0 and 0 elsewhere, as integers of the shape of `x`.

    Book: section 3.2.2, eq. (3.3). NaN raises a ValueError.
    """
    x = as_float("x", x)
    if np.isnan(x).any():
        raise ValueError("x contains NaN; expected numbers")
    return (x > 0).astype(int)


def sigmoid(x: ArrayLike) -> np.ndarray:
    """Return 1 / (1 + exp(-x)), between 0 and 1.

    Book: section 3.2.4, eq. (3.6).
    """
    x = as_float("x", x)
    with np.errstate(over="ignore"):  # exp(-x) may reach inf, and 1 / inf is 0, as it should be
        return 1 / (1 + np.exp(-x))


def sigmoid_grad(x: ArrayLike) -> np.ndarray:
    """Return the derivative of the sigmoid at `x`: y (1 - y) with y = sigmoid(x).

    Book: section 5.5.2, eq. (5.12).
    """
    y = sigmoid(x)
    return y * (1 - y)


def relu(x: ArrayLike) -> np.ndarray:
    """Return x where x > 0 and 0 elsewhere.

    Book: section 3.2.7, eq. (3.7).
    """
    return np.maximum(as_float("x", x), 0)


def relu_grad(x: ArrayLike) -> np.ndarray:
    """Return the derivative of ReLU at `x`: 1 where x > 0 and 0 elsewhere, also at 0.

    Book: section 5.5.1, eq. (5.8); its public code has 1 at 0. NaN stays NaN.
    """
    return np.heaviside(as_float("x", x), 0)


def softmax(a: ArrayLike | None = None, *, x: ArrayLike | None = None) -> np.ndarray:
    """Return exp(a_k) / sum_i exp(a_i): scores become probabilities.

    The largest score is subtracted first, so that no exponential overflows; the result is the same.

    Parameters
    ----------
    a : array_like of shape (..., C)
        Scores of C classes, for one sample or for a batch.
    x : array_like
        Another name for `a`: the book uses `a` in its text and `x` in its code.

    Returns
    -------
    ndarray of the shape of `a`
        Each row is in [0, 1] with sum 1; NaN if the largest score of the row is NaN or infinite.

    Raises
    ------
    ValueError
        If there are no scores, or if both `a` and `x` are given.

    Notes
    -----
    Book: section 3.5, eq. (3.10) and (3.11).
    """
    if a is None:
        a, x = x, None
    if a is None or x is not None:
        raise ValueError("softmax got both a and x, or neither; expected one of them")
    exp_a = np.exp(_minus_max(a))
    return exp_a / exp_a.sum(axis=-1, keepdims=True)


def log_softmax(a: ArrayLike) -> np.ndarray:
    """Return log(softmax(a)), finite even where a probability underflows to 0."""
    a = _minus_max(a)
    return a - np.log(np.exp(a).sum(axis=-1, keepdims=True))


def _minus_max(a: ArrayLike) -> np.ndarray:
    a = as_float("a", a)
    check_rows("a", a)
    with np.errstate(invalid="ignore"):  # the loss warns where it is NaN
        return a - a.max(axis=-1, keepdims=True)  # inf - inf is NaN


def one_hot(t: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    """Return labels as one-hot rows, for outputs of `shape` (N, C) or (C,).

    Labels (N,) become rows (N, C) with a single 1; rows are returned unchanged.

    Examples
    --------
    >>> one_hot([2, 0], (2, 3))
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    t = check_targets(t, shape)
    return t if t.ndim == 2 else label_rows(t, shape[-1])


def label_rows(t: np.ndarray, classes: int) -> np.ndarray:
    """Return labels, (N,), as one-hot rows, (N, classes)."""
    rows = np.zeros((len(t), classes), np.float32, like=t)
    rows[np.arange(len(t), like=t), t] = 1
    return rows


def mean_squared_error(y: ArrayLike, t: ArrayLike) -> float:
    """Return 1/2 sum_k (y_k - t_k)^2, the sum over all elements.

    Parameters
    ----------
    y, t : array_like of the same shape
        Outputs, and targets (one-hot, not labels).

    Notes
    -----
    Book: section 4.2.1, eq. (4.1). The book calls it a mean; it is half of the sum.
    """
    y, t = as_float("y", y), as_float("t", t)
    if y.shape != t.shape:
        raise ValueError(f"y has shape {y.shape} and t has shape {t.shape}; expected the same")
    check_rows("y", y)
    with np.errstate(over="ignore", invalid="ignore"):  # the next line warns
        loss = 0.5 * np.sum((y - t) ** 2)
    return warn_of_loss(loss)


sum_squared_error = mean_squared_error


def cross_entropy_error(y: ArrayLike, t: ArrayLike) -> float:
    """Return -1/N sum_n sum_k t_nk log(y_nk + 1e-7).

    Parameters
    ----------
    y : array_like of shape (N, C) or (C,)
        Probabilities in [0, 1].
    t : array_like
        Labels of shape (N,), or one-hot rows of the shape of `y`; both give the same value.

    Raises
    ------
    ValueError
        If shapes or labels do not fit, `y` is not a probability, or the batch is empty.

    Notes
    -----
    Book: section 4.2.2 to 4.2.4, eq. (4.2) and (4.3). The 1e-7 avoids log(0).
    """
    y = as_float("y", y)
    check_rows("y", y)
    t = one_hot(t, y.shape)
    if y.min() < 0 or y.max() >= 1.001:  # softmax may round a little above 1
        raise ValueError(f"y is between {y.min()} and {y.max()}; expected probabilities, 0 to 1")
    return warn_of_loss(-np.sum(t * np.log(y.reshape(t.shape) + 1e-7)) / len(t))


def softmax_loss(X: ArrayLike, t: ArrayLike) -> float:
    """Return the cross entropy of softmax(X) and the targets `t`: see `cross_entropy_error`."""
    return cross_entropy_error(softmax(X), t)


def accuracy(y: ArrayLike, t: ArrayLike) -> float:
    """Return the fraction of samples whose largest output is that of the true class.

    Parameters
    ----------
    y : array_like of shape (N, C)
        Scores or probabilities.
    t : array_like
        Labels of shape (N,), or one-hot rows of shape (N, C).

    Notes
    -----
    Book: section 3.6.2. A row with NaN counts as incorrect; argmax alone would choose the NaN.
    """
    return top_k_accuracy(y, t, k=1)


def top_k_accuracy(y: ArrayLike, t: ArrayLike, k: int = 5) -> float:
    """Return the fraction of samples whose true class is among the `k` with the largest outputs.

    Parameters
    ----------
    y : array_like of shape (N, C)
        Scores or probabilities; if two are equal, the first counts as larger.
    t : array_like
        Labels of shape (N,), or one-hot rows of shape (N, C).
    k : int
        From 1, which is `accuracy`, to C.

    Notes
    -----
    Book: section 8.2.1, where k is 5. A row with NaN counts as incorrect.
    """
    y, labels = _scores_and_labels(y, t)
    k = check_whole("k", k, most=y.shape[1])
    best = np.argsort(-y, axis=1, kind="stable")[:, :k]
    right = (best == labels[:, None]).any(axis=1) & ~np.isnan(y).any(axis=1)
    return float(np.mean(right))


def confusion_matrix(y: ArrayLike, t: ArrayLike) -> np.ndarray:
    """Count the predictions of each true class; the diagonal counts the correct ones.

    Parameters
    ----------
    y : array_like of shape (N, C)
        Scores or probabilities; if two are equal, the first counts as larger.
    t : array_like
        Labels of shape (N,), or one-hot rows of shape (N, C).

    Returns
    -------
    ndarray of int, of shape (C, C)
        A row for each true class, a column for each predicted class.

    Examples
    --------
    >>> confusion_matrix([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]], [0, 1, 1])
    array([[1, 0],
           [1, 1]])
    """
    y, labels = _scores_and_labels(y, t)
    if np.isnan(y).any():
        raise NotFiniteError("the scores contain NaN; expected numbers: did the training diverge?")
    C = y.shape[1]
    pairs = labels.astype(int) * C + y.argmax(axis=1)
    return np.bincount(pairs, minlength=C * C).reshape(C, C)


def _scores_and_labels(y: ArrayLike, t: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    y = as_float("y", y)
    check_rows("y", y)
    if y.ndim != 2:
        raise ValueError(f"y has shape {y.shape}; expected (N, C), a row for each sample")
    t = check_targets(t, y.shape)
    return y, t if t.ndim == 1 else t.argmax(axis=1)
