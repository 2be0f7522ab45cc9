"""Segmentation: an affine layer as a convolution, the network of all pixels, its scores (8.4.2)."""

from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from ch08 import segmentation
from ch08.deep_convnet import DeepConvNet
from ch08.helpers import (
    fcn_layers,
    pixel_network,
    pixel_scores,
    scene_figures,
    scene_scores,
    segmentation_runs,
    sliding,
)
from ch08.helpers.fully_convolutional import as_convolution, fully_convolutional
from common.functions import softmax
from common.gradient import gradient_check
from common.io.files import load_arrays
from common.layers import Affine
from dataset.mnist import data_name, load_mnist
from dataset.scenes import GROUND, draw_scenes

RNG = np.random.default_rng(0)


@cache
def some_scenes(number):
    """Return scenes of test digits."""
    _, (x, t) = load_mnist(normalize=False, flatten=False)
    return draw_scenes(x, t, number, progress=False)


def test_an_affine_layer_is_a_convolution():  # D-21: 32 x 10 x 10 to 100
    layer = Affine(RNG.standard_normal((3200, 100)), RNG.standard_normal(100))
    x = RNG.standard_normal((2, 32, 10, 10))
    convolution = as_convolution(layer, (32, 10, 10))
    assert convolution.W.shape == (100, 32, 10, 10)
    assert convolution.W.size == layer.W.size == 320_000
    assert_allclose(convolution.forward(x)[:, :, 0, 0], layer.forward(x), atol=1e-10)
    with pytest.raises(ValueError, match="have 3072 numbers; expected 3200"):
        as_convolution(layer, (3, 32, 32))


def test_a_classifier_slides_over_an_image():
    network = DeepConvNet(rng=0)
    sliding = fully_convolutional(network, (1, 28, 28))
    x = RNG.random((2, 1, 28, 28)).astype(np.float32)
    assert_allclose(sliding.predict(x)[:, :, 0, 0], network.predict(x), atol=1e-4)
    wide = sliding.predict(RNG.random((1, 1, 28, 60)).astype(np.float32))
    assert wide.shape == (1, 10, 1, 5)  # every 8 pixels
    assert sliding.params["W1"] is network.params["W1"]


@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize("learned", [True, False])
def test_the_gradients_of_the_network(skips, learned):
    options = {"filters": (2, 3), "depths": (1, 2), "skips": skips, "learned": learned}
    network = pixel_network.make_network(3, **options, rng=0)
    x, t = RNG.random((2, 1, 8, 6)), RNG.integers(3, size=(2, 8, 6))
    assert network.predict(x).shape == (2, 3, 8, 6)
    checks = gradient_check(network, x, t)
    if not learned:
        fixed = [key for key, check in checks.items() if not check.passed]
        last = network.layers["scores"].layers
        assert len(fixed) == 2, last  # W and b of the transposed convolution
        return
    assert all(check.passed for check in checks.values()), checks


def test_the_number_of_levels():
    options = {"filters": (16, 32, 64, 64), "depths": (1, 1, 1, 2)}
    network = pixel_network.make_network(11, **options, rng=0)
    assert network.predict(RNG.random((1, 1, 64, 64)).astype(np.float32)).shape == (1, 11, 64, 64)
    filters = [W.shape[:2] for key, W in network.params.items() if key.startswith("W")]
    assert filters.count((11, 11)) == 3  # transposed convolutions
    assert [shape for shape in filters if shape[0] == 11 and shape[1] != 11] == [
        *[(11, 64), (11, 64), (11, 32), (11, 16)]
    ]
    with pytest.raises(ValueError, match="expected a stride that divides"):
        network.predict(np.zeros((1, 1, 64, 62), np.float32))
    assert filters.count((64, 64)) == 2
    with pytest.raises(ValueError, match="2 depths; expected one for each of 3 levels"):
        pixel_network.make_network(11, filters=(4, 8, 8), depths=(1, 1))


