"""Optimizers: from gradients to new parameters (6.1).

All have the method ``update(params, grads)``: two dicts with the same keys, arrays of the same
shapes. An array is changed in place; a plain number in the dict is replaced. What an optimizer
keeps of the past (`v`, `h`, `m`) is made at the first update and belongs to these parameters: each
network wants an optimizer of its own.
"""

import inspect
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import numpy as np

from common.checks import as_float, check_mapping, check_range, in_one_line
from common.util import working_type

Params = MutableMapping[str, Any]
Grads = Mapping[str, Any]
State = dict[str, np.ndarray]

EPS = 1e-7  # keeps the denominators from 0
PIECE = 2**17  # elements: an array, its gradient and its state stay in the cache together


class SGD:
    """W <- W - lr * dL/dW (eq. 6.1), stochastic where the gradient is that of a mini-batch.

    Parameters
    ----------
    lr : float
        The learning rate, the eta of the book.
    """

    def __init__(self, lr: float = 0.01) -> None:
        self.lr = check_range("lr", lr, above=0)

    def update(self, params: Params, grads: Grads) -> None:
        """Change `params` by one step."""
        for W, dW, step in _pieces(params, grads):
            np.multiply(dW, float(self.lr), out=step)
            W -= step


class Momentum:
    """v <- momentum * v - lr * dL/dW; W <- W + v: a ball on a slope (eq. 6.3, 6.4).

    Parameters
    ----------
    lr : float
    momentum : float
        How much of the velocity v survives a step, in [0, 1); the alpha of the book.
    """

    def __init__(self, lr: float = 0.01, momentum: float = 0.9) -> None:
        self.lr = check_range("lr", lr, above=0)
        self.momentum = check_range("momentum", momentum, least=0, below=1)
        self.v: State | None = None

    def update(self, params: Params, grads: Grads) -> None:
        """Change `params` by one step."""
        if self.v is None:
            self.v = _zeros(params, grads)
        for W, dW, step, v in _pieces(params, grads, self.v):
            np.multiply(dW, float(self.lr), out=step)
            v *= self.momentum
            v -= step
            W += v


class Nesterov(Momentum):
    """W <- W + momentum^2 * v - (1 + momentum) * lr * dL/dW; v <- momentum * v - lr * dL/dW.

    Momentum that looks ahead: the gradient is taken where the ball is about to be. Not in the book.
    Computed as v first, then W <- W + momentum * v - lr * dL/dW, which is the same.

    Parameters
    ----------
    lr : float
    momentum : float
        In [0, 1); with 0 this is SGD.
    """

    def update(self, params: Params, grads: Grads) -> None:
        """Change `params` by one step."""
        if self.v is None:
            self.v = _zeros(params, grads)
        for W, dW, step, v in _pieces(params, grads, self.v):
            np.multiply(dW, float(self.lr), out=step)
            v *= self.momentum
            v -= step
            W -= step
            np.multiply(v, self.momentum, out=step)
            W += step


class AdaGrad:
    """h <- h + (dL/dW)^2; W <- W - lr / (sqrt(h) + 1e-7) * dL/dW (eq. 6.5, 6.6).

    Elements that moved much so far move less from now on.

    Parameters
    ----------
    lr : float
    """

    def __init__(self, lr: float = 0.01) -> None:
        self.lr = check_range("lr", lr, above=0)
        self.h: State | None = None

    def update(self, params: Params, grads: Grads) -> None:
        """Change `params` by one step."""
        if self.h is None:
            self.h = _zeros(params, grads)
        for W, dW, step, h in _pieces(params, grads, self.h):
            np.multiply(dW, dW, out=step)
            h += step
            _divide_by_root(dW, h, self.lr, out=step)
            W -= step


class RMSprop:
    """h <- d * h + (1 - d) * (dL/dW)^2; W <- W - lr / (sqrt(h) + 1e-7) * dL/dW (6.1.5).

    AdaGrad that forgets: steps do not shrink for ever. The book describes it in words.

    Parameters
    ----------
    lr : float
    decay_rate : float
        The d of the formula, in [0, 1).
    """

    def __init__(self, lr: float = 0.01, decay_rate: float = 0.99) -> None:
        self.lr = check_range("lr", lr, above=0)
        self.decay_rate = check_range("decay_rate", decay_rate, least=0, below=1)
        self.h: State | None = None

    def update(self, params: Params, grads: Grads) -> None:
        """Change `params` by one step."""
        if self.h is None:
            self.h = _zeros(params, grads)
        for W, dW, step, h in _pieces(params, grads, self.h):
            np.multiply(dW, dW, out=step)
            step *= 1 - self.decay_rate
            h *= self.decay_rate
            h += step
            _divide_by_root(dW, h, self.lr, out=step)
            W -= step


