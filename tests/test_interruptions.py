"""Ctrl-C, NaN and killed processes: training ends cleanly, and resumes from its checkpoint."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from common.checks import NotFiniteError
from common.io.files import load_arrays
from common.multi_layer_net import MultiLayerNet
from common.network import Network
from common.trainer import train_together
from dataset.mnist import data_name
from tests.test_checkpoint import (
    ITERS,
    make,
    network,
    outcome,
    stopped,
)
from tests.test_cli import ROOT, run

# ---------------------------------------------------------------- Ctrl-C


class Interrupting(Network):
    """Presses Ctrl-C in the gradient of one mini-batch."""

    def press(self, at, times):
        self.keys = {"at": at, "times": times, "calls": 0}  # a dict does not count as a setting

    def loss_and_gradient(self, x, t):
        self.keys["calls"] += 1
        if self.keys["calls"] == self.keys["at"]:
            for _ in range(self.keys["times"]):
                signal.raise_signal(signal.SIGINT)
        return super().loss_and_gradient(x, t)


def interrupting(path, at, times=1):
    net = Interrupting(network().layers)
    net.press(at, times)
    return make(path, net, verbose=True)


@pytest.mark.parametrize("at", [1, 4, 7, ITERS])
def test_ctrl_c_ends_after_the_step_and_the_file_resumes(tmp_path, capfd, at):
    path = tmp_path / "c.npz"
    whole = interrupting(None, 0)
    whole.train()
    handler = signal.getsignal(signal.SIGINT)
    first = interrupting(path, at)
    with pytest.raises(KeyboardInterrupt):
        first.train()
    assert signal.getsignal(signal.SIGINT) is handler
    assert first.current_iter == load_arrays(path)["current_iter"] == at
    out, err = capfd.readouterr()
    assert f"saved {path}: run the same command again to resume" in out
    assert err == "\nstopping after this step (Ctrl-C again stops at once)\n"
    second = interrupting(path, 0)
    second.train()
    assert outcome(second) == outcome(whole)


def test_a_second_ctrl_c_ends_at_once_and_leaves_the_file(tmp_path):
    path = tmp_path / "c.npz"
    stopped(interrupting(path, 0), 5)
    content = path.read_bytes()
    trainer = interrupting(path, 3, times=2)
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        trainer.train()
    assert signal.getsignal(signal.SIGINT) is handler
    assert trainer.current_iter == 7  # the step was not done
    assert path.read_bytes() == content
    whole, again = interrupting(None, 0), interrupting(path, 0)
    whole.train()
    again.train()
    assert outcome(again) == outcome(whole)


def test_ctrl_c_without_a_checkpoint(capsys):
    trainer = interrupting(None, 5)
    with pytest.raises(KeyboardInterrupt):
        trainer.train()
    assert trainer.current_iter == 5
    assert "saved" not in capsys.readouterr().out


def test_ctrl_c_stops_all_networks_side_by_side(tmp_path):
    pair = [make(tmp_path / "a.npz"), interrupting(tmp_path / "b.npz", 4)]
    with pytest.raises(KeyboardInterrupt):
        train_together(*pair)
    assert [one.current_iter for one in pair] == [4, 4]
    assert {path.name for path in tmp_path.iterdir()} == {"a.npz", "b.npz"}


def test_outside_the_main_thread_ctrl_c_is_left_as_it_is():
    class Spy(Network):
        def loss_and_gradient(self, x, t):
            handlers.append(signal.getsignal(signal.SIGINT))
            return super().loss_and_gradient(x, t)

    handlers = []
    before = signal.getsignal(signal.SIGINT)
    trainer = make(None, Spy(network().layers))
    thread = threading.Thread(target=trainer.train)
    thread.start()
    thread.join()
    assert trainer.current_iter == ITERS
    assert set(handlers) == {before}


# ---------------------------------------------------------------- NaN


def diverging(path=None, after=6, bad=1e38, **options):
    """Return a trainer whose schedule spoils the parameters at a mini-batch."""
    return make(path, schedule=lambda t: bad if t == after else 0.1, **options)


@pytest.mark.parametrize("bad", [1e38, 1e25])
def test_a_loss_that_is_not_finite_names_its_mini_batch(bad):
    trainer = diverging(bad=bad, net=MultiLayerNet(6, [8, 7], 3, rng=0))
    with np.errstate(all="raise"), pytest.raises(NotFiniteError, match=r"^mini-batch 7: "):
        trainer.train()
    assert issubclass(NotFiniteError, ValueError)
    assert trainer.current_iter == len(trainer.train_loss_list) == 7


def test_scores_that_are_nan_name_their_mini_batch():
    with pytest.raises(NotFiniteError, match=r"^mini-batch 5: the loss is nan"):
        diverging(after=4).train()  # at 4 an epoch begins: its scores are NaN, which are wrong


def test_a_checkpoint_from_before_the_divergence_diverges_again(tmp_path):
    path = tmp_path / "c.npz"
    first, second = diverging(path), diverging(path)
    with pytest.raises(NotFiniteError, match="mini-batch 7"):
        first.train()
    with pytest.raises(NotFiniteError, match="mini-batch 7"):
        second.train()
    assert second.train_loss_list == first.train_loss_list
    assert load_arrays(path)["current_iter"] == 4  # the last epoch's end


@pytest.mark.parametrize(("order", "threads"), [(1, 1), (-1, 1), (-1, 2)])
def test_diverged_networks_are_left_out_if_wanted(tmp_path, order, threads):
    alone = make()
    alone.train()
    bad, good = diverging(tmp_path / "bad.npz"), make(tmp_path / "good.npz")
    messages = train_together(*[bad, good][::order], leave_out_diverged=True, threads=threads)
    assert len(messages) == 1
    assert messages[0].startswith("mini-batch 7: ")
    assert (bad.current_iter, good.current_iter) == (7, ITERS)
    assert load_arrays(tmp_path / "bad.npz")["current_iter"] == 4  # the end of the epoch before
    assert outcome(good) == outcome(alone)
    again = diverging(tmp_path / "bad.npz"), make(tmp_path / "good.npz")
    assert train_together(*again[::order], leave_out_diverged=True) == messages
    assert again[0].train_loss_list == bad.train_loss_list


@pytest.mark.parametrize("threads", [1, 2])
def test_a_diverged_network_ends_all_where_nothing_else_is_said(threads):
    with pytest.raises(NotFiniteError, match="mini-batch 7"):
        train_together(make(), diverging(), threads=threads)


@pytest.mark.parametrize("shuffle", [True, False])
def test_networks_of_the_same_seed_see_the_same_mini_batches(shuffle):
    class Spy(Network):
        def loss_and_gradient(self, x, t):
            seen.setdefault(id(self), []).append(x.tobytes())
            return super().loss_and_gradient(x, t)

    seen = {}
    nets = [Spy(network(seed).layers) for seed in (0, 1)]
    other = Spy(network().layers)
    trainers = [make(None, net, shuffle=shuffle) for net in nets]
    train_together(*trainers, make(None, other, seed=1, shuffle=shuffle))
    assert seen[id(nets[0])] == seen[id(nets[1])]
    assert len(set(seen[id(nets[0])])) == ITERS
    assert seen[id(nets[0])] != seen[id(other)]


# ---------------------------------------------------------------- processes

SCRIPT = ROOT / "tests" / "training_script.py"
# The script with a checkpoint after every epoch, epochs of 25 mini-batches and few test samples.
OFTEN = """
import sys
from common import trainer
from lab import digits, script
from tests import training_script
from dataset import mnist

