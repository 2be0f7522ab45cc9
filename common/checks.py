"""Input validation: error messages say what was found and what was expected.

Each check raises a ``ValueError`` with a message of one line. The checks are cheap (a shape, or one
number per sample), so they are always on. NaN passes where it stays visible, and is rejected where
it would become an ordinary number (a class, a step, the result of a training run).
"""

import math
import sys
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

LARGEST = sys.float_info.max
FINITE_LOSS = (
    "expected a finite number: look for NaN or infinite inputs, or lower the learning rate"
)


class NotFiniteError(ValueError):
    """A loss or a score is NaN or infinite: the training run has often diverged."""


class LayerError(ValueError):
    """A layer got an invalid input. The message begins with the layer's key in the network."""

    def __init__(self, layer: object, what: str) -> None:
        super().__init__(what)
        self.layer, self.keys, self.name = layer, list[str](), type(layer).__name__

    def __str__(self) -> str:
        return f"{'/'.join(self.keys) or self.name}: {self.args[0]}"

    def __reduce__(self) -> tuple[type[ValueError], tuple[str]]:
        return ValueError, (str(self),)  # pickled for another process, without the layer

    def inside(self, whole: object) -> "LayerError":
        """Add the key that the layer has in `whole` to the front of the message."""
        inner = getattr(whole, "layers", {})
        inner = inner if isinstance(inner, Mapping) else dict(enumerate(inner))
        self.keys[:0] = [str(key) for key, layer in inner.items() if layer is self.layer][:1]
        self.layer = whole
        return self


def in_one_line(value: object) -> str:
    """Return the `repr` of `value` in one short line, for a message."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."


def first_line(error: Exception) -> str:
    """Return the first line of the message of an error."""
    return str(error).partition("\n")[0]


def check_unmasked(name: str, x: object) -> None:
    """Reject a masked array: the mask would be lost, and NumPy would use the masked values."""
    if isinstance(x, np.ma.MaskedArray):
        raise ValueError(f"{name} is a masked array; expected one without a mask")


def on_gpu(x: object) -> bool:
    """Return whether `x` is an array on a GPU that works with NumPy's functions: `common.gpu`."""
    return hasattr(x, "__cuda_array_interface__") and hasattr(x, "__array_function__")


def check_same_device(scores: object, t: object) -> None:
    """Reject scores and targets of which only one is on a GPU."""
    if on_gpu(scores) != on_gpu(t):
        one, other = ("scores are", "t is") if on_gpu(scores) else ("targets t are", "x is")
        raise ValueError(f"the {one} on the GPU, {other} not; expected both there: gpu.to_gpu")


def as_array(name: str, x: ArrayLike) -> np.ndarray:
    """Return `x` as an array; one on a GPU stays there."""
    if type(x) is np.ndarray:
        return x
    if not isinstance(x, list | tuple) and on_gpu(x):
        return cast(np.ndarray, x)
    check_unmasked(name, x)
    try:
        array = np.asarray(x)
    except Exception as error:  # a foreign class may raise anything
        ragged = isinstance(x, list | tuple) and isinstance(error, ValueError)
        found = "has rows of different lengths" if ragged else f"is a {type(x).__name__}"
        raise ValueError(f"{name} {found}; expected a NumPy array") from None
    if array.dtype == object and array.ndim == 0:
        raise ValueError(f"{name} is a {type(x).__name__}; expected a NumPy array")
    return array


def as_float(name: str, x: ArrayLike) -> np.ndarray:
    """Return `x` as an array of floats: floats keep their type, integers become float64."""
    if type(x) is np.ndarray and x.dtype.kind == "f":
        return x
    x = as_array(name, x)
    if x.dtype.kind in "iub":
        return x.astype(np.float64)
    if x.dtype.kind != "f":
        raise ValueError(f"{name} is of type {x.dtype}; expected real numbers")
    return x