class Adam:
    """m <- beta1 m + (1 - beta1) dL/dW; v <- beta2 v + (1 - beta2) (dL/dW)^2;
    W <- W - lr_t * m / (sqrt(v) + 1e-7) with lr_t = lr sqrt(1 - beta2^t) / (1 - beta1^t).

    Momentum (m) and AdaGrad (v) in one; lr_t makes up for both starting at 0 (6.1.6). The first
    step is about `lr` for every element, whatever its gradient.

    Parameters
    ----------
    lr : float
    beta1, beta2 : float
        How much of m and v survives a step, in [0, 1).

    Attributes
    ----------
    iter : int
        The number t of updates so far.
    """  # noqa: D205

    def __init__(self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.lr = check_range("lr", lr, above=0)
        self.beta1 = check_range("beta1", beta1, least=0, below=1)
        self.beta2 = check_range("beta2", beta2, least=0, below=1)
        self.iter = 0
        self.m: State | None = None
        self.v: State | None = None

    def update(self, params: Params, grads: Grads) -> None:
        """Change `params` by one step."""
        if self.m is None or self.v is None:
            self.m, self.v = (_zeros(params, grads) for _ in range(2))
        t = self.iter + 1
        lr_t = self.lr * (1 - self.beta2**t) ** 0.5 / (1 - self.beta1**t)
        for W, dW, step, m, v in _pieces(params, grads, self.m, self.v):
            np.multiply(dW, 1 - self.beta1, out=step)
            m *= self.beta1
            m += step
            np.multiply(dW, dW, out=step)
            step *= 1 - self.beta2
            v *= self.beta2
            v += step
            _divide_by_root(m, v, lr_t, out=step)
            W -= step
        self.iter = t


BY_NAME = {
    kind.__name__.lower(): kind for kind in (SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam)
}


def optimizer_by_name(name: str, **parameters: float) -> Any:
    """Return the optimizer called `name`, in capitals or not, made with these parameters."""
    if not isinstance(name, str) or name.lower() not in BY_NAME:
        raise ValueError(f"optimizer is {in_one_line(name)}; expected one of {', '.join(BY_NAME)}")
    kind = BY_NAME[name.lower()]
    known = list(inspect.signature(kind).parameters)
    if not set(parameters) <= set(known):
        raise ValueError(f"{name} has the parameters {list(parameters)}; expected of {known}")
    return kind(**parameters)


def _divide_by_root(x: np.ndarray, h: np.ndarray, lr: float, out: np.ndarray) -> None:
    """Write lr * x / (sqrt(h) + 1e-7) to `out`."""
    np.sqrt(h, out=out)
    out += EPS
    np.divide(x, out, out=out)
    out *= float(lr)


def _zeros(params: Params, grads: Grads) -> State:
    arrays = _check(params, grads)
    return {key: np.zeros(array.shape, working_type(array)) for key, array in arrays.items()}


def _pieces(params: Params, grads: Grads, *states: State) -> Iterator[tuple[Any, ...]]:
    """Yield a piece of a parameter, of its gradient, a buffer, and the same piece of each state.

    All are views, to be changed in place. Pieces that stay in the cache, and no new arrays: see
    ``benchmarks/optimizers.py`` for what that is worth.
    """
    for key, W in _check(params, grads, *states).items():  # all, before anything is changed
        wide = working_type(W)
        arrays = [W, np.asarray(grads[key], wide), *(state[key] for state in states)]
        if W.size <= PIECE:
            yield (W, arrays[1], np.empty(W.shape, wide), *arrays[2:])
        else:
            rows = max(1, PIECE * len(W) // W.size)
            buffer = np.empty(W[:rows].shape, wide)
            for start in range(0, len(W), rows):
                piece = [array[start : start + rows] for array in arrays]
                yield (piece[0], piece[1], buffer[: len(piece[0])], *piece[2:])
        if W is not params[key]:
            params[key] = float(W)


def _check(params: Params, grads: Grads, *states: State) -> dict[str, np.ndarray]:
    """Return the parameters as arrays that can be changed in place, or say what does not fit."""
    check_mapping("params", params)
    check_mapping("grads", grads)
    arrays = {}
    for key, param in params.items():
        if key not in grads:
            raise ValueError(f"grads has no {key!r}; expected a gradient for each parameter")
        W, grad = param, grads[key]
        if isinstance(W, np.ma.MaskedArray) or isinstance(grad, np.ma.MaskedArray):
            raise ValueError(f"{key!r} is a masked array; expected one without a mask")
        if not isinstance(W, np.ndarray):  # a plain number
            W = as_float(f"params[{key!r}]", param)
        if W.dtype.kind != "f":
            raise ValueError(f"params[{key!r}] is of type {W.dtype}; expected floats")
        if (W is not param and W.ndim > 0) or not W.flags.writeable:
            raise ValueError(f"params[{key!r}] is a list or read-only; expected an array")
        if not isinstance(grad, np.ndarray) or grad.dtype.kind != "f":
            grad = as_float(f"grads[{key!r}]", grad)
        if grad.shape != W.shape:
            raise ValueError(f"grads[{key!r}] has shape {grad.shape}; expected {W.shape}")
        if any(key not in state or state[key].shape != W.shape for state in states):
            raise ValueError(
                f"{key!r} is new to this optimizer, or has another shape than before; expected "
                "the parameters that it began with: make an optimizer for each network"
            )
        arrays[key] = W
    return arrays
