"""Ranks of MPI, real ones: the same result for any number; if one fails, all end, and say which."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from common.io.files import load_arrays
from tests.test_cli import ROOT

pytest.importorskip("mpi4py", reason="mpi4py is not installed: pip install -e '.[mpi]'")
MPIEXEC = shutil.which("mpiexec", path=str(Path(sys.executable).parent)) or shutil.which("mpiexec")
PROGRAM = [sys.executable, ROOT / "tests" / "rank_program.py"]
TOO_LONG = 60  # seconds: a rank that waits for ever is a failed test


def start(number, *words, cwd=None):
    command = [MPIEXEC, "-n", str(number), *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return subprocess.Popen(list(map(str, command)), cwd=cwd, env=buffered, **pipes)


def ended(process):
    """Return the exit status and both outputs of a run; kill it if it hangs."""
    try:
        out, err = process.communicate(timeout=TOO_LONG)
    except subprocess.TimeoutExpired:
        process.kill()
        pytest.fail(f"hangs: {process.communicate()}")
    return process.returncode, out, err


def train(folder, number, **options):
    """Return what a training run with this many ranks saves, and what it prints."""
    path = folder / f"{number}.npz"
    code, out, err = ended(start(number, *PROGRAM, path, json.dumps(options)))
    assert code == 0, err
    return load_arrays(path), out


def failed(folder, number, **options):
    """Return the lines of our own on the standard error of a run that must fail, and its time."""
    before = time.monotonic()
    code, out, err = ended(start(number, *PROGRAM, folder / "x.npz", json.dumps(options)))
    assert code != 0
    assert not (folder / "x.npz").exists()
    assert "Traceback" not in err + out
    ours = [line for line in err.splitlines() if line.startswith(("rank", "rank_program.py"))]
    return ours, time.monotonic() - before


def same(found, wanted, **tolerance):
    for key, value in wanted.items():
        if key not in ("masks", "sizes"):
            assert_allclose(found[key], value, **tolerance, err_msg=key)


@pytest.fixture(scope="module")
def one_rank(tmp_path_factory):
    return train(tmp_path_factory.mktemp("one"), 1)[0]


@pytest.mark.parametrize("number", [2, 4])
def test_the_same_result_for_any_number_of_ranks(tmp_path, one_rank, number):  # D-18
    found, printed = train(tmp_path, number)
    same(found, one_rank, rtol=0, atol=1e-12)
    assert len(found["loss"]) == 30
    parts = [[len(part) for part in np.array_split(range(size), number)] for size in (32, 13)]
    assert found["sizes"][:, [0, 9]].T.tolist() == parts  # each computes its part only
    assert printed.count("epoch 0 |") == printed.count("test accuracy") == 1  # only rank 0


def test_the_result_is_that_of_a_network_alone(one_rank):
    from common.trainer import Trainer
    from tests.rank_program import network

    rng = np.random.default_rng(1)
    x, t = rng.random((301, 20)), rng.integers(4, size=301)
    net = network(None, "float64")
    trained = Trainer(net, x, t, x[:50], t[:50], 3, 32, optimizer="momentum", rng=5, verbose=False)
    trained.train()
    lists = {"loss": trained.train_loss_list, "test": trained.test_acc_list}
    same(one_rank, {**lists, **net.params, **net.state}, rtol=0, atol=1e-12)


def test_dropout_and_augmentation_have_streams_by_rank(tmp_path):
    options = {"dropout": 0.5, "augment": True, "in_order": True, "batch_size": 40}
    found, _ = train(tmp_path, 2, **options)
    again, _ = train(tmp_path, 2, **options)
    same(found, again, rtol=0, atol=0)
    first, second = np.split(found["masks"], 2)
    assert 0.2 < (first != second).mean() < 0.8


def test_four_ranks_resume_with_two(tmp_path, one_rank):
    stored = tmp_path / "c.npz"
    words = json.dumps({"checkpoint": str(stored), "slowly": 0.1})
    process = start(4, *PROGRAM, tmp_path / "x.npz", words)
    while not stored.exists():  # after an epoch
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    code, out, err = ended(process)
    assert code != 0
    assert "run the same command again to resume" in out + err
    done = len(load_arrays(stored)["train_loss_list"])
    assert 10 <= done < 30
    found, printed = train(tmp_path, 2, checkpoint=str(stored))
    assert f"resuming from mini-batch {done}" in printed
    same(found, one_rank, rtol=0, atol=1e-12)


def test_a_killed_rank_ends_all_and_is_named(tmp_path, one_rank):
    stored = str(tmp_path / "c.npz")
    options = {"fault": "kill", "at": 12, "rank": 2, "checkpoint": stored}
    lines, seconds = failed(tmp_path, 3, **options)
    assert len(lines) == 1
    assert lines[0].startswith("rank 2 ")
    assert lines[0].endswith("was killed; all ranks end")
    assert seconds < 20
    found, _ = train(tmp_path, 2, checkpoint=stored)
    same(found, one_rank, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"fault": "raise", "at": 5}, "rank 1 of 2: rank_program.py: a fault"),
        ({"fault": "data"}, "rank_program.py: rank 1 has x_train "),
        ({"fault": "code"}, "rank_program.py: rank 1 has code 'another', rank 0 "),
        ({"fault": "no seed"}, "rank_program.py: rank 1 has random numbers (the seed)"),
        (
            {"batch_size": 1},
            "rank_program.py: 2 ranks, but a mini-batch of 1 (the last of an epoch?); expected",
        ),
        (
            {"batch_size": 50},
            "rank_program.py: 2 ranks, but a mini-batch of 1 (the last of an epoch?); expected",
        ),
    ],
)
def test_an_error_is_one_line(tmp_path, options, line):
    lines, _ = failed(tmp_path, 2, **options)
    assert len(lines) == 1
    assert lines[0].startswith(line)


def test_the_script_writes_once_and_its_memory_does_not_grow_with_the_data(tmp_path):
    script = [sys.executable, ROOT / "ch08" / "mpi_training.py", "--quick", "--no-show"]
    memory = {}
    for number in (1_000, 10_000_000):
        words = ["--stream", number, "--iters", 8, "--batch-size", 50, "--out", tmp_path]
        code, out, err = ended(start(2, *script, *words))
        assert code == 0, err
        assert out.count("saved") == 2
        results = json.loads((tmp_path / "ch08" / "mpi_training.json").read_text())
        assert results["ranks"] == 2
        memory[number] = max(results["memory_MB"])
    assert memory[10_000_000] < memory[1_000] + 20


def test_files_are_read_where_they_are_needed(tmp_path):
    script = [sys.executable, ROOT / "ch08" / "mpi_training.py", "--quick", "--no-show"]
    rng = np.random.default_rng(0)
    np.save(tmp_path / "x.npy", rng.integers(256, size=(500, 28, 28), dtype=np.uint8))
    np.save(tmp_path / "t.npy", rng.integers(10, size=500))
    np.savez(tmp_path / "both.npz", x=1, t=2)
    words = ["--out", tmp_path, "--iters", "4", "--labels", tmp_path / "t.npy", "--images"]
    code, out, err = ended(start(2, *script, *words, tmp_path / "x.npy"))
    assert code == 0, err
    assert "ms for a step" in out
    code, _, err = ended(start(2, *script, *words, tmp_path / "both.npz"))
    assert code != 0
    first = err.splitlines()[0]
    assert first.startswith("mpi_training.py: ")
    assert first.endswith("both.npz holds several arrays; expected an .npy file")


def test_a_search_over_ranks_finds_the_same_trials(tmp_path):
    script = ROOT / "ch06" / "hyperparameter_optimization.py"
    words = ["--quick", "--trials", "4", "--samples", "100", "--epochs", "3", "--no-show"]
    futures = [sys.executable, "-m", "mpi4py.futures", script, *words, "--workers", "mpi"]
    code, _, err = ended(start(3, *futures, "--out", tmp_path / "mpi"))
    assert code == 0, err
    here = subprocess.run(
        [sys.executable, script, *words, "--out", tmp_path / "one", "--processes", "1"],
        capture_output=True,
        check=False,
    )
    assert here.returncode == 0
    csv = "ch06/hyperparameter_optimization_random_quick.csv"
    lines = [sorted((tmp_path / one / csv).read_text().splitlines()) for one in ("mpi", "one")]
    assert lines[0] == lines[1]
    assert len(lines[0]) == 6


def test_scaling_is_measured_with_real_ranks(tmp_path, monkeypatch):
    from ch08.helpers import mpi_clock
    from ch08.section_8_3 import mpi_scaling

    words = ["--quick", "--ranks", "2", "--no-show", "--out", str(tmp_path)]
    results = mpi_scaling.main(words)
    assert set(results["measured"]) == {1, 2}
    for found in results["measured"].values():
        for name, kind in product(("SimpleConvNet", "DeepConvNet"), ("strong", "weak")):
            parts = [found[name][kind][part] for part in mpi_scaling.PARTS]
            assert all(milliseconds >= 0 for milliseconds in parts)
            assert sum(parts) < 2 * found[name][kind]["step"]
    curves = results["model"]["DeepConvNet, messages as here"]
    assert curves["strong"][0] == curves["weak"][0] == 1
    assert (np.diff(curves["weak"]) > 0).all()
    with pytest.raises(OSError, match="2 ranks failed: "):
        mpi_clock.measure(2, 1, 1, -1)  # a seed below 0
