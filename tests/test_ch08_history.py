"""Section 8.2: top-k errors, VGG, GoogLeNet, ResNet, depth with shortcuts, transfer learning."""

from argparse import Namespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08.deep_convnet import DeepConvNet
from ch08.helpers import counting, ranking, shortcuts, transfer
from ch08.section_8_2 import (
    famous_networks,
    googlenet,
    ilsvrc,
    resnet,
    resnet_against_plain,
    transfer_learning,
    vgg,
)
from ch08.section_8_2.googlenet import GoogLeNet, inception
from ch08.section_8_2.resnet import ResNet, block
from ch08.section_8_2.vgg import VGG
from claims import book
from common.functions import relu
from common.gradient import gradient_check
from common.layers import AveragePooling, BatchNorm, Convolution, Residual
from common.parts import parts
from lab.costs import multiply_adds
from lab.image_training import walk


def generator(seed=0):
    return np.random.default_rng(seed)


def run(script, folder, *words):
    return script.main([*map(str, words), "--out", str(folder)])


# ---------------------------------------------------------------- ILSVRC and top-k


def test_rank_counts_the_classes_above_the_true_one():  # F08
    y = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [1.0, 1.0, 0.0]])
    assert_array_equal(ranking.rank(y, np.array([2, 2, 1])), [1, 2, 0])


def test_errors_fall_with_k(tmp_path):  # F08: weights that classify badly
    DeepConvNet(rng=0).save_params(tmp_path / "untrained.npz")
    words = ["--quick", "--samples", 60, "--weights", tmp_path / "untrained.npz"]
    results = run(ilsvrc, tmp_path, *words)
    errors = list(results["error"].values())
    assert errors == sorted(errors, reverse=True)
    assert errors[0] == pytest.approx(1 - results["accuracy"])
    assert errors[0] > errors[-1] > 0.2
    assert 5 <= results["lowest"]["rank"] <= 9


def test_the_winners(quick):  # N18
    results, printed, _ = quick("ch08.section_8_2.ilsvrc")
    assert "2012 AlexNet" in printed
    assert [row["error"] for row in results["winners"]] == [28.2, 25.8, 16.4, 11.7, 7.3, 6.7, 3.57]


# ---------------------------------------------------------------- VGG


def test_the_real_vggs_are_counted(quick):  # D12
    results, printed, _ = quick("ch08.section_8_2.vgg")
    for name, depth in (("VGG16", 16), ("VGG19", 19)):
        assert results[name]["layers with weights"] == depth
        assert results[name]["parameters"] == book.VGG_PARAMETERS[name]
        assert f"{name}: {depth} layers with weights, {book.VGG_PARAMETERS[name]:,}" in printed
    shapes = results["VGG16"]["shapes"]
    pools = [shape for name, shape in shapes.items() if name.startswith("Pool")]
    assert pools == [(64, 112, 112), (128, 56, 56), (256, 28, 28), (512, 14, 14), (512, 7, 7)]
    assert shapes["Conv13"] == (512, 14, 14)
    assert shapes["Affine3"] == (1000,)


@pytest.mark.parametrize(
    ("config", "input_dim", "sizes"),
    [
        (vgg.SMALL, (1, 28, 28), (100, 10)),
        ([3, "M", "M", 5], (2, 12, 12), (4,)),
        ([4, 4, 4, "M"], (1, 6, 6), (7, 6, 5)),
    ],
)
def test_what_is_counted_is_what_is_built(config, input_dim, sizes):  # D12
    network, rows = VGG(config, input_dim, sizes, rng=0), counting.table(config, input_dim, sizes)
    walked = walk(network, input_dim)
    for name, (shape, parameters, _) in rows.items():
        assert walked[name] == (shape, parameters)
    assert sum(row[2] for row in rows.values()) == sum(
        multiply_adds(network, np.ones((1, *input_dim))).values()
    )
    assert [name for name in walked if not name.startswith(("Relu", "Dropout"))] == list(rows)
    assert len([name for name in walked if name.startswith("Dropout")]) == len(sizes) - 1


