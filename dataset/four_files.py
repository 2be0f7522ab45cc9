"""The four idx files of MNIST, Fashion-MNIST, KMNIST or EMNIST in a folder (3.6.1)."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from dataset.idx import read_idx

Arrays = dict[str, np.ndarray]
NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "t_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "t_test": "t10k-labels-idx1-ubyte",
}
# Some archives have a dot instead of the hyphen; EMNIST has a prefix, and "test" for "t10k".
PATTERN = re.compile(r"(.*?)(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?")


def find(folder: Path) -> dict[str, Path]:
    """Find the four files, gzipped or not; return their paths by the names of the arrays.

    These are the files with MNIST's names, or else the only four with a prefix before these names.

    Raises
    ------
    ValueError
        If there is more than one set of four files, as in EMNIST's archive.
    OSError
        If a file is missing, or the folder does not exist.
    """
    sets: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.iterdir(), reverse=True):  # gzipped ones first
        match = PATTERN.fullmatch(path.name)
        if match and path.is_file():
            prefix, part, kind, _ = match.groups()
            key = ("x" if kind == "images" else "t") + ("_train" if part == "train" else "_test")
            sets.setdefault(prefix, {}).setdefault(key, path)
    whole = sorted(prefix for prefix, files in sets.items() if len(files) == len(NAMES))
    if len(whole) > 1 and whole[0] != "":
        names = ", ".join(whole)
        raise ValueError(f"{folder} has files beginning with {names}; expected one set of four")
    if not whole:
        prefix, files = max(sets.items(), key=lambda pair: len(pair[1]), default=("", {}))
        missing = next(prefix + name for key, name in NAMES.items() if key not in files)
        raise FileNotFoundError(f"{folder} has no {missing}; expected {', '.join(NAMES.values())}")
    return sets[whole[0]]


def read(files: Mapping[str, Path]) -> Arrays:
    """Read the arrays of the four files: images (N, H, W) and labels (N,), uint8.

    EMNIST stores its images transposed; here they are upright.
    """
    arrays = {key: read_idx(files[key]) for key in NAMES}
    try:
        check(arrays)
    except ValueError as error:
        raise ValueError(f"{files['x_train'].parent}: {error}") from error
    if files["x_train"].name.startswith("emnist-"):
        for key in ("x_train", "x_test"):
            arrays[key] = np.ascontiguousarray(arrays[key].swapaxes(1, 2))
    return arrays


def check(arrays: Mapping[str, np.ndarray]) -> None:
    """Reject arrays that are not images of one size, each with a label, in two parts."""
    for key in NAMES:
        wanted = 3 if key.startswith("x") else 1
        array = arrays.get(key, np.empty(0))
        if array.ndim != wanted or array.size == 0 or array.dtype != np.uint8:
            axes = "images (N, H, W)" if wanted == 3 else "labels (N,)"
            raise ValueError(f"{key} is {array.dtype} {array.shape}; expected {axes} of bytes")
    for part in ("train", "test"):
        if len(arrays[f"x_{part}"]) != len(arrays[f"t_{part}"]):
            counts = f"{len(arrays[f'x_{part}'])} images and {len(arrays[f't_{part}'])} labels"
            raise ValueError(f"the {part} files have {counts}; expected the same number")
    if arrays["x_train"].shape[1:] != arrays["x_test"].shape[1:]:
        sizes = " and ".join(str(arrays[key].shape[1:]) for key in ("x_train", "x_test"))
        raise ValueError(f"the images are of sizes {sizes}; expected one size")
