"""Files that are written whole or not at all, and arrays read without running foreign code."""

import io
import math
import os
import pickletools
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

# What zipfile and NumPy raise for a file that is cut, garbled, encrypted or forged.
UNSOUND = (
    ValueError,
    EOFError,
    KeyError,
    MemoryError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)

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
}
TYPES = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}
VALUES = {  # opcodes that put a number, a text or bytes on the stack
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1"),
    *("UNICODE", "BINUNICODE", "SHORT_BINUNICODE"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
CONSTANTS: Mapping[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
STEPS = 100_000  # opcodes of a pickle at most; an array takes about 40


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` that takes its place when the block ends well.

    After an error, a full disk or a killed process the old file is still there as it was.
    Missing folders are made.
    """
    path = Path(path).resolve()  # a link stays a link
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with open(temporary, "wb") as file:
            yield file
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def save_arrays(path: str | Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays of numbers or texts to an ``.npz`` file, whole or not at all."""
    for key, value in arrays.items():
        if np.asarray(value).dtype.hasobject:
            raise ValueError(f"{key} is an array of objects; expected numbers or texts")
    whole = io.BytesIO()  # so that a full disk is met by one plain write
    np.savez(whole, **arrays)  # type: ignore[arg-type]  # the stubs of NumPy
    with replacing(path) as file:
        file.write(whole.getbuffer())


def load_arrays(path: str | Path, max_bytes: int = 2**31) -> dict[str, np.ndarray]:
    """Read the arrays of an ``.npz`` file, or of a pickle: its content tells which, not its name.

    Raises
    ------
    ValueError
        If the file is not sound, holds objects (which could run code; they are never read) or
        would unpack to more than `max_bytes`.
    OSError
        If there is no such file or it may not be read.
    """
    with open(path, "rb") as file:
        if file.read(2) != b"PK":  # as every zip archive begins
            return load_pickle(path, max_bytes)
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > max_bytes:
            raise ValueError(f"{size} bytes unpacked, more than {max_bytes}")
        with np.load(path, allow_pickle=False) as arrays:
            result = dict(arrays)
        if not all(isinstance(value, np.ndarray) for value in result.values()):
            raise ValueError("it holds other things than arrays")
        return result
    except UNSOUND as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{path}: not a sound .npz file of arrays ({reason})") from error


def load_pickle(path: str | Path, max_bytes: int = 2**31) -> dict[str, np.ndarray]:
    """Read a pickled dict of arrays of numbers, such as the book's ``params.pkl``.

    A pickle is a program, which may call anything. Here it is read and not run: the few steps that
    such a dict consists of are followed, and any other is an error.

    Raises
    ------
    ValueError
        If the file is not sound, holds anything else or is larger than `max_bytes`.
    OSError
        If there is no such file or it may not be read.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        content = file.read(size) if size <= max_bytes else b""
    try:
        if size > max_bytes:
            raise ValueError(f"{size} bytes, more than {max_bytes}")
        return _Unpickler(content).load(max_bytes)
    except (*UNSOUND, IndexError, TypeError, OverflowError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ValueError(f"{path}: not a sound .npz file or pickle of arrays ({reason})") from error


class _Name(str):
    """A function or class that the pickle names."""


class _Type:
    """A dtype, whose order of bytes is told later."""

    def __init__(self, code: object) -> None:
        if type(code) is not str or code not in TYPES:
            raise ValueError("it holds arrays of other things than numbers")
        self.dtype = np.dtype(code)


class _Array:
    """An array, whose numbers are told later."""

    def __init__(self) -> None:
        self.value: Any = None

    def fill(self, data: object, kind: object, shape: object, order: Any) -> None:
        """View the bytes `data` as the array."""
        sizes = shape if isinstance(shape, tuple) and len(shape) <= 32 else (-1,)
        sound = all(type(size) is int and size >= 0 for size in sizes)
        if not (sound and isinstance(data, bytes | bytearray) and isinstance(kind, _Type)):
            raise ValueError("it holds an array without shape, type or data")
        if math.prod(sizes) * kind.dtype.itemsize != len(data):
            raise ValueError("it holds more, or less, data than an array takes")
        self.value = np.frombuffer(data, kind.dtype).reshape(sizes, order=order)


class _Unpickler:
    """A machine with a stack and a memory, as Python's, that knows arrays of numbers only.

    It calls nothing that the pickle names, copies no data and keeps no keys but texts: so neither
    the hash of a tuple in a tuple, nor a place 2^32 in the memory can do harm.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memory: dict[int, Any] = {}
        self.encoded = 0

    def load(self, max_bytes: int) -> dict[str, np.ndarray]:
        """Return copies of the arrays."""
        for number, (opcode, value, _) in enumerate(pickletools.genops(self.content)):
            if number == STEPS:
                raise ValueError(f"more than {STEPS} steps")
            if opcode.name not in ("PROTO", "FRAME", "STOP"):
                self._step(opcode.name, value)
        found = self.stack.pop()
        if type(found) is not dict or not all(isinstance(v, _Array) for v in found.values()):
            raise ValueError("it holds something else than a dict of arrays")
        arrays = {key: array.value for key, array in found.items()}
        if any(value is None for value in arrays.values()):
            raise ValueError("it holds an array without numbers")
        size = sum(value.nbytes for value in arrays.values())
        if size > max_bytes:
            raise ValueError(f"{size} bytes unpacked, more than {max_bytes}")
        return {k: v.astype(v.dtype.newbyteorder("=")) for k, v in arrays.items()}

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
                raise ValueError(f"step {name}, which no dict of arrays needs")

    def _pop(self, number: int) -> list[Any]:
        start = len(self.stack) - number
        if start < 0:
            raise ValueError("a step takes more than there is")
        taken = self.stack[start:]
        del self.stack[start:]
        return taken

    def _pop_to_mark(self) -> list[Any]:
        return self._pop(len(self.stack) - self.marks.pop())

    def _set(self, items: list[Any]) -> None:
        target = self.stack[-1]
        keys, values = items[::2], items[1::2]
        if type(target) is not dict or not all(type(key) is str for key in keys):
            raise ValueError("it holds something else than a dict with texts as keys")
        target.update(zip(keys, values, strict=True))

    def _reduce(self, function: Any, values: Any) -> Any:
        array = _Array()
        match function if isinstance(function, _Name) else None, values:
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
                if self.encoded <= len(self.content):  # each text once
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


def _name(words: list[Any]) -> _Name:
    known = all(type(word) is str for word in words)
    full = ".".join(words) if known else ""
    if full not in NAMES:
        raise ValueError(f"it asks for {full[:80]!r}; expected arrays of numbers")
    return _Name(NAMES[full])
