"""Files written atomically, and arrays loaded without running foreign code."""

import gzip
import io
import os
import tarfile
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from common.checks import as_array, check_mapping, check_range, in_one_line
from common.io import pickles

# The errors for a file that is incomplete, damaged, encrypted or forged.
UNSOUND = (
    ValueError,
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    gzip.BadGzipFile,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
NO_NAMES = ("", "file", "allow_pickle")  # the last two are parameters of np.savez


def file_path(path: str | Path) -> Path:
    """Return `path` as a Path, if it is the name of a file; `open` would also take a number."""
    try:
        sound = bool(Path(path).name) and b"\0" not in os.fsencode(path)
    except (TypeError, UnicodeEncodeError):
        sound = False
    if not sound:
        raise ValueError(f"the path is {in_one_line(path)}; expected the name of a file")
    return Path(path)


@contextmanager
def naming(path: str | Path) -> Iterator[None]:
    """Add `path` to an OSError: a full disk names no file, other errors a temporary one."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextmanager
def refusing_unsound(path: str | Path, what: str) -> Iterator[None]:
    """Convert the errors of a damaged file to a one-line ValueError: not a valid `what`."""
    try:
        yield
    except UNSOUND as error:
        raise ValueError(f"{path}: not a valid {what} ({_reason(error)})") from error


@contextmanager
def unpacked(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file for reading; its first bytes, not its name, show whether it is gzipped."""
    with open(file_path(path), "rb") as file:
        gzipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        yield cast(BinaryIO, gzip.GzipFile(fileobj=file)) if gzipped else file


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Write a file atomically: open a temporary file that replaces `path` when the block ends.

    After an error, a full disk or a killed process the old file is unchanged. Missing folders are
    created.
    """
    path = file_path(path).resolve()  # a link stays a link
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with naming(path):
            with open(temporary, "wb") as file:
                yield file
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def save_arrays(path: str | Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Save named arrays of numbers or strings to an ``.npz`` file, atomically.

    A file named ``.pkl`` becomes a pickle: a dict of arrays of numbers.
    """
    check_mapping("arrays", arrays)
    for key, value in arrays.items():
        if not (isinstance(key, str) and key.isprintable() and key not in NO_NAMES):
            raise ValueError(f"an array is called {in_one_line(key)}; expected another name")
        if as_array(key, value).dtype.hasobject:
            raise ValueError(f"{key} is an array of objects; expected numbers or strings")
    whole = io.BytesIO()  # so that only one plain write can meet a full disk
    if is_pickle(path):
        whole.write(pickles.pickled(arrays))
    else:
        np.savez(whole, **arrays)  # type: ignore[arg-type]  # the stubs of NumPy
    with replacing(path) as file:
        file.write(whole.getbuffer())


def is_pickle(path: str | Path) -> bool:
    """Return whether the file name ends in ``.pkl`` or ``.pickle``."""
    return file_path(path).suffix.lower() in (".pkl", ".pickle")


def load_arrays(path: str | Path, max_bytes: int = 2**31) -> dict[str, np.ndarray]:
    """Load the arrays of an ``.npz`` file or of a pickle; the content, not the name, shows which.

    Raises
    ------
    ValueError
        If the file is damaged, contains objects (which could run code; they are never read) or
        unpacks to more than `max_bytes`.
    OSError
        If the file does not exist or cannot be read.
    """
    check_range("max_bytes", max_bytes, least=0)
    with open(file_path(path), "rb") as file:
        if file.read(2) != b"PK":  # as every zip archive begins
            return load_pickle(path, max_bytes)
    try:
        return _unpacked(path, max_bytes)
    except (*UNSOUND, OSError) as error:  # an invalid seek, in a forged archive
        raise ValueError(f"{path}: not a valid .npz file of arrays ({_reason(error)})") from error


def _unpacked(path: str | Path, max_bytes: int) -> dict[str, np.ndarray]:
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > max_bytes:
        raise ValueError(f"{size} bytes unpacked, more than {max_bytes}")
    with np.load(path, allow_pickle=False) as arrays:
        result = dict(arrays)
    if not all(isinstance(value, np.ndarray) for value in result.values()):
        raise ValueError("it holds other things than arrays")
    return result


def _reason(error: BaseException) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def load_pickle(path: str | Path, max_bytes: int = 2**31) -> dict[str, np.ndarray]:
    """Load a pickled dict of arrays of numbers, such as the book's ``params.pkl``.

    No code in the pickle is run: see `common.io.pickles`.

    Raises
    ------
    ValueError
        If the file is damaged, contains anything else or is larger than `max_bytes`.
    OSError
        If the file does not exist or cannot be read.
    """
    check_range("max_bytes", max_bytes, least=0)
    with open(file_path(path), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        content = file.read(size) if size <= max_bytes else b""
    with refusing_unsound(path, ".npz file or pickle of arrays"):
        if size == 0:
            raise ValueError("it is empty")
        if size > max_bytes:
            raise ValueError(f"{size} bytes, more than {max_bytes}")
        return pickles.arrays(content, max_bytes)
