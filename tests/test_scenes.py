"""Scenes of several digits: boxes, classes and pixel labels agree, and a seed repeats them."""

from itertools import combinations, islice

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from dataset.mnist import load_mnist
from dataset.scenes import GROUND, INK, NOBODY, SHARE, SIDES, draw_scenes, stream_scenes


@pytest.fixture(scope="module")
def few_digits():
    (x, t), _ = load_mnist(normalize=False, flatten=False)
    return x[:500], t[:500]


@pytest.fixture(scope="module")
def scenes(few_digits):
    return draw_scenes(*few_digits, 300, progress=False)


def test_shapes(scenes):
    assert (scenes.images.shape, scenes.images.dtype) == ((300, 64, 64), np.uint8)
    assert (scenes.labels.shape, scenes.labels.dtype) == ((300, 64, 64), np.uint8)
    assert (scenes.boxes.shape, scenes.boxes.dtype) == ((300, 3, 4), np.float32)
    assert scenes.classes.shape == (300, 3)
    assert (scenes.x.shape, scenes.x.dtype) == ((300, 1, 64, 64), np.float32)
    assert_array_equal(scenes.x[:, 0], scenes.images / np.float32(255))


def test_one_to_three_digits_and_nothing_after_them(scenes):
    there = scenes.classes != NOBODY
    assert there[:, 0].all()
    assert (there[:, :-1] >= there[:, 1:]).all()
    assert set(there.sum(axis=1)) == {1, 2, 3}
    assert not scenes.boxes[~there].any()
    counts = np.bincount(scenes.classes[there], minlength=10)
    assert counts.min() > 0.5 * counts.mean()


def test_a_box_is_the_smallest_that_holds_the_pixels_of_its_digit(scenes):
    alone = scenes.classes[:, 1] == NOBODY
    assert alone.sum() > 50
    for labels, classes, boxes in zip(
        scenes.labels[alone], scenes.classes[alone], scenes.boxes[alone], strict=True
    ):
        assert set(np.unique(labels)) == {classes[0], GROUND}
        y, x = np.nonzero(labels != GROUND)
        assert boxes[0].tolist() == [x.min(), y.min(), x.max() + 1, y.max() + 1]


def test_all_pixels_of_a_digit_are_in_its_box_and_bright(scenes):
    for image, labels, classes, boxes in zip(
        scenes.images, scenes.labels, scenes.classes, scenes.boxes, strict=True
    ):
        rest = labels.copy()
        for digit, box in zip(classes[classes != NOBODY], boxes.astype(int), strict=False):
            x1, y1, x2, y2 = box
            part = rest[y1:y2, x1:x2]
            part[part == digit] = GROUND
        assert (rest == GROUND).all()
        assert image[labels != GROUND].min() >= INK


def test_sizes_and_overlaps(scenes):
    there = scenes.classes != NOBODY
    width, height = (scenes.boxes[there][:, k + 2] - scenes.boxes[there][:, k] for k in (0, 1))
    longer = np.maximum(width, height)
    assert SIDES[0] - 2 <= longer.min() < longer.max() <= SIDES[1]
    assert scenes.boxes.min() >= 0
    assert scenes.boxes.max() <= 64
    for boxes in scenes.boxes:
        for one, other in combinations(boxes, 2):
            sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
            area = min(np.prod(one[2:] - one[:2]), np.prod(other[2:] - other[:2]))
            assert np.prod(sides.clip(0)) <= SHARE * area


def test_half_of_them_have_a_plain_ground(scenes):
    ground = [image[labels == GROUND] for image, labels in zip(*scenes[::3], strict=True)]
    plain = np.mean([np.median(pixels) == 0 for pixels in ground])
    assert 0.35 < plain < 0.65


def test_the_seed_decides_and_fewer_are_the_first_ones(few_digits, scenes):
    for one, other in zip(draw_scenes(*few_digits, 130, progress=False), scenes, strict=True):
        assert_array_equal(one, other[:130])
    again = draw_scenes(*few_digits, 130, seed=1, progress=False)
    assert (again.images != scenes.images[:130]).any()


def test_a_stream_yields_the_same_scenes(few_digits, scenes):
    blocks = list(islice(stream_scenes(*few_digits), 3))
    assert_array_equal(np.concatenate([block.images for block in blocks]), scenes.images)
    assert_array_equal(np.concatenate([block.boxes for block in blocks]), scenes.boxes)


def test_only_the_digits_given_are_drawn(few_digits):
    x, t = few_digits
    scenes = draw_scenes(x[t == 7], t[t == 7], 20, progress=False)
    assert set(scenes.classes.ravel()) == {7, NOBODY}
    assert set(scenes.labels.ravel()) == {7, GROUND}


def test_faint_digits_do_not_vanish():
    x = np.zeros((1, 28, 28), np.uint8)
    x[0, ::27, ::27] = INK  # four faint dots
    scenes = draw_scenes(x, [5], 30, progress=False)
    assert (scenes.boxes[:, 0, 2:] > scenes.boxes[:, 0, :2]).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.zeros((2, 28, 28), np.float32)}, "of type float32 .* expected images of type ui"),
        ({"x": np.zeros((2, 784), np.uint8)}, r"shape \(2, 784\); expected images"),
        ({"x": np.zeros((2, 28, 28), np.uint8)}, "image 0 of x is dark; expected a digit"),
        ({"x": np.ones((3, 28, 28), np.uint8)}, "3 samples and t 2 targets"),
        ({"t": [0, 10]}, r"t is \[0, 10\]; expected labels from 0 to 9"),
        ({"t": [0, -1]}, "expected labels from 0 to 9"),
        ({"t": [0.0, 1.0]}, "expected labels from 0 to 9"),
        ({"number": 0}, "number is 0; expected an integer >= 1"),
        ({"seed": -1}, "seed is -1; expected an integer >= 0"),
    ],
)
def test_mistakes(change, message):
    settings = {"x": np.full((2, 28, 28), 255, np.uint8), "t": [0, 1], "number": 3}
    with pytest.raises(ValueError, match=message):
        draw_scenes(**settings | change, progress=False)


def test_the_bar_shows_how_far_it_is(few_digits, monkeypatch):
    seen = []

    class Bar:
        def __init__(self, **options):
            seen.append(options["total"])

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def update(self, count):
            seen.append(count)

    monkeypatch.setattr("dataset.scenes.progress_bar", Bar)
    draw_scenes(*few_digits, 130)
    assert seen == [130, 100, 30]
