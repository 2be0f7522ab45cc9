"""Faster R-CNN: examples, losses and their gradients, the detections; threads (8.4.1)."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08.helpers import boxes
from ch08.helpers.detection import (
    GROUND,
    PROPOSALS,
    SPREAD,
    Answers,
    DetectionWithLoss,
    answers,
    detections,
    loss_of_anchors,
    loss_of_proposals,
    smooth_l1,
)
from ch08.helpers.region_network import SIZES, RegionHeads, make_network
from common.data_parallel import DataParallel

RNG = np.random.default_rng(0)
ANCHORS = boxes.anchors((8, 8), 8, SIZES)
OBJECTS = np.array([[3, 4.0, 4, 20, 28], [7, 40, 30, 60, 62]])
WIDTH = 5 * len(ANCHORS) + PROPOSALS * (11 + 8)


def images(number=3):
    x = np.random.default_rng(2).random((number, 1, 64, 64)).astype(np.float32)
    t = np.full((number, 3, 5), -1.0)
    t[:, :2] = OBJECTS
    return x, t


def random_output(number=2):
    """Return an output whose proposals are near the objects."""
    x = RNG.standard_normal((number, WIDTH))
    regions = np.repeat(OBJECTS[:, 1:], PROPOSALS // 2, axis=0)
    answers(x).regions[:] = regions + RNG.uniform(-4, 4, regions.shape)
    return x


def test_the_parts_of_an_output_are_views():
    x = np.arange(2.0 * WIDTH).reshape(2, WIDTH)
    found = answers(x)
    assert [part.shape for part in found] == [
        *[(2, len(ANCHORS)), (2, len(ANCHORS), 4)],
        *[(2, PROPOSALS, 11), (2, PROPOSALS, 4), (2, PROPOSALS, 4)],
    ]
    assert sum(part.size for part in found) == x.size
    for part in found:
        part[:] = 0
    assert not x.any()


def test_smooth_l1_by_hand():
    loss, gradient = smooth_l1(np.array([[0.5, 3.0], [0, -2]]), np.zeros((2, 2)))
    assert loss == (0.125 + 2.5 + 1.5) / 2
    assert gradient.tolist() == [[0.25, 0.5], [0, -0.5]]
    assert smooth_l1(np.empty((0, 4)), np.empty((0, 4)))[0] == 0


def test_the_gradient_of_all_losses():
    x, t = random_output(), np.stack([OBJECTS, OBJECTS[::-1]])
    t[1, 0, 0] = -1  # one object only
    loss = DetectionWithLoss(ANCHORS)
    loss.forward(x, t)
    found = loss.backward()
    some = RNG.choice(WIDTH - 4 * PROPOSALS, 300, replace=False)  # not the proposals
    for n in range(2):
        for k in some:
            both = []
            for sign in (1, -1):
                moved = x.copy()
                moved[n, k] += sign * 1e-5
                both.append(loss.forward(moved, t))
            assert found[n, k] == pytest.approx((both[0] - both[1]) / 2e-5, abs=1e-8)
    assert not answers(found).regions.any()


def one_answer(objectness=0.0):
    x = np.zeros((1, WIDTH))
    found, gradient = answers(x), answers(np.zeros((1, WIDTH)))
    found.objectness[:] = objectness
    found.regions[:] = [0, 0, 8, 8]
    return Answers(*(part[0] for part in found)), Answers(*(part[0] for part in gradient))


def test_each_object_has_an_anchor_even_if_none_overlaps_it_by_half():
    thin = np.array([[1, 30.0, 20, 34, 40]])
    found, gradient = one_answer()
    loss_of_anchors(found, gradient, thin, ANCHORS)
    overlaps = boxes.intersection_over_union(ANCHORS, thin[:, 1:])[:, 0]
    assert overlaps.max() < 0.5
    assert_array_equal(gradient.objectness < 0, overlaps == overlaps.max())
    assert_array_equal(gradient.objectness == 0, (overlaps >= 0.3) & (overlaps < overlaps.max()))


def test_objects_and_ground_count_the_same():
    found, gradient = one_answer()
    loss_of_anchors(found, gradient, OBJECTS, ANCHORS)
    of = gradient.objectness
    assert of[of < 0].sum() == pytest.approx(-0.25)
    assert of[of > 0].sum() == pytest.approx(0.25)


def test_an_image_without_objects_is_ground():
    found, gradient = one_answer()
    loss = loss_of_anchors(found, gradient, OBJECTS[:0], ANCHORS)
    assert loss == pytest.approx(np.log(2) / 2)
    assert (gradient.objectness > 0).all()
    assert not gradient.anchor_offsets.any()
    assert loss_of_proposals(found, gradient, OBJECTS[:0]) == pytest.approx(np.log(11))
    assert (gradient.scores.argmin(axis=1) == GROUND).all()


def test_a_proposal_learns_the_class_of_the_object_that_it_overlaps():
    found, gradient = one_answer()
    found.regions[:2] = OBJECTS[:, 1:] + [2, -1, 3, 1]
    loss_of_proposals(found, gradient, OBJECTS)
    assert gradient.scores.argmin(axis=1).tolist() == [3, 7] + [GROUND] * (PROPOSALS - 2)


def test_the_right_answers_are_detected():
    x = np.zeros((2, WIDTH))
    found = answers(x)
    found.scores[..., GROUND] = 20
    found.regions[:] = [0, 0, 8, 8]
    near = OBJECTS[:, 1:] + [2, -1, 3, 1]
    found.regions[0, :2] = near
    found.offsets[0, :2] = boxes.offsets(near, OBJECTS[:, 1:]) / SPREAD
    found.scores[0, [0, 1], [3, 7]] = 40
    found.regions[0, 2] = OBJECTS[0, 1:]  # found twice, less probable
    found.scores[0, 2, 3] = 21
    result = detections(x)
    assert result.image.tolist() == [0, 0]
    assert result.classes.tolist() == [3, 7]
    assert_allclose(result.boxes, OBJECTS[:, 1:])
    nothing = np.full_like(OBJECTS, -1)
    assert DetectionWithLoss(ANCHORS).score(x, np.stack([OBJECTS, nothing])) == 1


def test_proposals_have_no_doubles_and_are_inside():
    heads = RegionHeads(4, 64, np.random.default_rng(0))
    scores, by = RNG.standard_normal((len(ANCHORS), 1)), RNG.standard_normal((len(ANCHORS), 4))
    scores[100:110], by[100:110] = 9, boxes.offsets(ANCHORS[100:110], ANCHORS[[100]]) / SPREAD
    found = heads.propose(scores, by)
    assert found.shape == (PROPOSALS, 4)
    assert found.min() >= 0
    assert found.max() <= 64
    overlaps = boxes.intersection_over_union(found, found)
    assert overlaps[~np.eye(PROPOSALS, dtype=bool)].max() <= 0.7


def test_the_gradient_of_the_network(monkeypatch):
    moves = np.random.default_rng(3)
    fixed = OBJECTS[np.arange(PROPOSALS) % 2, 1:] + moves.uniform(-1.9, 1.9, (PROPOSALS, 4))
    monkeypatch.setattr(RegionHeads, "propose", lambda *_: fixed)
    network, (x, t) = make_network(0), images(2)
    network.params = {key: value.astype(np.float64) for key, value in network.params.items()}
    grads = network.gradient(x.astype(np.float64), t)
    for key, value in network.params.items():
        direction, losses = np.random.default_rng(1).standard_normal(value.shape), []
        for sign in (1, -1):
            network.params[key] = value + sign * 1e-7 * direction
            losses.append(network.loss(x, t, train_flg=True))
        network.params[key] = value
        by_difference = (losses[0] - losses[1]) / 2e-7
        assert np.sum(grads[key] * direction) == pytest.approx(by_difference, rel=1e-4, abs=1e-6)


def test_threads_give_the_same():
    network, (x, t) = make_network(0), images(4)
    loss, grads = network.loss_and_gradient(x, t)
    with DataParallel(make_network(0), threads=2) as parallel:
        other, others = parallel.loss_and_gradient(x, t)
    assert other == pytest.approx(loss, rel=1e-4)
    for key, grad in grads.items():
        assert_allclose(others[key], grad, atol=2e-4)


@pytest.mark.parametrize(
    ("t", "message"),
    [
        (np.zeros((2, 5)), r"t has shape \(2, 5\); expected \(2, K, 5\)"),
        (np.zeros((3, 1, 5)), r"expected \(2, K, 5\)"),
        (np.full((2, 1, 5), 10.0), "the class 10; expected 0 to 9, or -1"),
        (np.full((2, 1, 5), np.nan), "the class nan"),
        (np.zeros((2, 1, 5)), "expected finite x1 < x2"),
    ],
)
def test_objects_that_cannot_be(t, message):
    with pytest.raises(ValueError, match=message):
        DetectionWithLoss(ANCHORS).forward(random_output(), t)
