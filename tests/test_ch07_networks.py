"""Chapter 7: LeNet, AlexNet, their cost and accuracy, and what their units respond to."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.testing import assert_allclose, assert_array_equal

from ch07 import alexnet, hierarchical_features, representative_cnns, train_alexnet, train_convnet
from ch07.alexnet import AlexNet
from ch07.helpers import ascent, costs, features, unit_images
from ch07.helpers.original_alexnet import original
from ch07.lenet import LeNet
from common.io.files import load_arrays
from common.layers import (
    Affine,
    AveragePooling,
    Convolution,
    Dropout,
    LocalResponseNorm,
    Pooling,
    ReLU,
    Sigmoid,
)
from common.optimizer import Adam
from common.parts import rewinder
from common.threads import one_blas_thread
from lab import image_training
from tests.test_ch07 import run

RNG = np.random.default_rng(0)


def images(n, dtype=np.float32):
    return RNG.random((n, 1, 28, 28)).astype(dtype)


def few_digits(digits):
    (x, t), (x_test, t_test) = digits
    train = x[:40].reshape(-1, 1, 28, 28), t[:40]
    return lambda **_: (train, (x_test[:20].reshape(-1, 1, 28, 28), t_test[:20]))


# ---------------------------------------------------------------- the networks


def shapes(network):
    x, result = images(2), []
    for layer in network.layers.values():
        x = layer.forward(x)
        assert x.dtype == np.float32
        if isinstance(layer, Convolution | Pooling | AveragePooling | Affine):
            result.append(x.shape[1:])
    return result


def test_lenet():  # D09
    network = LeNet(rng=0)
    block = [Convolution, Sigmoid, AveragePooling]
    ends = [Affine, Sigmoid, Affine, Sigmoid, Affine]
    assert [type(layer) for layer in network.layers.values()] == [*block * 2, *ends]
    of_lenet_5 = [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120,), (84,), (10,)]
    assert shapes(network) == of_lenet_5
    assert sum(value.size for value in network.params.values()) == 61_706
    assert list(network.params) == [f"{kind}{k}" for k in range(1, 6) for kind in "Wb"]
    for k, fan_in in enumerate((25, 150, 400, 120, 84), 1):
        assert network.params[f"W{k}"].std() == pytest.approx(np.sqrt(1 / fan_in), rel=0.15)
        assert not network.params[f"b{k}"].any()


def test_lenet_of_today():
    network = LeNet(modern=True, rng=0)
    block, ends = [Convolution, ReLU, Pooling], [Affine, ReLU, Affine, ReLU, Affine]
    assert [type(layer) for layer in network.layers.values()] == [*block * 2, *ends]
    assert shapes(network) == shapes(LeNet())
    assert_allclose(network.params["W3"], np.sqrt(2) * LeNet(rng=0).params["W3"], rtol=1e-5)


def test_alexnet():  # D10
    network = AlexNet(rng=0)
    normalized = [Convolution, ReLU, LocalResponseNorm, Pooling]
    middle = [Convolution, ReLU, Convolution, ReLU, Convolution, ReLU, Pooling]
    ends = [Affine, ReLU, Dropout, Affine, ReLU, Dropout, Affine]
    assert [type(layer) for layer in network.layers.values()] == normalized * 2 + middle + ends
    maps = [(10, 27), (10, 13), (24, 15), (24, 7), (32, 7), (32, 7), (24, 7), (24, 3)]
    assert shapes(network) == [*((n, size, size) for n, size in maps), (96,), (96,), (10,)]
    assert sum(value.size for value in network.params.values()) == 60_636
    for layer in network.layers.values():
        if isinstance(layer, Pooling):
            assert (layer.pool_h, layer.pool_w, layer.stride) == (3, 3, 2)  # they overlap
        if isinstance(layer, LocalResponseNorm):
            assert (layer.size, layer.k, layer.alpha, layer.beta) == (5, 2, 1e-4, 0.75)
    for k, fan_in in enumerate((36, 250, 216, 288, 288, 216, 96, 96), 1):
        assert network.params[f"W{k}"].std() == pytest.approx(np.sqrt(2 / fan_in), rel=0.15)


def test_dropout_of_alexnet():  # D10
    x = images(3)
    plain, half = AlexNet(dropout_ratio=0, rng=0), AlexNet(rng=0)
    assert_allclose(half.predict(x), 0.25 * plain.predict(x), rtol=1e-4, atol=1e-6)
    assert (plain.predict(x, train_flg=True) == plain.predict(x)).all()
    assert (half.predict(x, train_flg=True) != half.predict(x, train_flg=True)).any()


@pytest.mark.parametrize("kind", [LeNet, AlexNet])
def test_gradients(kind):  # D09, D10: along a random direction of each parameter
    rng = np.random.default_rng(1)
    network = kind(rng=0)
    network.params = {key: value.astype(np.float64) for key, value in network.params.items()}
    x, t = images(3, np.float64), np.array([1, 5, 9])
    rewind = rewinder(network)
    grads, step = network.gradient(x, t), 1e-6
    for key, value in network.params.items():
        direction, losses = rng.standard_normal(value.shape), []
        for sign in (1, -1):
            rewind()
            network.params[key] = value + sign * step * direction
            losses.append(network.loss(x, t, train_flg=True))
        network.params[key] = value
        by_difference = (losses[0] - losses[1]) / (2 * step)
        assert np.sum(grads[key] * direction) == pytest.approx(by_difference, rel=1e-4, abs=1e-8)


@pytest.mark.parametrize(("kind", "lr", "steps"), [(LeNet, 0.01, 130), (AlexNet, 0.002, 50)])
def test_smoke_training(kind, lr, steps, digits):  # D09, D10
    x, t = digits[0][0][:20].reshape(-1, 1, 28, 28), digits[0][1][:20]
    network, optimizer, losses = kind(rng=0), Adam(lr), []
    with one_blas_thread():
        for _ in range(steps):
            loss, grads = network.loss_and_gradient(x, t)
            optimizer.update(network.params, grads)
            losses.append(loss)
    assert losses[0] > 2.1
    assert np.mean(losses[-5:]) < 1.6


@pytest.mark.parametrize("kind", [LeNet, AlexNet])
def test_the_seed_decides(kind):
    first, second, third = kind(rng=1), kind(rng=1), kind(rng=2)
    x, t = images(3), np.arange(3)
    assert first.loss_and_gradient(x, t)[0] == second.loss_and_gradient(x, t)[0]
    assert (first.params["W1"] != third.params["W1"]).any()


def test_the_networks_as_scripts(quick):
    of_lenet = quick("ch07.lenet")
    assert of_lenet.printed.splitlines()[-2].split() == ["total", "61,706"]
    assert [shape for shape, _ in of_lenet.results["layers"].values()][-1] == (10,)
    small, whole = (quick("ch07.alexnet").results[key] for key in ("layers", "original"))
    assert sum(number for _, number in small.values()) == 60_636
    assert list(whole) == [name for name in small if name.startswith(("Conv", "Pool", "Affine"))]


def test_alexnet_itself():  # D10: the numbers of its paper
    rows = original()
    sizes = [shape[1] for shape, _ in rows.values() if len(shape) == 3]
    assert sizes == [55, 27, 27, 13, 13, 13, 13, 6]
    assert rows["Conv1"] == ((96, 55, 55), 96 * (3 * 11 * 11 + 1))
    assert rows["Conv2"][1] == 256 * (48 * 5 * 5 + 1)
    assert rows["Conv3"][1] == 384 * (256 * 3 * 3 + 1)  # sees both halves
    assert rows["Affine1"][1] == (256 * 6 * 6 + 1) * 4096
    assert rows["Pool1"][1] == 0
    assert sum(number for _, number in rows.values()) == 60_965_224


# ---------------------------------------------------------------- what they cost and reach


def test_until():
    losses = [3, 1, 2, 0, 0, 3]
    assert costs.until(losses, 1.5, width=1) == 2
    assert costs.until(losses, 1.5, width=2) == 4  # 2 and 1.5 are not below
    assert costs.until(losses, 0.1, width=3) is None
    assert costs.until([0.0] * 5, 1, width=6) is None


def test_the_networks_side_by_side(quick):
    results, printed, _ = quick("ch07.representative_cnns")
    networks = results["networks"]
    assert list(networks) == list(representative_cnns.NETWORKS)
    parameters = [one["parameters"] for one in networks.values()]
    assert parameters == [61_706, 61_706, 433_890, 60_636]
    for one in networks.values():
        assert len(one["train_loss_list"]) == 5
        assert len(one["test_acc_list"]) == 2
        assert one["milliseconds"] > 0
        assert one["wrong"] == pytest.approx(100 * (1 - one["test_acc"]))
    assert "AlexNet, small: 60,636 parameters, 2,772,312 multiplications" in printed


@pytest.mark.usefixtures("unrendered")
def test_the_same_seed_gives_the_same_networks(tmp_path, monkeypatch):
    monkeypatch.setattr(costs, "milliseconds", lambda *_: 1.0)
    words = ["--epochs", "1", "--samples", "40", "--test-samples", "20", "--batch-size", "20"]
    first, second, other = (
        run(representative_cnns, tmp_path, *words, "--threads", threads, "--seed", seed)["networks"]
        for threads, seed in ("10", "20", "11")
    )
    assert first == second
    for name, one in first.items():
        assert len(one["train_loss_list"]) == 2
        assert one["train_loss_list"] != other[name]["train_loss_list"]


def test_figures_of_the_networks(monkeypatch):
    one = {"parameters": 10, "multiply_adds": 20, "milliseconds": 30.2, "wrong": 1.234}
    one |= {"train_loss_list": [2.3, 1.0, 0.5], "test_acc_list": [0.1, 0.8, 0.9]}
    names = list(representative_cnns.NETWORKS)
    networks = {name: {**one, "wrong": n / 3, "test_acc": n / 9} for n, name in enumerate(names)}
    networks["SimpleConvNet"]["test_acc_list"] = [0.1, 1.0, 1.0]
    networks["AlexNet, small"]["multiply_adds"] = 30
    monkeypatch.setattr(representative_cnns, "FIRST", 2)
    learning, of_costs = representative_cnns.draw({"data": "drawn", "networks": networks})
    assert "0.3333 (AlexNet, small)" in learning.get_suptitle()
    assert "AlexNet needs 1.5 times as many multiplications" in of_costs.get_suptitle()
    (loss, accuracy), bars = learning.axes, of_costs.axes
    assert [line.get_label() for line in loss.lines][:4] == names
    assert all(len(line.get_ydata()) == 2 for line in loss.lines)
    assert_array_equal(accuracy.lines[2].get_xydata(), [[1, 1], [2, 1]])  # from epoch 1 on
    assert accuracy.get_ylim()[0] < 0.8
    assert [text.get_text() for text in bars[-1].texts] == ["0.00", "0.33", "0.67", "1.00"]
    for ax in bars:
        colors = [bar.get_facecolor()[:3] for bar in ax.patches]
        assert colors == [to_rgb(line.get_color()) for line in accuracy.lines]


# ---------------------------------------------------------------- the training


def test_training_saves_weights_and_how_they_were_made(tmp_path, digits, monkeypatch):
    monkeypatch.setattr(image_training, "load_mnist", few_digits(digits))
    words = ["--epochs", "2", "--threads", "1", "--batch-size", "20", "--augment", "--decay"]
    results = run(train_alexnet, tmp_path, *words)
    assert len(results["train_loss_list"]) == 4
    stored = load_arrays(tmp_path / "ch07" / "alexnet.npz")
    assert float(stored["accuracy"]) == results["test_acc"]
    assert (int(stored["epochs"]), bool(stored["decay"])) == (2, True)
    network = AlexNet()
    network.load_params(tmp_path / "ch07" / "alexnet.npz")
    assert run(train_alexnet, tmp_path, *words) == results
    with pytest.raises(ValueError, match="would overwrite the bundled weights"):
        run(train_alexnet, alexnet.WEIGHTS.parents[1], *words)
    run(train_alexnet, tmp_path / "trial", *words, "--validate")
    assert not list((tmp_path / "trial").rglob("*.npz"))


def test_epochs_are_those_of_the_script(tmp_path, monkeypatch):
    seen, results = [], {"network": "", "test_acc": 1, "train_acc_list": [], "test_acc_list": []}
    monkeypatch.setattr(image_training, "train", lambda args, *_: seen.append(args) or results)
    for script in (train_alexnet, train_convnet):
        for words in ([], ["--quick"]):
            run(script, tmp_path, *words)
    sizes = [(args.epochs, args.samples) for args in seen]
    assert sizes == [(10, 60_000), (2, 300), (20, 60_000), (2, 1000)]


@pytest.fixture(scope="module")
def trained():
    network = AlexNet()
    network.load_params(alexnet.WEIGHTS)
    return network


def test_the_bundled_weights_reach_what_they_state(real_mnist, trained):
    stored = load_arrays(alexnet.WEIGHTS)
    assert str(stored["data"]) == "mnist"
    assert {"seed", "epochs", "lr", "augment", "decay", "threads"} < set(stored)
    assert alexnet.WEIGHTS.stat().st_size < 500_000
    x, t = real_mnist[1]
    with one_blas_thread():
        accuracy = trained.accuracy(x[:2000].reshape(-1, 1, 28, 28), t[:2000])
    assert accuracy >= 0.98
    assert float(stored["accuracy"]) > 0.99


@pytest.mark.slow
def test_the_bundled_weights_on_all_test_digits(real_mnist, trained):
    x, t = real_mnist[1]
    accuracy = trained.accuracy(x.reshape(-1, 1, 28, 28), t)
    stored = float(load_arrays(alexnet.WEIGHTS)["accuracy"])
    assert accuracy == pytest.approx(stored, abs=1e-4)


# ---------------------------------------------------------------- what units look for


def test_fields(trained):  # D08: as the gradient says
    found = features.fields(trained)
    assert [found[f"Conv{n}"][0] for n in range(1, 6)] == [6, 16, 28, 36, 44]
    assert found["Affine3"] == (28, 1, 0)
    network = AlexNet(rng=0)
    for name in ("Conv1", "Pool1", "Conv2", "Conv3"):
        layers = list(network.layers.values())[: list(network.layers).index(name) + 1]
        for layer in layers:
            if isinstance(layer, Convolution):
                layer.W = np.abs(layer.W)
        layers = [  # the mean of a window, as the largest pixel alone would count
            AveragePooling(3, 3, stride=2) if isinstance(layer, Pooling) else layer
            for layer in layers
            if not isinstance(layer, LocalResponseNorm)
        ]
        y = np.ones((1, 1, 28, 28), np.float32)
        for layer in layers:
            y = layer.forward(y)
        for row, column in ((0, 0), (y.shape[2] // 2, y.shape[3] - 2)):
            dx = np.zeros_like(y)
            dx[0, 0, row, column] = 1
            for layer in reversed(layers):
                dx = layer.backward(dx)
            rows, columns = np.nonzero(dx[0, 0])
            seen, step, start = found[name]
            for places, place in ((rows, row), (columns, column)):
                first = start + step * place
                assert places.min() == max(first, 0)
                assert places.max() == min(first + seen, 28) - 1


def test_responses_are_what_the_network_computes():
    network, x = AlexNet(rng=0), images(4)
    found = features.responses(network, x, ["Conv1", "Conv5", "Affine3"])
    assert [y.shape for y in found.values()] == [(4, 10, 27, 27), (4, 24, 7, 7), (4, 10, 1, 1)]
    assert_array_equal(found["Affine3"][:, :, 0, 0], network.predict(x))
    assert_array_equal(found["Conv1"], network.layers["Conv1"].forward(x))


def test_strongest():
    response = np.zeros((3, 2, 4, 5))
    response[2, 0, 1, 4] = 1
    response[1, 1, 3, 0] = 2
    assert [part.tolist() for part in features.strongest(response)] == [[2, 1], [1, 3], [4, 0]]


def test_of_one_digit():
    response = np.zeros((7, 2, 1, 2))
    t = np.array([4, 4, 1, 2, 2, 2, 7])
    response[:, 0, 0, 1] = [9, 8, 7, 3, 1, 2, -1]  # the strongest three: 4 4 1
    response[:, 1, 0, 0] = [2, 1, 3, 7, 8, 9, -1]  # 2 2 2
    assert features.of_one_digit(response, t, first=3) == pytest.approx((2 / 3 + 1) / 2)
    assert features.of_one_digit(response[:, 1:], t, first=1) == 1


def test_blurred():
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 2, 2] = 1
    soft = ascent.blurred(x, 0.4)
    cross = [[0, 0.1, 0], [0.1, 0.6, 0.1], [0, 0.1, 0]]
    assert_allclose(soft[0, 0, 1:4, 1:4], cross)
    assert soft.sum() == pytest.approx(1)
    assert_allclose(ascent.blurred(np.full((2, 1, 3, 4), 0.7), 0.4), 0.7)


def test_gradient_ascent_finds_the_filter():  # D08: of one convolution it is known
    W = np.random.default_rng(0).standard_normal((4, 1, 5, 5))
    layer = Convolution(W, np.zeros(4))
    x, response = ascent.ascend([layer], np.array([2, 0]), np.full((2, 1, 9, 9), 0.05), 60)
    assert response.shape == (61, 2)
    assert x.shape == (2, 1, 9, 9)
    assert (x.min(), x.max()) == (0, 1)
    for image, unit, after in zip(x, (2, 0), response[-1], strict=True):
        seen = image[0, 2:7, 2:7]  # in the middle
        assert np.corrcoef(seen.ravel(), W[unit].ravel())[0, 1] > 0.7
        assert after == pytest.approx(np.sum(seen * W[unit]))
        assert after > 0.6 * W[unit][W[unit] > 0].sum()  # the most there is for pixels in [0, 1]


def test_each_image_is_for_its_own_unit(trained):
    layers = list(trained.layers.values())
    x, units = np.zeros((3, 1, 28, 28), np.float32), np.array([3, 7, 1])
    with one_blas_thread():
        together, _ = ascent.ascend(layers, units, x, 5)
        alone, _ = ascent.ascend(layers, units[1:2], x[:1], 5)
    assert together.dtype == np.float32
    assert_allclose(together[1], alone[0], atol=1e-4)
    assert (x == 0).all()


def test_hierarchical_features(quick):  # D08
    results, printed, _ = quick("ch07.hierarchical_features")
    for key in ("units", "before", "after", "by_digit"):
        assert [len(values) for values in results[key].values()] == [3] * 6
    for name, after in results["after"].items():
        assert (after > 1 + results["before"][name]).all()
    assert_array_equal(results["read_as"], results["units"]["Affine3"])
    assert list(results["seen"].values()) == [6, 16, 28, 36, 44, 28]
    assert printed.count("Conv") == 5


def test_visible_and_enlarged():
    made = RNG.random((2, 28, 28))
    assert unit_images.visible({"made": made, "seen": 6, "middle": 11}).shape == (2, 6, 6)
    parts = [unit_images.visible({"made": made, "seen": 44, "middle": -8}), made[:, :14, :14]]
    assert_array_equal(parts[0], made)
    large = unit_images.enlarged(parts[1])
    assert large.shape == (2, 28, 28)
    assert_array_equal(large[:, ::2, 1::2], parts[1])
    assert_array_equal(unit_images.as_uint8(np.array([0, 0.5, 1])), [0, 128, 255])


def test_figure_of_the_features():
    layers = list(hierarchical_features.LAYERS)
    made, digits = RNG.integers(256, size=(2, 7, 7)), RNG.integers(256, size=(2, 28, 28))
    shares = dict(zip(layers, np.linspace(0.4, 1, 6), strict=True))
    results = {
        "made": dict.fromkeys(layers, made),
        "digits": dict.fromkeys(layers, digits),
        "corners": dict.fromkeys(layers, ((-2, 5), (20, 25))),
        "seen": dict.fromkeys(layers, 6),
        "of_one_digit": {"trained": shares, "untrained": dict.fromkeys(layers, 0.3)},
    }
    figure, of_shares = hierarchical_features.draw(results)
    assert "Figure 7-26" in figure.get_suptitle()
    first = figure.axes[0]
    assert first.get_title() == "convolution 1: 7 × 7 pixels seen"
    sheet = first.images[0].get_array().filled(np.nan)
    assert_array_equal(sheet[1:29:4, 30:58:4], made[1])
    assert_array_equal(sheet[30:58, 1:29], digits[0])
    frames = [patch.get_bbox().bounds for patch in first.patches]
    assert frames == [(0.5, 34.5, 4, 6), (49.5, 54.5, 6, 3)]  # what is inside the image
    assert "from 0.40 to 1.00" in of_shares.axes[0].get_title()
    assert_allclose(of_shares.axes[0].lines[0].get_ydata(), list(shares.values()))