def test_a_vgg_s_gradient():
    network = VGG([2, "M", 3], (1, 4, 4), (5, 3), rng=1)
    for n in (1, 2, 3, 4):  # away from the kink of the ReLU
        network.params[f"b{n}"] = 0.1 + 0.1 * generator(n).random(len(network.params[f"b{n}"]))
    checks = gradient_check(network, generator().standard_normal((4, 1, 4, 4)), [0, 1, 2, 0])
    assert all(check.passed for check in checks.values())


# ---------------------------------------------------------------- GoogLeNet


def test_module_3a(quick):  # D13
    results, printed, _ = quick("ch08.section_8_2.googlenet")
    module = results["3a"]
    assert module["out"] == (256, 28, 28)
    assert [shape[0] for shape in module["branches"].values()] == [64, 128, 32, 32]
    weights = module["weights"]
    assert weights["5x5"] == {"with 1x1": 15_872, "without": 153_600}
    assert weights["3x3"] == {"with 1x1": 129_024, "without": 221_184}
    assert weights["1x1"]["with 1x1"] == weights["1x1"]["without"] == 12_288
    assert weights["pool"]["with 1x1"] == weights["pool"]["without"] == 6_144
    assert module["parameters"] == 163_696
    assert "(192, 28, 28) to (256, 28, 28), 163,696 parameters" in printed


def small_module():
    return inception(3, 2, (2, 3), (1, 2), 2, generator(1))


def test_an_inception_module_sums_channels_and_gradients():  # D13
    module, x = small_module(), generator().standard_normal((2, 3, 5, 5))
    out = module.forward(x)
    assert out.shape == (2, 2 + 3 + 2 + 2, 5, 5)
    dout = generator(2).standard_normal(out.shape)
    alone, start = 0, 0
    for branch in module.layers.values():
        part = branch.forward(x)
        end = start + part.shape[1]
        assert_array_equal(out[:, start:end], part)
        alone, start = alone + branch.backward(dout[:, start:end]), end
    module.forward(x)
    assert_allclose(module.backward(dout), alone)


def test_gradients_of_googlenet():  # D13: through its modules, all parameters
    module = small_module()
    for number, part in enumerate(parts(module)):
        if isinstance(part, Convolution):
            part.b = 0.3 + 0.1 * generator(number).random(len(part.b))
    checks = gradient_check(module, generator(3).standard_normal((2, 3, 4, 4)))
    assert all(check.passed for check in checks.values())


def test_googlenet_numbers_saves_and_loads_its_parameters(tmp_path):  # D13
    network, other = GoogLeNet(rng=0), GoogLeNet(rng=1)
    assert list(network.params) == [f"{name}{n}" for n in range(1, 21) for name in "Wb"]
    assert network.params["W4"].shape == (16, 8, 3, 3)  # the 3x3 of the first module
    x = generator().random((2, 1, 28, 28), np.float32)
    before = other.predict(x)
    network.save_params(tmp_path / "g.npz")
    other.load_params(tmp_path / "g.npz")
    assert_array_equal(other.predict(x), network.predict(x))
    assert np.abs(before - other.predict(x)).max() > 0.01


# ---------------------------------------------------------------- ResNet


def zeroed(layer):
    for part in parts(layer):
        if isinstance(part, Convolution):
            part.W[...] = 0
    return layer


@pytest.mark.parametrize("batchnorm", [False, True])
def test_a_block_with_weights_of_0(batchnorm):  # D14
    x, dout = (generator(n).standard_normal((3, 2, 4, 4)) for n in (0, 1))
    layer = zeroed(block(2, 2, generator(), batchnorm=batchnorm))
    assert_array_equal(layer.forward(x), relu(x))
    assert_array_equal(layer.backward(dout), dout * (x > 0))
    plain = zeroed(block(2, 2, generator(), shortcut=False, batchnorm=batchnorm))
    assert not plain.forward(x).any()
    assert not plain.backward(dout).any()


