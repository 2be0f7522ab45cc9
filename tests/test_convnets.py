"""SimpleConvNet and DeepConvNet: the book's numbers, types, files, and that no sample is lost."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ch07 import naive_convolution, simple_convnet
from ch07.naive_convolution import convolution, pooling
from ch07.simple_convnet import SimpleConvNet
from ch08 import deep_convnet
from ch08.deep_convnet import DeepConvNet
from claims import book
from common.layers import Convolution, Dropout

RNG = np.random.default_rng(0)
NETWORKS = [SimpleConvNet, DeepConvNet]


def images(n, dtype=np.float32):
    return RNG.random((n, 1, 28, 28)).astype(dtype)


def number_of_parameters(net):
    return sum(value.size for value in net.params.values())


@pytest.fixture(params=NETWORKS)
def net(request):
    """A network whose scores differ, as after some training."""
    net = request.param(hidden_size=20, rng=0)
    if request.param is SimpleConvNet:
        for key in ("W1", "W2", "W3"):
            net.params[key] *= 10
    return net


def test_simple_convnet():  # K14
    net = SimpleConvNet(rng=0)
    shapes = {key: value.shape for key, value in net.params.items()}
    assert shapes == book.SIMPLE_CONV_SHAPES
    assert number_of_parameters(net) == book.SIMPLE_CONV_PARAMETERS == 433_890
    assert list(net.layers) == ["Conv1", "Relu1", "Pool1", "Affine1", "Relu2", "Affine2"]
    for key, value in net.params.items():
        assert value.dtype == np.float32
        assert value.std() == pytest.approx(0.01 if key.startswith("W") else 0, rel=0.1)
    assert not any(net.params[key].any() for key in ("b1", "b2", "b3"))
    assert net.last_layer is net.lastLayer


def test_simple_convnet_by_loops():
    net = SimpleConvNet((2, 7, 7), {"filter_num": 3, "filter_size": 2}, 5, 4, 0.5, rng=0)
    for key in ("b1", "b2", "b3"):
        net.params[key] += RNG.standard_normal(net.params[key].shape).astype("f4")
    params = {key: value.astype("f8") for key, value in net.params.items()}
    x = RNG.standard_normal((2, 2, 7, 7))
    y = np.maximum(convolution(x, params["W1"], params["b1"], 1, 0), 0)
    y = pooling(y, 2, 2, 2).reshape(2, -1)
    y = np.maximum(y @ params["W2"] + params["b2"], 0) @ params["W3"] + params["b3"]
    assert_allclose(net.predict(x.astype("f4")), y, rtol=1e-4, atol=1e-5)


def test_what_is_not_named_is_as_in_the_book():
    net = SimpleConvNet(conv_param={"filter_num": 4, "pad": 2}, rng=0)
    assert net.params["W1"].shape == (4, 1, 5, 5)
    assert net.params["W2"].shape == (4 * 14 * 14, 100)
    assert net.layers["Conv1"].pad == 2
    small = SimpleConvNet((3, 9, 9), {"stride": 2, "filter_size": 3}, rng=0)
    assert small.params["W1"].shape == (30, 3, 3, 3)
    assert small.predict(np.ones((2, 3, 9, 9), "f4")).shape == (2, 10)


def test_deep_convnet():  # K15
    net = DeepConvNet(rng=0)
    assert number_of_parameters(net) == 123_552
    assert list(net.params) == [f"{kind}{k}" for k in range(1, 9) for kind in "Wb"]
    assert net.params["W7"].shape == (1024, 50)
    fans = [9, 144, 144, 288, 288, 576, 1024, 50]
    for k, fan in enumerate(fans, 1):
        assert net.params[f"W{k}"].std() == pytest.approx(np.sqrt(2 / fan), rel=0.15)
    kinds = [type(layer).__name__ for layer in net.layers.values()]
    block = ["Convolution", "ReLU", "Convolution", "ReLU", "Pooling"]
    assert kinds == block * 3 + ["Affine", "ReLU", "Dropout", "Affine", "Dropout"]


def test_the_sizes_on_the_way_through():  # A14
    net, x, sizes = DeepConvNet(rng=0), images(2), [28]
    for name, layer in net.layers.items():
        x = layer.forward(x, False)
        if name.startswith(("Conv", "Pool")):
            sizes.append(x.shape[2])
        if name == "Pool3":
            assert x.shape == (2, 64, 4, 4)
    assert sizes == [28, 28, 28, 14, 14, 16, 8, 8, 8, 4]


def test_each_convolution_of_deep_convnet_can_be_another():
    options = {
        f"conv_param_{k}": {"filter_num": k, "filter_size": 1, "pad": 0} for k in range(1, 7)
    }
    net = DeepConvNet((3, 8, 8), **options, hidden_size=7, output_size=4, rng=0)
    convolutions = [layer for layer in net.layers.values() if isinstance(layer, Convolution)]
    assert [layer.W.shape for layer in convolutions] == [
        (k, inputs, 1, 1) for k, inputs in enumerate([3, 1, 2, 3, 4, 5], 1)
    ]
    assert net.predict(np.ones((2, 3, 8, 8), "f4")).shape == (2, 4)


def test_dropout_is_for_training_only():
    net, x = DeepConvNet(rng=0), images(4)
    assert (net.predict(x) == net.predict(x)).all()
    assert (net.predict(x, train_flg=True) != net.predict(x, train_flg=True)).any()
    t = np.arange(4)
    assert net.loss(x, t) == net.loss(x, t)
    assert net.loss_and_gradient(x, t)[0] != net.loss_and_gradient(x, t)[0]
    twin = DeepConvNet(rng=0, dropout_ratio=0.25)
    ratios = [layer.dropout_ratio for layer in twin.layers.values() if isinstance(layer, Dropout)]
    assert ratios == [0.25, 0.25]
    assert_allclose(twin.predict(x), net.predict(x) * (0.75 / 0.5) ** 2, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_seed_decides(kind):
    first, second, third = kind(rng=1), kind(rng=1), kind(rng=2)
    x, t = images(3), np.arange(3)
    assert (first.params["W1"] == second.params["W1"]).all()
    assert (first.params["W1"] != third.params["W1"]).any()
    assert first.loss_and_gradient(x, t)[0] == second.loss_and_gradient(x, t)[0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SimpleConvNet((1, 28, 27)), "input 23, filter 2, stride 2"),
        (lambda: DeepConvNet((1, 28, 27)), "input 27, filter 2, stride 2"),
        (lambda: SimpleConvNet((28, 28)), r"input_dim is \(28, 28\); expected \(C, H, W\)"),
        (lambda: DeepConvNet(28), "input_dim is 28; expected sizes >= 1"),
        (lambda: SimpleConvNet((1, 27, 27)), "input 23, filter 2, stride 2, pad 0"),
        (lambda: SimpleConvNet((1, 4, 4)), "expected a filter of 4 pixels at most"),
        (lambda: SimpleConvNet(conv_param={"stride": 2}), "23 / 2 is not an integer"),
        (
            lambda: SimpleConvNet(conv_param={"filter_size": 4}),
            "is not an integer",
        ),  # 25 pixels / 2
        (lambda: SimpleConvNet(conv_param={"filters": 3}), r"\['filters'\]; expected only"),
        (lambda: SimpleConvNet(conv_param={"stride": 0}), "stride is 0"),
        (lambda: DeepConvNet((1, 14, 14)), "input 9, filter 2, stride 2"),
        (lambda: DeepConvNet(conv_param_3={"size": 3}), r"conv_param_3 names \['size'\]"),
        (lambda: DeepConvNet(dropout_ratio=1), "dropout_ratio is 1"),
    ],
)
def test_networks_that_are_refused(make, message):
    with pytest.raises(ValueError, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_images_that_are_refused(net):
    for shape in ((2, 784), (2, 3, 28, 28), (1, 28, 28)):
        with pytest.raises(ValueError, match=r"expected images \(N, 1, H, W\)"):
            net.predict(np.ones(shape, "f4"))
    with pytest.raises(ValueError, match="values per sample, not"):
        net.predict(np.ones((2, 1, 36, 36), "f4"))
    with np.errstate(invalid="ignore"):
        assert np.isnan(net.loss(np.full((2, 1, 28, 28), np.nan, "f4"), [0, 1]))


# ---------------------------------------------------------------- types


def test_single_precision_agrees_with_double(net):
    x, t = images(20), RNG.integers(10, size=20)
    for layer in net.layers.values():
        if isinstance(layer, Dropout):
            layer.dropout_ratio = 0.0
    loss, grads = net.loss_and_gradient(x, t)
    net.params = {key: value.astype(np.float64) for key, value in net.params.items()}
    exact_loss, exact = net.loss_and_gradient(x.astype(np.float64), t)
    assert loss == pytest.approx(exact_loss, rel=1e-5)
    for key, grad in grads.items():
        assert grad.dtype == np.float32
        assert exact[key].dtype == np.float64
        assert np.abs(grad - exact[key]).max() < 1e-5 * np.abs(exact[key]).max(), key


def test_half_precision(net):  # 8.3.4, A15: the book's continues in float64
    x = images(30)
    scores = net.predict(x)
    for key, value in net.params.items():
        net.params[key] = value.astype(np.float16)
    y = x.astype(np.float16)
    for layer in net.layers.values():
        y = layer.forward(y, False)
        assert y.dtype == np.float16
    half = net.predict(x.astype(np.float16))
    assert half.dtype == np.float16
    assert_allclose(half, scores, atol=0.02 * np.abs(scores).max())
    assert (half.argmax(axis=1) == scores.argmax(axis=1)).mean() >= 0.9


# ---------------------------------------------------------------- accuracy and files


@pytest.mark.parametrize("n", [1, 50, 150])
def test_accuracy_counts_the_last_batch(net, n):  # the book's: 50 right answers give 0.0
    x = images(n)
    t = net.predict(x).argmax(axis=1)
    assert net.accuracy(x, t, batch_size=100) == 1
    t[-1] = (t[-1] + 1) % 10
    assert net.accuracy(x, t, batch_size=100) == pytest.approx(1 - 1 / n)


@pytest.mark.parametrize("name", ["params.npz", "params.pkl", "params"])
def test_save_and_load(net, name, tmp_path):  # the content tells what a file is, not its name
    net.save_params(tmp_path / name)
    other = type(net)(hidden_size=20, rng=5)
    x = images(3)
    assert (other.predict(x) != net.predict(x)).any()
    other.load_params(tmp_path / name)
    assert (other.predict(x) == net.predict(x)).all()
    assert np.array_equal(other.layers["Conv1"].W, net.params["W1"])
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with pytest.raises(ValueError, match="holds parameters"):
        (DeepConvNet if isinstance(net, SimpleConvNet) else SimpleConvNet)(rng=0).load_params(
            tmp_path / name
        )


@pytest.mark.parametrize(
    ("script", "total", "last_images"),
    [(simple_convnet, 433_890, (30, 12, 12)), (deep_convnet, 123_552, (64, 4, 4))],
)
def test_the_networks_as_scripts(script, total, last_images, tmp_path, capsys):  # S11, S15
    rows = script.main(["--out", str(tmp_path), "--no-show"])["layers"]
    assert sum(number for _, number in rows.values()) == total
    assert [shape for shape, _ in rows.values() if len(shape) == 3][-1] == last_images
    assert f"{total:,}\n" in capsys.readouterr().out


def test_the_examples_of_chapter_7_hold(tmp_path, capsys):  # N11, N12, N13, D27
    results = naive_convolution.main(["--out", str(tmp_path), "--no-show"])
    assert sum(map(len, results["outputs"].values())) == capsys.readouterr().out.count(">>> ")
