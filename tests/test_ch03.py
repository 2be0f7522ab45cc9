"""Chapter 3: the forward pass, and the bundled weights."""

import warnings
from argparse import Namespace

import numpy as np
import pytest
from PIL import Image

from ch03 import (
    arrays,
    mnist_show,
    neuralnet_mnist,
    neuralnet_mnist_batch,
    preprocessing,
    relu,
    sig_step_compare,
    sigmoid,
    softmax,
    step_function,
    three_layer_network,
    train_sample_weight,
)
from ch03.helpers import prepared, whitening
from claims import book
from common import functions
from common.io.files import load_arrays, save_arrays
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab.tour import walk

X = np.arange(-5.0, 5.0, 0.1)  # of figures 3-6 to 3-8: 100 points from -5 to 4.9


@pytest.fixture
def _mnist():
    if data_name() != "mnist":
        pytest.skip("real MNIST is not here")


@pytest.fixture(scope="module")
def digits():
    """Real test digits, or drawn ones: which does not matter."""
    return neuralnet_mnist.get_data()


# 3.01
def test_the_scalar_step_takes_one_number():
    assert [step_function.step_function_scalar(x) for x in (3.0, 0.0, -1.0)] == [1, 0, 0]
    with pytest.raises(ValueError, match="truth value"):
        step_function.step_function_scalar(np.array([-1.0, 1.0]))


# 3.02
def test_step_function_of_an_array():
    y = functions.step_function(np.array(book.STEP_X))
    np.testing.assert_array_equal(y, book.STEP_Y)
    assert y.dtype.kind == "i"
    assert functions.step_function(0.0) == 0
    assert functions.step_function(np.zeros((2, 3))).shape == (2, 3)


# 3.05, 3.06
def test_sigmoid_and_its_broadcasting(tmp_path):
    np.testing.assert_allclose(functions.sigmoid(book.SIGMOID_X), book.SIGMOID_Y, rtol=1e-7)
    assert functions.sigmoid(1.0) == pytest.approx(book.SIGMOID_Y[1])
    results = sigmoid.main(["--out", str(tmp_path)])
    np.testing.assert_allclose(results["sum"], book.BROADCAST_SUM)
    np.testing.assert_allclose(results["quotient"], book.BROADCAST_QUOTIENT, rtol=1e-7)


# 3.10
def test_relu():
    np.testing.assert_array_equal(functions.relu([[-2.0, 0.0], [3.0, 0.5]]), [[0, 0], [3, 0.5]])


# 3.03, 3.04: the script runs and draws 100 points of 0 and 1
def test_step_figure(tmp_path):
    results = step_function.main(["--out", str(tmp_path)])
    assert (tmp_path / "ch03" / "step_function.png").stat().st_size > 0
    np.testing.assert_array_equal(results["x"], X)

    (ax,) = step_function.draw(results).axes
    (line,) = ax.lines
    x, y = line.get_data()
    assert (len(x), x[0], x[-1]) == (100, -5, pytest.approx(4.9))
    np.testing.assert_array_equal(y, [0] * 51 + [1] * 49)
    assert ax.get_ylim() == (-0.1, 1.1)
    assert line.get_linestyle() == "-"


# 3.07
def test_sigmoid_figure():
    (ax,) = sigmoid.draw(sigmoid.experiment(Namespace())).axes
    x, y = ax.lines[0].get_data()
    np.testing.assert_allclose(y, 1 / (1 + np.exp(-x)))
    assert np.all(np.diff(y) > 0)
    assert ax.get_ylim() == (-0.1, 1.1)


# 3.08
def test_step_and_sigmoid_on_the_same_axes(tmp_path):
    results = sig_step_compare.main(["--out", str(tmp_path)])
    (ax,) = sig_step_compare.draw(results).axes
    found = {line.get_label(): (line.get_linestyle(), line.get_ydata()) for line in ax.lines}
    assert found["step"][0] == "--"
    assert found["sigmoid"][0] == "-"
    np.testing.assert_array_equal(found["step"][1], X > 0)
    np.testing.assert_allclose(found["sigmoid"][1], functions.sigmoid(X))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["sigmoid", "step"]
    assert ax.get_ylim() == (-0.1, 1.1)
    assert results["largest_gap"] == pytest.approx(0.5)


