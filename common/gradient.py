"""Numerical gradients by central differences, and the gradient check of back-propagation."""

import copy
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_float, check_range, check_unmasked, in_one_line
from common.parts import numbered, parts, rewinder
from common.protocols import LayerLike, NetworkLike
from common.randomness import random_generator


def numerical_diff(f: Callable[[Any], Any], x: Any) -> Any:
    """Return (f(x + h) - f(x - h)) / 2h with h = 1e-4.

    Book: section 4.3.1, eq. (4.4).
    """
    _check_function(f)
    at = as_float("x", x).astype(np.float64)  # x + h must not be rounded to half precision
    x = at if at.ndim else float(at)
    h = 1e-4
    if np.any(x + h == x - h):
        raise ValueError(f"x is {in_one_line(x)}; expected numbers that a step of {h} changes")
    return _change(f(x + h), f(x - h)) / (2 * h)


def numerical_gradient(f: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Return the derivatives of f with respect to every element of `x`.

    Each element of `x` is changed in place by +h and -h, and then restored (also if f raises an
    error); so f may use its argument or, like the loss of a network, any view of `x`. In float64 h
    is the book's 1e-4, in float32 the cube root of its precision, 0.005: there the rounding error
    and the error of the formula are about the same.

    Parameters
    ----------
    f : callable
        Takes `x` and returns one number.
    x : ndarray of float64 (or float32: then about 3 digits are correct)
        Of any shape. Integers raise a ValueError: h would be rounded to 0.

    Returns
    -------
    ndarray of the shape and type of `x`

    Notes
    -----
    Book: section 4.4. If x is so large that x + h is rounded to x (above about 1e11 in float64),
    the result is 0: the diverging gradient descent of section 4.4.1 stops there.
    """
    check_unmasked("x", x)
    if not isinstance(x, np.ndarray) or x.dtype not in (np.float64, np.float32):
        found = x.dtype if isinstance(x, np.ndarray) else type(x).__name__
        raise ValueError(f"x is {found}; expected an array of floats, e.g. np.array([3.0, 4.0])")
    if not x.flags.writeable:
        raise ValueError("x is read-only; expected an array whose elements can be changed")
    _check_function(f)
    h = 1e-4 if x.dtype == np.float64 else float(np.finfo(x.dtype).eps) ** (1 / 3)
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        try:
            x[index] = value + h
            high, ahead = x[index], f(x)
            x[index] = value - h
            low, behind = x[index], f(x)
        finally:
            x[index] = value
        # In float32, value + h is rounded: use the actual step.
        step = 2 * h if x.dtype == np.float64 else float(high) - float(low)
        if step == 0:
            raise ValueError(f"{value} is too large for a step of {h} in float32; expected float64")
        grad[index] = _number(_change(ahead, behind)) / step
    return grad


def _check_function(f: Any) -> None:
    if not callable(f):
        raise ValueError(f"f is {in_one_line(f)}; expected a function")


def _change(ahead: Any, behind: Any) -> Any:
    try:
        change = ahead - behind
    except TypeError:
        change = 1j
    if np.iscomplexobj(change):
        raise ValueError(f"f returned {in_one_line(ahead)}; expected a real number")
    return change


def _number(difference: float) -> float:
    if np.ndim(difference) != 0:
        found = f"an array of shape {np.shape(difference)}"
        raise ValueError(f"f returned {found}; expected one number: see numerical_gradient_2d")
    return difference


class CheckedNetwork(NetworkLike, Protocol):
    """A network with `gradient` and `numerical_gradient`."""

    def numerical_gradient(self, x: np.ndarray, t: ArrayLike) -> Mapping[str, Any]:
        """Return the same as `gradient`, by central differences."""


class GradientCheck(NamedTuple):
    """The difference between back-propagation and central differences, for one parameter.

    Attributes
    ----------
    error : float
        The largest difference, relative to the largest derivative of this parameter; NaN if every
        derivative is exactly 0, so that nothing was checked.
    difference : float
        The mean absolute difference, the number that the book prints.
    passed : bool
        Whether `error` is within the tolerance.
    """

    error: float
    difference: float
    passed: bool


def gradient_check(
    model: LayerLike | CheckedNetwork,
    x: np.ndarray,
    t: np.ndarray | None = None,
    *,
    tolerance: float = 1e-5,
    rng: np.random.Generator | int | None = 0,
) -> dict[str, GradientCheck]:
    """Compare the gradients of a layer or a network with central differences, in float64.

    Works on a copy: `model` is not changed.

    Parameters
    ----------
    model : layer or network
        A network has `params`, `gradient(x, t)` and `numerical_gradient(x, t)`; one that is not a
        `common.network.Network` should have its parameters in float64. A layer has
        `forward`, `backward` and `param_names`; the weighted sum of its output, with random
        weights, is the number that is differentiated. A loss layer has `forward(x, t)`.
    x : ndarray of shape (N, ...)
        More than one sample, and no points without a derivative, such as the 0 of a ReLU.
    t : ndarray, optional
        Targets, for a network or a loss layer.
    tolerance : float
        The largest relative error that passes.
    rng : Generator or seed
        Draws the random weights.

    Returns
    -------
    dict
        A `GradientCheck` per parameter; for a layer also one for its input, `"x"`. The parameters
        of nested layers are numbered, as in a network.

    Notes
    -----
    Book: section 5.7.3.
    """
    x = as_float("x", x).astype(np.float64)
    if x.size == 0:
        raise ValueError(f"x has shape {x.shape}; expected at least one sample")
    check_range("tolerance", tolerance, least=0)
    if isinstance(model, type) or not (hasattr(model, "params") or hasattr(model, "forward")):
        raise ValueError(f"model is {in_one_line(model)}; expected a layer or a network")
    model = copy.deepcopy(model)
    gradients = _network_gradients if hasattr(model, "params") else _layer_gradients
    by_backward, by_difference = gradients(cast(Any, model), x, t, random_generator(rng))
    return {key: _compare(by_backward[key], by_difference[key], tolerance) for key in by_difference}


def _network_gradients(
    network: CheckedNetwork, x: np.ndarray, t: Any, _: np.random.Generator
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    rewind = rewinder(network)  # both gradients use the same Dropout masks
    for key, value in network.params.items():
        if value.dtype != np.float64:  # setting an array may not reach foreign layers
            network.params[key] = value.astype(np.float64)
    by_backward = network.gradient(x, t)
    rewind()
    return by_backward, network.numerical_gradient(x, t)


def _layer_gradients(
    layer: LayerLike, x: np.ndarray, t: np.ndarray | None, rng: np.random.Generator
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    inputs = (x,) if t is None else (x, t)
    rewind = rewinder(layer)
    layer.forward(*inputs)  # BatchNorm(1.0, 0.0) turns its numbers into arrays
    rewind()
    variables = {"x": x}
    owners = _owners(layer)
    for key, (part, name) in owners.items():
        variables[key] = getattr(part, name).astype(np.float64)
        setattr(part, name, variables[key])
    out = np.asarray(layer.forward(*inputs))
    weights = np.ones(()) if t is not None else rng.standard_normal(out.shape)

    dx = layer.backward(weights)
    grads = {key: getattr(part, "d" + name, None) for key, (part, name) in owners.items()}
    missing = ["d" + key for key, grad in grads.items() if grad is None]
    if dx is None or missing:
        found = f"did not set {', '.join(missing)}" if missing else "returned None"
        raise ValueError(f"backward {found}; expected dx returned, and d<name> of each parameter")

    def f(_: np.ndarray) -> float:
        rewind()
        return np.sum(layer.forward(*inputs) * weights)

    by_difference = {name: numerical_gradient(f, value) for name, value in variables.items()}
    return {"x": dx, **grads}, by_difference


def _owners(layer: LayerLike) -> dict[str, tuple[Any, str]]:
    """Return the layer and attribute of each parameter; nested ones get a number, as ``W1``."""
    names = getattr(layer, "param_names", ())
    if not isinstance(names, tuple):
        raise ValueError(f"param_names is {names!r}; expected a tuple such as ('gamma',)")
    inside = len(parts(layer)) > 1
    return numbered(layer) if inside else {name: (layer, name) for name in names}


def _compare(backward: np.ndarray, difference: np.ndarray, tolerance: float) -> GradientCheck:
    if backward.shape != difference.shape:
        raise ValueError(
            f"back-propagation gave shape {backward.shape}; expected {difference.shape}"
        )
    gap = np.abs(backward - difference)
    largest = max(np.abs(backward).max(), np.abs(difference).max())
    # Below 1e-6, central differences of a loss around 1 cannot be distinguished from 0.
    error = float(gap.max() / max(largest, 1e-6)) if largest > 0 else np.nan
    return GradientCheck(error, float(gap.mean()), error <= tolerance)


def numerical_gradient_2d(f: Callable[[np.ndarray], float], X: np.ndarray) -> np.ndarray:
    """Return `numerical_gradient` of each row of `X`: f takes a row, not all of X.

    Parameters
    ----------
    f : callable
        Takes an array (D,) and returns one number.
    X : ndarray of floats, of shape (N, D) or (D,)
        Points, one per row, or a single one.

    Returns
    -------
    ndarray of the shape and type of `X`

    Notes
    -----
    Book: section 4.4, in the code of figure 4-9. If f takes all of X, as a loss takes all weights,
    use `numerical_gradient`.
    """
    if not isinstance(X, np.ndarray) or X.ndim == 1:
        return numerical_gradient(f, X)  # which rejects other types
    if X.ndim != 2:
        raise ValueError(f"X has shape {X.shape}; expected (N, D), a point per row, or (D,)")
    grad = np.zeros_like(X)
    for n, x in enumerate(X):
        grad[n] = numerical_gradient(f, x)
    return grad
