"""A real Jupyter kernel: flags, figures, progress lines and Ctrl-C in the cells of a notebook."""

import os
import re
import time
from collections import namedtuple

import pytest
from jupyter_client import KernelManager

from common.io.files import load_arrays
from common.io.notebook import in_notebook
from dataset.mnist import data_name
from tests.test_cli import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a kernel's interrupt is a signal of POSIX")
Cell = namedtuple("Cell", "out err images error count")
DATA = f'"--data", "{data_name("auto")}"'  # by name, so that nothing is said about it


class Notebook:
    """A kernel that runs cells in a separate folder."""

    def __init__(self, folder):
        self.folder = folder
        self.manager = KernelManager(connection_file=str(folder / "kernel.json"))
        # pytest names its test there, for which ipykernel leaves file descriptor 2 alone, as it
        # does on Windows: what is written to it is not seen in the cell.
        assert "PYTEST_CURRENT_TEST" in os.environ
        environment = {**os.environ, "IPYTHONDIR": str(folder / "ipython")}
        del environment["MPLBACKEND"]
        self.manager.start_kernel(cwd=str(folder), env=environment)
        self.client = self.manager.client()

    def run(self, code, interrupt_at=()):
        """Run a cell, and interrupt the kernel after each of these words in what it prints."""
        ident, texts, images, error = self.client.execute(code), {"stdout": "", "stderr": ""}, 0, ""
        interrupt_at, count = list(interrupt_at), 0
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            kind, content = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != ident:
                continue
            if kind == "status" and content["execution_state"] == "idle":
                return Cell(texts["stdout"], texts["stderr"], images, error, count)
            count += 1
            if kind == "stream":
                texts[content["name"]] += content["text"]
                if interrupt_at and interrupt_at[0] in "".join(texts.values()):
                    del interrupt_at[0]
                    self.manager.interrupt_kernel()
            elif kind == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif kind == "display_data" and "image/png" in content["data"]:
                images += "Figure" not in content["data"]["text/plain"]  # those are the reader's


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    kernel = Notebook(tmp_path_factory.mktemp("notebook"))
    try:
        kernel.client.start_channels()
        kernel.client.wait_for_ready(timeout=60)
        yield kernel
    finally:
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel(now=True)


def test_main_takes_no_flags_of_the_kernel(notebook):
    cell = notebook.run("import sys; from ch01 import hungry; hungry.main(); print(sys.argv)")
    assert cell.out.startswith("I'm hungry!\n")
    assert "kernel.json" in cell.out  # the flags that there are
    assert cell.err == cell.error == ""


def test_figures_show_inline_once(notebook):
    cell = notebook.run("from ch01 import sin_graph\nresults = sin_graph.main()")
    assert (cell.images, cell.err, cell.error) == (1, "", "")
    assert cell.out.count("saved") == 2
    cell = notebook.run('results = sin_graph.main(["--no-show"])')
    assert (cell.images, cell.err, cell.error) == (0, "", "")
    assert cell.out.count("saved") == 2


@pytest.mark.parametrize(("words", "images"), [('["--no-show"]', 0), ("[]", 1)])
def test_the_backend_and_the_figures_of_the_reader_stay(notebook, words, images):
    cell = notebook.run(f"""
import matplotlib.pyplot as plt
from ch01 import sin_graph
before, figure = plt.get_backend(), plt.figure()
plt.plot([1, 2])
sin_graph.main({words})
plt.plot([3, 4])
print(before == plt.get_backend(), "inline" in before, len(figure.axes[0].lines))
""")
    assert cell.out.endswith("True True 2\n")
    assert (cell.images, cell.err, cell.error) == (images, "", "")


