"""Layers with and without the base class: checks, and how to call their `forward`."""

import functools
import inspect
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from common.parts import named_parts
from common.protocols import LayerLike


def call_with_flag(method: Callable[..., Any], train_flg: bool, *arguments: Any) -> Any:
    """Call a method with its `arguments`, and with `train_flg` if it takes one.

    Layers of `common` have ``forward(x, train_flg)``, layers typed from the book ``forward(x)``.
    """
    function = getattr(method, "__func__", None)
    if function is not None:
        flag = takes_flag(function, skip=len(arguments))
    else:  # a function assigned to this object
        flag = takes_flag.__wrapped__(method, skip=len(arguments) - 1)
    if flag == "by name":
        return method(*arguments, train_flg=train_flg)
    return method(*arguments, train_flg) if flag == "by position" else method(*arguments)


@functools.lru_cache(1000)
def takes_flag(function: Any, skip: int = 1) -> str:
    """Return how a `forward` takes `train_flg`: "by name", "by position", or not at all ("").

    Ignores the first `skip` parameters, such as ``self``. "targets": the second parameter has no
    default, so this is the `forward` of a loss.
    """
    try:
        parameters = list(inspect.signature(function).parameters.values())[skip:]
    except (TypeError, ValueError):  # written in C
        return ""
    if any(one.name == "train_flg" for one in parameters):
        return "by name"
    second = parameters[1] if len(parameters) > 1 else None
    if second is None or second.kind > inspect.Parameter.VAR_POSITIONAL:
        return ""
    if second.kind == inspect.Parameter.VAR_POSITIONAL or isinstance(second.default, bool):
        return "by position"
    return "targets" if second.default is inspect.Parameter.empty else ""


def check_layers(layers: Mapping[str, LayerLike]) -> dict[str, Any]:
    """Return the layers by name; raise a ValueError if one is not a layer, or occurs twice."""
    if not isinstance(layers, Mapping):
        raise ValueError(f"layers is a {type(layers).__name__}; expected a layer for each name")
    for name, layer in layers.items():
        _check_layer(name, layer)
    named_parts(SimpleNamespace(layers=layers))  # raises if one occurs twice
    return dict(layers)


def check_head(loss: Any) -> Any:
    """Return the loss of a network; raise a ValueError if it is not a loss."""
    loss = loss() if isinstance(loss, type) else loss
    methods = [getattr(loss, method, None) for method in ("forward", "backward")]
    if not all(map(callable, methods)) or takes_flag.__wrapped__(methods[0], skip=0) != "targets":
        what = f"loss is of type {type(loss).__name__}"
        raise ValueError(f"{what}; expected a loss, e.g. common.layers.SoftmaxWithLoss()")
    return loss


def _check_layer(name: str, layer: LayerLike) -> None:
    found, names = type(layer).__name__, getattr(layer, "param_names", ())
    methods = [getattr(layer, method, None) for method in ("forward", "backward")]
    if isinstance(layer, type) or not all(map(callable, methods)):
        raise ValueError(f"{name} is of type {found}; expected a layer: forward and backward")
    if takes_flag.__wrapped__(layer.forward, skip=0) == "targets":
        raise ValueError(f"{name} is a {found}; expected a layer: a loss is the last_layer")
    if not isinstance(names, tuple) or (_arrays(layer) and not names):
        what = f"{name}: {found} has param_names {names!r} and the arrays {_arrays(layer)}"
        raise ValueError(f"{what}; expected a tuple with the names of all parameters")
    for own in names:
        value = getattr(layer, own, None)
        if value is not None and not isinstance(value, np.ndarray):
            what = f"{name}: {own} is a {type(value).__name__}"
            raise ValueError(f"{what}; expected an array, also for one number: np.array(0.5)")


def _arrays(layer: LayerLike) -> list[str]:
    own = getattr(layer, "__dict__", {})
    return [key for key in ("W", "b", "gamma", "beta") if isinstance(own.get(key), np.ndarray)]