def check_shapes(layer: str, **arrays: tuple[ArrayLike, str]) -> list[np.ndarray]:
    """Return the parameters of a layer as floats, if their shapes fit together.

    Parameters
    ----------
    layer : str
        The name of its class, for the message.
    **arrays : (array_like, str)
        By name: an array, and its axes, such as "D M". The same letter means the same size. An
        array with one axis may also be of shape (1, M), or one number for all M.
    """
    found = {name: as_float(f"{layer}: {name}", array) for name, (array, _) in arrays.items()}
    axes = {name: words.split() for name, (_, words) in arrays.items()}
    sizes: dict[str, int] = {}
    for name, array in found.items():
        if len(axes[name]) == array.size == 1:
            continue  # one number for all
        if len(axes[name]) == 1 and array.ndim > 1 and array.shape[-1] == array.size:
            found[name] = array = array.reshape(-1)  # (1, M) is (M,)
        same = [sizes.setdefault(axis, n) == n for axis, n in zip(axes[name], array.shape)]  # noqa: B905
        if array.size == 0 or array.ndim != len(axes[name]) or not all(same):
            shapes = " and ".join(f"{name} has shape {one.shape}" for name, one in found.items())
            wanted = " and ".join(str(tuple(words)).replace("'", "") for words in axes.values())
            raise ValueError(f"{layer}: {shapes}; expected {wanted}")
    dtype = max(found.values(), key=np.size).dtype
    for name, array in found.items():
        size = sizes.get(axes[name][0])
        if array.size == 1 and size is not None and array.shape != (size,) and len(axes[name]) == 1:
            found[name] = np.full(size, array.item(), dtype)
    return list(found.values())


def check_rows(name: str, x: np.ndarray, size: int | None = None) -> None:
    """Reject an empty batch and, if `size` is given, samples without exactly `size` values."""
    if x.ndim == 0 or x.size == 0:
        raise ValueError(f"{name} has shape {x.shape}; expected at least one sample")
    found = x.size if x.ndim == 1 else x.size // len(x)
    if size is not None and found != size:
        raise ValueError(
            f"{name} has shape {x.shape}, {found} values per sample; expected {size} per sample"
        )


def check_batch(x: np.ndarray) -> None:
    """Reject an array that is not a batch, or an empty batch."""
    if x.ndim < 2 or x.size == 0:
        raise ValueError(f"x has shape {x.shape}; expected a batch of at least one sample")


def check_loss(loss: float) -> float:
    """Reject a loss that is NaN or infinite: nothing can be learned from it."""
    if not math.isfinite(loss):
        raise NotFiniteError(f"the loss is {loss}; {FINITE_LOSS}")
    return float(loss)


def warn_of_loss(loss: float) -> float:
    """Warn if a loss is NaN or infinite, as `numpy.errstate` says; the caller may continue."""
    wanted = "ignore" if math.isfinite(loss) else np.geterr()["invalid"]
    if wanted == "raise":
        raise FloatingPointError(f"a loss is not finite; {FINITE_LOSS}")
    if wanted != "ignore":
        # One line for loss and gradient: Python shows a warning once for each line of code.
        warnings.warn(f"a loss is not finite; {FINITE_LOSS}", RuntimeWarning, stacklevel=1)
    return float(loss)


def check_range(
    name: str,
    value: float,
    *,
    least: float = -math.inf,
    above: float = -math.inf,
    below: float = math.inf,
) -> float:
    """Return `value` as a float if it is finite, >= `least`, > `above` and < `below`."""
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    too_long = isinstance(value, int) and abs(value) > LARGEST
    number = float(value) if real and not too_long else math.nan
    if least <= number < below and number > above:
        return number
    limits = [(">=", least), (">", above), ("<", below)]
    wanted = " and ".join(f"{sign} {limit:g}" for sign, limit in limits if math.isfinite(limit))
    raise ValueError(f"{name} is {in_one_line(value)}; expected a number {wanted}")


