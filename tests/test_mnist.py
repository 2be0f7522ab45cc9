"""load_mnist: every shape it can return, and every kind of bad file."""

import gzip
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from itertools import product

import numpy as np
import pytest

from dataset import mnist
from dataset.four_files import NAMES
from dataset.mnist import load_mnist
from tests.test_data_sets import idx_bytes

HTML = b"<html><body>Please log in to the network</body></html>"


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    """Each test: an empty cache, no DLFS_DATA, nothing remembered, mirrors that are not there."""
    monkeypatch.setenv("DLFS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("DLFS_DATA", raising=False)
    monkeypatch.setattr(mnist, "MIRRORS", ("http://127.0.0.1:9/",))
    forget()
    yield
    forget()


def forget():
    for cached in (mnist._what_there_is, mnist._mnist, mnist._drawn):
        cached.cache_clear()


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Four files in MNIST's format with few random images, which mnist.py takes for the real."""
    folder = tmp_path / "files"
    folder.mkdir()
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(256, size=(60, 28, 28), dtype=np.uint8),
        "t_train": np.arange(60, dtype=np.uint8) % 10,
        "x_test": rng.integers(256, size=(20, 28, 28), dtype=np.uint8),
        "t_test": np.arange(20, dtype=np.uint8) % 10,
    }
    pinned = {}
    for key, name in NAMES.items():
        content = gzip.compress(idx_bytes(arrays[key]))
        (folder / f"{name}.gz").write_bytes(content)
        pinned[key] = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(mnist, "SHA256", pinned)
    together = b"".join(array.tobytes() for array in arrays.values())
    monkeypatch.setattr(mnist, "CONTENT", hashlib.sha256(together).hexdigest())
    return folder


