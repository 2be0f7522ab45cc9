"""Tests of the drawn digits: format, reproducibility, the frame of MNIST, and that nets learn them.

The two claims of the module's docstring are checked by `pytest -m slow`; the second needs MNIST:
set the environment variable DLFS_DATA to the folder that holds its four `.gz` files.
"""

import hashlib
import io
import sys

import numpy as np
import pytest

from ch05.two_layer_net import TwoLayerNet
from common.optimizer import SGD
from common.trainer import Trainer
from dataset import synthetic
from dataset.synthetic import draw_digits

SHA256 = "ff0b79e4f6820f8e214bf501f87e6ebe3df716d7f61b314dfa140bb30f8c11ae"


def fingerprint(data):
    parts = [data[key].tobytes() for key in ("x_train", "t_train", "x_test", "t_test")]
    return hashlib.sha256(b"".join(parts)).hexdigest()


@pytest.fixture(scope="module")
def digits():
    return draw_digits(2000, 500, progress=False)


@pytest.fixture(scope="module")
def images(digits):
    return np.concatenate([digits["x_train"], digits["x_test"]])


def train(digits, steps):
    """Train 784-50-10 by SGD on the drawn training images."""
    x, t = as_input(digits["x_train"]), digits["t_train"]
    rng = np.random.default_rng(0)
    net = TwoLayerNet(784, 50, 10, rng=rng)
    few = x[:10], t[:10]
    options = {"max_iter": steps, "optimizer": SGD(0.1), "rng": rng, "verbose": False}
    Trainer(net, x, t, *few, **options).train()
    return net


def as_input(images):
    return images.reshape(len(images), -1).astype(np.float32) / 255


def test_shapes_and_types(digits):
    assert sorted(digits) == ["t_test", "t_train", "x_test", "x_train"]
    for part, n in (("train", 2000), ("test", 500)):
        x, t = digits[f"x_{part}"], digits[f"t_{part}"]
        assert (x.shape, x.dtype) == ((n, 28, 28), np.uint8)
        assert (t.shape, t.dtype) == ((n,), np.uint8)


@pytest.mark.parametrize("n", [1, 249, 250, 251])
def test_any_size_is_a_prefix_of_a_larger_one(digits, n):
    few = draw_digits(n, n, progress=False)
    for key, value in few.items():
        np.testing.assert_array_equal(value, digits[key][:n])


def test_labels_are_balanced_and_shuffled(digits):
    t = digits["t_train"]
    np.testing.assert_allclose(np.bincount(t, minlength=10), 200, atol=20)
    after = t[1:][t[:-1] == 3]  # the labels that follow a 3
    assert np.bincount(after, minlength=10).max() < 0.25 * len(after)


def test_same_seed_same_images_on_every_machine(digits):
    assert fingerprint(digits) == SHA256


def test_another_seed_gives_other_images(digits):
    other = draw_digits(500, 500, seed=2, progress=False)
    drawn = {image.tobytes() for image in digits["x_train"]}
    assert not any(image.tobytes() in drawn for image in other["x_train"])
    assert not any(image.tobytes() in drawn for image in other["x_test"])


def test_no_image_is_drawn_twice(images):
    assert len({image.tobytes() for image in images}) == len(images)  # train and test together


@pytest.mark.parametrize("workers", [1, 3])
def test_images_do_not_depend_on_the_number_of_workers(digits, monkeypatch, workers):
    monkeypatch.setattr(synthetic, "WORKERS", workers)
    again = draw_digits(2000, 500, progress=False)
    assert fingerprint(again) == fingerprint(digits)


def test_every_shape_is_drawn():
    alphabet = synthetic.read_alphabet()
    labels = np.repeat(np.arange(10), 1000)
    shapes = alphabet.choose(labels, np.random.default_rng(0))
    assert sorted(set(shapes)) == list(range(len(alphabet.points)))
    for digit, rows in synthetic.SHAPES.items():
        assert len(set(shapes[labels == digit])) == len(rows)


