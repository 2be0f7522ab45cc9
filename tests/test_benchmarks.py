"""The benchmarks run, and the compared programs compute the same; no test here depends on time."""

import json
import os
import sys

import numpy as np
import pytest

from ch05.two_layer_net import TwoLayerNet
from ch07.simple_convnet import SimpleConvNet
from ch08.deep_convnet import DeepConvNet
from common import optimizer
from common.layers import convolution
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.threads import one_blas_thread
from tests.test_cli import ROOT, run

NETWORKS = {
    "TwoLayerNet": lambda: TwoLayerNet(784, 50, 10, weight_init_std=0.1, rng=0),
    "with BatchNorm": lambda: MultiLayerNetExtend(784, [100] * 4, 10, use_batchnorm=True, rng=0),
    "SimpleConvNet": lambda: SimpleConvNet(weight_init_std="he", rng=0),
    "DeepConvNet": lambda: DeepConvNet(rng=0),
}


@pytest.fixture(autouse=True)
def benchmarks_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


class SameNumbers:
    """A generator that restarts each time, so that all Dropout layers have the same masks."""

    def random(self, shape, dtype=np.float64):
        return np.random.default_rng(0).random(shape).astype(dtype)


def pair(name, dtype):
    """Return our network in this type, its textbook form, and a batch."""
    import textbook_networks

    ours = NETWORKS[name]()
    theirs = textbook_networks.Network(ours)
    ours.params = {key: value.astype(dtype) for key, value in ours.params.items()}
    for layer in (*ours.layers.values(), *theirs.layers):
        if type(layer).__name__ == "Dropout":
            layer.rng = SameNumbers()
    rng = np.random.default_rng(1)
    shape = (1, 28, 28) if name.endswith("ConvNet") else (784,)
    return ours, theirs, rng.random((20, *shape)), rng.integers(10, size=20)


@pytest.mark.parametrize(("dtype", "close"), [(np.float64, 1e-10), (np.float32, 2e-5)])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_textbook_form_computes_the_same(name, dtype, close):
    ours, theirs, x, t = pair(name, dtype)
    loss, grads = ours.loss_and_gradient(x.astype(dtype), t)
    their_loss, their_grads = theirs.loss_and_gradient(x, t)
    assert their_loss == pytest.approx(loss, rel=1e-5)  # it adds 1e-7 to a probability
    assert grads.keys() == their_grads.keys()
    for key, grad in their_grads.items():
        # BatchNorm takes off the mean, so that the gradient of the bias before it is rounding.
        size = abs(their_grads.get("W" + key[1:], grad)).max()
        np.testing.assert_allclose(grads[key], grad, rtol=0, atol=close * size, err_msg=key)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_textbook_form_infers_the_same(name):
    ours, theirs, x, t = pair(name, np.float64)
    np.testing.assert_allclose(theirs.predict(x), ours.predict(x), rtol=1e-6, atol=1e-10)
    assert theirs.accuracy(x, t, batch_size=8) == pytest.approx(ours.accuracy(x, t))


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_the_textbook_updates_are_the_same(name):
    import textbook_networks

    rng = np.random.default_rng(0)
    ours, theirs = ({"W": np.ones((3, 4))} for _ in range(2))
    ours_update = getattr(optimizer, name)(lr=0.1).update
    their_update = getattr(textbook_networks, name)(lr=0.1).update
    for _ in range(3):
        grads = {"W": rng.standard_normal((3, 4))}
        ours_update(ours, grads)
        their_update(theirs, grads)
    np.testing.assert_allclose(theirs["W"], ours["W"], rtol=1e-12)


@pytest.fixture
def contender(monkeypatch):
    """The function that makes a contender; its settings of the process are undone."""
    import our_networks

    monkeypatch.setattr(convolution, "keep_freed_memory", convolution.keep_freed_memory)
    with one_blas_thread():
        yield our_networks.contender


KINDS = ["ours", "textbook"]


@pytest.mark.parametrize("name", ["TwoLayerNet", "the same with BatchNorm", "SimpleConvNet"])
def test_all_contenders_learn_the_same(contender, name):
    trainers = {kind: contender(kind, name, batch=20) for kind in KINDS}
    trainers["ours, 2 threads"] = contender("ours", name, threads=2, batch=20)
    for _ in range(3):
        losses = {kind: train() for kind, train in trainers.items()}
        # Adam makes large steps of small gradients, and with them of rounding.
        assert losses == pytest.approx(dict.fromkeys(losses, losses["ours"]), rel=5e-3)


def test_all_contenders_classify_the_same(contender):
    job = {"name": "DeepConvNet", "task": "classify", "batch": 150}
    right = {kind: contender(kind, **job)() for kind in KINDS}
    right["ours, 2 threads"] = contender("ours", threads=2, **job)()
    assert right == pytest.approx(dict.fromkeys(right, right["ours"]), abs=1e-6)


def test_the_floor_multiplies_as_often_as_the_network(contender, monkeypatch):
    import our_networks

    network, flops = TwoLayerNet(784, 50, 10), []
    step = our_networks.products(network, np.ones((20, 784), np.float32))
    real = np.dot
    monkeypatch.setattr(
        np, "dot", lambda a, b, out: flops.append(a.size * b.shape[1]) or real(a, b, out=out)
    )
    step()
    assert sum(flops) == 20 * (2 * 784 * 50 + 3 * 50 * 10)  # the first layer needs no dx


def test_the_network_that_grows_is_deep_convnet():
    from descriptions import describe
    from our_networks import like_deep_convnet

    assert describe(like_deep_convnet(60, 2, 1)) == describe(DeepConvNet((1, 60, 60)))
    larger = describe(like_deep_convnet(28, 4, 2))
    assert sum(layer["kind"] == "Convolution" for layer in larger) == 12
    assert larger[0]["W"] == (32, 1, 3, 3)


@pytest.mark.parametrize(
    ("parts", "rows"),
    [
        (
            ["steps", "memory", "floor"],
            ["TwoLayerNet, SGD", "SimpleConvNet, batch 10", "SimpleConvNet"],
        ),
        pytest.param(["growth"], ["28 pixels"], marks=pytest.mark.slow),
    ],
)
def test_the_quick_form_prints_every_table_and_saves(tmp_path, parts, rows):
    words = ("--quick", "--no-peers", "--parts", *parts)
    done = run(ROOT / "benchmarks" / "networks.py", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for row in rows:
        assert f"\n| {row}" in done.stdout
    assert "torch" not in done.stdout
    folder = tmp_path / "outputs" / "benchmarks"
    numbers = json.loads((folder / "networks.json").read_text())
    assert set(numbers) >= {"machine", *parts}
    if "growth" in parts:
        assert (folder / "networks.png").stat().st_size > 10_000


@pytest.mark.slow
def test_the_benchmark_of_99_percent_accuracy_runs(tmp_path):
    python = os.environ.get("DLFS_TORCH_PYTHON", sys.executable)
    words = ("--quick", "--torch-python", python, "--data", "drawn")
    done = run(ROOT / "benchmarks" / "to_99_percent.py", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "\n| ours " in done.stdout
    numbers = json.loads((tmp_path / "outputs" / "benchmarks" / "to_99_percent.json").read_text())
    assert all(one["seconds"] < one["process"] for one in numbers["ours"])
