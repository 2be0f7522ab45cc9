"""Layers: `forward` computes, `backward` hands the derivative of the loss back (5.5 to 7.4).

The protocol of every layer:

- ``forward(x, train_flg=True)`` returns the output; ``train_flg`` is for layers that behave
  differently in training, the others ignore it;
- ``backward(dout)`` takes the derivative of the loss with respect to that output, returns the one
  with respect to `x`, and stores that of each parameter ``W`` as ``dW``; it changes neither;
- ``param_names`` lists the parameters: all that a network must know;
- ``state_names``, where there is one, lists the arrays that training changes without a gradient:
  they are saved and loaded with the parameters;
- a layer with parameters may have ``backward(dout, wants_dx=True)``: the first layer of a network
  is asked with False, and spares a derivative that nobody needs;
- a layer that draws random numbers takes them from the generator ``rng``, its attribute, so that
  a gradient check can have the same ones drawn again.

Samples run along the first axis. A single sample, a 1-d array, is taken as well.
The type of the input is the type of the output, if the parameters have it too.

The layers of chapters 7 and 8 (`Convolution`, `Pooling`, `AveragePooling`, `LocalResponseNorm`;
`Sequential`, `Parallel`, `Residual`, made of the layers in their attribute `layers`; `Binarized`,
`Sign`) stand in modules of their own and are to be imported from here like the others.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.binary import Binarized as Binarized
from common.binary import Sign as Sign
from common.checks import (
    NotFiniteError,
    as_float,
    check_dout,
    check_loss,
    check_range,
    check_rows,
)
from common.composite import Parallel as Parallel
from common.composite import Residual as Residual
from common.composite import Sequential as Sequential
from common.convolution import Convolution as Convolution
from common.functions import log_softmax, one_hot, relu, sigmoid
from common.pooling import AveragePooling as AveragePooling
from common.pooling import Pooling as Pooling
from common.response_norm import LocalResponseNorm as LocalResponseNorm
from common.util import Seed, random_generator, working_type


class ReLU:
    """y = x where x > 0, else 0: passes a signal on or switches it off (5.5.1, eq. 5.7).

    Attributes
    ----------
    mask : ndarray of bool
        True where the input was <= 0, and so where nothing passes back.
    """

    param_names: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.mask: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return max(x, 0) element by element."""
        x = as_float("x", x)
        self.mask = x <= 0
        return relu(x)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` where the input was positive, else 0 (eq. 5.8)."""
        dout = check_dout(self, dout, None if self.mask is None else self.mask.shape)
        return dout * ~self.mask


class Sigmoid:
    """y = 1 / (1 + exp(-x)) (5.5.2, eq. 5.9).

    Attributes
    ----------
    out : ndarray
        The output y, all that `backward` needs.
    """

    param_names: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.out: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return sigmoid(x) element by element."""
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return dout * y (1 - y) (eq. 5.12)."""
        dout = check_dout(self, dout, None if self.out is None else self.out.shape)
        return dout * (1.0 - self.out) * self.out


class Affine:
    """Y = X W + b, a fully connected layer (5.6.1, 5.6.2).

    Parameters
    ----------
    W : ndarray of shape (D, M)
        Weights.
    b : ndarray of shape (M,)
        Biases.

    Attributes
    ----------
    x : ndarray of shape (N, D)
        The input, a sample per row.
    dW, db : ndarray
        Derivatives of the loss, set by `backward`.
    """

    param_names: tuple[str, ...] = ("W", "b")

    def __init__(self, W: np.ndarray, b: np.ndarray) -> None:
        self.W, self.b = as_float("W", W), as_float("b", b)
        if self.W.ndim != 2 or self.W.size == 0 or self.b.shape != self.W.shape[1:]:
            raise ValueError(
                f"Affine: W has shape {self.W.shape} and b has shape {self.b.shape}; "
                "expected (D, M) and (M,)"
            )
        self.x: Any = None
        self.x_shape: Any = None
        self.dW: Any = None
        self.db: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return X W + b.

        Parameters
        ----------
        x : ndarray of shape (N, D), (D,) or (N, C, H, W) with C * H * W = D
        train_flg : bool
            Not used.

        Returns
        -------
        ndarray of shape (N, M), or (M,) for a single sample
        """
        x = as_float("x", x)
        check_rows("Affine: x", x, len(self.W))
        self.x_shape = x.shape
        self.x = x.reshape(-1, len(self.W))  # (N, D)
        out = _product(self.x, self.W)
        out += self.b
        return out[0] if x.ndim == 1 else out

    def backward(self, dout: np.ndarray, wants_dx: bool = True) -> Any:
        """Return dX = dY W^T in the shape of x; set dW = X^T dY and db = sum of dY (eq. 5.13).

        Where dX is not wanted, None is returned.
        """
        dout = check_dout(self, dout, self._out_shape())
        dout = dout.reshape(-1, len(self.b))  # (N, M)
        self.dW = _product(self.x.T, dout)
        self.db = dout.sum(axis=0)
        return _product(dout, self.W.T).reshape(self.x_shape) if wants_dx else None

    def _out_shape(self) -> tuple[int, ...] | None:
        if self.x_shape is None:
            return None
        return self.b.shape if len(self.x_shape) == 1 else (self.x_shape[0], *self.b.shape)


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    dtype = working_type(a, b)
    out = a.astype(dtype, copy=False) @ b.astype(dtype, copy=False)
    return out.astype(np.result_type(a, b), copy=False)


class BatchNorm:
    """y = gamma * (x - mean) / sqrt(var + eps) + beta: every feature on one scale (6.3.1).

    Mean and variance are those of the mini-batch in training, and running averages of these in
    inference; before any training inference normalises nothing.

    Parameters
    ----------
    gamma, beta : ndarray of shape (D,), or (C,) for images
        Scale and shift, learned; 1 and 0 at first.
    momentum : float
        How much of the running averages survives a mini-batch, in [0, 1).
    running_mean, running_var : ndarray of the shape of gamma, optional
        The averages to begin with; zeros, that is nothing seen yet, where none are given. The first
        mini-batch is then taken whole.
    eps : float
        Keeps the denominator from 0.

    Attributes
    ----------
    dgamma, dbeta : ndarray
        Derivatives of the loss, set by `backward`.

    Notes
    -----
    Eq. (6.7) and (6.8). For images (N, C, H, W) the statistics are those of each channel, over
    samples and pixels. The book leaves inference open.
    """

    param_names: tuple[str, ...] = ("gamma", "beta")
    state_names: tuple[str, ...] = ("running_mean", "running_var")

    def __init__(
        self,
        gamma: np.ndarray,
        beta: np.ndarray,
        momentum: float = 0.9,
        running_mean: np.ndarray | None = None,
        running_var: np.ndarray | None = None,
        *,
        eps: float = 1e-7,
    ) -> None:
        self.gamma, self.beta = as_float("gamma", gamma), as_float("beta", beta)
        self.momentum = check_range("momentum", momentum, least=0, below=1)
        self.eps = check_range("eps", eps, least=1e-12)
        if (running_mean is None) != (running_var is None):
            raise ValueError("BatchNorm: one running average alone; expected both, or neither")
        unseen = np.zeros(self.gamma.shape, np.result_type(self.gamma, np.float32))
        self.running_mean = as_float("mean", unseen if running_mean is None else running_mean)
        self.running_var = as_float("var", unseen.copy() if running_var is None else running_var)
        shapes = [self.beta.shape, self.running_mean.shape, self.running_var.shape]
        if self.gamma.ndim != 1 or shapes != [self.gamma.shape] * 3:
            raise ValueError(
                f"BatchNorm: gamma has shape {self.gamma.shape}, beta and the running averages "
                f"{shapes}; expected (D,) for all"
            )
        if not (self.running_var >= 0).all():
            raise ValueError("BatchNorm: running_var is negative or NaN; expected 0 or more")
        self.train_flg = True
        self.x_shape: Any = None
        self.xhat: Any = None
        self.std: Any = None
        self.dgamma: Any = None
        self.dbeta: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return `x` normalised, scaled and shifted.

        Parameters
        ----------
        x : ndarray of shape (N, D) or (N, C, H, W); in inference also (D,)
        train_flg : bool
            Normalise by the mini-batch and remember its statistics; else by those remembered.
        """
        x = as_float("x", x)
        rows = self._rows(x)
        dtype, m = rows.dtype.type, rows.size // len(self.gamma)
        if train_flg:
            if m < 2:
                raise ValueError(
                    f"BatchNorm: x has shape {x.shape}; expected two samples or more in training: "
                    "one has no variance; take a batch size that leaves no single one at the end"
                )
            # Summed in float64: in float32 a constant column of 7.3 would be off its own mean.
            mean = (self._per_feature(rows.sum(axis=0, dtype=np.float64)) / m).astype(dtype)
            centred = rows - self._along(mean, rows)
            var = self._per_feature(np.einsum("md,md->d", centred, centred)) / dtype(m)
            if not np.isfinite(var).all():
                raise NotFiniteError("BatchNorm: a variance is not finite; expected smaller inputs")
            self._remember(mean, var)
        else:
            seen = self.running_var.any()
            mean = self.running_mean.astype(dtype, copy=False)
            var = self.running_var.astype(dtype, copy=False) if seen else np.ones_like(mean)
            centred = rows - self._along(mean, rows)
        self.train_flg, self.x_shape = train_flg, x.shape
        self.std = np.sqrt(var + dtype(self.eps))
        centred /= self._along(self.std, rows)
        self.xhat = centred
        out = self._along(self.gamma, rows) * self.xhat
        out += self._along(self.beta, rows)
        return self._like_x(out, x.dtype)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return the derivative for x; set dgamma = sum of dout * xhat and dbeta = sum of dout.

        In training mean and variance depend on x too, which takes two terms off.
        """
        dout = check_dout(self, dout, self.x_shape)
        dy = self._rows(dout)
        dbeta = self._per_feature(dy.sum(axis=0))
        dgamma = self._per_feature(np.einsum("md,md->d", dy, self.xhat))
        self.dbeta = dbeta.astype(self.beta.dtype, copy=False)
        self.dgamma = dgamma.astype(self.gamma.dtype, copy=False)
        if self.train_flg:
            m = dy.dtype.type(dy.size // len(self.gamma))
            dy = dy - self._along(dbeta / m, dy)
            dy -= self.xhat * self._along(dgamma / m, dy)
        return self._like_x(dy * self._along(self.gamma / self.std, dy), dout.dtype)

    def _remember(self, mean: np.ndarray, var: np.ndarray) -> None:
        keep = self.momentum if self.running_var.any() else 0.0
        for name, batch in (("running_mean", mean), ("running_var", var)):
            before = getattr(self, name)
            setattr(self, name, (keep * before + (1 - keep) * batch).astype(before.dtype))

    def _rows(self, x: np.ndarray) -> np.ndarray:
        """Return `x` with a row per sample and a column per feature.

        Of images (N, H, W, C) each line is a row, (N * H, W * C): NumPy is slow where rows are as
        short as the channels are few. `_along` and `_per_feature` know of that, nobody else need.
        """
        rows = x.transpose(0, 2, 3, 1) if x.ndim == 4 else x
        if x.ndim not in (1, 2, 4) or x.size == 0 or rows.shape[-1] != len(self.gamma):
            raise ValueError(
                f"BatchNorm: x has shape {x.shape}; expected (N, {len(self.gamma)}) or "
                f"(N, {len(self.gamma)}, H, W)"
            )
        width = rows.shape[2] if x.ndim == 4 else 1
        return rows.reshape(-1, width * len(self.gamma)).astype(working_type(x), copy=False)

    def _along(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the number of each feature, (D,), as often as it stands in a row."""
        times = rows.shape[1] // len(values)
        return values if times == 1 else np.tile(values, times)

    def _per_feature(self, totals: np.ndarray) -> np.ndarray:
        """Return for each feature, (D,), the sum of the totals of its columns."""
        rows = totals.reshape(-1, len(self.gamma))
        return totals if len(rows) == 1 else rows.sum(axis=0)

    def _like_x(self, rows: np.ndarray, dtype: np.dtype) -> np.ndarray:
        rows = rows.astype(dtype, copy=False)
        if len(self.x_shape) < 4:
            return rows.reshape(self.x_shape)
        n, c, h, w = self.x_shape
        return rows.reshape(n, h, w, c).transpose(0, 3, 1, 2)


class Dropout:
    """Neurons left out at random in training, others each time; all of them in inference (6.4.3).

    Parameters
    ----------
    dropout_ratio : float
        The part that is left out, in [0, 1).
    inverted : bool
        False, as in the book: outputs are multiplied by 1 - dropout_ratio in inference. True:
        they are divided by it in training, and inference need do nothing.
    rng : Generator or seed, optional
        Draws the masks.

    Attributes
    ----------
    mask : ndarray of bool
        True where a neuron stayed, in the last forward pass in training.
    """

    param_names: tuple[str, ...] = ()

    def __init__(
        self, dropout_ratio: float = 0.5, *, inverted: bool = False, rng: Seed = None
    ) -> None:
        self.dropout_ratio = float(check_range("dropout_ratio", dropout_ratio, least=0, below=1))
        self.inverted = inverted
        self.rng = random_generator(rng)
        self.mask: Any = None
        self.factor: Any = None  # what x was multiplied by
        self.x_shape: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return `x` with zeros at random places in training, or scaled in inference."""
        x = as_float("x", x)
        self.x_shape = x.shape
        keep = 1.0 - self.dropout_ratio
        if train_flg:
            self.mask = self.rng.random(x.shape, dtype=np.float32) >= self.dropout_ratio
            self.factor = self.mask / x.dtype.type(keep) if self.inverted else self.mask
        else:
            self.factor = 1.0 if self.inverted else keep
        return x * self.factor

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` multiplied by what x was multiplied by: it passes where x passed."""
        dout = check_dout(self, dout, self.x_shape)
        return dout * self.factor


class DropConnect(Affine):
    """An affine layer of which weights, not neurons, are left out in training (8.1.2, ref. [33]).

    Others for each sample. In inference all are there, and what they give is multiplied by
    1 - dropout_ratio, as the book does for `Dropout`.

    Parameters
    ----------
    W : ndarray of shape (D, M)
    b : ndarray of shape (M,)
    dropout_ratio : float
        The part of the weights that is left out, in [0, 1).
    rng : Generator or seed, optional
        Draws the masks.

    Attributes
    ----------
    mask : ndarray of bool, (N, D, M)
        True where a weight stayed, in the last forward pass in training; None after inference.
    """

    def __init__(
        self, W: np.ndarray, b: np.ndarray, dropout_ratio: float = 0.5, *, rng: Seed = None
    ) -> None:
        super().__init__(W, b)
        self.dropout_ratio = float(check_range("dropout_ratio", dropout_ratio, least=0, below=1))
        self.rng = random_generator(rng)
        self.mask: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return x_n (mask_n * W) + b for each sample n; in inference (1 - dropout_ratio) X W + b.

        Parameters
        ----------
        x : ndarray of shape (N, D), (D,) or (N, C, H, W) with C * H * W = D
        """
        x = as_float("x", x)
        if not train_flg:
            self.mask = None
            return super().forward(x * x.dtype.type(1 - self.dropout_ratio))
        check_rows("DropConnect: x", x, len(self.W))
        self.x_shape, self.x = x.shape, x.reshape(-1, len(self.W))
        self.mask = np.empty((len(self.x), *self.W.shape), bool)
        out = np.empty((len(self.x), len(self.b)), np.result_type(x, self.W))
        for x_n, mask, out_n in zip(self.x, self.mask, out, strict=True):
            mask[...] = self.rng.random(mask.shape, dtype=np.float32) >= self.dropout_ratio
            out_n[...] = _product(x_n, self.W * mask) + self.b
        return out[0] if x.ndim == 1 else out

    def backward(self, dout: np.ndarray, wants_dx: bool = True) -> Any:
        """Return the derivative for x; set dW and db: a weight has one where it was there."""
        if self.mask is None:
            dx = super().backward(dout, wants_dx)
            return dx * dx.dtype.type(1 - self.dropout_ratio) if wants_dx else None
        dy = check_dout(self, dout, self._out_shape()).reshape(-1, len(self.b))
        dW = np.zeros(self.W.shape, working_type(self.x, dy))
        dx = np.empty(self.x.shape, np.result_type(dy, self.W))
        for x_n, dy_n, mask, dx_n in zip(self.x, dy, self.mask, dx, strict=True):
            dW += np.outer(x_n, dy_n) * mask
            dx_n[...] = _product(self.W * mask, dy_n) if wants_dx else 0
        self.dW, self.db = dW.astype(np.result_type(self.x, dy), copy=False), dy.sum(axis=0)
        return dx.reshape(self.x_shape) if wants_dx else None


