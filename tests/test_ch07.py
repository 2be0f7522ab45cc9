"""Chapter 7: gradient check, filters before and after training, edges, shifts, training runs."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from ch07 import (
    apply_filter,
    gradient_check,
    pooling_shift,
    simple_convnet,
    train_convnet,
    visualize_filter,
)
from ch07.helpers import filters, shifts
from ch07.simple_convnet import SimpleConvNet
from claims import book
from common.io.files import load_arrays
from common.layers import Convolution, Pooling
from common.threads import one_blas_thread
from lab import image_training


def run(script, folder, *words):
    return script.main([*words, "--out", str(folder)])


@pytest.fixture(scope="module")
def trained():
    network = SimpleConvNet()
    network.load_params(simple_convnet.WEIGHTS)
    return network


# ---------------------------------------------------------------- gradient check


@pytest.mark.parametrize("seed", ["0", "1"])
def test_gradient_check(tmp_path, capsys, seed):  # S12, K14
    checks = run(gradient_check, tmp_path, "--quick", "--seed", seed)["checks"]
    assert list(checks) == list(book.SIMPLE_CONV_SHAPES)
    printed = capsys.readouterr().out
    for key, check in checks.items():
        assert check["passed"]
        assert 0 < check["difference"] < 1e-9
        assert check["error"] < 1e-6
        assert check["left_out"] < check["size"]
        assert f"{key}:{check['difference']:.3e}  (relative" in printed
    assert checks["W1"]["size"] == 90
    assert "FAILED" not in printed


def test_with_larger_weights_fewer_kinks_are_met(tmp_path):
    small, large = (
        sum(check["left_out"] for check in run(gradient_check, tmp_path, *words)["checks"].values())
        for words in (["--quick"], ["--quick", "--std", "0.3"])
    )
    assert large < small / 3


def test_where_every_difference_meets_a_kink_nothing_passes(tmp_path, capsys):
    checks = run(gradient_check, tmp_path, "--quick", "--std", "1e-9")["checks"]
    assert checks["W1"]["left_out"] == 90
    assert not checks["W1"]["passed"]
    assert (
        "W1:nan  (relative nan, FAILED; 90 of 90 at a kink, not compared)"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize("layer", [Convolution, Pooling])
def test_a_wrong_backward_is_found(tmp_path, monkeypatch, layer):
    right = layer.backward

    def wrong(self, dout, *options):
        dx = right(self, dout, *options)
        if layer is Pooling:
            return np.roll(dx, 1, axis=3)  # to the neighbours of the largest pixels
        self.dW = self.dW * 1.001
        return dx

    monkeypatch.setattr(layer, "backward", wrong)
    checks = run(gradient_check, tmp_path, "--quick")["checks"]
    assert not checks["W1"]["passed"]
    assert all(checks[key]["passed"] for key in ("W2", "b2", "W3", "b3"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_gradient_check_in_full(tmp_path, seed):  # S12
    checks = run(gradient_check, tmp_path, "--seed", str(seed))["checks"]
    assert all(check["passed"] and check["difference"] < 1e-9 for check in checks.values())
    assert {key: check["size"] for key, check in checks.items()} == {
        "W1": 90, "b1": 10, "W2": 1600, "b2": 10, "W3": 100, "b3": 10
    }  # fmt: skip


# ---------------------------------------------------------------- filters


def test_grey_levels():  # F10, A13
    ramp = np.arange(-3.0, 253.0).reshape(16, 16)
    grey = filters.grey_levels(np.array([ramp, 64 * ramp - 1e6, np.full((16, 16), 0.3)]))
    assert grey.dtype == np.uint8
    assert_array_equal(grey[0], np.arange(256).reshape(16, 16))
    assert_array_equal(grey[1], grey[0])  # each by itself
    assert_array_equal(grey[2], 128)  # neither black nor white
    assert_array_equal(filters.grey_levels(ramp), grey[0])
    assert_array_equal(filters.grey_levels(-ramp), 255 - grey[0])


@pytest.mark.parametrize("images", [np.zeros(5), np.zeros((0, 5, 5)), np.full((5, 5), np.nan)])
def test_grey_levels_refuses(images):
    with pytest.raises(ValueError, match="expected finite ones"):
        filters.grey_levels(images)


def test_smoothness():
    rows, columns = np.indices((5, 5))
    ramp, board = rows + 2.0 * columns, (rows + columns) % 2
    noise = np.random.default_rng(0).standard_normal((3000, 5, 5))
    of_ramp, of_board, of_flat = filters.smoothness(np.array([ramp, board, 0 * ramp]))
    assert of_ramp > 0.6
    assert of_board < -0.99
    assert of_flat == 0
    assert filters.smoothness(noise).mean() == pytest.approx(-1 / 24, abs=0.01)


def test_filters_are_smoother_after_training(tmp_path, capsys):  # S13, G20, E11
    results = run(visualize_filter, tmp_path, "--quick")
    assert results["smoothness_before"] < results["smoothness_by_chance"] < 0.1
    assert results["smoothness_after"] > 0.3
    assert len(results["smoothness_of_each"]) == 30
    assert f"after training:  {results['smoothness_after']:6.3f}\n" in capsys.readouterr().out


def test_figure_of_the_filters():  # S13
    rng = np.random.default_rng(0)
    images = dict(zip(("before", "after"), rng.integers(256, size=(2, 30, 5, 5)), strict=True))
    results = {"filters": images, "smoothness_before": 0.1, "smoothness_after": 0.7}
    figure = visualize_filter.draw(results)
    assert "0.10 before training, 0.70 after it" in figure.get_suptitle()
    for ax, of_one in zip(figure.axes, images.values(), strict=True):
        sheet = ax.images[0].get_array().filled(np.nan)
        assert sheet.shape == (5 * 6 + 1, 6 * 6 + 1)  # 6 columns, a gap of one pixel
        assert np.isfinite(sheet).sum() == 30 * 25
        assert_array_equal(sheet[7:12, 1:6], of_one[6])
        assert ax.images[0].get_clim() == (0, 255)
        black, white = ax.images[0].to_rgba(np.array([0.0, 255.0]))[:, :3]
        assert (black == 0).all()
        assert (white == 1).all()


def test_filters_from_a_custom_file(tmp_path):
    SimpleConvNet(rng=5).save_params(tmp_path / "own.npz")
    words = ["--weights", str(tmp_path / "own.npz"), "--seed", "5"]
    results = run(visualize_filter, tmp_path, *words)
    assert results["smoothness_after"] == results["smoothness_before"]


# ---------------------------------------------------------------- edges


def test_a_filter_made_by_hand_finds_the_vertical_edge():  # G21
    by_hand = filters.BY_HAND[None]
    for one in (by_hand, -by_hand):  # from black to white, or from white to black
        assert_allclose(filters.edge_responses(one)[:, 0], [10, 0], atol=1e-12)
    turned = by_hand.swapaxes(1, 2)
    assert_allclose(filters.edge_responses(turned)[:, 0], [0, 10], atol=1e-12)

    beside = filters.respond(filters.EDGE, by_hand)[0]
    assert beside.shape == (10, 10)
    assert_array_equal(beside.argmax(axis=1), 4)  # the edge is in the middle of the window
    below = filters.respond(filters.EDGE.T, by_hand)
    assert_array_equal(below, 0)


def test_learned_filters_find_edges(quick):  # S14, G21
    results = quick("ch07.apply_filter").results
    assert_allclose(results["by_hand"], [10, 0], atol=1e-12)
    vertical, horizontal = results["vertical"], results["horizontal"]
    number = results["chosen"]["vertical"]
    assert vertical[number] > 3 * horizontal[number] + 0.1
    number = results["chosen"]["horizontal"]
    assert horizontal[number] > 3 * vertical[number] + 0.1
    assert results["response_shape"] == (30, 156, 133)  # 160 x 137 pixels, less 4


def test_filters_are_chosen_by_what_they_do(tmp_path, trained):
    W = trained.params["W1"][:, 0].astype(np.float64)
    order = np.random.default_rng(0).permutation(30)
    first, mixed = filters.edge_responses(W), filters.edge_responses(W[order])
    assert_allclose(mixed, first[:, order])
    turned = filters.edge_responses(W.swapaxes(1, 2))
    assert_allclose(turned, first[::-1], atol=1e-12)

    other = SimpleConvNet()
    other.params = trained.params | {"W1": trained.params["W1"][order]}
    other.save_params(tmp_path / "mixed.npz")
    found = run(apply_filter, tmp_path, "--weights", str(tmp_path / "mixed.npz"))["chosen"]
    gap = first[0] - first[1]
    assert order[found["vertical"]] == gap.argmax()
    assert order[found["horizontal"]] == gap.argmin()


def test_a_custom_picture(tmp_path):
    pixels = np.zeros((50, 100, 3), np.uint8)
    pixels[:, 40:] = 255
    Image.fromarray(pixels).save(tmp_path / "edge.png")
    grey = apply_filter.read_picture(tmp_path / "edge.png", 1000)
    assert_allclose(grey, pixels[:, :, 0] / 255)
    assert apply_filter.read_picture(tmp_path / "edge.png", 20).shape == (10, 20)
    words = ["--image", str(tmp_path / "edge.png"), "--size", "30"]
    results = run(apply_filter, tmp_path, *words)
    assert (results["image"], results["response_shape"]) == ("edge.png", (30, 11, 26))
    assert_array_equal(results["picture"][0, :12], 0)  # 40 of 100 pixels are 12 of 30
    assert_array_equal(results["picture"][:, 12:], 255)


def test_files_that_are_not_pictures_are_refused_in_one_line(tmp_path):
    path = tmp_path / "text.png"
    path.write_text("not a picture")
    with pytest.raises(ValueError, match=r"text\.png: not an image") as error:
        apply_filter.read_picture(path, 100)
    assert "\n" not in str(error.value)
    with pytest.raises(FileNotFoundError):
        apply_filter.read_picture(tmp_path / "none.png", 100)


def test_figure_of_the_responses():  # S14
    rng = np.random.default_rng(0)
    picture, W = rng.integers(256, size=(20, 30)), rng.standard_normal((30, 5, 5))
    results = {"picture": picture, "filters": W, "chosen": {"vertical": 3, "horizontal": 29}}
    figure, sixteen = apply_filter.draw(results)
    assert "filter 4 finds vertical edges, filter 30 horizontal" in figure.get_suptitle()
    for ax, number in zip(figure.axes[1:], (3, 29), strict=True):
        assert ax.get_title() == f"after filter {number + 1} and ReLU"
        passed = np.maximum(0, filters.respond(picture / 255, W[[number]])[0])
        assert_allclose(ax.images[0].get_array(), passed / passed.max())
        corner = ax.child_axes[0].images[0].get_array()
        assert_allclose(255 * corner, filters.grey_levels(W[number]))
    sheet = sixteen.axes[0].images[0].get_array().filled(np.nan)
    assert np.isfinite(sheet).sum() == 16 * 16 * 26


# ---------------------------------------------------------------- shifts


def test_pooling_does_not_mind_the_shift_of_the_figure():  # E12
    assert_array_equal(pooling_shift.BEFORE, book.SHIFT_IMAGE)
    assert_array_equal(pooling_shift.AFTER[:, 0], book.SHIFT_NEW_COLUMN)
    assert_array_equal(pooling_shift.AFTER[:, 1:], np.array(book.SHIFT_IMAGE)[:, :-1])
    assert_array_equal(pooling_shift.pool(pooling_shift.BEFORE), book.SHIFT_MAXIMA)
    assert_array_equal(pooling_shift.pool(pooling_shift.AFTER), book.SHIFT_MAXIMA)


def test_shifts_of_digits(quick):  # E12
    results = quick("ch07.pooling_shift").results
    assert_array_equal(results["pooled_before"], results["pooled_after"])
    changes = results["change"]
    assert len(changes) == 4
    for values in changes.values():
        assert values[0] == 0
        assert (np.diff(values) > 0).all()
    _, maps, thinned, pooled = changes.values()
    assert (pooled[1:] < 0.95 * maps[1:]).all()
    assert_allclose(thinned, maps, rtol=0.03)  # it is the maximum that helps, not the smaller map
    assert results["same_answer"][0] == 1
    assert results["same_answer"][1] > 0.8
    assert (np.diff(results["same_answer"]) <= 0.02).all()


def test_shifts_are_measured_on_the_weights_that_were_loaded(digits, trained):
    x, t = digits[1][0][:20].reshape(-1, 1, 28, 28), digits[1][1][:20]
    fresh = SimpleConvNet()
    fresh.load_params(simple_convnet.WEIGHTS)
    with one_blas_thread():
        measured = shifts.measure(fresh, x, t)
    assert measured["accuracy"][0] == pytest.approx(trained.accuracy(x, t))
    assert measured["accuracy"][0] >= 0.7
    trained.predict(x)
    seen = shifts.stages(trained, x)
    assert_allclose(seen["scores"], trained.predict(x), rtol=1e-4, atol=1e-4)
    shapes = [value.shape[1:] for value in seen.values()]
    assert shapes == [(1, 28, 28), (30, 24, 24), (30, 12, 12), (30, 12, 12), (10,)]


def test_figure_of_the_shift():
    numbers = np.linspace(0, 1, 5)
    results = {
        "data": "drawn",
        "pooled_before": np.array([[9, 7], [6, 8]]),
        "pooled_after": np.array([[9, 7], [6, 8]]),
        "change": {"image": numbers, "maps": 2 * numbers, "thinned": numbers, "pooled": numbers},
        "same_answer": 1 - numbers,
        "accuracy": 1 - numbers,
    }
    figure = pooling_shift.draw(results)
    assert "Figure 7-16" in figure.get_suptitle()
    before, after, change, answers = figure.axes
    for ax, image in ((before, pooling_shift.BEFORE), (after, pooling_shift.AFTER)):
        *written, sign, nine, seven, six, eight = [text.get_text() for text in ax.texts]
        assert sign == "→"
        assert_array_equal(np.reshape(written, (6, 6)).astype(float), image)
        bold = sorted(text.get_text() for text in ax.texts[:36] if text.get_weight() == "bold")
        assert bold == ["6", "7", "8", "9"]
        assert nine + seven + six + eight == "9768"
    assert "the same maxima" in after.get_title()
    assert change.get_title() == "moved by 1 pixel: change 50%, pooled 25%"
    assert answers.get_title() == "moved by 1 pixel: 75.0% same answers"
    results["pooled_after"] = np.zeros((2, 2))
    assert "other maxima" in pooling_shift.draw(results).axes[1].get_title()


@pytest.mark.slow
def test_shifts_in_full(real_mnist, tmp_path):  # E12
    results = run(pooling_shift, tmp_path, "--data", "mnist")
    _, maps, _, pooled = results["change"].values()
    assert pooled[1] < 0.85 * maps[1]
    assert results["same_answer"][1] > 0.9
    assert results["accuracy"][0] > 0.98


# ---------------------------------------------------------------- training


def test_the_bundled_weights_reach_what_they_state(real_mnist, trained):  # N14, E10
    stored = load_arrays(simple_convnet.WEIGHTS)
    assert str(stored["data"]) == "mnist"
    assert stored["seed"].shape == stored["accuracy"].shape == ()
    x, t = real_mnist[1]
    with one_blas_thread():
        accuracy = trained.accuracy(x.reshape(-1, 1, 28, 28), t)
    assert accuracy == pytest.approx(float(stored["accuracy"]), abs=1e-4)  # a digit may tip over
    assert accuracy >= book.SIMPLE_CONV_TEST_ACC


@pytest.fixture
def _few_digits(digits, monkeypatch):
    """Use 300 digits for training and 200 for the test."""
    (x, t), (x_test, t_test) = digits
    train = x[:300].reshape(-1, 1, 28, 28), t[:300]
    test = x_test[:200].reshape(-1, 1, 28, 28), t_test[:200]
    monkeypatch.setattr(image_training, "load_mnist", lambda **_: (train, test))


@pytest.mark.usefixtures("_few_digits")
def test_training_saves_new_weights(tmp_path):  # S10
    words = ["--epochs", "2", "--threads", "1"]
    results = run(train_convnet, tmp_path, *words)
    assert len(results["train_acc_list"]) == len(results["test_acc_list"]) == 2
    assert len(results["train_loss_list"]) == 6
    assert results["train_loss_list"][0] == pytest.approx(np.log(10), abs=0.05)
    (made,) = tmp_path.rglob("*.npz")
    network = SimpleConvNet()
    network.load_params(made)
    _, (x_test, t_test) = image_training.load_mnist()
    assert network.accuracy(x_test, t_test) == pytest.approx(results["test_acc"])
    assert float(load_arrays(made)["accuracy"]) == results["test_acc"]
    assert run(train_convnet, tmp_path, *words) == results  # same seed, same weights


@pytest.mark.usefixtures("_few_digits")
def test_training_never_overwrites_the_bundled_weights(tmp_path, monkeypatch):
    # Shipped elsewhere, so that a failure of this test costs nothing.
    path = tmp_path / "ch07" / "simple_convnet.npz"
    elsewhere = image_training.make_main(train_convnet.__file__, "", SimpleConvNet, path)
    for out in (tmp_path, tmp_path / "ch07" / ".."):  # the same, spelled otherwise
        with pytest.raises(ValueError, match="would overwrite the bundled weights"):
            elsewhere(["--epochs", "1", "--out", str(out)])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    monkeypatch.setattr(image_training, "save_arrays", None)
    with pytest.raises(ValueError, match="would overwrite the bundled weights"):
        run(train_convnet, simple_convnet.WEIGHTS.parents[1], "--epochs", "1")


@pytest.mark.usefixtures("_few_digits")
def test_a_trial_on_held_out_digits_saves_no_weights(tmp_path):
    run(train_convnet, tmp_path, "--epochs", "1", "--threads", "1", "--validate")
    assert not list(tmp_path.rglob("*.npz"))


@pytest.mark.slow
def test_short_training(real_mnist, tmp_path):  # E10, S10
    # 250 mini-batches are few for the book's learning rate of 0.001: with it 0.925.
    words = ["--data", "mnist", "--epochs", "5", "--samples", "5000", "--lr", "0.002"]
    results = run(train_convnet, tmp_path, *words)
    assert results["data"] == "mnist"
    assert len(results["train_acc_list"]) == len(results["test_acc_list"]) == 5
    assert results["test_acc"] >= 0.93


@pytest.mark.slow
def test_full_training(real_mnist, tmp_path):  # E10: 20 epochs, minutes
    results = run(train_convnet, tmp_path, "--data", "mnist")
    assert len(results["test_acc_list"]) == 20
    assert results["train_acc_list"][-1] > 0.99
    assert results["test_acc"] >= 0.985


@pytest.mark.parametrize(
    ("mode", "mean"), [("LA", 1.0), ("RGBA", 1.0), ("L", 0.0), ("I;16", 0.0), ("F", 0.0)]
)
def test_pictures_that_are_no_plain_ones(tmp_path, mode, mean):
    path = tmp_path / ("a.tif" if mode == "F" else "a.png")
    Image.new(mode, (8, 8), 0).save(path)  # black; where there is alpha, transparent
    assert apply_filter.read_picture(path, 8).mean() == mean


def test_a_picture_smaller_than_a_filter(tmp_path):
    Image.new("L", (500, 4)).save(tmp_path / "thin.png")
    with pytest.raises(ValueError, match=r"thin.png: \(1, 160\) pixels; expected \(5, 5\)"):
        apply_filter.read_picture(tmp_path / "thin.png", 160)
