"""Chapter 4: the book's numbers and figures."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ch04 import (
    gradient_1d,
    gradient_2d,
    gradient_method,
    loss_functions,
    numerical_diff,
    partial_derivatives,
    train_neuralnet,
    why_not_accuracy,
)
from ch04.gradient_2d import function_2
from ch04.gradient_method import descent_path, gradient_descent
from ch04.gradient_simplenet import simpleNet
from ch04.helpers.duration import estimate
from ch04.two_layer_net import TwoLayerNet
from claims import book
from common import gradient
from common.gradient import gradient_check, numerical_gradient
from common.layers import Affine, Sigmoid
from common.network import Network
from common.optimizer import SGD
from common.trainer import Trainer

# ---------------------------------------------------------------- 4.2 and 4.3


def test_figure_4_3():  # 4.05
    x, y = loss_functions.draw({}).axes[0].lines[0].get_data()
    assert_allclose(y, np.log(x))
    assert x[0] < 0.05
    assert (x[-1], y[-1]) == (pytest.approx(1), pytest.approx(0))


def test_accuracy_has_the_derivative_0(quick):  # 4.09
    values = quick("ch04.why_not_accuracy").results
    assert 0.1 < values["accuracy"] < 0.9
    assert values["largest derivative of the accuracy"] == 0
    assert values["largest derivative of the loss"] > 0.01


def test_figure_4_4():  # 4.10
    left, right = why_not_accuracy.draw({}).axes
    for ax, flat in ((left, True), (right, False)):
        tangents = [line for line in ax.lines if line.get_linestyle() == "--"]
        assert len(tangents) == 2
        for line in tangents:
            rise = line.get_ydata()[1] - line.get_ydata()[0]
            assert (rise == 0) if flat else (rise > 0.1)


def test_a_step_that_is_too_small():  # 4.11
    assert np.float32(1e-50) == 0
    assert numerical_diff.forward_diff(numerical_diff.square, 5.0, 10e-50) == 0


def test_figure_4_5():  # 4.13
    ax = numerical_diff.draw({}).axes[0]
    slopes = [np.diff(line.get_ydata()) / np.diff(line.get_xdata()) for line in ax.lines[1:4]]
    assert_allclose(np.concatenate(slopes), [2, 2.8, 2])  # tangent, forward, central


def test_derivatives_of_function_1():  # 4.14, 4.16
    assert gradient_1d.function_1(10) == pytest.approx(2)
    for at, slope in zip((5, 10), book.FUNCTION_1_SLOPES, strict=True):
        assert gradient.numerical_diff(gradient_1d.function_1, at) == pytest.approx(
            slope, rel=1e-13
        )


def test_figures_4_6_and_4_7():  # 4.15, 4.18
    slopes = {"slope at 5": 0.2, "slope at 10": 0.3}
    left, right = gradient_1d.draw(slopes).axes
    x, y = left.lines[0].get_data()
    assert_allclose(x, np.arange(0, 20, 0.1))
    assert_allclose(y, 0.01 * x**2 + 0.1 * x)
    assert (left.get_xlabel(), left.get_ylabel()) == ("x", "f(x)")
    tangents = [line for line in right.lines if line.get_linestyle() == "--"]
    assert_allclose(tangents[0].get_ydata(), 0.2 * x - 0.25, atol=1e-9)
    assert_allclose(tangents[1].get_ydata(), 0.3 * x - 1, atol=1e-9)


def test_partial_derivatives():  # 4.19, 4.21
    x = np.array([3.0, 4.0])
    assert function_2(x) == np.sum(x**2) == 25
    d0 = gradient.numerical_diff(partial_derivatives.function_tmp1, 3.0)
    d1 = gradient.numerical_diff(partial_derivatives.function_tmp2, 4.0)
    assert (d0, d1) == pytest.approx(book.FUNCTION_2_PARTIALS, rel=1e-14)


def test_figure_4_8():  # 4.20
    ax = partial_derivatives.draw({}).axes[0]
    assert ax.name == "3d"
    low, high = ax.get_zlim()  # 18 at the corners, 0 at the origin, and a little room
    assert -2 < low <= 0
    assert 18 <= high < 20
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x0", "x1")


# ---------------------------------------------------------------- 4.4


def test_gradients_of_function_2():  # 4.22
    for point, expected in book.FUNCTION_2_GRADIENTS.items():
        x = np.array(point)
        assert_allclose(numerical_gradient(function_2, x), expected, atol=1e-9)
        assert x.tolist() == list(point)


def test_figure_4_9():  # 4.25
    arrows = gradient_2d.draw({}).axes[0].collections[0]
    points = np.asarray(arrows.get_offsets())
    vectors = np.column_stack([arrows.U, arrows.V])
    assert_allclose(vectors, -2 * points, atol=1e-8)  # towards the origin, longer when farther
    assert len(points) > 200


@pytest.mark.parametrize("lr", book.DESCENT)
def test_gradient_descent(lr):  # 4.26, 4.27, 4.28
    start = np.array([-3.0, 4.0])
    end = gradient_descent(function_2, start, lr=lr, step_num=100)
    assert start.tolist() == [-3, 4]  # the caller's array is left alone
    if lr == 10:  # set by rounding errors: only the size means something
        assert np.abs(end).min() > 1e10
    else:
        assert_allclose(end, book.DESCENT[lr], rtol=1e-6)


def test_ascent_saddle_and_plateau():  # 4.31
    top = gradient_descent(lambda x: function_2(x - 1), np.array([3.0, -2.0]), lr=0.1)
    climbed = gradient_descent(lambda x: -function_2(x - 1), top + 1, lr=-0.1)
    assert_allclose(climbed, [1, 1], atol=1e-6)
    saddle = numerical_gradient(lambda x: x[0] ** 2 - x[1] ** 2, np.zeros(2))
    assert saddle.tolist() == [0, 0]  # flat, and yet no minimum
    plateau = descent_path(lambda x: np.tanh(x[0] - 20), np.array([0.0]), lr=0.1)
    assert abs(plateau[-1, 0]) < 1e-6  # there is a way down, but no slope to find it by


def test_figure_4_10():  # 4.29, 4.30
    path = descent_path(function_2, np.array([-3.0, 4.0]), 0.1, 20)
    assert path.shape == (21, 2)
    assert path[0].tolist() == [-3, 4]
    assert_allclose(path[-1], np.array([-3, 4]) * 0.8**20, rtol=1e-6)
    ax = gradient_method.draw({"path": path, "settings": {"lr": 0.1}}).axes[0]
    assert_allclose(np.column_stack(ax.lines[0].get_data()), path)


def test_simplenet():  # 4.32, 4.34
    net = simpleNet(rng=0)
    assert net.W.shape == (2, 3)
    net.W = book.SIMPLE_W.copy()
    scores = net.predict(book.SIMPLE_X)
    assert_allclose(scores, book.SIMPLE_SCORES, rtol=1e-6)
    assert scores.argmax() == 2
    assert net.loss(book.SIMPLE_X, book.SIMPLE_T) == pytest.approx(book.SIMPLE_LOSS, abs=1e-6)
    dW = numerical_gradient(lambda _: net.loss(book.SIMPLE_X, book.SIMPLE_T), net.W)
    assert_allclose(dW, book.SIMPLE_DW, atol=1e-6)


# ---------------------------------------------------------------- 4.5


def test_two_layer_net_shapes():  # 4.35
    net = TwoLayerNet(784, 100, 10)
    assert [p.shape for p in net.params.values()] == [(784, 100), (100,), (100, 10), (10,)]
    y = net.predict(np.random.default_rng(0).random((100, 784)))
    assert y.shape == (100, 10)
    assert_allclose(y.sum(axis=1), 1)
    assert net.params["W1"].std() == pytest.approx(0.01, rel=0.02)
    assert net.params["W2"].std() == pytest.approx(0.01, rel=0.1)


def test_two_layer_net_takes_one_sample_and_integers():
    net = TwoLayerNet(5, 4, 3, rng=0)
    x = np.arange(5, dtype=np.uint8)
    assert net.predict(x).shape == (3,)
    assert net.loss(x, 1) == pytest.approx(net.loss(x[None], [1]))
    assert_allclose(net.gradient(x, 1)["W1"], net.gradient(x[None].astype(float), [1])["W1"])
    image = np.ones((2, 1, 5, 1))
    assert_allclose(net.predict(image), net.predict(image.reshape(2, 5)))
    with pytest.raises(ValueError, match="6 values per sample; expected 5"):
        net.loss(np.ones((2, 6)), [0, 1])


@pytest.mark.parametrize("t", [[0, 2, 1], np.eye(3)[[0, 2, 1]], [[0.5, 1.0, 0.2]] * 3])
def test_two_layer_net_gradient(t):  # 4.35, and 5.25 with the 1e-7 in the loss
    net = TwoLayerNet(5, 4, 3, weight_init_std=1, rng=0)
    checks = gradient_check(net, np.random.default_rng(0).random((3, 5)), np.array(t))
    assert set(checks) == {"W1", "b1", "W2", "b2"}
    assert all(check.passed and check.difference < 1e-6 for check in checks.values())


def by_layers(net):
    """Return chapter 4's network built from layers, sharing its parameters."""
    p = net.params
    affine1, affine2 = Affine(p["W1"], p["b1"]), Affine(p["W2"], p["b2"])
    return Network({"Affine1": affine1, "Sigmoid1": Sigmoid(), "Affine2": affine2})


