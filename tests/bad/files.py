"""Cases of files and data sets."""

import gzip
import tempfile
from pathlib import Path

import numpy as np

from common.io.files import load_arrays, load_pickle, save_arrays
from dataset import load_cifar10, mnist, read_idx, synthetic
from tests.bad.contract import (
    ARRAYS,
    MAPPINGS,
    anything,
    never,
    same,
)
from tests.bad.good import X, case
from tests.bad.networks import inside_a_folder, small_net
from tests.test_data_sets import idx_bytes


def round_trip(arrays):
    with tempfile.TemporaryDirectory() as folder:
        save_arrays(Path(folder) / "x.npz", arrays)
        return load_arrays(Path(folder) / "x.npz")


def right_round_trip(found, arrays):
    assert set(found) == set(arrays)
    for key, value in arrays.items():
        same(found[key], value)


def save_to(path):
    with inside_a_folder():
        save_arrays(path, {"x": X})
        same(load_arrays(path)["x"], X)


def load_from(load, path):
    with inside_a_folder():
        return load(path)


def load_bytes(content, max_bytes):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.npz").write_bytes(content)
        return load_arrays(Path(folder) / "x.npz", max_bytes)


def sound_file():
    with tempfile.TemporaryDirectory() as folder:
        save_arrays(Path(folder) / "x.npz", {"x": X, "name": np.array("text")})
        return (Path(folder) / "x.npz").read_bytes()


KEYS = ("file", "allow_pickle", "", "a/b", "../b", "a\0b", "a\nb", "\ud800", "arr_0", "x.npy", " ")
SOUND = sound_file()


def broken(sound, cut, turned):
    """Return files of other formats, and the valid one truncated or with one byte changed."""
    found = {f"begins {some[:4]!r}": some for some in (b"", b"PK", b"text", bytes(999))}
    found |= {"begins a pickle": b"\x80\x04."}
    found |= {f"cut at {n}": sound[:n] for n in range(1, len(sound), cut)}
    return found | {
        f"byte {n} turned": sound[:n] + bytes([sound[n] ^ 0xFF]) + sound[n + 1 :]
        for n in range(0, len(sound), turned)
    }


case(
    "files",
    "save_arrays",
    round_trip,
    right_round_trip,
    arrays={"x": X},
    bad={
        "arrays": {
            **MAPPINGS,
            **{ascii(key): {key: X, "y": X} for key in KEYS},
            **{name: {"x": change(X)} for name, change in ARRAYS.items()},
        }
    },
)
case("files", "save_arrays to a path", save_to, anything, good=lambda: {"path": "x.npz"})
for load in (load_arrays, load_pickle, lambda path: small_net().load_params(path)):
    name = f"{load.__name__} of a path".replace("<lambda>", "load_params")
    case("files", name, load_from, never, good=lambda load=load: {"load": load, "path": "no.npz"},
         fixed=("load",))  # fmt: skip
case(
    "files",
    "load_arrays",
    load_bytes,
    lambda found, content, max_bytes: same(found["x"], X),
    content=SOUND,
    max_bytes=10**6,
    bad={"content": broken(SOUND, 37, 5)},
)


def idx_of(content, max_bytes):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x").write_bytes(content)
        return read_idx(Path(folder) / "x", max_bytes)


def cifar_of(content, **flags):
    with tempfile.TemporaryDirectory() as folder:
        for name in ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4"):
            (Path(folder) / f"{name}.bin").write_bytes(CIFAR)
        (Path(folder) / "data_batch_5.bin").write_bytes(content)
        (Path(folder) / "test_batch.bin").write_bytes(CIFAR)
        return load_cifar10(folder, **flags)


def right_cifar(answer, content, normalize, flatten, one_hot_label):
    (x, t), _ = answer
    assert x.shape == ((5, 3072) if flatten else (5, 3, 32, 32))
    assert x.max() == (1 if normalize else 255)
    same(t, np.eye(10)[[9] * 5] if one_hot_label else [9] * 5)


PACKED = gzip.compress(idx_bytes(X), mtime=0)
CIFAR = bytes([9]) + bytes([255]) * 3072
for load in (read_idx, load_cifar10, lambda path: mnist.load_mnist(source=path)):
    name = f"{load.__name__} of a path".replace("<lambda>", "load_mnist")
    case("dataset", name, load_from, never, good=lambda load=load: {"load": load, "path": "no"},
         fixed=("load",))  # fmt: skip
case(
    "dataset",
    "read_idx",
    idx_of,
    lambda found, content, max_bytes: same(found, X),
    content=PACKED,
    max_bytes=10**6,
    bad={"content": broken(PACKED, 7, 2)},
)
case(
    "dataset",
    "load_cifar10",
    cifar_of,
    right_cifar,
    content=CIFAR,
    normalize=True,
    flatten=False,
    one_hot_label=False,
    bad={"content": broken(CIFAR, 500, 10**6)},
)


def right_digits(answer, normalize, flatten, one_hot_label, source):
    (x, t) = answer[1]
    assert x.shape == ((10000, 784) if flatten else (10000, 1, 28, 28))
    assert t.shape == ((10000, 10) if one_hot_label else (10000,))
    assert x.max() == (1 if normalize else 255)


case(
    "dataset",
    "load_mnist",
    mnist.load_mnist,
    right_digits,
    normalize=True,
    flatten=True,
    one_hot_label=False,
    source="auto",
)
case("dataset", "data_name", mnist.data_name, anything, source="auto")
case(
    "dataset",
    "draw_digits",
    lambda **options: synthetic.draw_digits(progress=False, **options),
    lambda found, n_train, n_test, seed: same(
        [len(found[key]) for key in ("x_train", "t_train", "x_test", "t_test")],
        [n_train, n_train, n_test, n_test],
    ),
    n_train=2,
    n_test=1,
    seed=1,
)
