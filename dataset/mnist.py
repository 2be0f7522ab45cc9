"""MNIST: find the files, fetch them, verify them, and hand them out in the shape asked for (3.6.1).

The first of these that there is:

1. the folder named by the environment variable ``DLFS_DATA``, with the four ``.gz`` files;
2. the copy kept in the cache folder (``DLFS_CACHE``, else the user's);
3. a download from one of `MIRRORS`, kept there for the next time;
4. offline: the drawn digits of `dataset.synthetic`, of the same shapes, which is said in one line.
"""

import functools
import gzip
import hashlib
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import TqdmWarning

from common.checks import check_flag, check_name
from common.files import load_arrays, save_arrays
from common.progress import visible
from dataset import synthetic

Arrays = dict[str, np.ndarray]

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
FILES = {  # array: file, SHA-256 of the file, length of its header
    "x_train": (
        "train-images-idx3-ubyte.gz",
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        16,
    ),
    "t_train": (
        "train-labels-idx1-ubyte.gz",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        8,
    ),
    "x_test": (
        "t10k-images-idx3-ubyte.gz",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        16,
    ),
    "t_test": (
        "t10k-labels-idx1-ubyte.gz",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        8,
    ),
}
CONTENT = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"  # of the arrays
SOURCES = ("auto", "mnist", "drawn")
TIMEOUT = 10  # seconds without an answer until the next mirror is asked


class NoMNISTError(OSError):
    """MNIST is not on this machine and could not be fetched; the message says what to do."""


