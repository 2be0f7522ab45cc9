"""Drawn road scenes, and SegNet, which learns from them (8.5.3)."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from ch08.helpers import pixel_scores, segnet
from common.gradient import gradient_check
from common.optimizer import Adam
from common.trainer import Trainer
from dataset.roads import CLASSES, MARKS, PERSON, ROAD, SKY, draw_roads


@pytest.fixture(scope="module")
def roads():
    return draw_roads(120, progress=False)


def test_shapes_and_classes(roads):
    assert (roads.images.shape, roads.images.dtype) == ((120, 3, 48, 64), np.uint8)
    assert (roads.labels.shape, roads.labels.dtype) == ((120, 48, 64), np.uint8)
    assert (roads.x.dtype, roads.x.max()) == (np.float32, 1)
    share = np.bincount(roads.labels.ravel(), minlength=len(CLASSES)) / roads.labels.size
    assert len(share) == len(CLASSES)
    assert share.min() > 0.005  # person and lane marks are rare
    assert share[PERSON] < 0.05
    assert share[MARKS] < 0.05


def test_the_sky_is_above_the_road(roads):
    rows = np.arange(48)[:, None]
    for labels in roads.labels:
        assert np.where(labels == SKY, rows, 0).max() <= np.where(labels == ROAD, rows, 48).min()


def test_the_seed_decides_and_fewer_are_the_first_ones(roads):
    few = draw_roads(110, progress=False)
    assert_array_equal(few.images, roads.images[:110])
    assert_array_equal(few.labels, roads.labels[:110])
    assert (draw_roads(110, seed=1, progress=False).images != few.images).any()


@pytest.mark.parametrize("settings", [{"number": 0}, {"number": 2.5}, {"number": 1, "seed": -1}])
def test_mistakes(settings):
    with pytest.raises(ValueError, match="expected an integer"):
        draw_roads(**settings)


@pytest.mark.parametrize("indices", [True, False])
def test_the_gradients_of_segnet(indices, monkeypatch):
    monkeypatch.setattr(segnet, "FILTERS", (1, 2, 2))
    rng = np.random.default_rng(0)
    network = segnet.make_network(3, indices=indices, class_weights=[1, 2, 3], rng=0)
    x, t = rng.random((2, 3, 8, 8)), rng.integers(3, size=(2, 8, 8))
    checks = gradient_check(network, x, t)
    assert all(check.passed for check in checks.values()), checks


def test_it_learns_the_large_classes_in_seconds(roads, monkeypatch):
    monkeypatch.setattr(segnet, "FILTERS", (8, 8, 8))
    network = segnet.make_network(len(CLASSES), rng=0)
    options = {"mini_batch_size": 10, "optimizer": Adam(0.01), "rng": 0, "verbose": False}
    trainer = Trainer(network, roads.x[:100], roads.labels[:100], epochs=6, **options)
    trainer.train()
    y = pixel_scores.predict(network, roads.x[100:])
    matrix = pixel_scores.confusion(y, roads.labels[100:], len(CLASSES))
    overlaps = pixel_scores.overlap_of_classes(matrix)
    assert overlaps[SKY] > 0.35
    assert overlaps[ROAD] > 0.55
