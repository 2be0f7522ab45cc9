"""Cases of files and data sets."""

import tempfile
from pathlib import Path

import numpy as np

from common.files import load_arrays, load_pickle, save_arrays
from dataset import mnist, synthetic
from tests.bad.contract import (
    ARRAYS,
    MAPPINGS,
    anything,
    never,
    same,
)
from tests.bad.good import X, case
from tests.bad.networks import inside_a_folder, small_net


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
BROKEN = {f"begins {some[:4]!r}": some for some in (b"", b"PK", b"text", bytes(999), b"\x80\x04.")}
BROKEN |= {f"cut at {n}": SOUND[:n] for n in range(1, len(SOUND), 37)}
BROKEN |= {
    f"byte {n} turned": SOUND[:n] + bytes([SOUND[n] ^ 0xFF]) + SOUND[n + 1 :]
    for n in range(0, len(SOUND), 5)
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
    bad={"content": BROKEN},
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