# 3.11
def test_relu_figure():
    (ax,) = relu.draw(relu.experiment(Namespace())).axes
    x, y = ax.lines[0].get_data()
    assert np.all(y[x <= 0] == 0)
    np.testing.assert_array_equal(y[x > 0], x[x > 0])


# 3.12, 3.13, 3.14, 3.31: every example of the tour gives what stands below it, and that is the book
def test_the_tour_of_arrays():
    outputs, variables = walk(arrays.SECTIONS)
    assert sum(map(len, outputs.values())) == 27
    assert (variables["A"].ndim, variables["A"].shape) == (1, (4,))
    assert (variables["B"].ndim, variables["B"].shape) == (2, (3, 2))
    for name, product in book.MATRIX_PRODUCTS.items():
        np.testing.assert_array_equal(variables[name], product)
    assert variables["starts"] == book.BATCH_STARTS
    assert variables["y"].tolist() == book.ARGMAX_ROWS
    assert variables["right_or_not"].tolist() == book.RIGHT_OR_NOT
    assert variables["right_or_not"].sum() == book.NUMBER_RIGHT
    assert "3 (dim 1) != 2 (dim 0)" in "".join(arrays.SECTIONS.values())


# 3.16
def test_identity_function():
    x = np.array([0.3, -2.0])
    np.testing.assert_array_equal(functions.identity_function(x), [0.3, -2.0])