def few(*form, source):
    (x, t), (x_test, t_test) = mnist.load_mnist(*form, source=source)
    return (x[:2500], t[:2500]), (x_test[:500], t_test[:500])

trainer.SECONDS_BETWEEN_CHECKPOINTS = 0
digits.load_mnist = few
script.run(training_script.main)
"""


def start(*words, cwd):
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, *words], cwd=cwd, env=environment, **pipes)


def saved_numbers(folder):
    results = json.loads((folder / "outputs" / "tests" / "training_script.json").read_text())
    results["settings"].pop("checkpoint")
    return results


def hit(process, how, delay):
    """Wait until the training runs, and a little longer; send the signal, return the output."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(("epoch 0", "resuming")):
            break
    time.sleep(delay)
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    return "".join(lines) + out, err


def check_until_done(command, words, folder, how, delays):
    """Run a command, signal it at each of these moments, resume; return how many were in time."""
    words = [*words, "--data", data_name("auto")]  # by name, so that nothing is said about it
    whole = folder / "whole"
    whole.mkdir()
    done = run(*command, *words, cwd=whole)
    assert done.returncode == 0, done.stderr
    path = folder / "c.npz"
    hits = 0
    for delay in delays:
        out, err = hit(start(*command, *words, "--checkpoint", path, cwd=folder), how, delay)
        if "saved outputs" in out:  # it was faster
            break
        hits += 1
        said = f"saved {path}: run the same command again to resume\n"
        if how == signal.SIGKILL:
            assert err == ""
        elif out.endswith(said):
            assert err == "\nstopping after this step (Ctrl-C again stops at once)\ninterrupted\n"
        else:  # just before the first step, or after the last: there is nothing to save
            assert err == "interrupted\n"
    done = run(*command, *words, "--checkpoint", path, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert saved_numbers(folder) == saved_numbers(whole)
    return hits


posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
slow = pytest.mark.slow


@posix
@pytest.mark.parametrize("shuffle", [[], pytest.param(["--shuffle"], marks=slow)])
def test_a_process_that_gets_ctrl_c_resumes_and_ends_the_same(tmp_path, shuffle):
    rng = random.Random(len(shuffle))
    delays = [rng.uniform(0, 0.3) for _ in range(3 if shuffle else 1)]
    words = [SCRIPT, "--quick", *shuffle]
    assert check_until_done([], words, tmp_path, signal.SIGINT, delays) >= 1


@posix
@pytest.mark.parametrize("shuffle", [["--shuffle"], pytest.param([], marks=slow)])
def test_a_process_that_is_killed_resumes_and_ends_the_same(tmp_path, shuffle):
    rng = random.Random(len(shuffle))
    delays = [rng.uniform(0, 0.2) for _ in range(2)]
    words = ["--iters", "2000", "--hidden-size", "20", *shuffle]
    assert check_until_done(["-c", OFTEN], words, tmp_path, signal.SIGKILL, delays) >= 1
    kept = [path for path in tmp_path.iterdir() if not path.name.endswith(".part")]
    assert {path.name for path in kept} == {"c.npz", "outputs", "whole"}


@slow
@posix
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_a_process_that_is_hit_again_and_again(tmp_path, how):
    rng = random.Random(0)
    delays = [rng.expovariate(20) for _ in range(30)]
    words = ["--iters", "20000", "--hidden-size", "20", "--shuffle"]
    hits = check_until_done(["-c", OFTEN], words, tmp_path, getattr(signal, how), delays)
    assert hits >= 10


def test_a_checkpoint_of_other_settings_is_one_line_for_a_script(tmp_path):
    words = ["-c", OFTEN, "--hidden-size", "5", "--iters", "30", "--checkpoint", "c.npz"]
    words += ["--data", data_name("auto")]
    assert run(*words, cwd=tmp_path).returncode == 0
    content = (tmp_path / "c.npz").read_bytes()
    done = run(*words, "--seed", "1", "--lr", "0.2", cwd=tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "c.npz is of a training run with optimizer lr 0.1; this one has 0.2" in done.stderr
    assert (tmp_path / "c.npz").read_bytes() == content
