"""An array class that stands in for CuPy's: it is no NumPy array, and never becomes one by itself.

NumPy's functions and ufuncs hand their work to it, as to CuPy's arrays. Like those, it raises where
it would have to be copied to the CPU without being asked, where a NumPy array is mixed in, and for
what CuPy does not have.
"""

from types import SimpleNamespace

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

SCALARS = (int, float, bool, complex, np.generic)
MISSING = {np.ndenumerate, np.geomspace, np.apply_along_axis, np.vectorize}
METHODS = (
    *("all", "any", "argmax", "argmin", "argsort", "astype", "clip", "copy", "cumsum", "dot"),
    *("flatten", "max", "mean", "min", "ravel", "repeat", "reshape", "round", "squeeze", "std"),
    *("sum", "swapaxes", "take", "trace", "transpose", "var", "view"),
)
REDUCTIONS = {np.add, np.multiply}  # all that CuPy's ufuncs can reduce by


class Foreign(NDArrayOperatorsMixin):
    """An array on another device: `held` is what the device holds."""

    __cuda_array_interface__ = {"version": 3}

    def __init__(self, held):
        self.held = held

    def __repr__(self):
        return f"Foreign({self.held!r})"

    def __array__(self, *_, **__):
        raise TypeError("implicit conversion to a NumPy array")

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        if method == "reduce" and ufunc not in REDUCTIONS:
            raise NotImplementedError(f"CuPy has no {ufunc.__name__}.reduce")
        if method not in ("__call__", "reduce", "at"):
            raise NotImplementedError(f"CuPy has no {ufunc.__name__}.{method}")
        for one in (*inputs, *out, *options.values()):
            if isinstance(one, np.ndarray | list | tuple) and not isinstance(one, np.generic):
                if method == "reduce" and isinstance(one, tuple):
                    continue  # an axis
                raise TypeError(f"{ufunc.__name__}: unsupported type {type(one)}")
        if method == "at" and inputs[0].dtype == np.int64:
            raise TypeError(f"CuPy's {ufunc.__name__}.at has no int64")
        if out:
            options["out"] = tuple(map(unwrapped, out))
        found = getattr(ufunc, method)(*map(unwrapped, inputs), **unwrapped(options))
        return out[0] if out else wrapped(found)

    def __array_function__(self, func, types, args, kwargs):
        if func in MISSING:
            raise NotImplementedError(f"CuPy has no {func.__name__}")
        if not all(issubclass(one, Foreign) for one in types):
            return NotImplemented  # NumPy raises a TypeError
        if "device" in kwargs:  # np.full and np.ones pass it on, np.full_like and np.empty do not
            raise TypeError(f"{func.__name__}: CuPy knows no device")
        if kwargs.get("writeable"):
            raise NotImplementedError("CuPy has no writeable windows")
        out = kwargs.get("out")
        found = func(*unwrapped(args), **unwrapped(kwargs))
        return out if out is not None else wrapped(found)

    dtype = property(lambda self: self.held.dtype)
    shape = property(lambda self: self.held.shape)
    ndim = property(lambda self: self.held.ndim)
    size = property(lambda self: self.held.size)
    flags = property(lambda self: SimpleNamespace(c_contiguous=self.held.flags.c_contiguous))
    nbytes = property(lambda self: self.held.nbytes)
    T = property(lambda self: Foreign(self.held.T))

    def __len__(self):
        return len(self.held)

    def __iter__(self):
        return map(wrapped, self.held)

    def __bool__(self):
        return bool(self.held)

    def __float__(self):
        return float(self.held)

    def __int__(self):
        return int(self.held)

    def __index__(self):
        return self.held.__index__()

    def __format__(self, form):
        return format(self.item(), form)

    def item(self):
        return self.held.item()

    def get(self):
        return self.held.copy()

    def __getitem__(self, key):
        return wrapped(self.held[_key(key)])

    def __setitem__(self, key, value):
        if isinstance(value, np.ndarray) and value.ndim:
            raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
        self.held[_key(key)] = unwrapped(value)


def _method(name):
    def method(self, *args, **kwargs):
        for one in (*args, *kwargs.values()):
            if isinstance(one, np.ndarray):
                raise TypeError(f"{name}: unsupported type {type(one)}")
        return wrapped(getattr(self.held, name)(*unwrapped(args), **unwrapped(kwargs)))

    return method


for _name in METHODS:
    setattr(Foreign, _name, _method(_name))


def _key(key):
    keys = key if isinstance(key, tuple) else (key,)
    if any(isinstance(one, np.ndarray) and one.ndim for one in keys):
        raise TypeError("a NumPy array as an index")
    return unwrapped(key)


def unwrapped(value):
    if isinstance(value, Foreign):
        return value.held
    if isinstance(value, tuple | list):
        return type(value)(map(unwrapped, value))
    return {key: unwrapped(one) for key, one in value.items()} if isinstance(value, dict) else value


def wrapped(value):
    if isinstance(value, np.ndarray | np.generic):
        return Foreign(np.asarray(value))
    return type(value)(map(wrapped, value)) if isinstance(value, tuple | list) else value


def foreign(array):
    """Return a copy of a NumPy array as a foreign one."""
    return Foreign(np.array(array))