# 3.17
def test_the_toy_network_has_six_arrays():
    network = three_layer_network.init_network()
    shapes = {key: value.shape for key, value in network.items()}
    assert shapes == {
        "W1": (2, 3), "b1": (3,), "W2": (3, 2), "b2": (2,), "W3": (2, 2), "b3": (2,)
    }  # fmt: skip
    np.testing.assert_array_equal(network["W1"], [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])
    np.testing.assert_array_equal(network["b1"], [0.1, 0.2, 0.3])
    np.testing.assert_array_equal(network["W2"], [[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])
    np.testing.assert_array_equal(network["W3"], [[0.1, 0.3], [0.2, 0.4]])
    np.testing.assert_array_equal(network["b2"], network["b3"])


# 3.15, 3.18
def test_three_layers(tmp_path):
    results = three_layer_network.main(["--out", str(tmp_path)])
    for name, values in book.THREE_LAYERS.items():
        np.testing.assert_allclose(results[name], values, rtol=1e-7, err_msg=name)
    network, x = three_layer_network.init_network(), np.array([[1.0, 0.5], [0.0, 0.0]])
    y = three_layer_network.forward(network, x[0])
    np.testing.assert_allclose(y, book.THREE_LAYERS["y"], rtol=1e-7)
    np.testing.assert_allclose(three_layer_network.forward(network, x)[0], y)  # a batch


# 3.09: h(h(h(x))) is c^3 x, and linear layers are one matrix; with the sigmoid they are not
def test_linear_layers_collapse():
    network = three_layer_network.init_network()
    x = np.random.default_rng(0).standard_normal((5, 2))
    W, b = three_layer_network.collapse(network)
    linear = three_layer_network.forward(network, x, h=functions.identity_function)
    np.testing.assert_allclose(linear, x @ W + b)
    assert not np.allclose(three_layer_network.forward(network, x), x @ W + b, atol=0.01)

    def h(x):
        return -1.7 * x

    np.testing.assert_allclose(h(h(h(x))), (-1.7) ** 3 * x)
    a = x @ network["W1"] @ network["W2"] @ network["W3"]
    none = {key: value * (key[0] == "W") for key, value in network.items()}  # no biases
    np.testing.assert_allclose(three_layer_network.forward(none, x, h), 1.7**2 * a)


# 3.19
def test_softmax_as_written():
    a = np.array(book.SOFTMAX_A)
    np.testing.assert_allclose(np.exp(a), book.SOFTMAX_EXP, rtol=1e-8)
    assert np.exp(a).sum() == pytest.approx(book.SOFTMAX_SUM, rel=1e-11)
    for function in (softmax.naive_softmax, functions.softmax):
        np.testing.assert_allclose(function(a), book.SOFTMAX_Y, rtol=1e-6)


# 3.20
def test_softmax_overflows_as_written_and_not_when_guarded(tmp_path):
    a = np.array(book.SOFTMAX_LARGE_A)
    with pytest.warns(RuntimeWarning, match=r"overflow|invalid value"):
        assert np.isnan(softmax.naive_softmax(a)).all()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        results = softmax.main(["--out", str(tmp_path)])
    assert not caught  # what NumPy says is shown, not left to the reader's terminal
    assert results["naive"] == ["nan"] * 3
    assert "overflow" in results["warnings"][0]
    np.testing.assert_allclose(results["guarded"], book.SOFTMAX_LARGE_Y, rtol=1e-8)


# 3.21
def test_softmax_gives_probabilities():
    a = np.random.default_rng(0).normal(scale=300, size=(20, 10))
    before = a.copy()
    y = functions.softmax(a)
    np.testing.assert_allclose(y.sum(axis=1), 1)
    assert y.min() >= 0
    np.testing.assert_array_equal(y.argmax(axis=1), a.argmax(axis=1))
    np.testing.assert_array_equal(a, before)
    np.testing.assert_allclose(y[3], functions.softmax(a[3]))
    np.testing.assert_allclose(functions.softmax(a + 1000), y, rtol=1e-9)  # eq. (3.11)


# 3.22
def test_each_task_has_its_output_layer():
    ends = softmax.OUTPUT_ACTIVATIONS
    assert len(ends) == 3
    a = np.array([-3.0, 0.5, 2.0])
    np.testing.assert_array_equal(ends["regression"](a), a)  # any number
    assert ends["multi-class classification"](a).sum() == pytest.approx(1)  # one of three
    # yes or no: the probability of "yes" is that of two classes with scores a and 0
    pairs = functions.softmax(np.stack([a, 0 * a], axis=1))[:, 0]
    np.testing.assert_allclose(ends["binary classification"](a), pairs)


# 3.24
def test_img_show_makes_a_picture(monkeypatch):
    shown = []
    monkeypatch.setattr(Image.Image, "show", lambda self: shown.append(self.size))
    pixels = (np.arange(784) % 256).astype(np.int64)
    picture = mnist_show.img_show(pixels.reshape(28, 28), show=False)
    assert (picture.size, picture.mode) == ((28, 28), "L")
    assert np.asarray(picture).dtype == np.uint8
    np.testing.assert_array_equal(np.asarray(picture).ravel(), pixels)
    assert shown == []
    mnist_show.img_show(pixels, show=True)
    assert shown == [(28, 28)]


@pytest.mark.parametrize(
    "img",
    [np.zeros(783, np.uint8), np.full((28, 28), 0.5), np.full((28, 28), 256), np.full(784, -1)],
)
def test_img_show_refuses_arrays_that_are_not_digits(img):
    with pytest.raises(ValueError, match="expected 28 x 28"):
        mnist_show.img_show(img, show=False)


# 3.25
@pytest.mark.usefixtures("_mnist")
def test_mnist_show_prints_the_first_image(tmp_path, capsys):
    results = mnist_show.main(["--out", str(tmp_path), "--no-show"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == ["data: mnist", str(book.FIRST_LABEL), "(784,)", "(28, 28)"]
    assert results["label"] == book.FIRST_LABEL


# 3.26
def test_figures_of_the_first_image_and_of_a_hundred():
    images = np.random.default_rng(0).integers(0, 256, (100, 28, 28)).astype(np.uint8)
    results = {"images": images.reshape(100, 784), "label": 5, "data": "mnist"}
    left, right = mnist_show.draw(results).axes
    np.testing.assert_array_equal(left.images[0].get_array(), images[0])
    assert "5" in left.get_title()
    sheet = right.images[0].get_array()
    assert sheet.shape == (291, 291)  # with a gap between the digits
    np.testing.assert_array_equal(sheet[30:58, 59:87], images[12])  # second row, third digit


# 3.27
def test_data_network_and_probabilities(digits):
    x, t = digits
    assert (x.shape, t.shape) == ((10000, 784), (10000,))
    assert (x.min(), x.max(), x.dtype) == (0, 1, np.float32)
    assert set(np.unique(t)) == set(range(10))
    network = neuralnet_mnist.init_network()
    assert {key: value.shape for key, value in network.items()} == {
        "W1": (784, 50), "b1": (50,), "W2": (50, 100), "b2": (100,), "W3": (100, 10), "b3": (10,)
    }  # fmt: skip
    assert {value.dtype for value in network.values()} == {np.dtype(np.float32)}
    y = neuralnet_mnist.predict(network, x[:7])
    assert y.shape == (7, 10)
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(neuralnet_mnist.predict(network, x[3]), y[3], rtol=1e-4)


def test_the_probabilities_are_those_of_the_formula():
    rng = np.random.default_rng(0)
    W1, b1, W2, b2, W3, b3 = (rng.standard_normal(s) for s in ((4, 3), 3, (3, 5), 5, (5, 2), 2))
    network, x = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}, np.ones((6, 4))
    z1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
    z2 = 1 / (1 + np.exp(-(z1 @ W2 + b2)))
    y = np.exp(z2 @ W3 + b3)
    found = neuralnet_mnist.predict(network, x)
    np.testing.assert_allclose(found, y / y.sum(axis=1, keepdims=True), rtol=1e-12)


def test_weights_of_other_shapes_are_refused(tmp_path):
    stored = load_arrays(neuralnet_mnist.WEIGHTS)
    save_arrays(tmp_path / "missing.npz", {k: v for k, v in stored.items() if k != "b2"})
    save_arrays(tmp_path / "turned.npz", stored | {"W1": stored["W1"].T})
    for name in ("missing.npz", "turned.npz"):
        with pytest.raises(ValueError, match=f"{name}: holds .*; expected .*784, 50") as error:
            neuralnet_mnist.init_network(tmp_path / name)
        assert "\n" not in str(error.value)


# 3.28
def test_neuralnet_mnist_prints_the_accuracy(tmp_path, capsys):
    results = neuralnet_mnist.main(["--samples", "300", "--out", str(tmp_path)])
    (line,) = [s for s in capsys.readouterr().out.splitlines() if s.startswith("Accuracy:")]
    assert float(line.removeprefix("Accuracy:")) == results["accuracy"]
    x, t = neuralnet_mnist.get_data()
    y = neuralnet_mnist.predict(neuralnet_mnist.init_network(), x[:300]).argmax(axis=1)
    assert results["accuracy"] == np.mean(y == t[:300])
    assert results["data"] == data_name()


def test_the_picture_shows_mistakes_first():
    x = np.zeros((30, 784)) + np.arange(30)[:, None]
    t = np.arange(30) % 10
    y = t.copy()
    y[[7, 25]] = 0, 1
    shown = neuralnet_mnist.mistakes_first(x / 255, t, y)
    axes = neuralnet_mnist.draw({"accuracy": 28 / 30, **shown}).axes
    assert [ax.get_title() for ax in axes[:3]] == ["0 (7)", "1 (5)", "0 (0)"]
    assert axes[1].images[0].get_array()[0, 0] == 25


# 3.29
@pytest.mark.usefixtures("_mnist")
def test_the_bundled_weights_reach_what_they_state(digits):
    stored = load_arrays(neuralnet_mnist.WEIGHTS)
    assert str(stored["data"]) == "mnist"
    assert stored["seed"].shape == stored["accuracy"].shape == ()
    x, t = digits
    y = neuralnet_mnist_batch.in_batches(neuralnet_mnist.init_network(), x, 1000)
    assert np.mean(y == t) == stored["accuracy"]
    assert stored["accuracy"] > 0.975 > book.SAMPLE_WEIGHT_ACCURACY


# 3.30: the same accuracy, and even the same digits, whatever the size of the batch
@pytest.mark.parametrize("batch_size", [100, 333, 20000])
def test_batches_give_the_same_predictions(digits, batch_size):
    network, x = neuralnet_mnist.init_network(), digits[0][:1000]
    singly = [neuralnet_mnist.predict(network, image).argmax() for image in x]
    batched = neuralnet_mnist_batch.in_batches(network, x, batch_size)
    np.testing.assert_array_equal(batched, singly)


def test_the_batch_script_compares(tmp_path, capsys):
    argv = ["--samples", "2000", "--batch-size", "99", "--out", str(tmp_path)]
    results = neuralnet_mnist_batch.main(argv)
    assert results["accuracy"] == results["accuracy_one_by_one"]
    assert results["time_ratio"] > 1  # about 13
    assert f"Accuracy:{results['accuracy']}\n" in capsys.readouterr().out


# 3.32
def test_scaling_and_whitening_are_fitted_to_the_training_data():
    rng = np.random.default_rng(0)
    mix = rng.standard_normal((8, 8))
    x_train = (rng.standard_normal((20000, 8)) @ mix + 3).astype(np.float32)
    x_test = (rng.standard_normal((20000, 8)) @ mix + 3).astype(np.float32)

    fitted = whitening.fit_scaling(x_train)
    np.testing.assert_allclose(fitted, (x_train.mean(), x_train.std()), rtol=1e-4)
    for x, tolerance in ((x_train, 1e-5), (x_test, 0.02)):
        scaled = whitening.scale(x, *fitted)
        assert abs(scaled.mean()) < tolerance
        assert scaled.std() == pytest.approx(1, abs=tolerance)

    fitted = whitening.fit_whitening(x_train, 8)
    assert np.abs(whitening.covariance(x_test) - np.eye(8)).max() > 1
    for x, tolerance in ((x_train, 1e-4), (x_test, 0.06)):
        white = whitening.whiten(x, *fitted)
        np.testing.assert_allclose(white.mean(axis=0), 0, atol=tolerance)
        np.testing.assert_allclose(whitening.covariance(white), np.eye(8), atol=tolerance)
    with pytest.raises(ValueError, match="do not vary in 9 directions"):
        whitening.fit_whitening(x_train, 9)


# 3.32, on digits
def test_preprocessing_of_digits(quick):
    results = quick("ch03.preprocessing").results
    assert abs(results["mean"]) < 0.05 < results["mean_before"]
    assert results["std"] == pytest.approx(1, abs=0.05)
    assert results["white_variance"] == pytest.approx(1, abs=0.1)
    assert results["white_covariance"] < 0.2


def test_digits_prepared_in_four_ways():
    rng = np.random.default_rng(0)
    sets = [rng.integers(0, 256, (n, 12)).astype(np.uint8) for n in (3000, 2000)]
    ways = prepared.prepare(sets, 5)
    assert {x.dtype for images in ways.values() for x in images} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(ways["0 to 255"][1], sets[1])
    np.testing.assert_allclose(ways["divided by 255"][1], sets[1] / 255, rtol=1e-6)
    for name, tolerance in (("mean 0, std 1", 0.02), ("whitened", 0.1)):
        first, second = ways[name]
        assert abs(first.mean()) < 1e-4  # fitted to the first, not to each
        assert 1e-4 < abs(second.mean()) < tolerance
        assert second.std() == pytest.approx(1, abs=tolerance)
    assert ways["whitened"][1].shape == (2000, 5)


SETTINGS = {"lr": 0.1, "hidden_size": 50, "seed": 0}


def test_the_learning_rate_is_chosen_on_held_out_digits():
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((300, 4)).astype(np.float32), np.arange(300) % 10
    x[:, 0] += t  # the first two sets can be learned
    nonsense = rng.permutation(t)
    args = Namespace(iters=60, batch_size=50, rates=[1e-6, 0.05, 1e9], **SETTINGS)
    held_out = prepared.choose({"a": [x, x, x]}, [t, t, nonsense], args)["a"]
    assert sorted(held_out) == [1e-6, 0.05, 0.1, 1e9]
    assert held_out[0.05] > held_out[1e-6] + 0.1
    assert held_out[1e9] < held_out[0.05]  # its loss is soon not finite


def test_accuracies_and_where_they_were_taken():
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((100, 4)).astype(np.float32), np.arange(100) % 10
    args = Namespace(iters=25, batch_size=10, **SETTINGS)
    runs = [("a", 0.1), ("a", 1e30)]
    trainers = prepared.learn({"a": [x, x, x]}, [t, t, t], runs, args, every=10)
    good, bad = (prepared.progress(trainers[run]) for run in runs)
    assert (good["lr"], good["mini_batches"]) == (0.1, [1, 11, 21, 25])
    assert good["test_acc_list"][-1] == trainers["a", 0.1].network.accuracy(x, t)
    assert np.isnan(bad["test_acc_list"][-1])
    assert len(bad["test_acc_list"]) == len(bad["mini_batches"]) == 2
    losses = [trainer.train_loss_list[0] for trainer in trainers.values()]
    assert losses[0] == losses[1]  # the same initial weights and mini-batch


def test_preprocessing_and_accuracy(quick):
    results = quick("ch03.preprocessing_accuracy").results
    for choice in ("same", "best"):
        assert list(results[choice]) == ["0 to 255", "divided by 255", "mean 0, std 1", "whitened"]
        for way, run in results[choice].items():
            assert run["mini_batches"] == [1, 11, 20]
            by_rate = results["held_out_acc"][way]
            best = max(by_rate, key=by_rate.get)
            assert run["lr"] == (best if choice == "best" else 0.1)


def test_whitening_figure():
    before, after = np.diag([2.0, 1.0, 0.5]), np.eye(2)
    results = {"covariance of the middle row": before, "covariance of the components": after}
    figure = preprocessing.draw({"white_variance": 1.0, "white_covariance": 0.25, **results})
    left, right = figure.axes[:2]
    np.testing.assert_array_equal(left.images[0].get_array(), before)
    np.testing.assert_array_equal(right.images[0].get_array(), after)
    titles = left.get_title(), right.get_title()
    assert titles == ("3 pixels of the middle row", "2 components after whitening")
    assert "variance of 1.00, covariances up to 0.25" in figure.get_suptitle()


def test_the_middle_row_of_the_digits(digits):
    row = digits[0].reshape(-1, 28, 28)[:, 14]
    np.testing.assert_array_equal(digits[0][:, preprocessing.MIDDLE_ROW], row)


# the weights: how they are made
def test_shifted_digits_are_shifted_by_a_pixel_at_most():
    x = np.zeros((2000, 28, 28), np.float32)
    x[:, 14, 10] = 1
    shifted = train_sample_weight.shifted(x.reshape(-1, 784), np.random.default_rng(0))
    _, rows, columns = np.nonzero(shifted.reshape(x.shape))
    assert len(rows) == 2000
    steps, counts = np.unique(np.stack([rows - 14, columns - 10]), axis=1, return_counts=True)
    assert steps.T.tolist() == [[i, j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    assert counts.min() > 150


def test_training_never_overwrites_the_bundled_weights(monkeypatch, tmp_path):
    assert train_sample_weight.WEIGHTS == neuralnet_mnist.WEIGHTS
    # Bundled elsewhere, so that a failure of this test costs nothing.
    monkeypatch.setattr(train_sample_weight, "WEIGHTS", tmp_path / "ch03" / "sample_weight.npz")
    monkeypatch.chdir(tmp_path)
    for out in (str(tmp_path), ".", "ch03/.."):
        with pytest.raises(ValueError, match="would overwrite the bundled weights"):
            train_sample_weight.main(["--quick", "--out", out])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_training_the_weights(tmp_path):
    bundled = neuralnet_mnist.WEIGHTS.read_bytes()
    argv = ["--epochs", "2", "--samples", "2000", "--out", str(tmp_path)]
    results = train_sample_weight.main(argv)
    assert neuralnet_mnist.WEIGHTS.read_bytes() == bundled
    made = tmp_path / "ch03" / "sample_weight.npz"
    network = neuralnet_mnist.init_network(made)
    x, t = neuralnet_mnist.get_data()
    y = neuralnet_mnist_batch.in_batches(network, x, 1000)
    assert results["accuracy"] == np.mean(y == t) == load_arrays(made)["accuracy"]
    assert results["accuracy"] > 0.2
    assert train_sample_weight.main(argv) == results  # same seed, same weights
    made.unlink()
    held_out = train_sample_weight.main([*argv, "--epochs", "1", "--validate"])
    assert held_out["accuracy"] != results["accuracy"]
    assert not made.exists()  # weights of a trial are not for use


# 6.03: the mean of several networks' outputs is not worse than they are on average
def test_an_ensemble_is_not_worse_than_its_members():
    (x, t), (x_test, t_test) = load_mnist()
    x, t, x_test, t_test = x[:1000], t[:1000], x_test[:1000], t_test[:1000]
    outputs = []
    for seed in range(4):
        network = train_sample_weight.build(np.random.default_rng(seed))
        data = (x, t, x_test[:10], t_test[:10])
        trainer = Trainer(network, *data, 20, 20, verbose=False, rng=seed)
        trainer.optimizer.lr = 0.5
        trainer.train()
        outputs.append(functions.softmax(network.predict(x_test)))
    members = [functions.accuracy(y, t_test) for y in outputs]
    assert min(members) > 0.5
    together = functions.accuracy(np.mean(outputs, axis=0), t_test)
    assert together >= np.mean(members)
