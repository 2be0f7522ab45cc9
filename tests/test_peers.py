"""PyTorch and JAX compute in the benchmarks what we compute; skipped where they are missing.

DLFS_TORCH_PYTHON and DLFS_JAX_PYTHON name a Python that has them; the default is this one.
"""

import os
from contextlib import ExitStack

import numpy as np
import pytest

from tests.test_cli import ROOT

NAMES = ["TwoLayerNet", "784-100x4-10", "the same with BatchNorm", "SimpleConvNet", "DeepConvNet"]
FORMS = ["torch eager", "torch fused", "torch tuned", "torch compiled", "jax NCHW", "jax NHWC"]


@pytest.fixture(scope="module", autouse=True)
def benchmarks_on_the_path():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield


@pytest.fixture(scope="module")
def pythons():
    """The Python of each peer that is installed."""
    from peers import FORMS, installed

    return installed({name: os.environ.get(f"DLFS_{name.upper()}_PYTHON") for name in FORMS})[0]


@pytest.fixture
def start(pythons):
    """The function that starts the process of a peer, in one of its forms."""
    from race import Contender

    with ExitStack() as stack:

        def start(form, job):
            package = form.split()[0]
            if package not in pythons:
                pytest.skip(f"{package} is not installed")
            return Contender(pythons[package], job, stack)

        yield start


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_loss_and_gradient_of_the_first_step_are_ours(start, name, form):
    from descriptions import samples
    from our_networks import build
    from peers import job

    network, work = build(name), job(f"{form} 1", name=name, task="gradient", batch=20)
    for layer, described in zip(network.layers.values(), work["layers"], strict=True):
        if described["kind"] == "Dropout":
            layer.dropout_ratio = described["dropout_ratio"] = 0.0
    their_loss, their_grads = start(form, work).ask("result")
    loss, grads = network.loss_and_gradient(*samples(work["layers"], 20, 28))
    assert their_loss == pytest.approx(loss, rel=1e-4)
    assert their_grads.keys() == grads.keys()
    for key, grad in grads.items():
        # BatchNorm takes off the mean, so that the gradient of the bias before it is rounding.
        size = abs(grads.get("W" + key[1:], grad)).max()
        np.testing.assert_allclose(their_grads[key], grad, rtol=0, atol=1e-4 * size, err_msg=key)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["TwoLayerNet", "the same with BatchNorm"])
def test_peers_learn_the_same_on_one_thread(start, form, name):
    from our_networks import contender
    from peers import job

    setup = {"name": name, "batch": 50}
    theirs, ours = start(form, job(f"{form} 1", **setup)), contender("ours", **setup)
    for _ in range(3):
        # Adam makes large steps of small gradients, and with them of rounding.
        assert theirs.ask("result") == pytest.approx(ours(), rel=5e-3)
    assert theirs.ask(0.3)["cores"] < 1.25


@pytest.mark.parametrize("form", FORMS)
def test_peers_classify_the_same(start, form):
    from our_networks import contender
    from peers import job

    setup = {"name": "DeepConvNet", "task": "classify", "batch": 150}
    accuracy = start(form, job(f"{form} 2", **setup)).ask("result")
    assert accuracy == pytest.approx(contender("ours", **setup)(), abs=1e-6)


def test_a_missing_peer_is_one_line(capsys):
    from peers import installed

    assert installed({"torch": "no-such-python"}) == ({}, {})
    assert capsys.readouterr().out.count("\n") == 1


def test_a_failing_peer_is_one_line_and_a_failing_contender_of_ours_is_an_error(capsys):
    from race import race

    names, pythons = ["ours 1", "torch eager 1"], {"torch": "false"}
    result = race(names, 1, 0, pythons, name="TwoLayerNet", batch=2)
    assert list(result) == ["ours 1"]
    assert capsys.readouterr().out == "Without torch eager 1: it ended with status 1\n"
    with pytest.raises(OSError, match=r"ours 1: .*Error"):
        race(["ours 1"], 1, 0, name="no such network")


def test_the_best_peer_and_the_ratio_are_medians():
    from race import best, ratio

    results = {
        "ours 1": {"ms": [2.0, 4.0, 6.0]},
        "torch eager 1": {"ms": [2.0, 2.0, 2.0]},
        "jax NCHW 1": {"ms": [1.0, 1.0, 9.0]},
        "jax NCHW 2": {"ms": [0.5, 0.5, 0.5]},
    }
    assert best(results, "ms", 1) == "jax NCHW 1"
    assert ratio(results, "ours 1", "jax NCHW 1") == 2.0
    assert best({"ours 1": results["ours 1"]}, "ms", 1) is None
    assert np.isnan(ratio(results, "ours 1", None))
