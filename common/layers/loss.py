"""Loss layers: an output activation together with its loss (3.5, 4.2, 5.6.3, appendix A).

Each pair is chosen so that the gradient with respect to the scores is y - t. A loss layer also
defines how predictions are evaluated: `score` computes a number, and `measure` is its name.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from common import functions
from common.checks import as_float, warn_of_loss
from common.functions import label_rows, sigmoid
from common.parts import described
from common.targets import (
    check_pixel_labels,
    check_pixel_settings,
    check_probabilities,
    check_targets,
    check_values,
    check_word_labels,
)


class Loss:
    """The base class of loss layers: output y, targets t, and the gradient (y - t) / N.

    Attributes
    ----------
    loss : float
    y : ndarray of the shape of the scores
        The output.
    t : ndarray of shape (N, C)
        The targets as rows.
    """

    measure = "accuracy"
    y: np.ndarray | None = None
    t: np.ndarray | None = None
    loss: float

    def __repr__(self) -> str:
        return described(self)

    def backward(self, dout: float = 1.0) -> np.ndarray:
        """Return dout * (y - t) / N, in the shape of the scores."""
        y, t = self._of_forward(dout)
        dx = (y.reshape(t.shape) - t) * (dout / len(t))
        return dx.reshape(y.shape).astype(y.dtype, copy=False)

    def _of_forward(self, dout: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the output and the targets of `forward`, if there are any and dout is a number."""
        if self.y is None or self.t is None:
            name = type(self).__name__
            raise ValueError(f"{name}.backward came before forward; call forward first")
        if type(dout) is not float and as_float("dout", dout).ndim:
            raise ValueError(f"dout has shape {np.shape(dout)}; expected a number")
        return self.y, self.t


