"""The numbered parameters of a network, as a live view of its layers, which own them (5.7)."""

from collections.abc import ItemsView, Iterator, Mapping, MutableMapping, ValuesView
from itertools import starmap
from pathlib import Path
from typing import Any

import numpy as np

from common.checks import NotFiniteError, on_gpu
from common.gpu import beside, to_cpu
from common.io.files import load_arrays, save_arrays
from common.parts import numbered


class Params(MutableMapping[str, np.ndarray]):
    """``W1 b1 W2 b2 ...``: reading or replacing an array here does so in its layer.

    Parameters
    ----------
    model : network or layer
        See `common.parts.numbered`.
    """

    def __init__(self, model: object) -> None:
        self._model = model

    def copy(self) -> dict[str, np.ndarray]:
        """Return a dict of the same arrays (a shallow copy)."""
        places = numbered(self._model)
        return dict(zip(places, starmap(getattr, places.values()), strict=True))

    def __getitem__(self, key: str) -> np.ndarray:
        layer, name = numbered(self._model)[key]
        return getattr(layer, name)

    def __setitem__(self, key: str, value: np.ndarray) -> None:
        places = numbered(self._model)
        if key not in places:
            raise ValueError(f"params has no {key!r}; expected one of {', '.join(places)}")
        layer, name = places[key]
        if value is not getattr(layer, name):
            setattr(layer, name, _checked(key, value, getattr(layer, name).shape))

    def __delitem__(self, key: str) -> None:
        raise ValueError(f"params[{key!r}] belongs to a layer; expected the layer to be deleted")

    def __iter__(self) -> Iterator[str]:
        return iter(numbered(self._model))

    def __len__(self) -> int:
        return len(numbered(self._model))

    def items(self) -> ItemsView[str, np.ndarray]:
        """Return (key, array) pairs."""
        return self.copy().items()

    def values(self) -> ValuesView[np.ndarray]:
        """Return the arrays."""
        return self.copy().values()

    def __or__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return self.copy() | dict(other)

    def __ror__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return dict(other) | self.copy()

    def __reduce__(self) -> tuple[type[dict], tuple[dict[str, np.ndarray]]]:
        return dict, (self.copy(),)  # a copy, or a pickle, is a plain dict

    def __repr__(self) -> str:
        return repr(self.copy())


def _checked(key: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    value = np.asarray(value) if isinstance(value, np.generic) else value
    # A number of a layer may become an array, as in BatchNorm(1.0, 0.0).
    if not (isinstance(value, np.ndarray) or on_gpu(value)) or shape not in (value.shape, ()):
        found = f"of shape {value.shape}" if hasattr(value, "shape") else type(value).__name__
        raise ValueError(f"params[{key!r}] is {found}; expected an array of shape {shape}")
    if value.dtype.kind not in "fiub" or isinstance(value, np.ma.MaskedArray):
        found = f"a {type(value).__name__} of type {value.dtype}"
        raise ValueError(f"params[{key!r}] is {found}; expected an array of real numbers")
    return value if value.dtype.kind == "f" else value.astype(np.float64)


def check_arrays(
    arrays: Mapping[str, np.ndarray], here: Mapping[str, np.ndarray], what: str
) -> None:
    """Raise a ValueError if the names or shapes of `arrays` differ from those in `here`."""
    found, expected = (
        {key: np.shape(value) for key, value in some.items()} for some in (arrays, here)
    )
    for key in {**expected, **found}:
        shape, there = expected.get(key, "none"), found.get(key, "none")
        if shape not in (there, ()):  # (): a number that will become an array
            raise ValueError(
                f"{what} holds parameters of another network: {key} is {there}; expected {shape}"
            )


def check_not_diverged(arrays: Mapping[str, np.ndarray], number: int) -> None:
    """Raise a NotFiniteError if mini-batch `number` made an array NaN or infinite."""
    for key, W in arrays.items():
        if not np.isfinite(W).all():
            what = f"after mini-batch {number} {key} is not finite"
            raise NotFiniteError(f"{what}; expected a lower learning rate, or smaller data")


def check_finite(arrays: Mapping[str, np.ndarray], what: str) -> None:
    """Raise a ValueError if an array contains NaN or infinite values, or other types."""
    for key, value in arrays.items():
        if value.dtype.kind != "f" or not np.isfinite(value).all():
            raise ValueError(f"{what} holds other than finite numbers in {key}; expected floats")


def save(arrays: Mapping[str, np.ndarray], path: str | Path) -> None:
    """Save the parameters and the state of a network in an ``.npz`` file (atomically)."""
    arrays = {key: to_cpu(W) for key, W in arrays.items()}
    check_finite(arrays, "not saved: the network")
    save_arrays(path, arrays)


def load(here: Mapping[str, np.ndarray], path: str | Path) -> dict[str, np.ndarray]:
    """Return the arrays that `save` wrote, of the types and on the device of those in `here`."""
    arrays = load_arrays(path)
    # Numbers that describe how the weights were trained (seed, accuracy) have the shape ().
    loaded = {key: value for key, value in arrays.items() if value.ndim > 0 or key in here}
    check_arrays(loaded, here, str(path))
    check_finite(loaded, str(path))
    with np.errstate(over="ignore"):  # an overflow is found in the next line
        types = {key: (W if W.ndim else loaded[key]).dtype for key, W in here.items()}
        cast = {key: loaded[key].astype(kind) for key, kind in types.items()}
    check_finite(cast, f"{path}, cast to the type of the network,")
    return {key: beside(here[key], value) for key, value in cast.items()}