def test_curve_passes_through_the_points_of_its_stroke(monkeypatch):
    monkeypatch.setattr(synthetic, "SHAPES", {d: [(1, "0,0 100,0 100,100")] for d in range(10)})
    monkeypatch.setattr(synthetic, "JITTER", 0.0)
    x, y = synthetic._write(synthetic.read_alphabet(), np.array([0]), np.random.default_rng(0))
    for point in ((-1, -1), (1, -1), (1, 1)):  # 0 .. 100 becomes -1 .. 1
        distance = np.hypot(x - point[0], y - point[1]).min()
        assert distance < 4 / synthetic.DOTS  # the length of the curve is about 4


def test_digit_fills_the_box_of_mnist(images):
    ink = images > 0
    height = ink.any(axis=2).sum(axis=1)
    width = ink.any(axis=1).sum(axis=1)
    assert height.max() <= 20
    assert width.max() <= 20
    assert np.mean(np.maximum(height, width) >= 19) > 0.95


def test_centre_of_mass_is_in_the_middle(images):
    mass = images.sum(axis=(1, 2), dtype=float)
    row = (images.sum(axis=2, dtype=float) * np.arange(28)).sum(axis=1) / mass
    column = (images.sum(axis=1, dtype=float) * np.arange(28)).sum(axis=1) / mass
    off = np.maximum(abs(row - 14), abs(column - 14))  # MNIST's middle: the pixel (14, 14)
    assert np.mean(off <= 0.5) > 0.99
    assert off.max() <= 2


def test_grey_levels_are_like_those_of_mnist(images):
    assert 0.11 < images.mean() / 255 < 0.15  # MNIST: 0.131
    assert 0.16 < np.mean(images > 0) < 0.22  # 0.191
    assert 0.06 < np.mean(images >= 250) < 0.09  # 0.074
    assert np.mean(images.max(axis=(1, 2)) >= 250) > 0.98  # nearly every digit has full ink


@pytest.mark.parametrize(
    "bad",
    [
        {"n_train": 0},
        {"n_test": -1},
        {"n_train": 10.0},
        {"n_test": "10"},
        {"seed": -1},
        {"seed": None},
    ],
)
def test_bad_arguments_raise_one_line(bad):
    with pytest.raises(ValueError, match=next(iter(bad))) as caught:
        draw_digits(**{"n_train": 10, "n_test": 10, "progress": False, **bad})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("shown", [True, False])
def test_progress_bar_on_a_terminal(monkeypatch, shown):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    draw_digits(300, 20, progress=shown)
    assert ("320/320" in sys.stderr.getvalue()) == shown


def test_an_error_in_a_worker_is_raised(monkeypatch):
    monkeypatch.setattr(synthetic, "SHAPES", {d: [(1, "no numbers")] for d in range(10)})
    with pytest.raises(ValueError, match="could not convert"):
        draw_digits(10, 10, progress=False)


def test_a_small_network_learns_them():
    digits = draw_digits(5000, 1000, progress=False)
    net = train(digits, steps=1000)
    assert 0.8 < net.accuracy(as_input(digits["x_test"]), digits["t_test"]) < 0.95


@pytest.fixture(scope="module")
def all_digits():
    return draw_digits(progress=False)


@pytest.fixture(scope="module")
def net(all_digits):
    return train(all_digits, steps=10_000)


@pytest.mark.slow
def test_drawn_digits_are_about_as_hard_as_mnist(all_digits, net):
    assert all_digits["x_train"].shape == (60_000, 28, 28)
    assert all_digits["x_test"].shape == (10_000, 28, 28)
    accuracy = net.accuracy(as_input(all_digits["x_test"]), all_digits["t_test"])
    assert 0.93 <= accuracy <= 0.985  # 0.950 to 0.954 when written


@pytest.mark.slow
def test_a_network_trained_on_drawn_digits_classifies_mnist(net, real_mnist):
    assert net.accuracy(*real_mnist[1]) >= 0.94  # 0.955 to 0.959 when written