class SoftmaxWithLoss(Loss):
    """Classification: y = softmax(x), and the cross entropy of y and t (5.6.3, appendix A).

    The loss is computed by log-softmax, so that it stays finite and exact even if a probability
    underflows to 0; it needs no 1e-7. It is summed in float64, because a numerical gradient is a
    small difference of two losses.
    """

    def forward(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return -1/N sum_n sum_k t_nk log y_nk with y = softmax(x).

        Parameters
        ----------
        x : ndarray of shape (N, C) or (C,)
            Scores.
        t : array_like
            Labels of shape (N,), or rows of shape (N, C): one-hot, or probabilities with sum 1.
        """
        x = as_float("x", x)
        t = check_targets(t, x.shape)
        self.t = check_probabilities(t) if t.ndim == 2 else label_rows(t, x.shape[-1])
        x = x - x.max(axis=-1, keepdims=True)  # no exponential overflows
        exp_x = np.exp(x)
        self.y = np.exp(x - np.log(exp_x.sum(axis=-1, keepdims=True)))
        log_sum = np.log(exp_x.sum(axis=-1, dtype=np.float64))
        right = np.sum(self.t * x.reshape(self.t.shape), dtype=np.float64)
        self.loss = warn_of_loss((log_sum.sum() - right) / len(self.t))
        return self.loss

    def score(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return the accuracy: the fraction of samples that are classified correctly."""
        return functions.accuracy(x, t)


class _SoftmaxesWithLoss(Loss):
    """The base class of losses with several softmaxes for each sample: for pixels, or time steps.

    `t` are the labels, with an axis of size 1 for the classes; `weights` are the factors of their
    losses, 0 where labels are ignored.
    """

    axis: int  # of the classes
    check_labels: Callable[..., np.ndarray]
    class_weights: tuple[float, ...] | None = None
    ignored: int | None

    def forward(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return the loss of scores x and labels t: see the class."""
        x = as_float("x", x)
        t = self.check_labels(t, x.shape, self.ignored, self.class_weights)
        counted = t != self.ignored
        self.t = np.expand_dims(np.where(counted, t, 0), self.axis)
        self.weights = np.expand_dims(counted, self.axis).astype(x.dtype)
        if self.class_weights is not None:
            self.weights *= np.array(self.class_weights, x.dtype, like=x)[self.t]
        x = np.ascontiguousarray(x, like=x)  # images: channels first, so sums over classes are fast
        x = x - x.max(axis=self.axis, keepdims=True)  # no exponential overflows
        right = np.take_along_axis(x, self.t, axis=self.axis)
        exp = np.exp(x, out=x)
        total = exp.sum(axis=self.axis, keepdims=True)
        losses = self.weights * (np.log(total) - right)
        self.y = np.divide(exp, total, out=exp)
        self.loss = warn_of_loss(losses.sum(dtype=np.float64) / self._number(self.t))
        return self.loss

    def backward(self, dout: float = 1.0) -> np.ndarray:
        """Return the gradient dout * weight * (y - t), divided as the loss; t is one-hot here."""
        y, t = self._of_forward(dout)
        dx = y.copy()
        np.put_along_axis(dx, t, np.take_along_axis(y, t, axis=self.axis) - 1, axis=self.axis)
        dx *= self.weights * y.dtype.type(dout / self._number(t))
        return dx

    def score(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return the fraction that is classified correctly, of the labels not ignored."""
        x = as_float("x", x)
        t = self.check_labels(t, x.shape, self.ignored)
        counted = t != self.ignored
        right = (x.argmax(axis=self.axis) == t) & ~np.isnan(x.sum(axis=self.axis))
        return float(right[counted].mean()) if counted.any() else float("nan")

    def _number(self, t: np.ndarray) -> int:
        """Return the number that the sum of the losses is divided by."""
        return t.size


class PixelwiseSoftmaxWithLoss(_SoftmaxesWithLoss):
    """Segmentation: softmax and cross entropy for every pixel (8.4.2).

    For scores (N, C, H, W) and labels (N, H, W) the loss is -1/(N H W) sum over all pixels of
    w_t log y_t, with y = softmax(x) over axis 1. Ignored pixels are counted in N H W, so that the
    loss of a mini-batch is the mean of the losses of its images.

    Parameters
    ----------
    class_weights : array_like of shape (C,), optional
        The factor of the loss of each class; larger for rare classes. None: 1 for all.
    ignored : int, optional
        Pixels with this label count neither in the loss nor in the accuracy.
    """

    setting_names = ("class_weights", "ignored")
    axis = 1
    check_labels = staticmethod(check_pixel_labels)

    def __init__(self, class_weights: ArrayLike | None = None, ignored: int | None = None) -> None:
        self.class_weights, self.ignored = check_pixel_settings(class_weights, ignored)


class TimeSoftmaxWithLoss(_SoftmaxesWithLoss):
    """A word for every time step: softmax and cross entropy for each (8.4.3).

    For scores (N, T, V) and word numbers (N, T) the loss is -1/N sum over all words of log y_t,
    with y = softmax(x) over axis 2. The loss of one sentence is -log of its probability, which is
    the product of those of its words; it does not depend on the padding after it.

    Parameters
    ----------
    ignored : int, optional
        Time steps with this label, the padding, count neither in the loss nor in the accuracy.
    """

    setting_names = ("ignored",)
    axis = 2
    check_labels = staticmethod(check_word_labels)

    def __init__(self, ignored: int | None = None) -> None:
        _, self.ignored = check_pixel_settings(None, ignored)

    def _number(self, t: np.ndarray) -> int:
        return len(t)


class SigmoidWithLoss(Loss):
    """Binary or multi-label classification: y = sigmoid(x), and binary cross entropy (5.5.2).

    Two classes need one score per sample; several labels, any number of which can be true, need one
    score per label.
    """

    def forward(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return -1/N sum_n sum_k [t_nk log y_nk + (1 - t_nk) log(1 - y_nk)] with y = sigmoid(x).

        Computed as max(x, 0) - x t + log(1 + exp(-abs(x))), which cannot overflow.

        Parameters
        ----------
        x : ndarray of shape (N, K) or (K,)
            Scores.
        t : array_like
            0 or 1, or probabilities, of the shape of `x`; also (N,) for K = 1.
        """
        x = as_float("x", x)
        self.t = check_values(t, x.shape, least=0, most=1)
        a = x.reshape(self.t.shape)
        losses = np.maximum(a, 0) - a * self.t + np.log1p(np.exp(-np.abs(a)))
        self.loss = warn_of_loss(losses.sum(dtype=np.float64) / len(self.t))
        self.y = sigmoid(x)
        return self.loss

    def score(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return the fraction of correct predictions (y > 0.5 or not); NaN is incorrect."""
        x = as_float("x", x)
        t = check_values(t, x.shape, least=0, most=1)
        right = ((x.reshape(t.shape) > 0) == (t > 0.5)) & ~np.isnan(x.reshape(t.shape) + t)
        return float(np.mean(right))


class IdentityWithLoss(Loss):
    """Regression: y = x, and half of the squared error (3.5, 4.2.1)."""

    measure = "R^2"

    def forward(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return 1/(2N) sum_n sum_k (y_nk - t_nk)^2 with y = x.

        Parameters
        ----------
        x : ndarray of shape (N, K) or (K,)
            Outputs.
        t : array_like
            Numbers, of the shape of `x`; also (N,) for K = 1.
        """
        self.y = as_float("x", x)
        self.t = check_values(t, self.y.shape)
        errors = self.y.reshape(self.t.shape) - self.t
        self.loss = warn_of_loss(0.5 * np.square(errors, dtype=np.float64).sum() / len(errors))
        return self.loss

    def score(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return the coefficient of determination R^2 = 1 - sum (y - t)^2 / sum (t - mean(t))^2.

        1 is perfect, 0 is no better than the mean of the targets, and it can be negative. The sums
        run over all outputs, each with its own mean. NaN if all targets are equal.
        """
        y = as_float("x", x)
        t = check_values(t, y.shape).astype(np.float64)
        errors, spread = y.reshape(t.shape) - t, t - t.mean(axis=0)
        if not spread.any():
            return float("nan")
        return float(1 - np.sum(errors**2) / np.sum(spread**2))