def test_by_hand_and_by_layers_are_the_same_network():
    net = TwoLayerNet(6, 5, 4, weight_init_std=1, rng=0)
    rng = np.random.default_rng(1)
    x, t = rng.standard_normal((7, 6)), rng.integers(4, size=7)
    layers = by_layers(net)
    assert net.loss(x, t) == pytest.approx(layers.loss(x, t), abs=1e-5)  # the 1e-7 of the loss
    assert net.accuracy(x, t) == layers.accuracy(x, t)
    for key, grad in layers.gradient(x, t).items():
        assert_allclose(net.gradient(x, t)[key], grad, rtol=1e-10, atol=1e-15)


def test_loop_by_hand_and_trainer_are_the_same_training():
    rng = np.random.default_rng(1)
    x, t = rng.standard_normal((60, 6)), rng.integers(4, size=60)
    by_hand, by_trainer = (TwoLayerNet(6, 5, 4, weight_init_std=1, rng=0) for _ in range(2))
    result = train_neuralnet.train(by_hand, ((x, t), (x, t)), 50, 10, 0.5, rng=3)
    trainer = Trainer(
        by_layers(by_trainer),
        *(x, t, x, t),
        max_iter=50,
        mini_batch_size=10,
        optimizer=SGD(0.5),
        shuffle=False,
        rng=3,
        verbose=False,
    )
    trainer.train()
    assert result["test_acc_list"] == trainer.test_acc_list
    for key, param in by_hand.params.items():
        assert_allclose(param, trainer.network.params[key], rtol=1e-9, atol=1e-12)