def check_whole(name: str, value: Any, least: int = 1, most: int = 2**31 - 1) -> int:
    """Return `value` if it is an integer from `least` to `most`."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if whole and least <= value <= most:
        return int(value)
    wanted = f"from {least} to {most}" if whole and value > most else f">= {least}"
    raise ValueError(f"{name} is {in_one_line(value)}; expected an integer {wanted}")


def check_sizes(name: str, shape: Any, *, one_open: bool = False) -> tuple[int, ...]:
    """Return the shape of one sample: integers >= 1, of which one may be -1 (unknown)."""
    sizes = as_array(name, shape if isinstance(shape, list | tuple | np.ndarray) else 0)
    found = sizes.tolist() if sizes.ndim == 1 and sizes.dtype.kind in "iu" else []
    closed, opened = [size for size in found if size > 0], found.count(-1)
    fits = len(closed) + opened == len(found) and opened <= one_open
    if fits and 0 < len(found) < 32 and math.prod(closed) < 2**31:
        return tuple(found)
    wanted = "sizes >= 1, as in (1, 28, 28)" + (", at most one of them -1" if one_open else "")
    raise ValueError(f"{name} is {in_one_line(shape)}; expected {wanted}")


def check_image_shape(name: str, shape: Any) -> tuple[int, ...]:
    """Return `shape` if it is the channels, height and width of an image."""
    sizes = check_sizes(name, shape)
    if len(sizes) != 3:
        raise ValueError(f"{name} is {in_one_line(shape)}; expected (C, H, W)")
    return sizes


def check_name(name: str, value: Any, known: Iterable[str]) -> str:
    """Return `value` if it is one of the known strings."""
    if isinstance(value, str) and value in known:
        return value
    raise ValueError(f"{name} is {in_one_line(value)}; expected one of {', '.join(known)}")


def check_flag(name: str, value: Any) -> None:
    """Reject values that are neither True nor False: a string would count as True."""
    if not (isinstance(value, bool | np.bool_) or (isinstance(value, int) and value in (0, 1))):
        raise ValueError(f"{name} is {in_one_line(value)}; expected True or False")


def check_mapping(name: str, value: Any) -> None:
    """Reject non-mappings."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is {in_one_line(value)}; expected a dict")


def check_pairs(x: np.ndarray, t: np.ndarray) -> None:
    """Reject samples and targets whose numbers differ, or are 0."""
    if x.shape[:1] != t.shape[:1] or x.ndim == 0 or len(x) == 0:
        number = [len(array) if array.ndim else "no" for array in (x, t)]
        raise ValueError(
            f"x holds {number[0]} samples and t {number[1]} targets; expected the same number, at "
            "least one"
        )


def check_step(params: Mapping[str, Any], grads: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return the parameters as arrays to be changed in place, if the gradients fit."""
    check_mapping("params", params)
    check_mapping("grads", grads)
    missing = [key for key in params if key not in grads]
    if missing:
        raise ValueError(f"grads has no {missing[0]!r}; expected a gradient for each parameter")
    return {key: _check_param(key, W, grads[key]) for key, W in params.items()}


def _check_param(key: str, param: Any, grad: Any) -> np.ndarray:
    if isinstance(param, np.ma.MaskedArray) or isinstance(grad, np.ma.MaskedArray):
        raise ValueError(f"{key!r} is a masked array; expected one without a mask")
    plain = not isinstance(param, np.ndarray) and not on_gpu(param)  # a number
    W = np.array(as_float(f"params[{key!r}]", param)) if plain else param
    if W.dtype.kind != "f":
        raise ValueError(f"params[{key!r}] is of type {W.dtype}; expected floats")
    if (plain and W.ndim > 0) or not getattr(W.flags, "writeable", True):
        raise ValueError(f"params[{key!r}] is a list or read-only; expected an array")
    grad = as_float(f"grads[{key!r}]", grad)
    if on_gpu(grad) != on_gpu(W):
        raise ValueError(
            f"of params[{key!r}] and its gradient only one is on the GPU; expected both"
        )
    if grad.shape != W.shape:
        raise ValueError(f"grads[{key!r}] has shape {grad.shape}; expected {W.shape}")
    return W
