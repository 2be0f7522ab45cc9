"""Layer: the base class that checks and converts inputs, so that a layer contains only its formula.

The protocol:

- ``forward(x, train_flg=True)`` returns the output of a batch; ``train_flg`` is for layers that
  behave differently in training;
- ``backward(dout)`` takes the gradient of the loss with respect to that output and returns the
  gradient with respect to `x`; it stores the gradient of each parameter ``W`` as ``dW``; it changes
  neither `x` nor `dout`;
- ``param_names`` lists the parameters, ``state_names`` the arrays that training changes without a
  gradient, ``setting_names`` the settings that must be the same when a training run resumes;
- ``expects(x)`` is optional: it returns the expected shape in words if the shape of the batch `x`
  does not fit, else ""; a class that overrides `forward` has to define it again;
- a layer that draws random numbers has a generator ``rng``.

A layer typed from the book, without this base class and with ``forward(x)``, works as well.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.checks import LayerError, NotFiniteError, as_array, as_float, on_gpu
from common.half import HALF
from common.parts import described


class Layer:
    """The base class of all layers: it wraps `forward` and `backward` of each subclass.

    Before the formula runs, the wrapper converts the input to floats, a single sample to a batch
    of one, and half precision to float32; afterwards it converts the output back. It raises a
    ValueError if a shape does not fit.

    Attributes
    ----------
    wants_dx : bool
        Whether `backward` must return the gradient with respect to x. A network sets it to False
        on its first layer: the gradient of the images is not needed.
    """

    param_names: tuple[str, ...] = ()
    state_names: tuple[str, ...] = ()
    setting_names: tuple[str, ...] = ()
    wants_dx = True
    element_wise = False  # True: `forward` takes any shape, also that of a single sample
    widens = True  # half precision becomes float32 here; False: in the inner layers
    # Of the last forward pass: the shape of the output; the number of axes that were added to make
    # a batch; the names of the attributes that are kept in half precision, or None.
    _out_shape: tuple[int, ...] | None = None
    _added_axes = 0
    _in_half: tuple[str, ...] | None = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, guarded in (("forward", _guarded_forward), ("backward", _guarded_backward)):
            method, expects = getattr(cls, name), vars(cls).get("expects")
            formula = getattr(method, "formula", method)  # an inherited method may be guarded
            if formula is not getattr(Layer, name) and (method is formula or expects):
                setattr(cls, name, guarded(formula, expects))

    def __repr__(self) -> str:
        return described(self)

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the output of a batch."""
        raise NotImplementedError

    def backward(self, dout: np.ndarray) -> Any:
        """Return the gradient with respect to x; set the gradients of the parameters."""
        raise NotImplementedError


Expects = Callable[[Any, np.ndarray], str] | None


def expects_images(layer: Layer, x: np.ndarray) -> str:
    """Return the shape that a layer for images expects, if `x` has another: see `Layer`."""
    return "" if x.ndim == 4 else "images (N, C, H, W)"


def _guarded_forward(formula: Callable[..., Any], expects: Expects) -> Callable[..., Any]:
    @functools.wraps(formula)
    def forward(self: Layer, x: ArrayLike, *flags: Any, **options: Any) -> Any:
        if type(x) is not np.ndarray or x.dtype.kind != "f":
            x = _floats(self, "x", x)
        batch = x if x.ndim > 1 or self.element_wise else x.reshape(1, -1)
        fits = x.size and (x.ndim or self.element_wise)
        if wanted := "at least one sample" if not fits else expects(self, batch) if expects else "":
            raise LayerError(self, f"x has shape {x.shape}; expected {wanted}")
        half = self.widens and x.dtype == HALF
        before = dict(vars(self)) if half else {}
        wide = batch.astype(np.float32) if half else batch
        try:
            out = formula(self, wide, *flags, **options)
        except ValueError as error:
            _check_same_device(self, x)
            named = _named(error, self)
            raise named from named.__cause__
        except TypeError:
            _check_same_device(self, x)
            raise
        self._out_shape, self._added_axes = out.shape, batch.ndim - x.ndim
        self._in_half = _stored_in_half(self, batch, wide, before) if half else None
        out = out.astype(HALF) if self._in_half is not None else out
        return out if batch is x else out.reshape(out.shape[1:])

    forward.formula = formula  # type: ignore[attr-defined]
    return forward


def _guarded_backward(formula: Callable[..., Any], _: Expects) -> Callable[..., Any]:
    @functools.wraps(formula)
    def backward(self: Layer, dout: ArrayLike) -> Any:
        if type(self).backward is not backward:  # called by super(): the subclass may use dx
            return _with_dx(self, formula, dout)
        batch: Any = dout
        if type(dout) is not np.ndarray or dout.shape != self._out_shape or dout.dtype.kind != "f":
            batch = _gradient_of_batch(self, dout)
        half = self.widens and batch.dtype == HALF
        for name in self._in_half or ():
            setattr(self, name, getattr(self, name).astype(np.float32))
        try:
            dx = formula(self, batch.astype(np.float32) if half else batch)
        except ValueError as error:
            named = _named(error, self)
            raise named from named.__cause__
        if self._in_half is not None:
            for name in (*self._in_half, *(f"d{name}" for name in self.param_names)):
                setattr(self, name, getattr(self, name).astype(HALF))
            dx = dx.astype(HALF) if half and dx is not None else dx
        single = self._added_axes and batch is not dout and dx is not None
        return dx.reshape(dx.shape[1:]) if single else dx

    backward.formula = formula  # type: ignore[attr-defined]
    return backward


def _stored_in_half(
    layer: Layer, batch: np.ndarray, wide: np.ndarray, before: Mapping[str, Any]
) -> tuple[str, ...] | None:
    """Store in half precision what a pass kept of its batch, if the parameters are float16."""
    if any(as_array(name, getattr(layer, name)).dtype != HALF for name in layer.param_names):
        return None
    kept = []
    for name, value in vars(layer).items():
        new = (isinstance(value, np.ndarray) or on_gpu(value)) and value is not before.get(name)
        if new and value.dtype == np.float32 and value.shape[:1] == batch.shape[:1]:
            setattr(layer, name, batch if value is wide else value.astype(HALF))
            kept.append(name)
    return tuple(kept)


def _check_same_device(layer: Layer, x: np.ndarray) -> None:
    """Reject a batch on a GPU for parameters that are not there, and the other way round."""
    for name in layer.param_names:
        there, here = on_gpu(getattr(layer, name)), on_gpu(x)
        if there != here:
            what = (
                f"{name} is {'' if there else 'not '}on the GPU, x is {'' if here else 'not '}there"
            )
            raise LayerError(layer, f"{what}; expected both on one device: see common.gpu")


def _with_dx(layer: Layer, formula: Callable[..., Any], dout: ArrayLike) -> Any:
    wanted, layer.wants_dx = layer.wants_dx, True
    try:
        return formula(layer, dout)
    finally:
        layer.wants_dx = wanted


def _named(error: ValueError, layer: Layer) -> ValueError:
    """Return the error with the name of the layer in its message."""
    if isinstance(error, NotFiniteError):
        return error
    if isinstance(error, LayerError):
        return error.inside(layer)
    named = LayerError(layer, str(error))
    named.__cause__ = error
    return named


def _gradient_of_batch(layer: Layer, dout: ArrayLike) -> np.ndarray:
    """Return `dout` as floats if its shape fits; a single sample becomes a batch of one."""
    shape = layer._out_shape
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
