"""Nested layers of a network or a layer: their names, parameters and random generators."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from textwrap import indent
from typing import Any

import numpy as np


def named_parts(model: object, prefix: str = "") -> list[tuple[str, Any]]:
    """Return all layers of a network, or of a layer, with names, in the order of the forward pass.

    A layer that contains layers (attribute `layers`) comes before these; the name of a nested layer
    is ``block1/conv1``.
    """
    layers = getattr(model, "layers", {})
    if not isinstance(layers, Mapping):
        layers = _by_number(layers)
    found: list[tuple[str, Any]] = []
    for name, layer in layers.items():
        found.append((f"{prefix}{name}", layer))
        if hasattr(layer, "layers"):
            found += named_parts(layer, f"{prefix}{name}/")
    if len(set(map(id, map(itemgetter(1), found)))) < len(found):
        ids = [id(layer) for _, layer in found]
        twice = [name for name, layer in found if ids.count(id(layer)) > 1]
        raise ValueError(f"{twice[-1]} is in the network twice; expected it once")
    return found


def _by_number(layers: object) -> dict[Any, Any]:
    return dict(enumerate(layers)) if isinstance(layers, list | tuple) else {}


def described(model: object) -> str:
    """Return the `repr` of a layer or a network, as in ``Affine(W (784, 50), b (50,))``.

    In brackets: the shapes of its parameters, and its settings; then one line per inner layer.
    """
    arrays, numbers = (getattr(model, kind, ()) for kind in ("param_names", "setting_names"))
    words = [f"{name} {np.shape(getattr(model, name, ()))}" for name in arrays]
    words += [f"{name}={getattr(model, name, None)!r}" for name in numbers]
    lines = [f"{type(model).__name__}({', '.join(words)})"]
    layers = getattr(model, "layers", {})
    for name, layer in (layers if isinstance(layers, Mapping) else _by_number(layers)).items():
        kind: Any = type(layer)
        plain = kind.__repr__ is object.__repr__  # of a layer typed from the book
        text = described(layer) if plain else repr(layer)
        lines.append(indent(f"{name}: {text}", "  "))
    return "\n".join(lines)


def parts(model: object) -> list[Any]:
    """Return a network or a layer, and all its inner layers."""
    return [model, *(layer for _, layer in named_parts(model))]


def numbered(model: object, kind: str = "param_names") -> dict[str, tuple[Any, str]]:
    """Return the layer and the attribute name of each numbered parameter.

    The k-th ``W`` is ``W<k>``, also in nested layers: ``W1 b1 gamma1 beta1 W2 b2 ...``.

    Parameters
    ----------
    model : network or layer
    kind : 'param_names' or 'state_names'
        The kind of arrays: see `common.boundary`.
    """
    count: dict[str, int] = {}
    found = {}
    for _, layer in [("", model), *named_parts(model)]:
        for name in getattr(layer, kind, ()):
            count[name] = count.get(name, 0) + 1
            found[f"{name}{count[name]}"] = (layer, name)
    return found


def generators(model: object) -> list[np.random.Generator]:
    """Return the random generators of a layer, or of all layers of a network and its replicas."""
    models = getattr(model, "replicas", [model])
    found = [getattr(part, "rng", None) for one in models for part in parts(one)]
    return [rng for rng in found if isinstance(rng, np.random.Generator)]


def rewinder(model: object) -> Callable[[], None]:
    """Return a function that resets the random generators of `model` to their present state.

    So Dropout draws the same masks for every loss of a numerical gradient.
    """
    saved = [(rng, rng.bit_generator.state) for rng in generators(model)]

    def rewind() -> None:
        for rng, state in saved:
            rng.bit_generator.state = state

    return rewind