def test_training_lowers_the_loss(digits):  # 4.36
    (x, t), test = digits
    net = TwoLayerNet(784, 10, 10, rng=0)
    result = train_neuralnet.train(net, ((x[:1000], t[:1000]), test), 300, 100, 0.5, rng=0)
    losses = result["train_loss_list"]
    assert losses[0] == pytest.approx(np.log(10), abs=0.05)
    assert np.mean(losses[-20:]) < 0.6 * losses[0]
    assert len(result["train_acc_list"]) == 30
    assert net.accuracy(*test) > 0.5


def test_each_accuracy_is_that_of_its_data():
    rng = np.random.default_rng(1)
    x, t = rng.standard_normal((60, 6)), rng.integers(4, size=60)
    net = TwoLayerNet(6, 5, 4, weight_init_std=1, rng=0)
    result = train_neuralnet.train(net, ((x, t), (x[:7], t[:7])), 1, 100, 0.5, rng=3)  # batch > N
    assert result["train_acc_list"] == [net.accuracy(x, t)]
    assert result["test_acc_list"] == [net.accuracy(x[:7], t[:7])]


@pytest.mark.usefixtures("unrendered")
def test_the_flags_reach_the_training(tmp_path, monkeypatch):
    seen = {}
    train = train_neuralnet.train

    def spy(net, data, iters, batch_size, learning_rate, rng, numerical):
        seen.update(iters=iters, batch=batch_size, lr=learning_rate, numerical=numerical)
        return train(net, data, iters, batch_size, learning_rate, rng, numerical)

    monkeypatch.setattr(train_neuralnet, "train", spy)
    words = ["--out", str(tmp_path), "--iters", "3", "--batch-size", "7", "--lr", "0.3"]
    results = [train_neuralnet.main([*words, "--seed", seed]) for seed in ("1", "1", "2")]
    assert seen == {"iters": 3, "batch": 7, "lr": 0.3, "numerical": False}
    assert results[0] == results[1]
    assert results[0]["train_loss_list"] != results[2]["train_loss_list"]