@pytest.fixture
def serve():
    """Return a function that serves a folder over HTTP on the loopback address."""
    servers = []

    def start(folder):
        handler = partial(QuietHandler, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def unpack(path):
    path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
    path.unlink()


def cached_files():
    folder = mnist.cache_folder()
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# ---------------------------------------------------------------- shapes


@pytest.mark.parametrize(
    ("normalize", "flatten", "one_hot_label"), list(product([True, False], repeat=3))
)
def test_all_flag_combinations(files, monkeypatch, normalize, flatten, one_hot_label):  # 3.23
    monkeypatch.setenv("DLFS_DATA", str(files))
    (x, t), (x_test, t_test) = load_mnist(normalize, flatten, one_hot_label)
    assert x.shape[1:] == x_test.shape[1:] == ((784,) if flatten else (1, 28, 28))
    assert (len(x), len(t), len(x_test), len(t_test)) == (60, 60, 20, 20)
    assert x.dtype == (np.float32 if normalize else np.uint8)
    assert x.max() == (1 if normalize else 255)
    assert x.min() == 0
    if one_hot_label:
        assert t.shape == (60, 10)
        assert (t.sum(axis=1) == 1).all()
        t = t.argmax(axis=1)
    assert t.tolist() == [n % 10 for n in range(60)]


def test_returned_arrays_can_be_changed_by_the_caller(files, monkeypatch):
    monkeypatch.setenv("DLFS_DATA", str(files))
    (x, t), _ = load_mnist(normalize=False)
    before = x.copy()
    x[:] = 0
    t[:] = 0
    (x, t), _ = load_mnist(normalize=False)
    assert (x == before).all()
    assert t[1] == 1


def test_real_mnist(monkeypatch, shared_mnist, tmp_path):  # 3.23, 3.26
    monkeypatch.setenv("DLFS_DATA", shared_mnist)
    (x_train, t_train), (x_test, t_test) = load_mnist(normalize=False, source="mnist")
    assert x_train.shape == (60000, 784)
    assert x_test.shape == (10000, 784)
    assert t_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(t_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    monkeypatch.delenv("DLFS_DATA")  # the second call needs no file: the cache has it
    forget()
    assert (load_mnist(normalize=False, source="mnist")[0][0] == x_train).all()
    for name in NAMES.values():  # all but the largest unpacked
        (tmp_path / f"{name}.gz").symlink_to(f"{shared_mnist}/{name}.gz")
        if name != NAMES["x_train"]:
            unpack(tmp_path / f"{name}.gz")
    monkeypatch.setenv("DLFS_DATA", str(tmp_path))
    monkeypatch.setenv("DLFS_CACHE", "/proc/nothing")
    forget()
    unpacked = load_mnist(normalize=False, source="mnist")
    for one, other in zip((x_train, t_train, x_test, t_test), sum(unpacked, ()), strict=True):
        assert (one == other).all()


@pytest.fixture(scope="module")
def shared_mnist():
    if not os.environ.get("DLFS_DATA"):
        pytest.skip("real MNIST is not here: set DLFS_DATA to its folder")
    return os.environ["DLFS_DATA"]


# ---------------------------------------------------------------- downloads


def test_download_then_cache(files, serve, monkeypatch, capsys):  # 3.23: second call offline
    monkeypatch.setattr(mnist, "MIRRORS", (serve(files),))
    first = load_mnist(source="mnist")
    assert cached_files() == ["mnist.npz"]
    monkeypatch.setattr(mnist, "MIRRORS", ())
    forget()
    second = load_mnist(source="mnist")
    assert (first[0][0] == second[0][0]).all()
    assert capsys.readouterr().err == ""


def spoil_by_cutting(path):
    path.write_bytes(path.read_bytes()[:-20])


def spoil_by_html(path):
    path.write_bytes(HTML)


def spoil_by_swapping(path):
    other = path.with_name("t10k-labels-idx1-ubyte.gz")
    path.write_bytes(other.read_bytes())


def spoil_by_emptying(path):
    path.write_bytes(b"")


def spoil_by_removing(path):
    path.unlink()


SPOIL = [spoil_by_cutting, spoil_by_html, spoil_by_swapping, spoil_by_emptying]


@pytest.mark.parametrize("spoil", [*SPOIL, spoil_by_removing])
def test_a_bad_mirror_gives_way_to_the_next(files, serve, monkeypatch, tmp_path, spoil):
    bad = shutil.copytree(files, tmp_path / "bad")
    spoil(bad / "train-images-idx3-ubyte.gz")
    monkeypatch.setattr(mnist, "MIRRORS", (serve(bad), serve(files)))
    assert load_mnist(source="mnist")[0][0].shape == (60, 784)


@pytest.mark.parametrize("spoil", [*SPOIL, spoil_by_removing])
def test_only_bad_mirrors_leave_no_cache(files, serve, monkeypatch, spoil):
    spoil(files / "train-images-idx3-ubyte.gz")
    monkeypatch.setattr(mnist, "MIRRORS", (serve(files),))
    with pytest.raises(mnist.NoMNISTError, match="DLFS_DATA") as caught:
        load_mnist(source="mnist")
    assert "train-images-idx3-ubyte.gz" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert cached_files() == []


class CuttingHandler(QuietHandler):
    """Promises more bytes than it sends."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b"abc")


class SilentHandler(QuietHandler):
    """Accepts and never answers."""

    def do_GET(self):
        threading.Event().wait(3)


@pytest.mark.parametrize("handler", [CuttingHandler, SilentHandler])
def test_a_connection_that_breaks_or_hangs(files, serve, monkeypatch, handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setattr(mnist, "TIMEOUT", 0.3)
    mirror = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setattr(mnist, "MIRRORS", (mirror, serve(files)))
    try:
        assert load_mnist(source="mnist")[0][0].shape == (60, 784)
    finally:
        server.shutdown()
        server.server_close()


def test_offline_falls_back_to_drawn_digits_and_says_so(monkeypatch, capsys):
    drawn = {
        "x_train": np.ones((3, 28, 28), np.uint8),
        "t_train": np.arange(3, dtype=np.uint8),
        "x_test": np.ones((2, 28, 28), np.uint8),
        "t_test": np.arange(2, dtype=np.uint8),
    }
    monkeypatch.setattr(mnist.synthetic, "draw_digits", lambda: dict(drawn))
    assert load_mnist()[0][0].shape == (3, 784)
    assert mnist.data_name() == "drawn"
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "drawn digits" in lines[0]
    with pytest.raises(mnist.NoMNISTError):
        load_mnist(source="mnist")


# ---------------------------------------------------------------- DLFS_DATA and the cache


def spoil_by_another(path):
    path.write_bytes(gzip.compress(idx_bytes(np.ones((60, 28, 28), np.uint8))))


BAD_FILES = {
    spoil_by_cutting: r"train-images-idx3-ubyte\.gz: not a valid idx file .*end",
    spoil_by_html: r"train-images-idx3-ubyte\.gz: not a valid idx file .*3c 68 74 6d",
    spoil_by_emptying: r"train-images-idx3-ubyte\.gz: not a valid idx file .*bytes \(none\)",
    spoil_by_swapping: r"files: x_train is uint8 \(20,\); expected images",
    spoil_by_another: r"files: these are not the images and labels of MNIST; expected MNIST",
}


@pytest.mark.parametrize("spoil", BAD_FILES)
def test_a_bad_file_in_dlfs_data_is_one_clear_line(files, monkeypatch, spoil):
    monkeypatch.setenv("DLFS_DATA", str(files))
    load_mnist()  # even where the cache has the right ones
    forget()
    spoil(files / "train-images-idx3-ubyte.gz")
    for source in ("auto", "mnist"):
        with pytest.raises(ValueError, match=BAD_FILES[spoil]) as caught:
            load_mnist(source=source)
        assert "\n" not in str(caught.value)


def test_unpacked_files_in_dlfs_data_give_the_same(files, monkeypatch, capsys):
    monkeypatch.setenv("DLFS_DATA", str(files))
    packed = load_mnist(normalize=False)
    for path in list(files.iterdir()):
        unpack(path)
    name = NAMES["x_train"]
    (files / name).rename(files / name.replace("-idx3", ".idx3"))  # as some archives have it
    forget()
    monkeypatch.setenv("DLFS_CACHE", "/proc/nothing")  # not from there
    unpacked = load_mnist(normalize=False)
    for one, other in zip(sum(packed, ()), sum(unpacked, ()), strict=True):
        assert one.dtype == other.dtype
        assert (one == other).all()
    assert capsys.readouterr().err == ""


def test_unpacked_files_in_dlfs_data_are_verified(files, monkeypatch):
    for path in list(files.iterdir()):
        unpack(path)
    content = bytearray((files / NAMES["x_test"]).read_bytes())
    content[100] ^= 1  # one pixel
    (files / NAMES["x_test"]).write_bytes(content)
    monkeypatch.setenv("DLFS_DATA", str(files))
    with pytest.raises(ValueError, match=r"files: these are not .*; expected MNIST"):
        load_mnist()


def test_home_is_expanded(files, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DLFS_DATA", "~/files")
    monkeypatch.setenv("DLFS_CACHE", "~/kept")
    assert load_mnist(source="mnist")[0][0].shape == (60, 784)
    assert (tmp_path / "kept" / "mnist.npz").exists()
    assert load_mnist(source="~/files")[0][0].shape == (60, 784)
    monkeypatch.setenv("DLFS_DATA", "~nobody-of-this-name/files")
    forget()
    assert load_mnist(source="mnist")[0][0].shape == (60, 784)  # from the cache


def test_dlfs_data_without_the_files(files, serve, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DLFS_DATA", str(tmp_path / "nowhere"))
    monkeypatch.setattr(mnist, "MIRRORS", (serve(files),))
    assert load_mnist()[0][0].shape == (60, 784)
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("spoil", [*SPOIL[:2], SPOIL[3]])
def test_a_bad_cache_is_replaced(files, monkeypatch, capsys, spoil):
    monkeypatch.setenv("DLFS_DATA", str(files))
    expected = load_mnist()[0][0]
    spoil(mnist.cache_folder() / "mnist.npz")
    forget()
    assert (load_mnist()[0][0] == expected).all()
    assert "is replaced" in capsys.readouterr().err
    forget()
    load_mnist()
    assert capsys.readouterr().err == ""


def test_a_swapped_cache_is_replaced(files, monkeypatch, capsys):
    monkeypatch.setenv("DLFS_DATA", str(files))
    expected = load_mnist()[0][0]
    path = mnist.cache_folder() / "mnist.npz"
    with np.load(path) as arrays:
        other = dict(arrays)
    other["x_train"] = 255 - other["x_train"]
    np.savez(path, **other)
    forget()
    assert (load_mnist()[0][0] == expected).all()
    assert "not the images and labels of MNIST" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["/proc/nothing", "a file"])
def test_a_cache_folder_that_cannot_be_written(files, monkeypatch, tmp_path, capsys, place):
    if place == "a file":
        place = str(tmp_path / "file")
        (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("DLFS_CACHE", place)
    monkeypatch.setenv("DLFS_DATA", str(files))
    assert load_mnist()[0][0].shape == (60, 784)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_full_disk_leaves_no_half_file(tmp_path):
    """No file may grow beyond 100 kB in this process, which acts like a full disk."""
    resource = pytest.importorskip("resource")
    code = (
        "import numpy as np\n"
        "from common.io.files import save_arrays\n"
        "save_arrays('full/weights.npz', {'W': np.zeros(100_000)})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert done.returncode == 1
    assert "OSError" in done.stderr.splitlines()[-1]
    assert list((tmp_path / "full").iterdir()) == []


def test_an_unknown_source():
    with pytest.raises(
        ValueError, match="'minst'; expected one of auto, mnist, drawn, or a folder"
    ):
        load_mnist(source="minst")