def test_progress_is_a_line_of_text_with_the_time_left(notebook):
    cell = notebook.run("from dataset.mnist import _pooch\n_pooch()")  # which imports tqdm.auto
    assert (cell.err, cell.error) == ("", "")
    cell = notebook.run(f"""
from ch05 import train_neuralnet
results = train_neuralnet.main(["--iters", "90", "--batch-size", "1000", "--no-show", {DATA}])
""")
    assert (cell.err, cell.error) == ("", "")
    lines = cell.out.splitlines()  # \r ends one too
    bars = [line for line in lines if line.startswith("training:")]
    assert re.search(r"90/90 \[\d\d:\d\d<\d\d:\d\d, .*batch/s\]$", bars[-1])
    assert all(len(line) <= 80 for line in bars)
    assert len(bars) < 30
    epochs = [line for line in cell.out.split("\n") if "train acc" in line]
    assert [line.split("\r")[-1][:9] for line in epochs] == ["train acc"] * 2


def test_run_takes_the_flags_of_its_script(notebook):
    path = ROOT / "ch01" / "sin_graph.py"
    cell = notebook.run(f'%run "{path}" --no-show --out of-run --seed 5')
    assert (cell.images, cell.err, cell.error) == (0, "", "")
    assert '"seed": 5' in (notebook.folder / "of-run" / "ch01" / "sin_graph.json").read_text()
    cell = notebook.run(f'%run "{path}"')
    assert (cell.images, cell.err, cell.error) == (1, "", "")


def test_a_wrong_flag_is_one_line_and_the_kernel_continues(notebook):
    said = "unrecognized arguments: --quickk; did you mean --quick?"
    cell = notebook.run(f'%run "{ROOT / "ch01" / "sin_graph.py"}" --quickk')
    assert (cell.out, cell.err, cell.error) == ("", f"sin_graph.py: {said}\n", "")
    cell = notebook.run('from ch01 import sin_graph\nsin_graph.main(["--quickk"])')
    assert cell.error == f"ValueError: {said}"
    assert notebook.run("print(1)").out == "1\n"


# Each step says that it is there, and takes a while.
TRAINING = """
import time
import numpy as np
from common.multi_layer_net import MultiLayerNet
from common.trainer import Trainer

class Slow(MultiLayerNet):
    def loss_and_gradient(self, x, t):
        print("in a step", flush=True)
        time.sleep({seconds})
        return super().loss_and_gradient(x, t)

x, t = np.ones((10, 6)), np.zeros(10, int)
net = Slow(6, [3], 2, rng=0)
trainer = Trainer(net, x, t, x, t, {epochs}, 10, checkpoint="{name}", rng=0)
trainer.train()
"""
STATE = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"


def test_an_interrupt_ends_after_the_step_and_the_same_cell_resumes(notebook):
    cell = notebook.run(TRAINING.format(seconds=0.3, epochs=100, name="c.npz"), ["in a step"])
    assert cell.error == "KeyboardInterrupt: "
    assert cell.err == "\nstopping after this step (Ctrl-C again stops at once)\n"
    assert "saved c.npz: run the same command again to resume\n" in cell.out
    assert (
        load_arrays(notebook.folder / "c.npz")["current_iter"] == cell.out.count("in a step") == 1
    )
    assert notebook.run(STATE).out == "True\n"
    cell = notebook.run(TRAINING.format(seconds=0, epochs=3, name="c.npz"))
    assert (cell.err, cell.error) == ("", "")
    assert "resuming from mini-batch 1 of c.npz" in cell.out
    assert "test accuracy after 3 mini-batches" in cell.out


def test_a_second_interrupt_gets_through_at_once(notebook):
    begin = time.monotonic()
    code = TRAINING.format(seconds=60, epochs=100, name="none.npz")
    cell = notebook.run(code, ["in a step", "Ctrl-C again"])
    assert cell.error == "KeyboardInterrupt: "
    assert time.monotonic() - begin < 30
    assert not (notebook.folder / "none.npz").exists()
    assert notebook.run(STATE).out == "True\n"


def test_an_interrupt_of_run_says_so(notebook):
    path = ROOT / "ch05" / "train_neuralnet.py"
    words = DATA.replace('"', "").replace(",", "")
    cell = notebook.run(f'%run "{path}" --iters 1000000 {words}', ["train acc"])
    assert (cell.err, cell.error) == ("interrupted\n", "")


def test_outside_of_a_notebook():
    assert not in_notebook()
