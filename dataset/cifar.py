"""CIFAR-10: 60,000 small colour images of ten classes, from its binary or its Python files (8.1).

Download the archives from https://www.cs.toronto.edu/~kriz/cifar.html first.
"""

import io
import math
import os
import tarfile
from itertools import chain, islice
from pathlib import Path, PurePosixPath

import numpy as np

from common.checks import in_one_line
from common.io.files import refusing_unsound, unpacked
from common.io.pickles import named_arrays
from dataset.forms import Part, check_flags, in_form

CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
SHAPE = (3, 32, 32)
BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
NAMES = (BATCHES, tuple(f"{name}.bin" for name in BATCHES))  # Python's files, and the binary ones
PLACES = (  # in the folder
    *("", "cifar-10-batches-py", "cifar-10-batches-bin"),
    *("cifar-10-python.tar.gz", "cifar-10-binary.tar.gz"),
)
MEMBERS = 100  # the largest number of files read from an archive
MAX_BYTES = 2**28  # of an unpacked archive; its six files of 31 MB take 70 % of this


def load_cifar10(
    folder: str | Path,
    normalize: bool = True,
    flatten: bool = False,
    one_hot_label: bool = False,
) -> tuple[Part, Part]:
    """Load the 50,000 training and 10,000 test images of CIFAR-10, with their labels.

    Parameters
    ----------
    folder : str or Path
        The folder with the six files of the binary or the Python version, or its parent folder.
        Or the archive, ``cifar-10-binary.tar.gz`` or ``cifar-10-python.tar.gz``, or its folder.
        ``~`` is expanded. The pickles are read without running any code: see `common.io.pickles`.
    normalize : bool
        True: float32 pixels in [0, 1], 740 MB in all. False: uint8 pixels, 0 to 255.
    flatten : bool
        True: images of shape (3072,). False: (3, 32, 32), channels first: red, green, blue.
    one_hot_label : bool
        True: float32 one-hot rows of shape (10,). False: labels, int64; their names are in
        `CLASSES`.

    Returns
    -------
    (x_train, t_train), (x_test, t_test)

    Raises
    ------
    ValueError
        If a file is damaged.
    OSError
        If the files do not exist.
    """
    check_flags(normalize, flatten, one_hot_label)
    root = _existing(folder)
    parts = [_batch(root, name, content) for name, content in _contents(root).items()]
    x, t = (np.concatenate(arrays) for arrays in zip(*parts[:5], strict=True))
    return in_form((x, t), parts[5], normalize, flatten, one_hot_label)


def _existing(folder: str | Path) -> Path:
    path = os.path.expanduser(folder) if isinstance(folder, str | Path) else ""
    if not os.path.exists(path):
        found = in_one_line(folder)
        raise ValueError(f"folder is {found}; expected the folder or the archive of CIFAR-10")
    return Path(path)


def _contents(root: Path) -> dict[str, bytes]:
    """Return the contents of the six files by name, the training files first."""
    for place in PLACES:
        path = root / place
        found = _from_archive(path) if path.is_file() else _from_folder(path)
        for names in NAMES:
            if found.keys() >= set(names):
                return {name: found[name] for name in names}
    wanted = " or ".join(PLACES[-2:])
    raise FileNotFoundError(
        f"{root} has no complete CIFAR-10; expected the files {', '.join(BATCHES)}, or the same "
        f"with .bin, or {wanted}"
    )


def _from_folder(folder: Path) -> dict[str, bytes]:
    paths = [folder / name for names in NAMES for name in names]
    return {path.name: _read(path) for path in paths if path.is_file()}


def _from_archive(path: Path) -> dict[str, bytes]:
    """Return the contents of the files in an archive, unpacked in memory only."""
    found = {}
    with (
        refusing_unsound(path, "archive of CIFAR-10"),
        tarfile.open(fileobj=io.BytesIO(_read(path)), mode="r:") as archive,
    ):
        for member in islice(archive, MEMBERS):
            name = PurePosixPath(member.name).name
            file = archive.extractfile(member) if member.isreg() and not member.issparse() else None
            if file is not None and name in chain(*NAMES):
                found[name] = file.read()
    return found


def _read(path: Path) -> bytes:
    with unpacked(path) as file, refusing_unsound(path, "file of CIFAR-10"):
        content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES} bytes unpacked")
    return content


def _batch(root: Path, name: str, content: bytes) -> Part:
    """Return the images (N, 3, 32, 32) and the labels (N,) of one file, as uint8."""
    with refusing_unsound(f"{root}: {name}", "file of CIFAR-10"):
        x, t = _binary(content) if name.endswith(".bin") else _pickled(content)
        if t.min() < 0 or t.max() >= len(CLASSES):
            raise ValueError(f"its labels are {t.min()} to {t.max()}; expected 0 to 9")
        return x.reshape(-1, *SHAPE), t.astype(np.uint8)


def _binary(content: bytes) -> Part:
    row = 1 + math.prod(SHAPE)  # the label, then all of red, all of green, all of blue
    if len(content) == 0 or len(content) % row:
        raise ValueError(f"{len(content)} bytes; expected {row} for each image")
    rows = np.frombuffer(content, np.uint8).reshape(-1, row)
    return rows[:, 1:], rows[:, 0]


def _pickled(content: bytes) -> Part:
    x, t = named_arrays(content, ("data", "labels"), MAX_BYTES).values()
    if x.dtype != np.uint8 or x.shape != (len(t), math.prod(SHAPE)) or x.size == 0:
        raise ValueError(f"its data is {x.dtype} {x.shape}; expected a row of bytes per label")
    if t.dtype.kind not in "iu" or t.ndim != 1:
        raise ValueError(f"its labels are {t.dtype} {t.shape}; expected a list of integers")
    return x, t
