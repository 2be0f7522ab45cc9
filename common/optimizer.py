"""Optimizers: SGD, Momentum, Nesterov, AdaGrad, RMSprop and Adam (6.1).

All have the method ``update(params, grads)``: two mappings with the same keys, and arrays of the
same shapes. An array is changed in place; a plain number in the mapping is replaced. The state of
an optimizer (`v`, `h`, `m`) is made at the first update and belongs to these parameters: use a new
optimizer for each network.
"""

import inspect
from collections.abc import Iterator, Mapping, MutableMapping
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np

from common.checks import check_range, check_step, in_one_line, on_gpu
from common.half import HALF, working_type
from common.subnormal import subnormal_to_zero

Params = MutableMapping[str, Any]
Grads = Mapping[str, Any]
State = dict[str, np.ndarray]

EPS = 1e-7  # avoids division by 0
CLEAN_UP = 100  # updates; then subnormal numbers in the state become 0
PIECE = 2**17  # elements: an array, its gradient and its state stay in the cache together
KIND = attrgetter("__class__", "dtype", "shape", "flags.writeable")


class Optimizer:
    """The base class: loops over the parameters; a subclass defines `step`, for one array.

    Attributes
    ----------
    lr : float
        The learning rate (eta in the book).
    iter : int
        The number of updates so far; in `step` the number of this update, from 1.
    """

    iter = 0
    _kinds: list[Any] | None = None  # of the arrays that were checked
    transient = ("_kinds",)  # not saved in a checkpoint
    state_names: tuple[str, ...] = ()  # the state: an array for each parameter
    setting_names: tuple[str, ...] = ("lr",)

    def __init__(self, lr: float) -> None:
        self.lr = check_range("lr", lr, above=0)
        self.iter = 0
        for name in self.state_names:
            setattr(self, name, None)

    def update(self, params: Params, grads: Grads) -> None:
        """Change `params` by one step."""
        arrays = self._checked(params, grads)
        self.lr = float(self.lr)
        self.iter += 1
        with np.errstate(over="ignore", invalid="ignore"):  # the loss warns where it is NaN
            for pieces in self._pieces(arrays, grads):
                self.step(*pieces)
        if self.iter % CLEAN_UP == 0:
            for name in self.state_names:
                subnormal_to_zero(vars(self)[name].values())
        if self._kinds is None:  # there are plain numbers
            params.update({key: float(W) for key, W in arrays.items() if W is not params[key]})

    def step(self, W: Any, dW: Any, buffer: Any, *state: Any) -> None:
        """Change a piece of a parameter `W`, and of the `state`, in place.

        `dW` is its gradient, which must not change; `buffer` is a work array of the same shape.
        """
        raise NotImplementedError

    def _pieces(
        self, params: Mapping[str, np.ndarray], grads: Grads
    ) -> Iterator[tuple[np.ndarray, ...]]:
        """Yield a piece of a parameter, of its gradient, a buffer, and a piece of each state.

        All are views, to be changed in place. The pieces fit into the cache, and no new arrays are
        made: ``benchmarks/optimizers.py`` measures how much faster that is.
        """
        states = list(map(vars(self).__getitem__, self.state_names))
        for key, W in params.items():
            wide = W.dtype if W.dtype != HALF else np.dtype(np.float32)
            dW, *state = np.asarray(grads[key], wide, like=W), *map(itemgetter(key), states)
            if W.size <= PIECE or on_gpu(W):
                yield W, dW, np.empty(W.shape, wide, like=W), *state
                continue
            rows = max(1, PIECE * len(W) // W.size)
            buffer = np.empty(W[:rows].shape, wide)
            for start in range(0, len(W), rows):
                piece = [array[start : start + rows] for array in (W, dW, *state)]
                yield piece[0], piece[1], buffer[: len(piece[0])], *piece[2:]

    def _checked(self, params: Params, grads: Grads) -> Mapping[str, np.ndarray]:
        """Return the parameters as arrays; raise a ValueError, before any change, if one is wrong.

        Arrays with the same keys, types and shapes as last time are not checked again.
        """
        try:
            arrays = dict(params.items())
            kinds = [*arrays, *map(KIND, arrays.values()), *map(KIND, map(grads.get, arrays))]
        except AttributeError:  # something is not an array
            kinds = None
        begun = all(map(vars(self).get, self.state_names))
        if kinds is None or kinds != self._kinds or not begun:
            arrays = check_step(params, grads)
            self._begin(arrays)
            plain_numbers = any(W is not params[key] for key, W in arrays.items())
            self._kinds = None if plain_numbers else kinds
        return arrays

    def _begin(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Create the state for these parameters, or check that it belongs to them."""
        for name in self.state_names:
            state = getattr(self, name, None)
            if state is None:
                state = {k: np.zeros(W.shape, working_type(W), like=W) for k, W in arrays.items()}
                setattr(self, name, state)
            shapes = {key: array.shape for key, array in state.items()}
            for key in {**arrays, **state}:
                if key not in arrays or shapes.get(key) != arrays[key].shape:
                    what = f"{key!r} is new to this optimizer, has another shape or is missing"
                    raise ValueError(f"{what}; expected a separate optimizer for each network")


class SGD(Optimizer):
    """Stochastic gradient descent: W <- W - lr * dL/dW (eq. 6.1).

    Parameters
    ----------
    lr : float
        The learning rate (eta in the book).
    """

    def __init__(self, lr: float = 0.01) -> None:
        super().__init__(lr)

    def step(self, W: Any, dW: Any, buffer: Any) -> None:
        """Change `W` in place."""
        W -= np.multiply(dW, self.lr, out=buffer)


class Momentum(Optimizer):
    """v <- momentum * v - lr * dL/dW; W <- W + v: a ball on a slope (eq. 6.3, 6.4).

    Parameters
    ----------
    lr : float
    momentum : float
        The fraction of the velocity v that is kept in each step, in [0, 1); alpha in the book.
    """

    state_names = ("v",)
    setting_names = ("lr", "momentum")

    def __init__(self, lr: float = 0.01, momentum: float = 0.9) -> None:
        super().__init__(lr)
        self.momentum = check_range("momentum", momentum, least=0, below=1)

    def step(self, W: Any, dW: Any, buffer: Any, v: Any) -> None:
        """Change `W` and `v` in place."""
        v *= self.momentum
        v -= np.multiply(dW, self.lr, out=buffer)
        W += v


class Nesterov(Momentum):
    """W <- W + momentum^2 * v - (1 + momentum) * lr * dL/dW; v <- momentum * v - lr * dL/dW.

    Momentum with the gradient at the point where the next step will lead. Not in the book.
    Computed as v first, then W <- W + momentum * v - lr * dL/dW, which is the same.

    Parameters
    ----------
    lr : float
    momentum : float
        In [0, 1); with 0 this is SGD.
    """

    def step(self, W: Any, dW: Any, buffer: Any, v: Any) -> None:
        """Change `W` and `v` in place."""
        step = np.multiply(dW, self.lr, out=buffer)
        v *= self.momentum
        v -= step
        W -= step
        W += np.multiply(v, self.momentum, out=buffer)


class AdaGrad(Optimizer):
    """h <- h + (dL/dW)^2; W <- W - lr / (sqrt(h) + 1e-7) * dL/dW (eq. 6.5, 6.6).

    Each element has its own learning rate, which falls with the squares of its past gradients.

    Parameters
    ----------
    lr : float
    """

    state_names = ("h",)

    def __init__(self, lr: float = 0.01) -> None:
        super().__init__(lr)

    def step(self, W: Any, dW: Any, buffer: Any, h: Any) -> None:
        """Change `W` and `h` in place."""
        h += np.multiply(dW, dW, out=buffer)
        W -= _over_root(dW, h, self.lr, out=buffer)


class RMSprop(Optimizer):
    """h <- d * h + (1 - d) * (dL/dW)^2; W <- W - lr / (sqrt(h) + 1e-7) * dL/dW (6.1.5).

    AdaGrad with a moving average, so that the steps do not shrink to 0. The book has no formula.

    Parameters
    ----------
    lr : float
    decay_rate : float
        The d of the formula, in [0, 1).
    """

    state_names = ("h",)
    setting_names = ("lr", "decay_rate")

    def __init__(self, lr: float = 0.01, decay_rate: float = 0.99) -> None:
        super().__init__(lr)
        self.decay_rate = check_range("decay_rate", decay_rate, least=0, below=1)

    def step(self, W: Any, dW: Any, buffer: Any, h: Any) -> None:
        """Change `W` and `h` in place."""
        h *= self.decay_rate
        h += _part_of_square(dW, 1 - self.decay_rate, out=buffer)
        W -= _over_root(dW, h, self.lr, out=buffer)


class Adam(Optimizer):
    """m <- beta1 m + (1 - beta1) dL/dW; v <- beta2 v + (1 - beta2) (dL/dW)^2;
    W <- W - lr_t * m / (sqrt(v) + 1e-7) with lr_t = lr sqrt(1 - beta2^t) / (1 - beta1^t).

    Combines Momentum (m) and AdaGrad (v); lr_t corrects the bias from starting both at 0 (6.1.6).
    The first step is about `lr` for every element, whatever its gradient.

    Parameters
    ----------
    lr : float
    beta1, beta2 : float
        The fractions of m and of v that are kept in each step, in [0, 1).
    """  # noqa: D205

    state_names = ("m", "v")
    setting_names = ("lr", "beta1", "beta2")

    def __init__(self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999) -> None:
        super().__init__(lr)
        self.beta1 = check_range("beta1", beta1, least=0, below=1)
        self.beta2 = check_range("beta2", beta2, least=0, below=1)

    def step(self, W: Any, dW: Any, buffer: Any, m: Any, v: Any) -> None:
        """Change `W`, `m` and `v` in place."""
        lr_t = self.lr * (1 - self.beta2**self.iter) ** 0.5 / (1 - self.beta1**self.iter)
        m *= self.beta1
        m += np.multiply(dW, 1 - self.beta1, out=buffer)
        v *= self.beta2
        v += _part_of_square(dW, 1 - self.beta2, out=buffer)
        W -= _over_root(m, v, lr_t, out=buffer)


BY_NAME: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam)
}


def optimizer_by_name(name: str, **parameters: float) -> Optimizer:
    """Return the optimizer with this name (upper or lower case) and these parameters."""
    if not isinstance(name, str) or name.lower() not in BY_NAME:
        raise ValueError(f"optimizer is {in_one_line(name)}; expected one of {', '.join(BY_NAME)}")
    kind = BY_NAME[name.lower()]
    known = list(inspect.signature(kind).parameters)
    if not set(parameters) <= set(known):
        raise ValueError(f"{name} has the parameters {list(parameters)}; expected of {known}")
    return kind(**parameters)


def _over_root(x: np.ndarray, h: np.ndarray, lr: float, out: np.ndarray) -> np.ndarray:
    """Return lr * x / (sqrt(h) + 1e-7), computed in `out`."""
    np.sqrt(h, out=out)
    out += EPS
    np.divide(x, out, out=out)
    out *= lr
    return out


def _part_of_square(x: np.ndarray, part: float, out: np.ndarray) -> np.ndarray:
    """Return part * x^2, computed in `out`."""
    np.multiply(x, x, out=out)
    out *= part
    return out