def test_scores_by_hand():
    t = np.array([[0, 0, 0, 1], [1, 1, 2, 9]])
    y = np.array([[0, 0, 2, 1], [1, 0, 2, 2]])
    matrix = pixel_scores.confusion(y, t, 4)
    assert matrix.tolist() == [[2, 0, 1, 0], [1, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert pixel_scores.pixel_accuracy(matrix) == 5 / 7
    assert_array_equal(pixel_scores.overlap_of_classes(matrix), [2 / 4, 2 / 3, 1 / 2, np.nan])
    assert pixel_scores.mean_overlap(matrix) == pytest.approx(5 / 9)


@pytest.mark.parametrize(
    ("y", "t", "message"),
    [
        ([0, 1], [0, 1, 2], "expected integers of the same shape"),
        ([0.0], [0], "expected integers of the same shape"),
        ([], [], "expected integers of the same shape"),
        ([3], [0], "y holds 3 to 3; expected classes 0 to 2"),
        ([-1], [0], "y holds -1 to -1; expected classes 0 to 2"),
    ],
)
def test_classes_that_do_not_fit(y, t, message):
    with pytest.raises(ValueError, match=message):
        pixel_scores.confusion(y, t, 3)


# ---------------------------------------------------------------- windows, and one pass


def test_what_is_centred_at_a_pixel():
    scenes = some_scenes(2)
    boxes, classes = np.zeros((2, 3, 4), np.float32), np.full((2, 3), -1)
    boxes[1, 0], classes[1, 0] = (10, 20, 26, 52), 7  # the middle: (18, 36); 32 high: 4 pixels
    labels = sliding.centred(scenes._replace(boxes=boxes, classes=classes))
    assert (labels[0] == GROUND).all()
    assert (labels[1, 32:40, 14:22] == 7).all()
    assert (labels[1] != GROUND).sum() == 64


def test_windows_to_learn_from():
    scenes = some_scenes(20)
    x, t = sliding.examples(scenes, 100, np.random.default_rng(0))
    assert x.shape == (100, 1, 28, 28)
    assert (t == GROUND).sum() == 50
    labels, padded = sliding.centred(scenes), np.pad(scenes.images, ((0, 0), (14, 13), (14, 13)))
    window = np.rint(255 * x[0, 0]).astype(np.uint8)
    there = np.argwhere(labels == t[0])
    assert any((padded[n, y : y + 28, x : x + 28] == window).all() for n, y, x in there)


def test_one_pass_gives_the_scores_of_all_windows():
    network, scene = sliding.make_classifier(np.random.default_rng(0)), some_scenes(1).x
    found = sliding.compare(network, scene)
    assert 0 < found["difference"] < 1e-12
    assert found["passes"] == {"every pixel": 4096, "every fourth pixel": 256, "whole scene": 1}
    window = 8 * 25 * 24**2 + 16 * 8 * 25 * 8**2 + 256 * 50 + 50 * 11
    whole = 8 * 25 * 84**2 + 16 * 8 * 25 * 38**2 + (256 * 50 + 50 * 11) * 16**2
    assert found["multiply-adds"]["every fourth pixel"] == 256 * window
    assert found["multiply-adds"]["whole scene"] == whole
    assert found["map"].shape == (16, 16)
    centre = np.pad(scene, ((0, 0), (0, 0), (14, 13), (14, 13)))[..., 38:66, 22:50]  # (38, 22)
    likely = softmax(network.predict(centre))[0]
    answer = likely.argmax() if likely.max() >= 0.9 else sliding.UNSURE
    assert found["map"][9, 5] == answer


def test_upsampling_starts_bilinear():
    found = fcn_layers.bilinear_start()
    assert found["weights"].tolist() == [0.25, 0.75, 0.75, 0.25]
    assert found["inside"] == [1, 1]


# ---------------------------------------------------------------- scores of scenes


def test_the_answer_ground_for_all_has_a_high_accuracy_but_a_low_overlap():
    t = some_scenes(4).labels
    scores = scene_scores.report(np.full_like(t, GROUND), t)
    share = (t == GROUND).mean()
    assert scores["pixel accuracy"] == scores["pixel accuracy, all ground"] == share > 0.7
    there = len(np.unique(t)) - 1
    assert scores["mean IoU"] == pytest.approx(share / (there + 1))
    assert scores["mean IoU of the digits"] == 0


def test_scenes_are_scored_apart():
    scenes = some_scenes(8)
    plain = [(image == 0).mean() > 0.5 for image in scenes.images]
    assert 0 < sum(plain) < 8

    class OnPlain:  # right on plain scenes only
        def predict(self, x):
            right = np.eye(11)[scenes.labels].transpose(0, 3, 1, 2)
            return right * np.reshape(plain, (8, 1, 1, 1))  # elsewhere the class is 0

    y, scores = scene_scores.evaluate(OnPlain(), scenes)
    assert scores["mean IoU, plain"] == 1
    assert scores["mean IoU, cluttered"] < 0.1
    assert scores["mean IoU, cluttered"] < scores["mean IoU near borders"] < 1
    shown = scene_scores.examples(y, scenes)
    assert len(shown["image"]) == 5
    assert shown["wrong pixels"][-1] == (y != scenes.labels).sum(axis=(1, 2)).max()


def test_regions_are_named_after_their_digit():
    labels = np.full((64, 64), GROUND, np.uint8)
    labels[2:12, 3:8], labels[40:50, 50:60], labels[30, 30:34] = 4, 9, 4  # the last is a speck
    assert scene_scores.regions(labels) == [(4, [3, 2, 8, 12]), (9, [50, 40, 60, 50])]


def test_each_class_has_a_colour():
    assert len(set(scene_figures.COLORS)) == len(scene_figures.COLORS) == sliding.UNSURE + 1
    picture = scene_figures.in_color(np.array([[0, GROUND, sliding.UNSURE]]))
    assert picture.tolist() == [[[0, 0x72, 0xB2], [0, 0, 0], [255, 255, 255]]]


# ---------------------------------------------------------------- the script


def test_the_small_form_of_ch08(quick):
    results, printed, folder = quick("ch08.segmentation")
    assert results["affine"]["difference"] < 1e-10
    assert set(results["ablation"]) == set(segmentation_runs.VARIANTS)
    assert "differ by at most" in printed
    weights = load_arrays(folder / "outputs" / "ch08" / "segmentation.npz")
    assert weights["W1"].dtype == np.float16
    assert {"seed", "data", "scenes", "epochs", "mean_iou"} <= set(weights)


def test_loaded_weights_give_the_saved_score_in_ch08(quick, tmp_path, capsys):
    trained, _, folder = quick("ch08.segmentation")
    file = folder / "outputs" / "ch08" / "segmentation.npz"
    words = ["--quick", "--weights", str(file), "--out", str(tmp_path)]
    loaded = segmentation.main(words)
    assert "ablation" not in loaded
    assert loaded["scores"]["mean IoU"] == pytest.approx(trained["scores"]["mean IoU"], abs=1e-4)
    assert f"mean_iou {load_arrays(file)['mean_iou']}" in capsys.readouterr().out
    assert (tmp_path / "ch08" / "segmentation-3.png").exists()


def test_a_photograph_in_ch08(quick, tmp_path):
    _, _, folder = quick("ch08.segmentation")
    file = folder / "outputs" / "ch08" / "segmentation.npz"
    Image.fromarray(255 - some_scenes(1).images[0]).resize((200, 160)).save(tmp_path / "a.png")
    words = ["--weights", str(file), "--out", str(tmp_path), "--data", "mnist"]
    found = segmentation.main([*words, "--image", str(tmp_path / "a.png")])
    assert found["prediction"].shape == found["image"].shape == (64, 64)
    assert not (tmp_path / "ch08" / "segmentation-2.png").exists()
    (tmp_path / "b.png").write_text("no image")
    with pytest.raises(ValueError, match=r"b\.png"):
        segmentation.main([*words, "--image", str(tmp_path / "b.png")])


def test_the_bundled_weights():
    assert segmentation.WEIGHTS.stat().st_size < 1_000_000
    facts = load_arrays(segmentation.WEIGHTS)
    assert {"seed", "data", "mean_iou"} <= set(facts)
    assert facts["mean_iou"] >= 0.87
    if data_name("auto") != "mnist":
        return
    network = pixel_network.make_network(11)
    network.load_params(segmentation.WEIGHTS)
    _, scores = scene_scores.evaluate(network, some_scenes(60))
    assert abs(scores["mean IoU"] - facts["mean_iou"]) < 0.06