class SoftmaxWithLoss:
    """Softmax and cross entropy in one: the head of a classifier (5.6.3, appendix A).

    The loss is computed from log-softmax, so that it stays finite and exact even where a
    probability underflows to 0; no 1e-7 is needed.

    Attributes
    ----------
    loss : float
    y : ndarray of the shape of x
        The probabilities.
    t : ndarray of shape (N, C)
        The targets as rows.
    """

    def __init__(self) -> None:
        self.loss: Any = None
        self.y: Any = None
        self.t: Any = None

    def forward(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return -1/N sum_n sum_k t_nk log y_nk with y = softmax(x).

        Parameters
        ----------
        x : ndarray of shape (N, C) or (C,)
            Scores.
        t : array_like
            Labels of shape (N,), or one-hot rows of shape (N, C).
        """
        log_y = log_softmax(x)
        t = one_hot(t, log_y.shape)
        self.loss = check_loss(-np.sum(t * log_y.reshape(t.shape)) / len(t))
        self.t, self.y = t, np.exp(log_y)
        return self.loss

    def backward(self, dout: float = 1) -> np.ndarray:
        """Return dout * (y - t) / N, the error of each class, in the shape of x."""
        if self.y is None or self.t is None:
            raise ValueError("SoftmaxWithLoss.backward came before forward; call forward first")
        if as_float("dout", dout).ndim:
            raise ValueError(f"dout has shape {np.shape(dout)}; expected a number")
        # The rows of t sum to 1 if they are one-hot; with the sum the gradient is right for any t.
        t_sum = self.t.sum(axis=1, keepdims=True)
        dx = (self.y.reshape(self.t.shape) * t_sum - self.t) * (dout / len(self.t))
        return dx.reshape(self.y.shape).astype(self.y.dtype, copy=False)


Relu = ReLU  # the book's names
BatchNormalization = BatchNorm
