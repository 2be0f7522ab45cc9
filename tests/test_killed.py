"""A training run, killed and interrupted at 20 moments, gives the same bits as an undisturbed one.

The moments are drawn from a seed: while Python imports and reads the digits, while it trains, and
while a checkpoint is being written.
"""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import numpy as np
import pytest

from common.io.files import load_arrays
from tests.test_cli import ROOT
from tests.test_interruptions import saved_numbers

# The script as it is, but with a checkpoint after every epoch, not every ten seconds.
COMMAND = """
import runpy, sys
from common import trainer
trainer.SECONDS_BETWEEN_CHECKPOINTS = 0
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
SCRIPT = ROOT / "tests" / "training_script.py"
WORDS = [
    "--data",
    "mnist",
    "--batch-size",
    "2000",
    "--iters",
    "1500",
    "--shuffle",
    "--checkpoint",
    "c.npz",
]
PART = re.compile(r"\.c\.npz\.[0-9a-f]{32}\.part")


def start(folder):
    return subprocess.Popen(
        [sys.executable, "-u", "-c", COMMAND, SCRIPT, *WORDS],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def parts(folder):
    return {name for name in os.listdir(folder) if name.endswith(".part")}


def wait_for_the_moment(process, folder, moment, before, lines):
    """Wait for some seconds, from the start or from an epoch on, or then for a save."""
    kind, seconds, epochs = moment
    if kind == "import":
        time.sleep(seconds)
        return
    while process.poll() is None and sum(line.startswith("epoch") for line in lines) < epochs:
        time.sleep(0.001)
    time.sleep(seconds)
    while kind == "save" and process.poll() is None and parts(folder) <= before:
        pass


def hit(folder, how, moment):
    """Start the command and hit it; return what it was doing, its status and what it said."""
    before = parts(folder)
    process = start(folder)
    lines = []
    reader = threading.Thread(target=lambda: [lines.append(line) for line in process.stdout])
    reader.start()
    wait_for_the_moment(process, folder, moment, before, lines)
    process.send_signal(how)
    status = process.wait(60)
    reader.join()
    trained = any(line.startswith(("epoch", "going")) for line in lines)
    where = "save" if parts(folder) > before else "training" if trained else "import"
    with process:
        return where, status, "".join(lines), process.stderr.read()


def finished(folder):
    process = start(folder)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, ""), err
    return out


def check_same_bits(folder, whole):
    ours, theirs = load_arrays(folder / "c.npz"), load_arrays(whole / "c.npz")
    assert ours.keys() == theirs.keys()
    for key, value in ours.items():
        assert value.dtype == theirs[key].dtype
        assert value.tobytes() == theirs[key].tobytes(), key
    assert saved_numbers(folder) == saved_numbers(whole)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a training run without interruptions."""
    folder = tmp_path_factory.mktemp("whole")
    finished(folder)
    assert not parts(folder)
    assert len(np.unique(load_arrays(folder / "c.npz")["train_loss_list"])) == 1500
    return folder


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.usefixtures("real_mnist")
def test_hit_at_twenty_moments(tmp_path, whole, how):
    rng = random.Random(how)
    # In the first to third epoch of each start: some are saved, and not all 50 before the last hit.
    moments = [("training", rng.uniform(0, 0.15), rng.randint(1, 3)) for _ in range(10)]
    moments += [("save", rng.uniform(0, 0.03), 1) for _ in range(6)]
    if how == signal.SIGKILL:
        moments += [("import", rng.uniform(0, 1), 0) for _ in range(4)]
    else:  # in an import Ctrl-C ends Python before a line of ours
        moments += [("training", 0, 1) for _ in range(4)]
    rng.shuffle(moments)
    hits = Counter()
    for moment in moments:
        where, status, out, err = hit(tmp_path, how, moment)
        hits[where] += 1
        if how == signal.SIGKILL:
            assert (status, err) == (-signal.SIGKILL, "")
        else:
            assert status == 1
            saved = "saved c.npz: run the same command again to resume\n" in out
            said = "\nstopping after this step (Ctrl-C again stops at once)\ninterrupted\n"
            assert err == (said if saved else "interrupted\n")  # before the first step: nothing new
    print(signal.Signals(how).name, dict(hits))
    assert sum(hits.values()) == 20
    assert finished(tmp_path).startswith("data: mnist\nresuming from mini-batch ")
    check_same_bits(tmp_path, whole)
    # What a SIGKILL in the middle of a save leaves, and nothing else.
    left = parts(tmp_path)
    assert len(left) == hits["save"]
    assert all(PART.fullmatch(name) for name in left)
    assert {path.name for path in tmp_path.iterdir()} - left == {"c.npz", "outputs"}
    assert len(list((tmp_path / "outputs" / "tests").iterdir())) == 1
    if how == signal.SIGKILL:
        assert hits["training"] >= 8
        assert hits["save"] >= 1
        assert hits["import"] >= 1
    else:
        assert not left
