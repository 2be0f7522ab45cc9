"""Chapter 8: mistakes, half precision, receptive fields, augmentation, DeepConvNet."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08 import half_float_network, misclassified_mnist, train_deepnet
from ch08.deep_convnet import WEIGHTS, DeepConvNet
from ch08.helpers import precision
from ch08.helpers.fields import convolutions, field, full_convolution, gradients
from ch08.section_8_1 import augmentation, receptive_field
from claims import book
from common.augment import transform
from common.functions import confusion_matrix
from common.gradient import gradient_check
from common.io.files import load_arrays, save_arrays
from common.layers import Convolution
from common.trainer import Trainer
from lab import image_training


@pytest.fixture(scope="module")
def untrained(tmp_path_factory):
    """A file of weights that misclassify most digits."""
    path = tmp_path_factory.mktemp("weights") / "untrained.npz"
    DeepConvNet(rng=0).save_params(path)
    return path


def images(digits, n):
    (x, t) = digits[1]
    return x[:n].reshape(n, 1, 28, 28), t[:n]


def run(script, folder, *words):
    return script.main([*map(str, words), "--out", str(folder)])


def panels(figure):
    return {ax.get_title(): ax for ax in figure.axes}


# ---------------------------------------------------------------- the wrong digits


def test_only_wrong_digits_are_listed(tmp_path, untrained, digits, capsys):  # S17, G22
    results = run(misclassified_mnist, tmp_path, "--samples", 30, "--weights", untrained)
    x, t = images(digits, 30)
    network = DeepConvNet()
    network.load_params(untrained)
    y = network.predict(x).argmax(axis=1)
    assert_array_equal(results["wrong"], np.flatnonzero(y != t))
    assert_array_equal(results["labels"], t[results["wrong"]])
    assert_array_equal(results["inferences"], y[results["wrong"]])
    assert (results["labels"] != results["inferences"]).all()
    assert results["accuracy"] == pytest.approx(network.accuracy(x, t))
    assert list(results["shown"]) == list(range(1, 21))
    assert results["shown"][1] == (results["labels"][0], results["inferences"][0])
    assert sum(results["confusions"].values()) == len(results["wrong"])
    out = capsys.readouterr().out
    assert f"view index: (label, inference)\n{results['shown']}\n" in out
    assert f"{len(results['wrong'])} of 30 misclassified" in out
    for pair in book.CONFUSED:
        assert f"{pair} {results['confusions'].get(pair, 0)}" in out.split("the book: ")[1]


@pytest.mark.parametrize("number", [0, 3, 20, 25])
def test_figure_8_2_shows_wrong_digits_with_label_and_inference(digits, number):  # G22
    x, t = images(digits, 40)
    y = t.copy()
    wrong = np.arange(5, 5 + number)
    y[wrong] = (t[wrong] + 1) % 10
    figure, second = misclassified_mnist.draw(misclassified_mnist.evaluate(x, t, np.eye(10)[y]))
    shown = [ax for ax in figure.axes if ax.images]
    assert len(shown) == min(number, 20)
    for i, ax in zip(wrong, shown, strict=False):
        assert_allclose(ax.images[0].get_array(), 255 * x[i, 0], atol=1e-4)
        (left, top), (right, bottom) = (text.get_position() for text in ax.texts)
        assert left < right
        assert bottom < top
        assert [text.get_text() for text in ax.texts] == [str(t[i]), str(y[i])]
    (matrix,) = second.axes
    assert sum(int(text.get_text()) for text in matrix.texts) == 40
    assert f"{number} of 40 digits are misclassified" in figure.get_suptitle()


def test_confusions_go_both_ways():
    t, y = np.array([1, 7, 3, 0, 5, 9]), np.array([7, 1, 5, 6, 5, 9])
    matrix = confusion_matrix(np.eye(10)[y], t)
    assert misclassified_mnist.confusions(matrix) == {"1/7": 2, "0/6": 1, "3/5": 1}
    assert set(misclassified_mnist.BOOK) == set(book.CONFUSED)


@pytest.mark.parametrize("script", [misclassified_mnist, half_float_network, augmentation])
def test_invalid_weight_files(tmp_path, script):
    with pytest.raises(OSError, match=r"none\.npz"):
        run(script, tmp_path, "--quick", "--weights", tmp_path / "none.npz")
    save_arrays(tmp_path / "other.npz", {"W1": np.ones(3)})
    with pytest.raises(ValueError, match="holds parameters"):
        run(script, tmp_path, "--quick", "--weights", tmp_path / "other.npz")


# ---------------------------------------------------------------- half precision


def test_a_cast_network_keeps_its_type_throughout(untrained, digits):  # S18, A15
    x = images(digits, 10)[0]
    exact = precision.cast(untrained, "float64").predict(x.astype(np.float64))
    for dtype, most in (("float32", 1e-5), ("float16", 0.02)):
        network, out = precision.cast(untrained, dtype), x.astype(dtype)
        scores = network.predict(out)  # which hands the parameters to the layers
        for layer in network.layers.values():
            out = layer.forward(out, False)
            assert out.dtype == dtype
        assert {value.dtype for value in network.params.values()} == {np.dtype(dtype)}
        assert_array_equal(out, scores)
        assert 0 < np.abs(scores - exact).max() < most


def test_half_precision_costs_memory_by_its_bits(tmp_path, untrained, capsys):  # S18, E15
    words = ["--samples", 40, "--weights", untrained]
    results = run(half_float_network, tmp_path, *words)
    rows = [results[dtype] for dtype in half_float_network.TYPES]
    assert [row["parameters"] for row in rows] == [123_552 * size for size in (8, 4, 2)]
    kept = [row["forward_pass"] for row in rows]
    assert kept[0] > 1.5 * kept[1] > 1.5 * 1.3 * kept[2]
    assert all(row["peak"] > row["forward_pass"] > 40 * 28 * 28 * 16 * 2 for row in rows)
    assert all(row["seconds"] > 0 for row in rows)
    assert [row["score_difference"] > 0 for row in rows] == [False, True, True]
    assert rows[0]["read_differently"] == rows[1]["read_differently"] == 0
    assert results["product_ratio"] > 2
    out = capsys.readouterr().out
    for dtype in half_float_network.TYPES:
        assert f"\n{dtype}: accuracy {results[dtype]['accuracy']:.4f}" in out


def test_networks_take_turns(untrained, digits):
    x = images(digits, 230)[0]
    calls = []

    class Spy(DeepConvNet):
        def predict(self, x, train_flg=False):
            calls.append((x.dtype.name, len(x)))
            return np.zeros((len(x), 10))

    scores, seconds = precision.timed_scores({"float64": Spy(), "float32": Spy()}, x)["float32"]
    assert calls == [(kind, n) for n in (100, 100, 30) for kind in ("float64", "float32")]
    assert scores.shape == (230, 10)
    assert seconds > 0


# ---------------------------------------------------------------- receptive fields


def test_receptive_fields_and_parameters(quick):  # G24, N16, E14
    results, out, _ = quick("ch08.section_8_1.receptive_field")
    names = ("Figure 8-5: one 5x5", "Figure 8-6: two 3x3", "Three 3x3")
    for name, seen, number in zip(names, (5, 5, 7), (0, 1, 1), strict=True):
        one, parameters = book.FILTER_PARAMETERS[seen][0], book.FILTER_PARAMETERS[seen][number]
        assert results[name] == {"sees": (seen, seen), "parameters": parameters}
        assert f"{name}: sees {seen}x{seen} with {parameters} parameters, where" in out
        assert f"where one filter has {one}\n" in out
    for k, seen in results["by_depth"].items():
        assert seen == [1 + n * (k - 1) for n in range(1, 6)]
    assert results["difference"]["linear"] < 1e-13
    assert results["difference"]["with ReLU"] > 1
    # filters of 3 pixels, then steps of 2, 4 and 8 pixels: added up by hand
    assert list(results["DeepConvNet"].values()) == [3, 5, 6, 10, 14, 16, 24, 32, 36]
    assert list(results["DeepConvNet"])[-3:] == ["Conv5", "Conv6", "Pool3"]


@pytest.mark.parametrize("sizes", [[5], [3, 3], [3, 3, 3], [2, 5], [1]])
def test_pixels_of_the_receptive_field_change_the_output(sizes):
    layers = convolutions(sizes, np.random.default_rng(0))
    x = np.random.default_rng(1).random((1, 1, 9, 9))
    gradient = gradients(layers, x)[0]

    def middle(x):
        for layer in layers:
            x = layer.forward(x)
        return x[0, 0, x.shape[2] // 2, x.shape[3] // 2]

    before = middle(x)
    for place in np.ndindex(9, 9):
        moved = x.copy()
        moved[(0, 0, *place)] += 1
        assert middle(moved) - before == pytest.approx(gradient[place], abs=1e-9)
    assert field(gradient) == (1 + sum(sizes) - len(sizes),) * 2


@pytest.mark.parametrize(("first", "second"), [(3, 3), (5, 3), (1, 4)])
def test_two_linear_filters_are_one(first, second):
    rng = np.random.default_rng(0)
    W, V = rng.standard_normal((first, first)), rng.standard_normal((second, second))
    both = full_convolution(W, V)
    one, two, whole = (Convolution(K[None, None], np.zeros(1)) for K in (W, V, both))
    x = rng.standard_normal((4, 1, 11, 11))
    assert_allclose(two.forward(one.forward(x)), whole.forward(x), atol=1e-12)
    assert both.shape == (first + second - 1,) * 2


def test_figures_8_5_and_8_6_mark_the_region(quick):  # G24
    figure, second = receptive_field.draw(quick("ch08.section_8_1.receptive_field").results)
    titles = [ax.get_title() for ax in figure.axes]
    assert titles.count("input: 5x5") == 2
    for title in ("input: 7x7", "after layer 1: 3x3", "after layer 3: 1x1"):
        assert title in titles
    assert "DeepConvNet: Conv6 sees a whole image" in panels(second)
    for ax in figure.axes:
        if ax.get_title().startswith(("input", "after")):
            size = int(ax.get_title()[-1])
            assert (ax.patches[0].get_width(), ax.patches[0].get_height()) == (size, size)
            assert ax.collections[0].get_array().sum() == size * size


# ---------------------------------------------------------------- augmentation


def test_the_accuracy_on_moved_digits(tmp_path, untrained, digits, capsys):  # G23
    words = ["--samples", 10, "--weights", untrained]
    results = run(augmentation, tmp_path, *words)
    assert list(results["accuracy"]) == ["rotated", "shifted"]
    network = DeepConvNet()
    network.load_params(untrained)
    x, t = images(digits, 10)
    plain = network.accuracy(x, t)
    assert results["accuracy"]["rotated"][0] == results["accuracy"]["shifted"][0] == plain
    rotated = network.accuracy(transform(x, degrees=45), t)
    assert results["accuracy"]["rotated"][45] == pytest.approx(rotated, abs=0.101)
    assert "accuracy, rotated: -90: 0." in capsys.readouterr().out


def test_figure_8_4_shows_the_moves_that_its_titles_name(digits):  # G23
    x = images(digits, 2)[0][:, 0]
    varied = np.stack([np.rint((255 - 20 * n) * x[0]) for n in range(10)]).astype(np.uint8)
    accuracy = {"rotated": {0: 1.0, 90: 0.1}, "shifted": {0: 1.0, 5: 0.5}}
    results = {"images": np.rint(255 * x), "at_random": varied, "accuracy": accuracy}
    figure, second = augmentation.draw({**results, "samples": 2})
    pictures = [ax.images[0].get_array() for ax in figure.axes]
    assert len(pictures) == 3 * 10
    assert_allclose(pictures[:20:10], x, atol=1e-6)
    assert_array_equal(pictures[20:], varied)
    found = panels(figure)
    for title, change in augmentation.CHANGES.items():
        assert_allclose(found[title].images[0].get_array(), change(x[:1])[0], atol=1e-5)
    right = found["3 pixels\nright"].images[0].get_array()
    assert_allclose(right[:, 3:], x[0][:, :-3], atol=1e-6)
    flipped = found["flipped: not\nfor digits"].images[0].get_array()
    assert_allclose(flipped, x[0][:, ::-1], atol=1e-6)
    assert [list(ax.lines[0].get_ydata()) for ax in second.axes] == [[1.0, 0.1], [1.0, 0.5]]


@pytest.mark.usefixtures("unrendered")
def test_the_row_at_random_follows_the_seed(tmp_path, untrained, monkeypatch):
    some = {"rotated": {0: 1}, "shifted": {0: 1}}
    monkeypatch.setattr(augmentation, "accuracies", lambda *_: some)
    words = ["--quick", "--weights", untrained, "--seed"]
    rows = [run(augmentation, tmp_path, *words, seed)["at_random"] for seed in (0, 0, 1)]
    assert_array_equal(rows[0], rows[1])
    assert (rows[0] != rows[2]).any()
    assert len({row.tobytes() for row in rows[0]}) == 10


# ---------------------------------------------------------------- DeepConvNet


def test_gradients_with_frozen_dropout_masks():  # E13: one batch
    filters = {f"conv_param_{n}": {"filter_num": 2} for n in (1, 2, 3, 4, 5, 6)}
    filters["conv_param_4"]["pad"] = 1  # 8 pixels are halved to 4, 2 and 1
    network = DeepConvNet((1, 8, 8), **filters, hidden_size=8, output_size=3, rng=2)
    rng = np.random.default_rng(0)
    for n in range(1, 9):  # where all inputs are 0, a bias of 0 is the kink of the ReLU
        network.params[f"b{n}"] = 0.1 + 0.1 * rng.random(network.params[f"b{n}"].shape)
    x = rng.standard_normal((6, 1, 8, 8))
    checks = gradient_check(network, x, np.array([0, 1, 2, 0, 1, 2]))
    assert list(checks) == [f"{name}{n}" for n in range(1, 9) for name in "Wb"]
    assert all(check.passed for check in checks.values())


def few_digits(digits):
    """Return a `load_mnist` that returns few digits."""
    (x, t), (x_test, t_test) = digits
    train = x[:30].reshape(-1, 1, 28, 28), t[:30]
    return lambda **_: (train, (x_test[:10].reshape(-1, 1, 28, 28), t_test[:10]))


def test_train_deepnet_in_short(tmp_path, digits, monkeypatch):  # S16
    made = []

    def remember(self, *args, **options):
        init(self, *args, **options)
        made.append((self, options))

    init = Trainer.__init__
    monkeypatch.setattr(Trainer, "__init__", remember)
    monkeypatch.setattr(image_training, "load_mnist", few_digits(digits))
    words = ["--epochs", 2, "--samples", 20, "--batch-size", 10, "--lr", 0.002, "--threads", 1]
    more = ["--augment", "--decay", "--checkpoint", tmp_path / "c.npz"]
    results = run(train_deepnet, tmp_path, *words, *more)
    assert {"data", "test_acc", "train_acc_list", "test_acc_list"} <= set(results)
    assert len(results["train_acc_list"]) == len(results["test_acc_list"]) == 2
    (trainer, options), *_ = made
    assert (trainer.max_iter, trainer.optimizer.lr < 0.002) == (4, True)
    assert options["augment"] is not None
    assert options["schedule"](0) == 0.002
    assert (tmp_path / "c.npz").exists()
    saved = load_arrays(tmp_path / "ch08" / "deep_convnet.npz")
    assert saved["accuracy"] == results["test_acc"]
    network = DeepConvNet()
    network.load_params(tmp_path / "ch08" / "deep_convnet.npz")
    assert_array_equal(network.params["W1"], trainer.network.params["W1"])


def test_train_deepnet_keeps_validation_apart_and_bundled_weights_unchanged(
    tmp_path, digits, monkeypatch
):
    monkeypatch.setattr(image_training, "load_mnist", few_digits(digits))
    words = ["--quick", "--epochs", 1, "--samples", 10, "--batch-size", 10]
    run(train_deepnet, tmp_path, *words, "--validate")
    assert not (tmp_path / "ch08" / "deep_convnet.npz").exists()
    with pytest.raises(ValueError, match="would overwrite the bundled weights"):
        run(train_deepnet, WEIGHTS.parents[1], *words)


def test_the_bundled_weights_say_how_they_were_made():  # K15
    stored = load_arrays(WEIGHTS)
    assert {"data", "seed", "accuracy"} < set(stored)
    assert all(stored[key].shape == () for key in ("data", "seed", "accuracy"))
    assert str(stored["data"]) == "mnist"
    assert stored["accuracy"] >= book.DEEP_CONV_TEST_ACC
    assert sum(value.size for value in stored.values() if value.ndim) == 123_552


def test_the_bundled_network_classifies_digits(digits):
    network = DeepConvNet()
    network.load_params(WEIGHTS)
    assert network.accuracy(*images(digits, 200)) > 0.8  # drawn ones too


# ---------------------------------------------------------------- at full size

slow = pytest.mark.slow


@slow
def test_deep_convnet_memorizes_300_digits(real_mnist):  # E13
    (x, t), _ = real_mnist
    few = x[:300].reshape(-1, 1, 28, 28), t[:300]
    network = DeepConvNet(rng=0)
    Trainer(network, *few, *few, 30, 50, "Adam", verbose=False, rng=0, threads=2).train()
    assert network.accuracy(*few) >= 0.98


@slow
def test_the_bundled_weights_on_all_test_digits(real_mnist, tmp_path, capsys):  # E13, S17, N15
    results = run(misclassified_mnist, tmp_path, "--data", "mnist")
    stored = float(load_arrays(WEIGHTS)["accuracy"])
    assert results["accuracy"] == pytest.approx(stored, abs=1e-9)
    assert results["accuracy"] >= book.DEEP_CONV_TEST_ACC
    assert len(results["wrong"]) <= book.DEEP_CONV_WRONG
    assert len(results["shown"]) <= 20
    assert (real_mnist[1][1][results["wrong"]] == results["labels"]).all()
    assert (results["labels"] != results["inferences"]).all()
    saved = json.loads((tmp_path / "ch08" / "misclassified_mnist.json").read_text())
    assert saved["settings"]["test_samples"] == saved["samples"] == 10000


@slow
def test_half_precision_on_all_test_digits(real_mnist, tmp_path):  # S18, E15
    results = run(half_float_network, tmp_path, "--data", "mnist")
    exact, single, half = (results[dtype] for dtype in half_float_network.TYPES)
    assert abs(half["accuracy"] - exact["accuracy"]) <= 0.001
    assert single["accuracy"] == exact["accuracy"] >= book.DEEP_CONV_TEST_ACC
    assert single["seconds"] < exact["seconds"]
    assert half["score_difference"] < 0.3
    assert half["read_differently"] <= 10


@slow
def test_the_accuracy_on_moved_test_digits(real_mnist, tmp_path):
    accuracy = run(augmentation, tmp_path, "--data", "mnist")["accuracy"]
    rotated, shifted = (list(accuracy[key].values()) for key in ("rotated", "shifted"))
    assert min(accuracy["rotated"][n] for n in (-15, 15)) > 0.95
    assert accuracy["shifted"][-2] > 0.95
    assert max(rotated[0], rotated[-1]) < 0.3
    assert max(shifted[0], shifted[-1]) < 0.8