@pytest.mark.parametrize("batchnorm", [False, True])
@pytest.mark.parametrize(("filters", "stride"), [(2, 1), (3, 2), (3, 1)])
def test_gradients_of_a_block(batchnorm, filters, stride):  # D14
    layer = block(2, filters, generator(1), stride=stride, batchnorm=batchnorm)
    (residual, last), x = layer.layers.values(), generator(2).standard_normal((3, 2, 4, 4))
    out = residual.forward(x.copy())
    assert np.abs(out).min() > 1e-4  # away from the kink
    assert isinstance(residual, Residual)
    assert ("shortcut" in residual.layers) == (filters != 2 or stride != 1)
    assert out.shape == (3, filters, 4 // stride, 4 // stride)
    assert_array_equal(last.forward(out), relu(out))
    checks = gradient_check(layer, x)
    assert all(check.passed for check in checks.values())


@pytest.mark.parametrize("shortcut", [True, False])
def test_a_resnet_of_any_depth(shortcut, tmp_path):  # D14
    for filters in ((2,), (2, 2, 3), (2, 3, 4, 4, 4)):
        network = ResNet(filters, (1, 7, 7), 5, shortcut=shortcut, batchnorm=False, rng=0)
        assert network.depth == 2 * len(filters) + 2
        widened = len(set(filters)) - 1 if shortcut else 0  # 1x1 convolutions on shortcuts
        assert len(network.params) == 2 * (network.depth + widened)
        assert network.predict(np.ones((2, 1, 7, 7), np.float32)).shape == (2, 5)
    network.save_params(tmp_path / "r.npz")
    ResNet(filters, (1, 7, 7), 5, shortcut=shortcut, batchnorm=False).load_params(
        tmp_path / "r.npz"
    )


def test_gradients_of_a_resnet():  # D14
    network = ResNet((2, 2, 3), (1, 6, 6), 3, rng=5)
    x = generator(1).standard_normal((5, 1, 6, 6))
    checks = gradient_check(network, x, np.array([0, 1, 2, 0, 1]))
    assert {key for key in checks if key.startswith("gamma")} == {f"gamma{n}" for n in range(1, 8)}
    # A bias before batch normalization changes nothing: its derivative is 0, or what rounding left.
    behind = {f"b{n}" for n in range(1, 8)}
    assert all(check.passed for key, check in checks.items() if key not in behind)


def test_the_shortcut_lets_signals_through(quick):
    results, printed, _ = quick("ch08.section_8_2.resnet")
    assert results["with a shortcut"]["difference from ReLU(x)"] == 0
    assert results["with a shortcut"]["gradient where x > 0"] == 1
    assert results["without a shortcut"]["difference from ReLU(x)"] > 1
    assert results["without a shortcut"]["gradient where x > 0"] == 0
    assert results["depth"] == 14
    assert results["convolutions under each shortcut"] == [2] * 6
    assert results["small"]["Block3"][0] == (32, 14, 14)
    assert "14 layers with weights, one after another" in printed


# ---------------------------------------------------------------- with shortcuts and without


def test_gradients_and_losses_of_both_kinds(quick):
    results, printed, _ = quick("ch08.section_8_2.resnet_against_plain")
    half = results["gradients"]["weights half of He's"]
    assert half["with shortcuts"][0] > 100 * half["plain"][0] > 0
    assert {len(values) for values in half.values()} == {10}
    assert {len(v) for kind in results["train_loss_list"].values() for v in kind.values()} == {2}
    assert "10 layers plain: mean loss of the last 2 batches" in printed


def test_starts_of_a_comparison():
    he, half = (
        {kind: shortcuts.network(6, 3, 4, kind, start) for kind in shortcuts.KINDS}
        for start in ("He's weights", "weights half of He's")
    )
    for n in range(1, 7):
        assert_array_equal(he["plain"].params[f"W{n}"], he["with shortcuts"].params[f"W{n}"])
        assert_array_equal(half["plain"].params[f"W{n}"], he["plain"].params[f"W{n}"] / 2)
    assert not any(isinstance(part, BatchNorm) for part in parts(half["plain"]))
    assert not any(isinstance(part, Residual) for part in parts(he["plain"]))
    kinds = [isinstance(part, Residual) for part in parts(he["with shortcuts"])]
    assert kinds.count(True) == 2


def test_impossible_depths(tmp_path):
    with pytest.raises(ValueError, match="expected even numbers >= 4"):
        run(resnet_against_plain, tmp_path, "--quick", "--depths", 4, 7)


# ---------------------------------------------------------------- side by side, and transfer


def test_the_four_networks(quick):
    results, printed, _ = quick("ch08.section_8_2.famous_networks")
    rows = results["networks"]
    assert list(rows) == ["DeepConvNet", "VGG", "GoogLeNet", "ResNet"]
    assert [row["parameters"] for row in rows.values()] == [123_552, 174_278, 18_822, 44_410]
    assert all(row["seconds"] > 0 and len(row["train_loss_list"]) == 2 for row in rows.values())
    assert "VGG         accuracy" in printed


def test_famous_networks_are_what_their_scripts_build():
    built = famous_networks.networks(0)
    assert type(built["GoogLeNet"]).__name__ == googlenet.GoogLeNet.__name__
    assert isinstance(built["ResNet"], resnet.ResNet)
    x = generator().random((10, 1, 28, 28), np.float32)
    assert all(network.predict(x).shape == (10, 10) for network in built.values())
    assert isinstance(built["GoogLeNet"].layers["Means"], AveragePooling)


def test_digits_of_some_classes():
    x, t = np.arange(12).reshape(12, 1), np.array([5, 0, 6, 7, 8, 9, 1, 5, 6, 7, 8, 9])
    some, labels = transfer.of_classes((x, t), 5, 7)
    assert_array_equal(some[:, 0], [0, 2, 3, 4, 5, 7, 8])
    assert_array_equal(labels, [0, 1, 2, 3, 4, 0, 1])
    new = transfer.of_classes((x, t), 5, 100)
    one, of_each = transfer.few(new, 1, generator())
    assert_array_equal(of_each, range(5))
    assert {int(row[0]) for row in one} <= set(range(12)) - {1, 6}
    two = transfer.few(new, 2, generator())
    assert sorted(two[0][:, 0]) == sorted(new[0][:, 0])


def test_split_networks_make_the_whole():
    network = VGG([2, "M"], (1, 6, 6), (4, 3), dropout_ratio=0, rng=0)
    x = generator().random((3, 1, 6, 6), np.float32)
    first, last = transfer.split(network)
    assert list(first.layers) == ["Conv1", "Relu1", "Pool1"]
    assert_array_equal(last.predict(first.predict(x)), network.predict(x))


def test_what_transfer_learning_keeps(monkeypatch):
    monkeypatch.setattr(transfer_learning, "CONFIG", [2, "M"])
    monkeypatch.setattr(transfer_learning, "SIZES", (4, 5))
    before = VGG([2, "M"], (1, 28, 28), (4, 5), dropout_ratio=0, rng=9)
    args = Namespace(numbers=[1], draws=2, iters=1, batch_size=5, seed=0, lr=0.01)
    x, t = generator().random((20, 1, 28, 28), np.float32), np.arange(20) % 5
    kept = {key: value.copy() for key, value in before.params.items()}
    found = transfer_learning.trainers(args, before, (x, t), (x, t), generator())
    methods = transfer_learning.METHODS
    assert list(found) == [(method, 1, draw) for draw in (0, 1) for method in methods]
    scratch, last, tuned = (found[method, 1, 0].network for method in methods)
    assert_array_equal(tuned.params["W1"], kept["W1"])
    assert tuned.params["W1"] is not before.params["W1"]
    assert np.abs(scratch.params["W1"] - kept["W1"]).max() > 0.1
    for number in (2, 3):  # the affine layers start alike
        assert_array_equal(tuned.params[f"W{number}"], scratch.params[f"W{number}"])
        assert_array_equal(last.params[f"W{number - 1}"], scratch.params[f"W{number}"])
    assert found["last layers only", 1, 0].x_train.shape == (5, 2, 14, 14)


def test_the_same_seed_gives_the_same_accuracies(tmp_path):
    words = ["--quick", "--iters", 1, "--numbers", 2]
    first, second = (run(transfer_learning, tmp_path, *words)["accuracy"] for _ in "12")
    assert first == second


def test_transfer_refuses_more_samples_than_there_are(tmp_path):
    words = ["--quick", "--out", str(tmp_path), "--numbers", "5", "10000"]
    with pytest.raises(ValueError, match=r"--numbers 10000; expected \d{4} of each class at most"):
        transfer_learning.main(words)
