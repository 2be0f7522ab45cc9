"""The folder that the tests write to, and the digits that they load."""

import contextlib
import importlib
import io
import os
import re
import signal
from collections import namedtuple

os.environ["MPLBACKEND"] = "agg"
if "PYTEST_XDIST_WORKER" in os.environ:  # the cores are busy with the other processes
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background of a shell
    signal.signal(signal.SIGINT, signal.default_int_handler)

import numpy as np
import pytest
from matplotlib.figure import Figure
from xdist.scheduler import LoadScopeScheduling

from dataset.mnist import data_name, load_mnist
from tests.browser import Browser
from tests.figure_faults import faults


class ByChapter(LoadScopeScheduling):
    """The tests of a chapter stay in one process, where the small form of a script runs once.

    A test is of the chapter in its name or its file's. Those of reproduce.py share a run, too, and
    those of the pages a browser.
    """

    def _split_scope(self, nodeid):
        if "_live.py" in nodeid:
            return "live"
        together = re.search(r"ch0\d|test_reproduce", nodeid)
        return together[0] if together else nodeid


def pytest_xdist_make_scheduler(config, log):
    return ByChapter(config, log)


def pytest_runtest_setup(item):
    """Restart the random numbers of a test module: no test depends on those that ran before it."""
    if hasattr(getattr(item, "module", None), "RNG"):
        item.module.RNG = np.random.default_rng(0)


@pytest.fixture(scope="session")
def digits():
    """The available digits: MNIST, or offline the drawn ones."""
    return load_mnist()


@pytest.fixture
def unrendered(monkeypatch):
    """Figures are made, but not rendered: for tests that run a script more than once.

    `test_quick` looks at the rendered figures of each script.
    """
    monkeypatch.setattr(Figure, "savefig", lambda *_, **__: None)


@pytest.fixture
def real_mnist():
    """The real MNIST, or a skipped test."""
    if data_name("auto") != "mnist":
        pytest.skip("real MNIST is not here: set DLFS_DATA to its folder")
    return load_mnist(source="mnist")


Quick = namedtuple("Quick", "results printed folder")
PRINTS_ONLY = {"ch01.hungry", "ch01.man"}  # these save nothing, as in the book


@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """The small form of a script, run once for all tests of its results."""
    done = {}

    def looking(savefig, name):
        def look(figure, *args, **options):
            savefig(figure, *args, **options)
            run.faults[name] += faults(figure)

        return look

    def run(name):
        assert name[:4] in os.environ["PYTEST_CURRENT_TEST"]  # see ByChapter
        if name not in done:
            folder, printed = tmp_path_factory.mktemp("quick"), io.StringIO()
            words = [] if name in PRINTS_ONLY else ["--quick"]
            with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
                patch.chdir(folder)
                run.faults[name] = []
                patch.setattr(Figure, "savefig", looking(Figure.savefig, name))
                results = importlib.import_module(name).main(words)
            done[name] = Quick(results, printed.getvalue(), folder)
        return done[name]

    run.faults = {}
    return run


@pytest.fixture(scope="session")
def one_browser(tmp_path_factory):
    """A Chromium for all tests, or a skipped test."""
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture
def browser(one_browser):
    """The Chromium, without errors from other tests; it must have none after the test."""
    one_browser.errors, one_browser.seen = [], []
    yield one_browser
    assert one_browser.errors == []
