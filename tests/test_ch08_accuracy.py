"""Chapter 8, higher accuracy: augmentation, ensembles, learning rates, DropConnect."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08.helpers.small_convnet import METHODS, SmallConvNet
from ch08.section_8_1 import augmentation_gain, dropconnect, ensemble, learning_rate_decay
from common.functions import softmax


def run(script, folder, *words):
    return script.main([*map(str, words), "--out", str(folder)])


# ---------------------------------------------------------------- the network that they share


def images(n):
    return np.random.default_rng(0).random((n, 1, 28, 28)).astype(np.float32)


@pytest.mark.parametrize("method", METHODS)
def test_small_convnet(method):
    network = SmallConvNet(method, rng=0)
    shapes = {key: value.shape for key, value in network.params.items() if key.startswith("W")}
    assert shapes == {"W1": (8, 1, 5, 5), "W2": (16, 8, 5, 5), "W3": (256, 50), "W4": (50, 10)}
    scores = network.predict(images(3))
    assert (scores.shape, scores.dtype) == ((3, 10), np.float32)
    assert (scores != SmallConvNet(method, rng=1).predict(images(3))).any()
    plain = SmallConvNet(rng=0)
    for key, value in plain.params.items():  # the methods differ in training only
        assert_array_equal(network.params[key], value)
    network.params["W3"][:] *= 2 if method != "none" else 1  # half of it counts
    assert_allclose(network.predict(images(3)), plain.predict(images(3)), atol=1e-5)


def test_what_is_left_out():
    x = images(4)
    dropout, dropconnect = (SmallConvNet(method, 0.75, rng=0) for method in METHODS[1:])
    for network in (dropout, dropconnect):
        network.loss_and_gradient(x, [0, 1, 2, 3])
    neurons = dropout.layers["Dropout1"].mask.reshape(4, 256)
    left = dropconnect.layers["DropConnect1"].mask
    assert left.shape == (4, 256, 50)
    assert neurons.mean() == pytest.approx(0.25, abs=0.04)
    assert left.mean() == pytest.approx(0.25, abs=0.01)
    assert not np.array_equal(left[0], left[1])
    with pytest.raises(ValueError, match="method is 'dropout'; expected one of none, Dropout"):
        SmallConvNet("dropout")


# ---------------------------------------------------------------- augmentation


@pytest.fixture(scope="module")
def one_dot():
    """500 black images with a white square beside the centre."""
    x = np.zeros((500, 1, 28, 28), np.float32)
    x[:, :, 14:17, 18:21] = 1
    return x


def changed(x, name):
    return augmentation_gain.CHANGES[name](x, np.random.default_rng(0))


def test_each_change_does_what_its_name_says(one_dot):
    changes = augmentation_gain.CHANGES
    none, every, rotated, shifted, scaled, cropped, brighter, flipped = changes
    assert changes[none] is None
    place = np.arange(28) - 13.5

    def centre(name):
        out = changed(one_dot, name)[:, 0].astype(float)
        down, right = (out.sum(axis=axis) @ place / out.sum(axis=(1, 2)) for axis in (2, 1))
        return down, right

    down, right = centre(rotated)  # from (1.5, 5.5): as far from the middle as before
    assert_allclose(np.hypot(down, right), np.hypot(1.5, 5.5), atol=0.1)
    assert 9 < np.rad2deg(np.ptp(np.arctan2(down, right))) / 2 <= 10.1
    down, right = centre(shifted)
    assert 1.9 < abs(down - 1.5).max() <= 2.01
    assert 1.9 < abs(right - 5.5).max() <= 2.01
    down, right = centre(scaled)
    assert_allclose(down / right, 1.5 / 5.5, atol=0.02)
    assert 0.09 < (right / 5.5 - 1).max() <= 0.11
    assert {float(value) for value in np.unique(changed(one_dot, cropped))} == {0, 1}
    assert changed(np.ones_like(one_dot), cropped).sum(axis=(1, 2, 3)).tolist() == [400] * 500
    assert 0.19 < changed(one_dot, brighter)[:, 0, 0, 0].max() <= 0.2
    out = changed(one_dot, flipped)
    mirrored = (out == one_dot[..., ::-1]).all(axis=(1, 2, 3))
    assert 200 < mirrored.sum() < 300
    assert_array_equal(out[~mirrored], one_dot[~mirrored])
    down, right = centre(every)
    assert abs(right - 5.5).max() > 2.1


def test_all_changes_where_asked_and_two_elsewhere(quick):
    accuracy = quick("ch08.section_8_1.augmentation_gain").results["accuracy"]
    assert list(accuracy) == ["20", "60"]
    assert list(accuracy["20"]) == list(augmentation_gain.CHANGES)
    assert list(accuracy["60"]) == [augmentation_gain.NONE, augmentation_gain.ALL]
    assert len(set(accuracy["20"].values())) > 3


@pytest.mark.usefixtures("unrendered")
def test_augmentation_gain_is_reproducible_and_depends_on_the_seed(tmp_path, quick):
    found = quick("ch08.section_8_1.augmentation_gain").results
    words = ["--quick", "--samples", 20]
    assert run(augmentation_gain, tmp_path, *words)["accuracy"]["20"] == found["accuracy"]["20"]
    other = run(augmentation_gain, tmp_path, *words, "--seed", 1)
    assert other["accuracy"]["20"] != found["accuracy"]["20"]


def test_gains_are_drawn_in_percentage_points():
    none, every, *others = augmentation_gain.CHANGES
    some = {none: 0.8, every: 0.9, **dict.fromkeys(others, 0.75)}
    accuracy = {"100": {none: 0.5, every: 0.7}, "300": some}
    results = {"settings": {"alone": 300}, "accuracy": accuracy, "data": "mnist"}
    figure = augmentation_gain.draw(results)
    left, right = figure.axes
    assert "+20.0 percentage points with 100 digits" in figure.get_suptitle()
    assert [line.get_ydata().tolist() for line in left.lines] == [[0.5, 0.8], [0.7, 0.9]]
    assert_allclose([bar.get_width() for bar in right.patches], [10] + [-5] * len(others))


# ---------------------------------------------------------------- ensembles


def test_an_ensemble_answers_with_the_mean_of_its_networks():
    t = np.array([0, 1])
    outputs = np.array(
        [
            [[0.9, 0.1], [0.6, 0.4]],  # right, wrong
            [[0.3, 0.7], [0.3, 0.7]],  # wrong, right
            [[0.6, 0.4], [0.9, 0.1]],  # right, wrong
        ]
    )
    alone, pairs, everyone = ensemble.by_number(outputs, t)
    assert alone == [0.5, 0.5, 0.5]
    assert pairs == [1.0, 0.5, 0.0]  # 0 and 1: 0.6, 0.45; 0 and 2: 0.75, 0.75; 1 and 2: 0.45, 0.6
    assert everyone == [0.5]


def test_probabilities_are_those_of_all_digits_in_their_order():
    network, x = SmallConvNet(rng=0), images(230)
    y = ensemble.probabilities(network, x)
    assert_allclose(y, softmax(network.predict(x)), atol=1e-6)
    assert_allclose(y.sum(axis=1), 1, atol=1e-5)


def test_members_differ_and_their_kinds_are_kept_apart(quick):
    results = quick("ch08.section_8_1.ensemble").results
    assert list(results["members"]) == list(results["by_number"]) == list(ensemble.KINDS)
    for kind, alone in results["members"].items():
        assert len(set(alone)) > 1
        assert results["by_number"][kind][0] == pytest.approx(np.mean(alone))
        assert len(results["by_number"][kind]) == len(alone) == 3


def test_the_gain_of_an_ensemble_is_drawn():
    rows = {kind: [[0.5, 0.7], [0.9]] for kind in ensemble.KINDS}
    results = {"settings": {"samples": 300}, "data": "mnist", "ensembles": rows}
    ax = ensemble.draw(results).axes[0]
    dots, more, means = (line.get_ydata() for line in ax.lines[:3])
    assert_allclose(dots, [-10, 10])
    assert_allclose(more, [30])
    assert_allclose(means, [0, 30])
    assert "60.0%, all 90.0%" in ax.get_title()


# ---------------------------------------------------------------- learning rates


def test_rates_start_alike_and_fall():
    rates = {
        name: [schedule(t) for t in range(100)]
        for name, schedule in learning_rate_decay.schedules(0.5, 100).items()
    }
    assert {row[0] for row in rates.values()} == {0.5}
    assert set(rates["constant"]) == {0.5}
    for name in ("step", "exponential", "cosine"):
        assert (np.diff(rates[name]) <= 0).all()
        assert rates[name][-1] < 0.05 * 0.5
    assert len(set(rates["step"])) == 4
    assert rates["cosine"][50] == pytest.approx(0.25)


def test_all_see_the_same_digits_from_the_same_weights(quick):
    losses = quick("ch08.section_8_1.learning_rate_decay").results["train_loss_list"]
    assert len({row[0] for row in losses.values()}) == 1  # before the first update
    assert len({row[1] for row in losses.values()}) == 1  # which is the same for all
    assert len({row[-1] for row in losses.values()}) == len(losses) == 4


# ---------------------------------------------------------------- DropConnect


def test_the_methods_start_alike(quick):
    runs = quick("ch08.section_8_1.dropconnect").results["runs"]
    assert list(runs) == list(METHODS)
    for run in runs.values():
        assert run["gap"] == pytest.approx(np.mean(run["train_acc"]) - np.mean(run["test_acc"]))
        assert len(run["train_acc"]) == len(run["test_acc"]) == 2
        assert len(run["train_loss_list"]) == 12
    assert len({run["train_loss_list"][0] for run in runs.values()}) == 3  # what is left out


def test_nothing_left_out_is_the_plain_network(tmp_path):
    words = ["--quick", "--iters", 3, "--networks", 1, "--dropout-ratio", 0]
    runs = run(dropconnect, tmp_path, *words)["runs"]
    for method in METHODS[1:]:
        assert_allclose(runs[method]["train_loss_list"], runs["none"]["train_loss_list"], rtol=1e-4)


def test_networks_of_one_method_differ(tmp_path):
    words = ["--quick", "--iters", 2, "--test-samples", 300]
    for some in run(dropconnect, tmp_path, *words)["runs"].values():
        assert len(set(some["test_acc"])) == 2
