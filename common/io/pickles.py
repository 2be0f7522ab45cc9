"""Pickled arrays, such as the book's ``params.pkl``: written, and read without running any code.

A pickle is a program for a small stack machine. Python's `pickle` can be limited to some functions,
but a pickle of seven bytes can still use gigabytes of memory, and one of a few more bytes can run
forever. The machine here knows only the opcodes of a dict of arrays of numbers. It calls nothing
that the pickle names, copies no data, and accepts only strings as keys. For CIFAR's files
(`named_arrays`) it also knows lists and bytes.
"""

import math
import pickletools
from collections.abc import Mapping, Sequence
from pickle import dumps
from typing import Any

import numpy as np

# The functions and classes that pickled arrays name; since NumPy 2 the middle one is `_core`.
NAMES = {
    "numpy.ndarray": "ndarray",
    "numpy.dtype": "dtype",
    "numpy.core.multiarray._reconstruct": "reconstruct",
    "numpy._core.multiarray._reconstruct": "reconstruct",
    "numpy.core.multiarray.scalar": "scalar",
    "numpy._core.multiarray.scalar": "scalar",
    "numpy.core.numeric._frombuffer": "frombuffer",
    "numpy._core.numeric._frombuffer": "frombuffer",
    "_codecs.encode": "encode",
    "builtins.dict": "dict",
    "__builtin__.dict": "dict",
}
TYPES = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}
VALUES = {  # opcodes that put a number, a string or bytes on the stack
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1"),
    *("UNICODE", "BINUNICODE", "SHORT_BINUNICODE"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
CONSTANTS: Mapping[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
STEPS = 100_000  # opcodes of a pickle at most; an array takes about 40


def arrays(content: bytes, max_bytes: int) -> dict[str, np.ndarray]:
    """Return the arrays of a pickled dict.

    Raises
    ------
    ValueError, IndexError, KeyError, TypeError, OverflowError
        If the pickle is damaged, or contains anything else or more than `max_bytes`.
    """
    found = _Unpickler(content).run()
    if type(found) is not dict or not all(isinstance(v, _Array) for v in found.values()):
        raise ValueError("it holds something other than a dict of arrays")
    return _copies(found, max_bytes)


def named_arrays(content: bytes, names: Sequence[str], max_bytes: int) -> dict[str, np.ndarray]:
    """Return the arrays with these names, from a pickled dict that may also hold lists and bytes.

    A list of integers counts as an array. Other names are ignored.

    Raises
    ------
    ValueError, IndexError, KeyError, TypeError, OverflowError
        If the pickle is damaged, has no such arrays, or they take more than `max_bytes`.
    """
    found = _ListUnpickler(content).run()
    if type(found) is not dict:
        raise ValueError("it holds something other than a dict")
    values = {name: found.get(name, found.get(name.encode())) for name in names}
    return _copies({name: _array_of(name, value) for name, value in values.items()}, max_bytes)


def _array_of(name: str, value: Any) -> "_Array":
    if type(value) is list and all(type(number) is int for number in value):
        array = _Array()
        array.value = np.array(value, np.int64)
        return array
    if not isinstance(value, _Array):
        what = "not there" if value is None else f"a {type(value).__name__}"
        raise ValueError(f"{name!r} is {what}; expected an array")
    return value


def _copies(found: "dict[str, _Array]", max_bytes: int) -> dict[str, np.ndarray]:
    arrays = {key: array.value for key, array in found.items()}
    if any(value is None for value in arrays.values()):
        raise ValueError("it holds an array without numbers")
    size = sum(value.nbytes for value in arrays.values())
    if size > max_bytes:
        raise ValueError(f"{size} bytes unpacked, more than {max_bytes}")
    return {k: v.astype(v.dtype.newbyteorder("=")) for k, v in arrays.items()}


def pickled(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return the pickle of a dict of arrays of numbers, which `pickle.load` can read, too."""
    for key, value in arrays.items():
        if value.dtype.str[1:] not in TYPES:
            raise ValueError(f"{key} is of type {value.dtype}; expected numbers in a pickle")
    return dumps({key: np.asarray(value) for key, value in arrays.items()}, protocol=4)


class _Name(str):
    """A function or class that the pickle names."""


class _Type:
    """A dtype; its byte order is set later."""

    def __init__(self, code: object) -> None:
        if type(code) is not str or code not in TYPES:  # no tuples are hashed
            raise ValueError("it holds arrays of something other than numbers")
        self.dtype = np.dtype(code)


class _Array:
    """An array; its numbers are set later."""

    def __init__(self) -> None:
        self.value: Any = None

    def fill(self, data: object, kind: object, shape: object, order: Any) -> None:
        """View the bytes `data` as the array."""
        sizes = shape if isinstance(shape, tuple) and len(shape) <= 32 else (-1,)
        sound = all(type(size) is int and size >= 0 for size in sizes)
        if not (sound and isinstance(data, bytes | bytearray) and isinstance(kind, _Type)):
            raise ValueError("it holds an array without shape, type or data")
        if math.prod(sizes) * kind.dtype.itemsize != len(data):
            raise ValueError("it holds more or less data than its array needs")
        self.value = np.frombuffer(data, kind.dtype).reshape(sizes, order=order)


class _Unpickler:
    """A stack machine like Python's, which knows only arrays of numbers."""

    key_types: tuple[type, ...] = (str,)

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memory: dict[int, Any] = {}
        self.encoded = 0

    def run(self) -> Any:
        """Run all opcodes, and return the top of the stack."""
        for number, (opcode, value, _) in enumerate(pickletools.genops(self.content)):
            if number == STEPS:
                raise ValueError(f"more than {STEPS} opcodes")
            if opcode.name not in ("PROTO", "FRAME", "STOP"):
                self._step(opcode.name, value)
        return self.stack.pop()

    def _step(self, name: str, value: Any) -> None:
        stack = self.stack
        match name:
            case _ if name in VALUES:
                stack.append(value)
            case _ if name in CONSTANTS:
                stack.append(CONSTANTS[name])
            case "MARK":
                self.marks.append(len(stack))
            case "TUPLE":
                stack.append(tuple(self._pop_to_mark()))
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                stack.append(tuple(self._pop(int(name[-1]))))
            case "EMPTY_DICT" | "DICT":
                items = self._pop_to_mark() if name == "DICT" else []
                stack.append({})
                self._set(items)
            case "SETITEM" | "SETITEMS":
                self._set(self._pop(2) if name == "SETITEM" else self._pop_to_mark())
            case "PUT" | "BINPUT" | "LONG_BINPUT" | "MEMOIZE":
                self.memory[len(self.memory) if name == "MEMOIZE" else value] = stack[-1]
            case "GET" | "BINGET" | "LONG_BINGET":
                stack.append(self.memory[value])
            case "GLOBAL" | "STACK_GLOBAL":
                stack.append(_name(value.split(" ") if name == "GLOBAL" else self._pop(2)))
            case "REDUCE":
                stack.append(self._reduce(*self._pop(2)))
            case "BUILD":
                self._build(*self._pop(1))
            case _:
                raise ValueError(f"opcode {name}, which no dict of arrays needs")

    def _pop(self, number: int) -> list[Any]:
        start = len(self.stack) - number
        if start < 0:
            raise ValueError("an opcode takes more than is on the stack")
        taken = self.stack[start:]
        del self.stack[start:]
        return taken

    def _pop_to_mark(self) -> list[Any]:
        return self._pop(len(self.stack) - self.marks.pop())

    def _set(self, items: list[Any]) -> None:
        target = self.stack[-1]
        keys, values = items[::2], items[1::2]
        if type(target) is not dict or not all(type(key) in self.key_types for key in keys):
            raise ValueError("it holds something other than a dict with strings as keys")
        target.update(zip(keys, values, strict=True))

    def _reduce(self, function: Any, values: Any) -> Any:
        array = _Array()
        match function if isinstance(function, _Name) else None, values:
            case "dict", (dict(items),):
                return items
            case "dtype", (code, *_):
                return _Type(code)
            case "reconstruct", _:
                return array
            case "scalar", (kind, data):
                array.fill(data, kind, (), "C")
                return array
            case "frombuffer", (data, kind, shape, "C" | "F" as order):
                array.fill(data, kind, shape, order)
                return array
            case "frombuffer", (data, kind, shape, "K", tuple(axes)):
                array.fill(data, kind, shape, "C")
                array.value = np.transpose(array.value, axes)
                return array
            case "encode", (str(text), "latin1"):
                self.encoded += len(text)
                if self.encoded <= len(self.content):  # each string once
                    return text.encode("latin1")
        raise ValueError("it calls something in a way that no array needs")

    def _build(self, state: Any) -> None:
        match self.stack[-1], state:
            case _Type() as kind, (_, "<" | ">" | "|" as order, None, None, None, *_):
                kind.dtype = kind.dtype.newbyteorder(order)
            case _Array() as array, (_, shape, kind, bool(fortran), data):
                array.fill(data, kind, shape, "F" if fortran else "C")
            case _:
                raise ValueError("it changes something in a way that no array needs")


class _ListUnpickler(_Unpickler):
    """A stack machine that also knows lists, and the strings of Python 2."""

    key_types = (str, bytes)

    def _step(self, name: str, value: Any) -> None:
        match name:
            case "SHORT_BINSTRING":  # up to 255 characters: a name or a key
                self.stack.append(value)
            case "BINSTRING":  # the data of an array
                self.stack.append(value.encode("latin1"))
            case "EMPTY_LIST":
                self.stack.append([])
            case "APPEND" | "APPENDS":
                items = self._pop(1) if name == "APPEND" else self._pop_to_mark()
                if type(self.stack[-1]) is not list:
                    raise ValueError("it appends to something other than a list")
                self.stack[-1].extend(items)
            case _:
                super()._step(name, value)


def _name(words: list[Any]) -> _Name:
    full = ".".join(words)
    if full not in NAMES:
        raise ValueError(f"it uses {full[:80]!r}; expected arrays of numbers")
    return _Name(NAMES[full])
