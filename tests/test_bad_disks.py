"""A full disk, a read-only folder, a file in the way: one line, and unchanged old files."""

import os
import subprocess
import sys
from contextlib import suppress
from functools import partial

import pytest

from common import checkpoint
from common.io.files import naming
from dataset.mnist import data_name
from tests.test_cli import ROOT, run

slow = pytest.mark.slow
TRAINING = ROOT / "tests" / "training_script.py"
SMALL = ["--batch-size", "6000", "--hidden-size", "5"]  # a checkpoint of 22 kB, epochs of 10


def mount(*words):
    """Mount a file system in memory, or skip the test."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a small file system, on Linux")
    done = subprocess.run(["mount", "-t", "tmpfs", *map(str, words)], capture_output=True)
    if done.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")


@pytest.fixture
def disk(tmp_path):
    """A file system of 256 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-o", "size=256k", "none", folder)
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(folder):
    with open(folder / "filler", "wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def make_read_only(folder):
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_one_line(words, folder, *parts):
    """Run a command that must fail with one line, and change nothing in the folder."""
    before = files(folder)
    done = run(*words, cwd=folder.parent)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert all(part in done.stderr for part in parts), done.stderr
    assert files(folder) == before
    return done


def trained(folder, iters):
    words = [TRAINING, *SMALL, "--iters", iters, "--checkpoint", folder / "c.npz"]
    return [*words, "--data", data_name("auto")]


@pytest.mark.parametrize(
    "script", ["ch05/buy_apple.py", pytest.param("ch02/and_gate.py", marks=slow)]
)
def test_results_on_a_full_disk(disk, script):
    assert run(ROOT / script, "--out", disk, cwd=disk).returncode == 0
    fill(disk)
    stem = script.removesuffix(".py")
    said = "No space left on device", f"{stem}.json"
    check_one_line([ROOT / script, "--out", disk], disk, *said)


@slow
def test_weights_on_a_full_disk(disk):
    words = ["--quick", "--epochs", 1, "--samples", 10, "--batch-size", 10, "--out", disk]
    (disk / "ch07").mkdir()
    (disk / "ch07" / "simple_convnet.npz").write_text("old")
    fill(disk)
    script = ROOT / "ch07" / "train_convnet.py"
    check_one_line(
        [script, *words, "--data", data_name("auto")], disk, "No space", "simple_convnet.npz"
    )


@slow
def test_trials_on_a_full_disk(disk):
    fill(disk)
    script = ROOT / "ch06" / "hyperparameter_optimization.py"
    words = ["--quick", "--trials", 2, "--out", disk, "--data", data_name("auto")]
    check_one_line([script, *words], disk, "No space", ".csv")


@slow
def test_a_checkpoint_on_a_full_disk(disk):
    """Training ends if it cannot save; once there is space, it resumes from the old file."""
    assert run(*trained(disk, 40), cwd=disk.parent).returncode == 0
    fill(disk)
    done = check_one_line(trained(disk, 60), disk, "No space left on device", "c.npz")
    assert "resuming from mini-batch 40" in done.stdout
    (disk / "filler").unlink()
    done = run(*trained(disk, 60), cwd=disk.parent)
    assert "resuming from mini-batch 40" in done.stdout
    assert done.returncode == 0


def test_results_where_files_may_not_grow(tmp_path):
    """Like a full disk, without root privileges: EFBIG instead of ENOSPC."""
    resource = pytest.importorskip("resource")
    (tmp_path / "ch05").mkdir()
    (tmp_path / "ch05" / "buy_apple.json").write_text("old")
    done = subprocess.run(
        [sys.executable, ROOT / "ch05" / "buy_apple.py", "--out", tmp_path],
        capture_output=True,
        text=True,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (100, 100)),
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "File too large" in done.stderr
    assert "buy_apple.json" in done.stderr
    assert [path.read_text() for path in (tmp_path / "ch05").iterdir()] == ["old"]


def test_a_read_only_folder_for_results(disk):
    (disk / "new").write_text("old")
    make_read_only(disk)
    script = ROOT / "ch05" / "buy_apple.py"
    check_one_line([script, "--out", disk], disk, f"--out {disk} cannot be written to")


@slow
def test_a_read_only_disk(disk):
    assert run(*trained(disk, 20), cwd=disk.parent).returncode == 0
    make_read_only(disk)
    script = ROOT / "ch05" / "buy_apple.py"
    check_one_line([script, "--out", disk / "new"], disk, "Read-only", f"{disk}/new")
    check_one_line(trained(disk, 40), disk, "Read-only", f"{disk}/c.npz")


def test_a_read_only_folder_for_a_checkpoint(disk):
    make_read_only(disk)
    with pytest.raises(OSError, match=r"Read-only file system: '.*c\.npz'"):
        checkpoint.check_writable(disk / "c.npz")


@slow
@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("file/new", "file/new: Not a directory"),
        ("taken", "taken/ch05: File exists"),
        ("folder", "buy_apple.json: Is a directory"),
    ],
)
def test_a_file_of_this_name_is_in_the_way(tmp_path, out, said):
    (tmp_path / "file").write_text("old")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "ch05").write_text("old")
    (tmp_path / "folder" / "ch05" / "buy_apple.json").mkdir(parents=True)
    before = files(tmp_path)
    done = run(ROOT / "ch05" / "buy_apple.py", "--out", out, cwd=tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
    assert ".part" not in done.stderr
    assert files(tmp_path) == before


def test_an_error_without_a_number_stays_as_it_is():
    with pytest.raises(OSError, match=r"^as it is$"), naming("file"):
        raise OSError("as it is")
