"""Layer: the one boundary of all layers, so that below it a layer is its formula and nothing else.

The protocol:

- ``forward(x, train_flg=True)`` returns the output of a batch; ``train_flg`` is for layers that
  behave differently in training;
- ``backward(dout)`` takes the gradient of the loss for that output and returns the one for `x`;
  it stores that of each parameter ``W`` as ``dW``; it changes neither `x` nor `dout`;
- ``param_names`` lists the parameters, ``state_names`` the arrays that training changes without a
  gradient, ``setting_names`` the numbers that a training must find the same when it resumes;
- a layer that draws random numbers has a generator ``rng``.

A layer typed from the book, without this base class and with ``forward(x)``, works as well.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.checks import LayerError, NotFiniteError, as_float
from common.typed import takes_flag

HALF = np.dtype(np.float16)


class Layer:
    """The base class: `forward` and `backward` of each subclass are guarded here.

    A guard turns what comes into floats, a single sample into a batch of one, half precision into
    float32 to compute in, and all of it back on the way out; it refuses what does not fit.

    Attributes
    ----------
    out_shape : tuple of int
        The shape of the last output; None before the first `forward`.
    wants_dx : bool
        Whether `backward` must return the gradient for x. A network sets it on its first layer,
        whose gradient nobody needs.
    """

    param_names: tuple[str, ...] = ()
    state_names: tuple[str, ...] = ()
    setting_names: tuple[str, ...] = ()
    wants_dx = True
    out_shape: tuple[int, ...] | None = None
    element_wise = False  # whether `forward` takes any shape, so that a single sample needs no axis
    widens = True  # half precision to float32; layers made of layers leave that to these
    _is_half, _added_axes = False, 0  # what the last forward pass turned into something else

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, guarded in (("forward", _guarded_forward), ("backward", _guarded_backward)):
            if name in vars(cls):
                setattr(cls, name, guarded(vars(cls)[name]))

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the output of a batch."""
        raise NotImplementedError

    def backward(self, dout: np.ndarray) -> Any:
        """Return the gradient for x; set those of the parameters."""
        raise NotImplementedError

    def expects(self, x: np.ndarray) -> str:
        """Return, where the batch `x` does not fit, what is expected of its shape; else nothing."""
        return ""


def _guarded_forward(formula: Callable[..., Any]) -> Callable[..., Any]:
    def unflagged(self: Layer, x: np.ndarray, train_flg: bool) -> np.ndarray:
        return formula(self, x)

    flagged = formula if takes_flag(formula) else unflagged

    @functools.wraps(formula)
    def forward(self: Layer, x: ArrayLike, train_flg: bool = True) -> np.ndarray:
        if type(x) is not np.ndarray or x.dtype.kind != "f":
            x = _floats(self, "x", x)
        batch = x if x.ndim > 1 or self.element_wise else x.reshape(1, -1)
        if wanted := self.expects(batch) if x.size else "at least one sample":
            raise LayerError(self, f"x has shape {x.shape}; expected {wanted}")
        half = self.widens and x.dtype == HALF
        try:
            out = flagged(self, batch.astype(np.float32) if half else batch, train_flg)
        except ValueError as error:
            named = _named(error, self)
            raise named from named.__cause__
        self.out_shape, self._added_axes = out.shape, batch.ndim - x.ndim
        self._is_half = half and all(getattr(self, n).dtype == HALF for n in self.param_names)
        if self._is_half:
            out = out.astype(HALF)
            _cast_what_is_kept(self, HALF)
        return out if batch is x else out.reshape(out.shape[self._added_axes :])

    return forward


def _guarded_backward(formula: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(formula)
    def backward(self: Layer, dout: ArrayLike) -> Any:
        batch: Any = dout
        if (
            type(batch) is not np.ndarray
            or batch.shape != self.out_shape
            or batch.dtype.kind != "f"
        ):
            batch = _gradient_of_batch(self, dout)
        half = self.widens and batch.dtype == HALF
        if self._is_half:
            _cast_what_is_kept(self, np.dtype(np.float32))
        try:
            dx = formula(self, batch.astype(np.float32) if half else batch)
        except ValueError as error:
            named = _named(error, self)
            raise named from named.__cause__
        if self._is_half:
            _cast_what_is_kept(self, HALF)
            dx = dx.astype(HALF) if half and dx is not None else dx
        single = self._added_axes and dx is not None and batch.ndim > np.ndim(dout)
        return dx.reshape(dx.shape[self._added_axes :]) if single else dx

    return backward


def _cast_what_is_kept(layer: Layer, dtype: np.dtype) -> None:
    """Cast what a layer keeps for `backward`, and the gradients that it stores: not its state."""
    own = (*layer.param_names, *layer.state_names)
    for name, value in vars(layer).items():
        kept = isinstance(value, np.ndarray) and value.dtype in (HALF, np.float32)
        if kept and name not in own:
            setattr(layer, name, value.astype(dtype))


def _named(error: ValueError, layer: Layer) -> ValueError:
    """Return the error with the key of the layer that could not go on."""
    if isinstance(error, NotFiniteError):
        return error
    if isinstance(error, LayerError):
        return error.inside(layer)
    named = LayerError(layer, str(error))
    named.__cause__ = error
    return named


def _gradient_of_batch(layer: Layer, dout: ArrayLike) -> np.ndarray:
    """Return `dout` as floats, that of a single sample as a batch of one, if its shape fits."""
    shape = layer.out_shape
    if shape is None:
        raise LayerError(layer, "backward came before forward; call forward first")
    array = _floats(layer, "dout", dout)
    expected = shape[layer._added_axes :]
    if array.shape not in (shape, expected):
        what = f"dout has shape {array.shape}; expected {expected}, the shape of forward's output"
        raise LayerError(layer, what)
    return array.reshape(shape)


def _floats(layer: Layer, name: str, x: ArrayLike) -> np.ndarray:
    try:
        return as_float(name, x)
    except ValueError as error:
        raise LayerError(layer, str(error)) from None