def test_the_numerical_gradient_is_quick_with_less(tmp_path, monkeypatch, capsys):
    seen = []

    def spy(net, data, iters, *_, numerical):
        seen.append((len(net.params["b1"]), iters, numerical))
        return {name: [0.1] for name in ("train_loss_list", "train_acc_list", "test_acc_list")}

    monkeypatch.setattr(train_neuralnet, "train", spy)
    words = ["--out", str(tmp_path), "--gradient", "numerical", "--quick"]
    for more in ([], ["--iters", "1", "--hidden-size", "4"]):
        train_neuralnet.main([*words, *more])
    assert seen == [(5, 2, True), (4, 1, True)]
    assert "2 numerical gradients will take about 0" in capsys.readouterr().out


def test_training_with_the_numerical_gradient_is_the_same():
    rng = np.random.default_rng(1)
    x, t = rng.standard_normal((60, 6)), rng.integers(4, size=60)
    nets = [TwoLayerNet(6, 5, 4, weight_init_std=1, rng=0) for _ in range(2)]
    for net, numerical in zip(nets, (True, False), strict=True):
        train_neuralnet.train(net, ((x, t), (x, t)), 20, 10, 0.5, rng=3, numerical=numerical)
    assert_allclose(nets[0].params["W1"], nets[1].params["W1"], atol=1e-5)


def test_the_estimate_of_the_time():
    rng = np.random.default_rng(1)
    x, t = rng.standard_normal((10, 6)), rng.integers(4, size=10)
    net = TwoLayerNet(6, 5, 4)
    per_iteration = estimate(net, x, t, 1)
    assert 1e-4 < per_iteration < 1  # 59 parameters, 118 losses of some 20 microseconds
    assert estimate(net, x, t, 1000) > 100 * per_iteration


def test_figures_4_11_and_4_12(capsys):  # 4.37, 4.38, 4.39
    results = {
        "data": "mnist",
        "train_loss_list": np.exp(-np.arange(10_000) / 1000).tolist(),
        "train_acc_list": [0.1, 0.8, 0.9],
        "test_acc_list": [0.1, 0.7, 0.8],
    }
    left, middle, right = train_neuralnet.draw(results).axes
    assert len(left.lines[0].get_xdata()) == 10_000
    assert len(middle.lines[0].get_xdata()) == 1000
    assert [line.get_linestyle() for line in right.lines] == ["-", "--"]
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["train", "test"]
    rng = np.random.default_rng(1)
    x, t = rng.standard_normal((600, 6)), rng.integers(4, size=600)
    result = train_neuralnet.train(TwoLayerNet(6, 5, 4), ((x, t), (x, t)), 100, 100, 0.5, rng=0)
    pairs = zip(result["train_acc_list"], result["test_acc_list"], strict=True)
    expected = [f"train acc, test acc | {train:.4f}, {test:.4f}" for train, test in pairs]
    assert capsys.readouterr().out.splitlines() == expected
    assert len(expected) == 17


@pytest.mark.slow
def test_full_training(real_mnist, tmp_path):  # 4.36 to 4.39
    results = train_neuralnet.main(["--out", str(tmp_path), "--data", "mnist"])
    losses = results["train_loss_list"]
    assert len(losses) == 10_000
    assert len(results["train_acc_list"]) == len(results["test_acc_list"]) == 17
    assert np.mean(losses[-500:]) < np.mean(losses[500:1000]) < losses[0]
    assert results["test_acc"] > 0.93
    gap = np.subtract(results["train_acc_list"], results["test_acc_list"])
    assert np.abs(gap).max() < 0.01  # they practically coincide
