"""What a network or a layer is made of: layers inside of layers, their arrays, their randomness."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np


def named_parts(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the layers of a network, or of a layer, in the order of the forward pass.

    A layer that is made of layers, its attribute `layers`, comes before these; the name of a layer
    inside is ``block1/conv1``.
    """
    layers = getattr(model, "layers", None)
    if isinstance(layers, list | tuple):
        layers = dict(enumerate(layers))
    for name, layer in layers.items() if isinstance(layers, Mapping) else ():
        yield f"{prefix}{name}", layer
        yield from named_parts(layer, f"{prefix}{name}/")


def parts(model: Any) -> list[Any]:
    """Return the layers of a network, and those inside of them; of a layer, itself and those."""
    inside = [layer for _, layer in named_parts(model)]
    return [model, *inside] if hasattr(model, "param_names") else inside


def numbered(model: Any, kind: str = "param_names") -> dict[str, tuple[Any, str]]:
    """Return for each parameter the layer that has it, and its name there.

    The k-th ``W`` is ``W<k>``, however deep it lies: ``W1 b1 gamma1 beta1 W2 b2 ...``.

    Parameters
    ----------
    model : network or layer
    kind : 'param_names' or 'state_names'
        Which arrays: see `common.layers`.
    """
    count: Counter[str] = Counter()
    found = {}
    for layer in parts(model):
        for name in getattr(layer, kind, ()):
            count[name] += 1
            found[f"{name}{count[name]}"] = (layer, name)
    return found


def generators(model: Any) -> list[np.random.Generator]:
    """Return the random generators of a layer, or of the layers of a network."""
    found = [getattr(layer, "rng", None) for layer in parts(model) or [model]]
    return [rng for rng in found if isinstance(rng, np.random.Generator)]


def rewinder(model: Any) -> Callable[[], None]:
    """Return a function that sets the generators of `model` back to where they are now.

    So Dropout draws the same masks again, where a numerical gradient moves one weight after the
    other.
    """
    saved = [(rng, rng.bit_generator.state) for rng in generators(model)]

    def rewind() -> None:
        for rng, state in saved:
            rng.bit_generator.state = state

    return rewind