def load_mnist(
    normalize: bool = True,
    flatten: bool = True,
    one_hot_label: bool = False,
    *,
    source: str = "auto",
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return 60,000 training and 10,000 test images of handwritten digits, with their labels.

    Parameters
    ----------
    normalize : bool
        True: float32 pixels in [0, 1]. False: uint8 pixels, 0 (background) to 255.
    flatten : bool
        True: images of shape (784,). False: (1, 28, 28), channel first.
    one_hot_label : bool
        True: float32 rows of shape (10,), with a 1 for the digit. False: the digits, int64.
    source : {"auto", "mnist", "drawn"}
        Real MNIST, the drawn digits, or MNIST where it can be had.

    Returns
    -------
    (x_train, t_train), (x_test, t_test)

    Raises
    ------
    NoMNISTError
        If MNIST was asked for by name and cannot be had.
    ValueError
        If a file in ``DLFS_DATA`` is not the one it should be.
    """
    for name, flag in (
        ("normalize", normalize),
        ("flatten", flatten),
        ("one_hot_label", one_hot_label),
    ):
        check_flag(name, flag)
    folders = _folders()
    data = _drawn(folders[1]) if data_name(source) == "drawn" else _mnist(*folders)
    parts = []
    for part in ("train", "test"):
        x, t = data[f"x_{part}"], data[f"t_{part}"]
        x = x.reshape(len(x), -1) if flatten else x[:, None]  # (N, 784) or (N, 1, 28, 28)
        x = np.divide(x, 255, dtype=np.float32) if normalize else x.copy()
        t = np.eye(10, dtype=np.float32)[t] if one_hot_label else t.astype(np.int64)
        parts.append((x, t))
    return parts[0], parts[1]


def data_name(source: str = "auto") -> str:
    """Return which digits `load_mnist` gives for a source: ``"mnist"`` or ``"drawn"``."""
    check_name("source", source, SOURCES)
    return _what_there_is(*_folders()) if source == "auto" else source


def cache_folder() -> Path:
    """Return the folder for copies: ``$DLFS_CACHE``, else the user's cache folder."""
    return Path(os.environ.get("DLFS_CACHE") or _pooch().os_cache("deep-learning-from-scratch"))


def _folders() -> tuple[str | None, Path]:
    return os.environ.get("DLFS_DATA"), cache_folder()


@functools.cache  # asks the mirrors, and says that they are silent, once per process
def _what_there_is(data: str | None, cache: Path) -> str:
    try:
        _mnist(data, cache)
    except NoMNISTError:
        _say("no MNIST here, and no mirror gave it: using the drawn digits (--data mnist: why)")
        return "drawn"
    return "mnist"


@functools.lru_cache(maxsize=1)
def _mnist(data: str | None, cache: Path) -> Arrays:
    make = _fetch
    if data:
        folder = Path(data)
        missing = [name for name, *_ in FILES.values() if not (folder / name).exists()]
        if missing:
            _say(f"DLFS_DATA: there is no {missing[0]} in {data}; looking elsewhere")
        else:
            _verify(folder)
            make = functools.partial(_parse, folder)
    return _cached(cache / "mnist.npz", make, CONTENT)


@functools.lru_cache(maxsize=1)
def _drawn(cache: Path) -> Arrays:
    version = hashlib.sha256(Path(synthetic.__file__).read_bytes()).hexdigest()[:8]
    return _cached(cache / f"drawn-{version}.npz", synthetic.draw_digits)


def _cached(path: Path, make: Callable[[], Arrays], content: str | None = None) -> Arrays:
    """Return the arrays of a file; where it is not there or not sound, make them and keep them."""
    if path.exists():
        try:
            return _checked(load_arrays(path), content)
        except (ValueError, OSError) as error:
            _say(f"{path} cannot be used and is made anew ({error})")
    arrays = _checked(make(), content)
    try:
        save_arrays(path, arrays)
    except OSError as error:
        _say(f"no copy kept for the next time ({error})")
    return arrays


def _checked(arrays: Arrays, content: str | None) -> Arrays:
    """Return the arrays, read-only, if they are images and labels, and those of MNIST if asked."""
    digest = hashlib.sha256()
    for name in FILES:
        shape = arrays[name].shape if name in arrays else None
        if shape is None or arrays[name].dtype != np.uint8 or shape[1:] not in [(), (28, 28)]:
            raise ValueError(f"{name} has shape {shape}; expected 28x28 images or labels of uint8")
        arrays[name].flags.writeable = False
        digest.update(arrays[name].tobytes())
    if content is not None and digest.hexdigest() != content:
        raise ValueError("these are not the images and labels of MNIST")
    return arrays


def _verify(folder: Path) -> None:
    for name, sha256, _ in FILES.values():
        if _pooch().file_hash(str(folder / name)) != sha256:
            raise ValueError(
                f"{folder / name} is not the file of MNIST (its SHA-256 differs: cut short, or "
                "another file); put the right one there, or unset DLFS_DATA"
            )


def _parse(folder: Path) -> Arrays:
    arrays = {}
    for key, (name, _, header) in FILES.items():
        content = np.frombuffer(gzip.decompress((folder / name).read_bytes()), np.uint8)
        values = content[header:]
        arrays[key] = values.reshape(-1, 28, 28) if key.startswith("x") else values
    return arrays


def _fetch() -> Arrays:
    """Return the arrays from the first mirror that has all four files."""
    failures = []
    for mirror in MIRRORS:
        try:
            return _download(mirror)
        except (OSError, ValueError) as error:
            # pooch says in a paragraph that a file has the wrong SHA-256; requests in one, why.
            what = "not the files of MNIST" if isinstance(error, ValueError) else "no answer"
            failures.append(f"{mirror}: {what} ({type(error).__name__})")
    names = ", ".join(name for name, *_ in FILES.values())
    raise NoMNISTError(
        f"MNIST is not on this machine and was not to be had from {' or '.join(failures)}. "
        f"To use it offline, put {names} into a folder and set DLFS_DATA to that folder."
    )


def _pooch() -> Any:
    with warnings.catch_warnings():  # it imports tqdm.auto, which warns where there are no widgets
        warnings.simplefilter("ignore", TqdmWarning)
        import pooch
    return pooch


def _download(mirror: str) -> Arrays:
    pooch = _pooch()
    pooch.get_logger().setLevel("ERROR")
    downloader = pooch.HTTPDownloader(progressbar=visible(), timeout=TIMEOUT)
    with tempfile.TemporaryDirectory() as folder:
        for name, sha256, _ in FILES.values():
            pooch.retrieve(mirror + name, f"sha256:{sha256}", name, folder, downloader=downloader)
        return _parse(Path(folder))


def _say(line: str) -> None:
    print(line, file=sys.stderr)
