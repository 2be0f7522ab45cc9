"""Section 8.3: layer times, loops and im2col, shared mini-batches, 1-bit networks."""

import argparse
import json
import sys
import time

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08 import gpu as gpu_script
from ch08.deep_convnet import DeepConvNet
from ch08.helpers import convolution_ways, gpu_clock, layer_clock, workers
from ch08.helpers.binary_training import KINDS, ClippedAdam, build, size_in_bytes, used_weights
from ch08.helpers.mpi_clock import all_reduce_ms, fitted, speed_up
from ch08.section_8_3 import (
    binarized_network,
    distributed_learning,
    im2col_against_loops,
    layer_times,
)
from claims import book
from common import gpu
from common.layers import Affine, ReLU
from common.multi_layer_net import MultiLayerNet
from common.network import Network
from common.optimizer import Adam
from tests.foreign import foreign
from tests.test_ch08 import panels, run


def batch(number=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((number, 1, 28, 28), np.float32), rng.integers(10, size=number)


# ---------------------------------------------------------------- the time of layers


class Slow(ReLU):
    """A ReLU that takes its time."""

    def __init__(self, forward, backward):
        super().__init__()
        self.seconds = forward, backward

    def forward(self, x, train_flg=True):
        time.sleep(self.seconds[0])
        return super().forward(x, train_flg)

    def backward(self, dout):
        time.sleep(self.seconds[1])
        return super().backward(dout)


def test_each_layer_has_its_own_time():
    affine = Affine(np.ones((4, 3)), np.zeros(3))
    network = Network({"a": affine, "b": Slow(0.02, 0), "c": Slow(0, 0.03)})
    forward, backward = layer_clock.timed_pass(network, np.ones((5, 4)), np.zeros(5, int))
    assert list(forward) == ["a", "b", "c", "loss"]
    assert list(backward) == ["loss", "c", "b", "a"]
    assert forward["b"] >= 0.02
    assert backward["c"] >= 0.03
    assert max(forward, key=forward.get) == "b"
    assert max(backward, key=backward.get) == "c"


def test_a_timed_pass_is_a_pass():  # the same gradients as `loss_and_gradient`
    x, t = batch()
    timed, whole = (DeepConvNet(dropout_ratio=0, rng=1) for _ in range(2))
    layer_clock.timed_pass(timed, x, t)
    whole.gradient(x, t)
    for name, layer in whole.layers.items():
        if layer.param_names:
            assert_array_equal(timed.layers[name].dW, layer.dW)


def test_medians_add_up_and_the_whole_is_measured_too():
    network = Network({"a": Affine(np.ones((4, 3)), np.zeros(3)), "b": Slow(0.01, 0.02)})
    result = layer_clock.measure(network, np.ones((5, 4)), np.zeros(5, int), 3)
    assert list(result["forward"]) == list(result["backward"]) == ["a", "b", "loss"]
    assert 0.01 <= result["forward"]["b"] < result["backward"]["b"]
    assert result["whole"] >= 0.03


def test_shares_add_up():
    network = Network({"a": Affine(np.ones((4, 3)), np.zeros(3)), "b": ReLU(), "c": ReLU()})
    found = layer_clock.shares(network, {"a": 1, "b": 2, "c": 3, "loss": 4})
    assert found == pytest.approx({"Affine": 0.1, "ReLU": 0.5, "loss": 0.4})


def test_layer_times(quick):
    results, out, _ = quick("ch08.section_8_3.layer_times")
    total = sum(results["forward"].values()) + sum(results["backward"].values())
    assert results["sum"] == pytest.approx(total)
    for parts in results["shares"].values():
        assert sum(parts.values()) == pytest.approx(1)
    assert "Conv6" in out
    assert "2,359,296" in out
    assert layer_times.BOOK == book.CONVOLUTION_SHARES
    shares, layers = layer_times.draw(results)
    counts = panels(layers)["Multiply-adds for one image, forward"]
    assert len(counts.patches) == len(results["forward"])
    stacked = shares.axes[0].patches
    tops = [bar.get_y() + bar.get_height() for bar in stacked]
    assert max(tops) == pytest.approx(1)


# ---------------------------------------------------------------- loops and im2col


@pytest.mark.parametrize("name", convolution_ways.WAYS)
def test_a_convolution_by_hand(name):
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    W = np.array([[[[1.0, 0.0], [0.0, -1.0]]], [[[0.0, 2.0], [1.0, 0.0]]]])
    out = convolution_ways.WAYS[name](x, W, np.array([0.0, 10.0]))
    assert_allclose(out, [[[[-4, -4], [-4, -4]], [[15, 18], [24, 27]]]])


@pytest.mark.parametrize("name", convolution_ways.WAYS)
@pytest.mark.parametrize(("dtype", "rtol"), [("float32", 1e-5), ("float64", 1e-12)])
def test_all_ways_agree(name, dtype, rtol):
    rng = np.random.default_rng(0)
    shapes = ((2, 3, 6, 7), (4, 3, 3, 2), (4,))
    arrays = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    out = convolution_ways.WAYS[name](*arrays)
    expected = convolution_ways.layer(*arrays)
    assert out.shape == (2, 4, 4, 6)
    assert out.dtype == dtype
    assert_allclose(out, expected, rtol, atol=rtol)


def test_a_wrong_way_is_seen(monkeypatch):
    wrong = lambda *a: 1.1 * convolution_ways.layer(*a)  # noqa: E731
    monkeypatch.setitem(convolution_ways.WAYS, "im2col, one product", wrong)
    rng = np.random.default_rng(0)
    shapes = ((1, 1, 6, 6), (2, 1, 5, 5), (2,))
    found = convolution_ways.differences(*(rng.standard_normal(shape) for shape in shapes))
    for dtype in ("float32", "float64"):
        assert found[dtype].pop("im2col, one product") == pytest.approx(0.1)
        assert max(found[dtype].values()) < 1e-5


def test_im2col_against_loops(quick, tmp_path):
    results, out, _ = quick("ch08.section_8_3.im2col_against_loops")
    times = results["milliseconds"]
    assert list(times) == list(convolution_ways.WAYS)
    assert [list(times[name]) for name in ("loop over every number", "common.layers")] == [
        [1, 2],
        [1, 2, 5, 10, 20],
    ]
    ratio = times["loop over every number"][2] / times["im2col, one product"][2]
    assert results["speed_up"]["loop over every number"] == pytest.approx(ratio)
    assert results["copies"] == pytest.approx(24 * 24 * 25 / 28**2)
    assert "im2col copies each pixel 18.4 times" in out
    assert tuple(im2col_against_loops.DAYS.values()) == book.TRAINING_DAYS
    bars = im2col_against_loops.draw(results).axes[0].patches
    heights = [bar.get_height() for bar in bars]
    assert heights == [values[2] for values in times.values()]
    with pytest.raises(ValueError, match="expected --images at most"):
        run(im2col_against_loops, tmp_path, "--images", 2, "--loop-images", 3)


# ---------------------------------------------------------------- shared mini-batches


def test_the_mean_of_parts_is_the_whole_and_its_parts_are_not():
    rng = np.random.default_rng(0)
    network = MultiLayerNet(5, [4], 3, rng=rng)
    network.params = {key: value.astype(np.float64) for key, value in network.params.items()}
    x, t = rng.standard_normal((12, 5)), rng.integers(3, size=12)
    whole = network.gradient(x, t)
    for parts in (1, 2, 3, 12):
        mean = workers.averaged_gradient(network, x, t, parts)
        for key, grad in whole.items():
            assert_allclose(mean[key], grad, rtol=1e-12, atol=1e-15)
    assert np.abs(network.gradient(x[:6], t[:6])["W1"] - whole["W1"]).max() > 1e-3
    with pytest.raises(ValueError, match="equal division"):
        workers.averaged_gradient(network, x, t, 5)


def test_a_difference_in_one_parameter_counts(monkeypatch):
    def broken(network, x, t, parts):
        grads = network.gradient(x, t)
        return {**grads, "b2": grads["b2"] * 1.5}

    monkeypatch.setattr(workers, "averaged_gradient", broken)
    found = workers.differences(np.random.default_rng(0))
    assert list(found.values()) == pytest.approx([0.5] * 5)


def test_speed_ups_compare_with_one_thread(monkeypatch):
    clock = [0.0]

    class Fake(workers.DataParallel):
        def loss_and_gradient(self, x, t):
            clock[0] += len(x) / len(self.replicas)

    monkeypatch.setattr(workers, "DataParallel", Fake)
    monkeypatch.setattr(workers, "perf_counter", lambda: clock[0])
    found = workers.speed_ups([10, 20], [2, 4], 3, np.random.default_rng(0))
    assert found == {size: pytest.approx({1: 1, 2: 2, 4: 4}) for size in (10, 20)}


def test_the_models_go_through_the_book_s_point():
    point = (distributed_learning.WORKERS, distributed_learning.SPEED_UP)
    assert point == book.DISTRIBUTED
    server, ring = distributed_learning.OVERHEADS.values()
    for overhead in (server, ring):
        assert distributed_learning.model(overhead, 100) == pytest.approx(56)
        assert distributed_learning.model(overhead, 1) == pytest.approx(1)
        n = np.arange(2, 400)
        assert (distributed_learning.model(overhead, n) < n).all()
    # by hand: c = (1/56 - 1/100) / 99, and 1 / (1/200 + 199 c)
    c = (1 / 56 - 1 / 100) / 99
    assert distributed_learning.model(server, 200) == pytest.approx(1 / (1 / 200 + 199 * c))
    assert distributed_learning.model(server, 200) < 56 < distributed_learning.model(ring, 200)


def test_distributed_learning(quick, tmp_path):
    results, out, _ = quick("ch08.section_8_3.distributed_learning")
    assert list(results["difference"]) == [1, 2, 4, 5, 10]
    assert results["difference"][1] == 0
    assert 0 < max(results["difference"].values()) < 1e-12
    assert (results["efficiency"], results["hours"]) == (0.56, book.DISTRIBUTED_HOURS[1])
    assert list(results["speed_up"]) == [2, 8]
    assert all(values[1] == 1 and values[2] > 0 for values in results["speed_up"].values())
    assert results["best"][2] == max(values[2] for values in results["speed_up"].values())
    assert "168 h become 3 h" in out
    words = ("--rounds", 1, "--batch-sizes", 6, "--threads", 2, 3)
    assert list(run(distributed_learning, tmp_path, *words)["speed_up"][6]) == [1, 2, 3]


# ---------------------------------------------------------------- 1-bit networks


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_networks_compute_with(kind):
    network = build(kind, [7, 8, 3], np.random.default_rng(0))
    x = np.random.default_rng(1).standard_normal((5, 7)).astype(np.float32)
    network.gradient(x, np.arange(5) % 3)
    one_bit = kind != KINDS[0]
    for W, key in zip(used_weights(network), ("W1", "W2"), strict=True):
        expected = np.where(network.params[key] >= 0, 1, -1) if one_bit else network.params[key]
        assert_array_equal(W, expected)
    for name in ("Affine1", "BatchNorm1", "Activation1"):
        x = network.layers[name].forward(x)
    assert (set(np.unique(x)) == {-1, 1}) == (kind == KINDS[2])
    assert list(network.layers)[-1] == "BatchNorm2"


def test_the_same_seed_draws_the_same_initial_weights():
    first, other = (build(kind, [7, 8, 3], np.random.default_rng(0)) for kind in KINDS[:2])
    assert_array_equal(first.params["W1"], other.params["W1"])


def test_clipped_adam_is_adam_with_a_limit_for_weights():
    start = {"W1": [0.999, 0.5, -0.9995], "b1": [3.0], "gamma1": [2.0]}
    grads = {key: -np.sign(value) for key, value in start.items()}
    clipped, free = ({key: np.array(v) for key, v in start.items()} for _ in range(2))
    ClippedAdam(0.01).update(clipped, grads)
    Adam(0.01).update(free, grads)
    assert free["W1"][0] > 1
    assert_array_equal(clipped["W1"], np.clip(free["W1"], -1, 1))
    assert_array_equal(clipped["b1"], free["b1"])
    assert_array_equal(clipped["gamma1"], free["gamma1"])


def test_bytes():
    ones = np.ones((16, 4), np.float32)
    assert size_in_bytes([ones, -ones]) == 2 * 8
    assert size_in_bytes([ones, 0.5 * ones]) == 2 * 16 * 4 * 4
    assert size_in_bytes([np.ones((3, 3), np.float32)]) == 2


def test_binarized_network(quick, tmp_path):
    results, out, _ = quick("ch08.section_8_3.binarized_network")
    rows = results["networks"]
    weights = 784 * 64 + 64 * 64 + 64 * 10
    assert [rows[kind]["bytes"] for kind in KINDS] == [4 * weights, weights / 8, weights / 8]
    assert [rows[kind]["different_weights"] for kind in KINDS[1:]] == [2, 2]
    assert rows[KINDS[0]]["different_weights"] > weights / 2
    for kind, row in rows.items():
        assert row["accuracy"] > 0.4  # by chance 0.1
        assert row["test_acc_list"][-1] == row["accuracy"]
        assert f"{kind}: accuracy {row['accuracy']:.4f}" in out
        for parts in row["histograms"]:
            assert len(parts) == binarized_network.BINS
            assert sum(parts) == pytest.approx(1, abs=0.01)
    assert sum(rows[KINDS[2]]["histograms"][0]) == pytest.approx(1)  # clipped: none is outside
    words = ["--quick", "--samples", 200, "--hidden", 8, "--epochs", 1]
    first, second = (run(binarized_network, tmp_path, *words) for _ in range(2))
    for kind in KINDS:
        assert first["networks"][kind]["accuracy"] == second["networks"][kind]["accuracy"]


def test_only_the_1_bit_networks_are_clipped():
    args = argparse.Namespace(epochs=1, batch_size=5, lr=0.01, hidden=[8], seed=0)
    x, t = np.random.default_rng(0).random((10, 784), np.float32), np.arange(10)
    trained = binarized_network.trained(args, (x, t), (x, t))
    kinds = [type(trainer.optimizer) for trainer in trained.values()]
    assert kinds == [Adam, ClippedAdam, ClippedAdam]


def test_latency_and_bandwidth_are_found_again():
    times = {2**k: all_reduce_ms(2, 2**k, 0.02, 3e-7) for k in range(8, 24, 2)}
    assert fitted(times) == pytest.approx((0.02, 3e-7))


def test_the_model_of_scaling():
    """Without messages all ranks count; with slow ones a split mini-batch gains little."""
    ranks = np.array([1.0, 4.0, 64.0])
    assert speed_up(ranks, 50, 0, 0, weak=True).tolist() == ranks.tolist()
    assert speed_up(ranks, 50, 0, 0, weak=False).tolist() == ranks.tolist()
    message = all_reduce_ms(ranks, 1e6, 0.1, 1e-5)
    assert message[0] == 0
    assert message[1] == pytest.approx(2 * 2 * 0.1 + 2 * 3 / 4 * 10)
    strong, weak = (speed_up(ranks, 50, 5, message, weak=kind) for kind in (False, True))
    assert strong[0] == weak[0] == 1
    assert strong[2] < 3 < weak[2] < 64


def test_the_gradients_of_a_gpu_are_compared(monkeypatch):
    monkeypatch.setattr(gpu, "to_gpu", lambda thing: gpu.moved(thing, foreign))
    monkeypatch.setattr(gpu, "to_cpu", lambda thing: thing.held)
    found = gpu_clock.differences(0)
    assert set(found) == {"SimpleConvNet", "DeepConvNet"}
    assert all(off < 1e-5 for off in found.values())


def test_without_a_gpu_the_script_says_so(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "cupy", None)
    monkeypatch.setattr(gpu_script, "SHIPPED", tmp_path / "gpu.json")
    assert gpu_script.main(["--out", str(tmp_path), "--no-show"]) == {}
    printed = capsys.readouterr().out
    assert printed.startswith("no GPU (")
    assert printed.endswith("there are no measurements of a GPU yet\n")
    speeds = {name: {"CPU": {"100": 10.0}, "GPU": {"100": 20.5}} for name in gpu_clock.NETWORKS}
    known = {"machine": "a GPU", "differences": {}, "images per second": speeds}
    gpu_script.SHIPPED.write_text(json.dumps(known))
    results = gpu_script.main(["--out", str(tmp_path), "--no-show"])
    assert results == known
    assert "measured elsewhere: a GPU" in capsys.readouterr().out
    assert (tmp_path / "ch08" / "gpu.png").exists()
