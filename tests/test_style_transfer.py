"""Style transfer: the pictures, the loss and its gradient, the image that learns (8.5.1)."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from ch08 import style_transfer
from ch08.helpers import style_image, style_loss, style_network, style_pictures, style_runs
from ch08.helpers.style_loss import StyleLoss, Weights
from common.gradient import numerical_gradient
from common.io.files import load_arrays
from dataset import paintings

RNG = np.random.default_rng(0)


def small_network():
    """A network in float64, whose biases are not 0."""
    network = style_network.make_network(3, (3, 4, 4, 5), rng=0)
    network.params = {key: W.astype(float) for key, W in network.params.items()}
    for key, b in network.params.items():
        b += 0.1 * (key[0] == "b") * RNG.standard_normal(b.shape)
    return network


def images(number, size=16):
    return RNG.uniform(-1, 1, (number, 1, 3, size, size))


def relative_error(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize("part", ["content", "style", "variation", "all"])
def test_the_gradient_of_the_image(part):
    weights = {name: part in (name, "all") for name in Weights._fields}
    x, content, style = images(3, 8)
    loss = StyleLoss(small_network(), content, style, Weights(**weights))
    _, dx = loss.parts(x)
    numbers = RNG.choice(x.size, 12, replace=False)

    def value(some):
        changed = x.copy()
        changed.flat[numbers] = some
        return loss.total(loss.parts(changed)[0])

    expected = numerical_gradient(value, x.flat[numbers])
    assert relative_error(dx.flat[numbers], expected) < 1e-6
    assert np.abs(expected).min() > 0 or part != "all"


def test_the_gram_matrix():  # two channels of two pixels
    F = np.array([[1.0, 2.0], [3.0, -1.0]]).reshape(1, 2, 1, 2)
    assert_allclose(style_loss.gram(F), np.array([[5, 1], [1, 10]]) / 4)
    shuffled = F[..., ::-1]
    assert_allclose(style_loss.gram(shuffled), style_loss.gram(F))  # places do not matter


def test_each_part_is_1_without_style_transfer():
    content, style = images(2)
    loss = StyleLoss(small_network(), content, style)
    of_content, of_style = loss.parts(content)[0], loss.parts(style)[0]
    assert of_content["content"] == of_style["style"] == 0
    assert_allclose([of_style["content"], of_content["style"]], 1)
    with pytest.raises(ValueError, match="look the same; expected two different"):
        StyleLoss(small_network(), content, content)


def test_the_variation_is_a_mean_square_of_differences():
    x = np.zeros((1, 1, 2, 3))
    x[0, 0, 0, 0] = 3
    assert style_loss.variation_part(x)[0] == pytest.approx(2 * 9 / 7)


def test_the_network_does_not_change_and_the_image_does():
    network = style_network.make_network(2, (3, 4, 4, 5), rng=0)
    before = network.params.copy()
    content, style = paintings.paint("weave"), paintings.paint("marble")
    settings = {"sizes": (16, 32), "steps": 20, "weights": Weights(1, 100, 0.1)}
    made = style_image.transfer(network, content, style, **settings)
    again = style_image.transfer(network, content, style, **settings)
    assert_array_equal(made["picture"], again["picture"])
    assert made["picture"].shape == (32, 32, 3)
    assert len(made["style"]) == 2 * 20 + 1
    assert made["style"][-1] < 0.2 < made["style"][0]
    assert made["content"][-1] > made["content"][0] == 0
    for key, W in network.params.items():
        assert_array_equal(W, before[key])


def test_a_step_size_of_nearly_0_returns_the_content_picture():
    network = style_network.make_network(2, (3, 4, 4, 5), rng=0)
    content, style = paintings.paint("weave"), paintings.paint("marble")
    made = style_image.transfer(network, content, style, sizes=(16, 32), steps=1, lr=1e-6)
    x = style_image.resized(style_network.as_input(content[None]), 32)
    assert_allclose(made["picture"].astype(int), style_network.as_picture(x).astype(int), atol=1)


def test_what_changed_in_the_small_image_is_enlarged(monkeypatch):
    def brighter_if_small(loss, x, steps, lr):
        x += 0.5 * (x.shape[-1] == 16)
        return []

    monkeypatch.setattr(style_image, "descend", brighter_if_small)
    network = style_network.make_network(2, (3, 4, 4, 5), rng=0)
    content, style = paintings.paint("weave") // 2, paintings.paint("marble")
    made = style_image.transfer(network, content, style, sizes=(16, 32))
    x = style_image.resized(style_network.as_input(content[None]), 32) + 0.5
    assert_allclose(made["picture"].astype(int), style_network.as_picture(x).astype(int), atol=1)


def test_pictures_as_input_and_back():
    picture = RNG.integers(256, size=(8, 8, 3)).astype(np.uint8)
    x = style_network.as_input(picture[None])
    assert x.dtype == np.float32
    assert (x.shape, x.min() >= -1, x.max() <= 1) == ((1, 3, 8, 8), True, True)
    assert_array_equal(style_network.as_picture(x), picture)


def test_test_patches_come_from_another_part_of_the_pictures():
    pictures = np.zeros((3, 40, 160, 3), np.uint8)
    pictures[:, :, 120:] = 255
    pictures[1, :, :120], pictures[2, :, :120] = 10, 20
    x, t = style_network.draw_patches(pictures, 30, RNG)
    assert_allclose(x[15:].mean(axis=(1, 2, 3)), 10 * t[15:] / 127.5 - 1, atol=1e-5)
    assert np.ptp(x, axis=(2, 3)).max() == 0  # also the recolored: one grey value each
    assert np.bincount(t).tolist() == [10, 10, 10]
    x, _ = style_network.draw_patches(pictures, 30, RNG, test=True)
    assert x.min() == 1


def test_recolored_patches_keep_their_shapes():
    x = RNG.uniform(-0.5, 0.5, (40, 3, 4, 4)).astype(np.float32)
    found = style_network.recolored(x, RNG)
    assert found.dtype == np.float32
    signs = set()
    for one, other in zip(x, found, strict=True):
        correlation = np.corrcoef(one.reshape(3, -1), other.reshape(3, -1))[:3, 3:]
        assert_allclose(np.sort(np.abs(correlation), axis=1)[:, -1], 1, atol=1e-5)
        signs.add((*np.abs(correlation).argmax(axis=1), correlation.sum() > 0))
    assert len(signs) > 6  # of 6 orders, each as a positive and a negative


def test_the_share_of_patches():
    network = style_network.make_network(2, (3, 4, 4, 5), rng=0)
    network.params["W5"][...], network.params["b5"][...] = 0, (0, 1)
    picture = paintings.paint("glass")
    assert style_network.share_taken_for(network, picture, 1) == 1
    assert style_network.share_taken_for(network, picture, 0) == 0


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize("name", paintings.PAINTERS)
def test_paintings(name):
    picture = paintings.paint(name)
    assert (picture.shape, picture.dtype) == ((256, 256, 3), np.uint8)
    assert picture.std() > 20
    if name in ("weave", "marble", "points"):  # fast
        assert_array_equal(paintings.paint(name), picture)
        assert (paintings.paint(name, seed=1) != picture).any()


def test_an_unknown_painting():
    with pytest.raises(ValueError, match="expected"):
        paintings.paint("mona lisa")


def test_strokes_follow_the_directions():
    brush = paintings.strokes(RNG, np.zeros((256, 256)), 12, 3)  # to the right
    along, across = (np.abs(np.diff(brush, axis=axis)).mean() for axis in (1, 0))
    assert along < across / 3


MODES = {
    "RGB": (200, 100, 50),
    "RGBA": (200, 100, 50),
    "CMYK": (200, 100, 50),
    "L": (200,) * 3,
    "I;16": (200,) * 3,
}


@pytest.mark.parametrize("mode", MODES)
def test_files_of_all_kinds(mode, tmp_path):
    if mode == "I;16":
        image = Image.fromarray(np.full((70, 90), 200 * 257, np.uint16))
    else:
        image = Image.new("RGB", (90, 70), (200, 100, 50))
        image = Image.new("L", (90, 70), 200) if mode == "L" else image.convert(mode)
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    image.save(path)
    found = style_pictures.picture(str(path))
    assert (found.shape, found.dtype) == ((256, 256, 3), np.uint8)
    assert_allclose(found[100, 100].astype(int), MODES[mode], atol=1)


def test_transparent_pixels_become_white(tmp_path):
    Image.new("RGBA", (64, 64), (200, 100, 50, 0)).save(tmp_path / "a.png")
    assert style_pictures.picture(str(tmp_path / "a.png")).min() == 255


def test_bad_files(tmp_path):
    (tmp_path / "a.png").write_text("not an image")
    Image.new("RGB", (40, 400)).save(tmp_path / "small.png")
    for name, message in {
        "a.png": "not an image that can be read",
        "small.png": "40 x 400 pixels; expected at least 64",
    }.items():
        with pytest.raises(ValueError, match=message):
            style_pictures.picture(str(tmp_path / name))
    with pytest.raises(FileNotFoundError, match="no such file; expected a file, or one of hopper"):
        style_pictures.picture("picasso")


def test_pictures_as_text():
    picture = paintings.paint("harbour")
    text = style_pictures.as_text(picture)
    assert len(text) < 60_000
    difference = style_pictures.from_text(text).astype(int) - picture
    assert np.abs(difference).mean() < 3


def test_without_scikit_image_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr(style_pictures, "find_spec", lambda _: None)
    with pytest.raises(OSError, match="astronaut is in scikit-image: python -m pip install"):
        style_pictures.picture("astronaut")


# ---------------------------------------------------------------- the script


def test_the_small_form_of_ch08(quick):
    results, printed, folder = quick("ch08.style_transfer")
    images = list(results["images"].values())
    assert [one["factor"] for one in images] == [*style_runs.FACTORS, 1, 1, 1]
    assert [one["filters"] for one in images].count(style_runs.UNTRAINED) == 1
    assert all(one["style left"] < 0.9 for one in images)
    assert "of the Gram distance is left" in printed
    saved = folder / "outputs" / "ch08"
    with Image.open(saved / "style_transfer-hopper-night.png") as image:
        assert image.size == (64, 64)
    assert (saved / "style_transfer.json").stat().st_size < 1_000_000
    weights = load_arrays(saved / "style_transfer.npz")
    assert weights["W1"].dtype == np.float16
    assert {"seed", "patches", "epochs", "accuracy"} <= set(weights)


def test_two_files_in_ch08(quick, tmp_path):
    _, _, folder = quick("ch08.style_transfer")
    file = folder / "outputs" / "ch08" / "style_transfer.npz"
    for name in ("weave", "marble"):
        Image.fromarray(paintings.paint(name)).save(tmp_path / f"{name}.png")
    words = ["--content", str(tmp_path / "weave.png"), "--style", str(tmp_path / "marble.png")]
    words += ["--quick", "--weights", str(file), "--out", str(tmp_path), "--threads", "1"]
    first, second = style_transfer.main(words), style_transfer.main(words)
    assert first == second
    assert len(first["images"]) == 4
    assert next(iter(first["images"].values()))["patches"] is None
    assert (tmp_path / "ch08" / "style_transfer-weave-marble.png").exists()
    assert not (tmp_path / "ch08" / "style_transfer.npz").exists()


def test_the_first_error_comes_before_the_training(tmp_path):
    words = ["--quick", "--out", str(tmp_path)]
    with pytest.raises(ValueError, match="--sizes 60; expected multiples of 8, at least 32"):
        style_transfer.main([*words, "--sizes", "60"])
    with pytest.raises(FileNotFoundError, match="nothing: no such file"):
        style_transfer.main([*words, "--content", "nothing"])


def test_the_bundled_weights():
    assert style_transfer.WEIGHTS.stat().st_size < 1_000_000
    facts = load_arrays(style_transfer.WEIGHTS)
    assert {"seed", "patches", "accuracy"} <= set(facts)
    network = style_network.make_network(len(style_pictures.PICTURES))
    network.load_params(style_transfer.WEIGHTS)
    pictures = np.stack([style_pictures.picture(name) for name in style_pictures.PICTURES])
    x, t = style_network.draw_patches(pictures, 200, RNG, test=True)
    assert abs(network.accuracy(x, t) - facts["accuracy"]) < 0.1
