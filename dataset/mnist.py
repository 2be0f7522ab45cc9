"""MNIST: find or download the files, verify them, and return images and labels (3.6.1).

The data come from the first of these that is available:

1. the folder named by the environment variable ``DLFS_DATA``, with the four files, gzipped or not;
2. the copy in the cache folder (``DLFS_CACHE``, or else the user's cache folder);
3. a download from one of `MIRRORS`, which is then copied to the cache folder;
4. offline: the drawn digits of `dataset.synthetic`, of the same shapes, with a one-line message.

`load_mnist` also reads other data sets in MNIST's format, from a given folder.
"""

import functools
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

from common.checks import in_one_line
from common.io.files import load_arrays, save_arrays
from common.io.progress import visible
from dataset import four_files, strokes, synthetic
from dataset.forms import check_flags, in_form
from dataset.four_files import NAMES, Arrays

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
SHA256 = {  # of the gzipped files
    "x_train": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "t_train": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "x_test": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t_test": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
CONTENT = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"  # of the arrays
SOURCES = ("auto", "mnist", "drawn")
TIMEOUT = 10  # seconds without an answer until the next mirror is tried


class NoMNISTError(OSError):
    """MNIST is not on this machine and cannot be downloaded; the message says what to do."""


def load_mnist(
    normalize: bool = True,
    flatten: bool = True,
    one_hot_label: bool = False,
    *,
    source: str | Path = "auto",
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Load MNIST: 60,000 training and 10,000 test images of handwritten digits, with labels.

    Parameters
    ----------
    normalize : bool
        True: float32 pixels in [0, 1]. False: uint8 pixels, 0 (background) to 255.
    flatten : bool
        True: images of shape (784,). False: (1, 28, 28), channels first.
    one_hot_label : bool
        True: float32 one-hot rows of shape (10,). False: the digits, int64.
    source : {"auto", "mnist", "drawn"} or folder
        "mnist": real MNIST. "drawn": the drawn digits. "auto": MNIST if available, else the drawn
        digits. Or a folder with the four files of another data set in MNIST's format, such as
        Fashion-MNIST, KMNIST or EMNIST: see Notes.

    Returns
    -------
    (x_train, t_train), (x_test, t_test)

    Raises
    ------
    NoMNISTError
        If `source` is "mnist" and MNIST is not available.
    ValueError
        If the files in ``DLFS_DATA`` are not MNIST, or the files in the folder are damaged.
    OSError
        If the folder has no such files.

    Notes
    -----
    Images from a folder may have another size. Their labels are those in the files; the number of
    classes is the largest label plus 1. The labels of EMNIST's "letters" are 1 to 26, which makes
    27 classes, the first of them empty. EMNIST's images, stored transposed, become upright.
    """
    check_flags(normalize, flatten, one_hot_label)
    name, folders = _name(source), _folders()
    if name == "mnist":
        data = _mnist(*folders)
    elif name == "drawn":
        data = _drawn(folders[1])
    else:
        data = _from_folder(name)
    train, test = ((data[f"x_{part}"][:, None], data[f"t_{part}"]) for part in ("train", "test"))
    return in_form(train, test, normalize, flatten, one_hot_label)


def data_name(source: str | Path = "auto") -> str:
    """Return the name of the data for `source`: ``"mnist"``, ``"drawn"`` or a folder.

    Raises
    ------
    ValueError
        If the data in the folder do not have ten classes and 28 x 28 pixels, as the networks of the
        chapters expect.
    """
    name = _name(source)
    if name not in SOURCES:
        data = _from_folder(name)
        classes = 1 + max(data["t_train"].max(), data["t_test"].max())
        height, width = data["x_train"].shape[1:]
        if (classes, height, width) != (10, 28, 28):
            found = f"{classes} classes of {height} x {width} pixels"
            raise ValueError(f"{name} has {found}; expected 10 classes of 28 x 28 in the scripts")
    return name


def _name(source: str | Path) -> str:
    if isinstance(source, str) and source in SOURCES:
        return _what_there_is(*_folders()) if source == "auto" else source
    if isinstance(source, str | Path) and source != "":
        folder = os.path.abspath(os.path.expanduser(source))
        if os.path.isdir(folder):
            return folder
    names = ", ".join(SOURCES)
    raise ValueError(f"source is {in_one_line(source)}; expected one of {names}, or a folder")


def _from_folder(folder: str) -> Arrays:
    return four_files.read(four_files.find(Path(folder)))


def cache_folder() -> Path:
    """Return the cache folder: ``$DLFS_CACHE``, or else the user's cache folder."""
    folder = os.environ.get("DLFS_CACHE") or _pooch().os_cache("deep-learning-from-scratch")
    return Path(os.path.expanduser(folder))


def _folders() -> tuple[str | None, Path]:
    data = os.environ.get("DLFS_DATA")
    return data and os.path.expanduser(data), cache_folder()


@functools.cache  # once per process: tries the mirrors, prints the message
def _what_there_is(data: str | None, cache: Path) -> str:
    try:
        _mnist(data, cache)
    except NoMNISTError:
        _say("MNIST is not available: using the drawn digits (--data mnist shows the reason)")
        return "drawn"
    return "mnist"


@functools.lru_cache(maxsize=1)
def _mnist(data: str | None, cache: Path) -> Arrays:
    make = _fetch
    if data:
        try:
            files = four_files.find(Path(data))
        except (FileNotFoundError, NotADirectoryError) as error:
            _say(f"DLFS_DATA: {error}; looking elsewhere")
        else:
            make = functools.partial(_read, data, files)
            if any(_pooch().file_hash(str(path)) != SHA256[key] for key, path in files.items()):
                return make()  # unpacked, or other files
    return _cached(cache / "mnist.npz", make, CONTENT)


def _read(data: str, files: dict[str, Path]) -> Arrays:
    arrays = four_files.read(files)
    try:
        return _checked(arrays, CONTENT)
    except ValueError as error:
        advice = "for other data, unset DLFS_DATA and use load_mnist(source=folder)"
        raise ValueError(f"{data}: {error}; expected MNIST: {advice}") from error


@functools.lru_cache(maxsize=1)
def _drawn(cache: Path) -> Arrays:
    code = b"".join(Path(one).read_bytes() for one in (synthetic.__file__, strokes.__file__))
    version = hashlib.sha256(code).hexdigest()[:8]
    return _cached(cache / f"drawn-{version}.npz", synthetic.draw_digits)


def _cached(path: Path, make: Callable[[], Arrays], content: str | None = None) -> Arrays:
    """Return the arrays of a file; if it is missing or damaged, make the arrays and save them."""
    if path.exists():
        try:
            return _checked(load_arrays(path), content)
        except (ValueError, OSError) as error:
            _say(f"{path} cannot be used and is replaced ({error})")
    arrays = _checked(make(), content)
    try:
        save_arrays(path, arrays)
    except OSError as error:
        _say(f"no copy saved for the next time ({error})")
    return arrays


def _checked(arrays: Arrays, content: str | None) -> Arrays:
    """Return the arrays, read-only, if they are images and labels with the checksum `content`."""
    four_files.check(arrays)
    digest = hashlib.sha256()
    for name in NAMES:
        arrays[name].flags.writeable = False
        digest.update(arrays[name].tobytes())
    if content is not None and digest.hexdigest() != content:
        raise ValueError("these are not the images and labels of MNIST")
    return arrays


def _fetch() -> Arrays:
    """Download the arrays from the first mirror that has all four files."""
    failures = []
    for mirror in MIRRORS:
        try:
            return _download(mirror)
        except (OSError, ValueError) as error:
            # The messages of pooch (wrong SHA-256) and requests (no connection) are too long.
            what = "not the files of MNIST" if isinstance(error, ValueError) else "no answer"
            failures.append(f"{mirror}: {what} ({type(error).__name__})")
    names = ", ".join(f"{name}.gz" for name in NAMES.values())
    raise NoMNISTError(
        f"MNIST is not on this machine and could not be downloaded from {' or '.join(failures)}. "
        f"To use it offline, put {names} into a folder and set DLFS_DATA to that folder."
    )


def _pooch() -> Any:
    with warnings.catch_warnings():  # it imports tqdm.auto, which warns without widgets
        warnings.simplefilter("ignore", TqdmWarning)
        import pooch
    return pooch


def _download(mirror: str) -> Arrays:
    pooch = _pooch()
    pooch.get_logger().setLevel("ERROR")
    downloader = pooch.HTTPDownloader(progressbar=visible(), timeout=TIMEOUT)
    with tempfile.TemporaryDirectory() as folder:
        for key, sha256 in SHA256.items():
            name = f"{NAMES[key]}.gz"
            pooch.retrieve(mirror + name, f"sha256:{sha256}", name, folder, downloader=downloader)
        return _from_folder(folder)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
