"""R-CNN: proposals without learning, warped regions, examples, detections (8.4.1)."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08.helpers import boxes, r_cnn
from ch08.helpers.detection import GROUND
from common.optimizer import Adam
from common.trainer import Trainer
from dataset.mnist import load_mnist
from dataset.scenes import draw_scenes


@pytest.fixture(scope="module")
def scenes():
    (x, t), _ = load_mnist(normalize=False, flatten=False)
    return draw_scenes(x[:2000], t[:2000], 60, progress=False)


def test_nearly_every_digit_has_a_proposal(scenes):
    best = []
    for image, digits, truth in zip(scenes.images, scenes.classes, scenes.boxes, strict=True):
        found = r_cnn.propose(image)
        assert found.min() >= 0
        assert found.max() <= 64
        boxes.check_boxes("regions", found)
        best.extend(boxes.intersection_over_union(truth[digits >= 0], found).max(axis=1))
    assert np.mean(np.array(best) >= 0.5) > 0.95


def test_an_empty_image_has_only_windows():
    found = r_cnn.propose(np.zeros((64, 64), np.uint8))
    assert len(found) > 100
    assert (np.diff(found[:, ::2], axis=1) > 1).all()


def test_a_region_is_warped_to_a_square_with_a_margin_of_its_surroundings():
    image = np.zeros((64, 64), np.uint8)
    image[10:20, 30:34] = 255
    whole, half = r_cnn.warp(image, np.array([[30.0, 10, 34, 20], [26, 10, 34, 20]]))
    assert whole.shape == (1, 28, 28)
    # The margin is 1.25 pixels of the image; edges are blurred.
    assert_allclose(whole[0, 6:-6, 10:-10], 1)
    assert whole[0, :, [0, -1]].max() < 0.1
    assert half[0, :, :10].max() == 0
    assert half[0, 6:-6, 18:21].min() == 1


def test_beyond_the_image_is_black():
    (corner,) = r_cnn.warp(np.full((64, 64), 255, np.uint8), np.array([[0.0, 40, 16, 64]]))
    assert corner[0, :, 0].max() == corner[0, -1].max() == 0
    assert corner[0, 0, 8:].min() == corner[0, :20, -1].min() == 1


def test_examples_have_the_class_of_the_object_they_overlap(scenes):
    x, t = r_cnn.examples(*scenes[:3], np.random.default_rng(0))
    objects = (scenes.classes >= 0).sum()
    assert len(x) == len(t)
    assert objects < (t != GROUND).sum() <= objects + 8 * 60
    assert 23 * 60 < (t == GROUND).sum() <= 24 * 60
    one, first = scenes.images[:1], scenes.classes[0, 0]
    x, t = r_cnn.examples(one, scenes.classes[:1], scenes.boxes[:1], np.random.default_rng(0))
    assert t[0] == first
    assert_array_equal(x[0], r_cnn.warp(one[0], scenes.boxes[0, :1])[0])


def test_it_learns_in_seconds(scenes):
    few = [part[:15] for part in scenes[:3]]
    x, t = r_cnn.examples(*few, np.random.default_rng(0))
    network = r_cnn.make_network(0)
    options = {"optimizer": Adam(0.003), "mini_batch_size": 50, "rng": 0, "verbose": False}
    Trainer(network, x, t, epochs=6, **options).train()
    found = r_cnn.detect(network, scenes.images[:10])
    precision = boxes.mean_average_precision(found, scenes.classes[:10], scenes.boxes[:10])
    assert precision > 0.4  # on what it has seen
