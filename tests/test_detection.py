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
    Classified,
    DetectionWithLoss,
    answers,
    classified,
    detections,
    joined,
    loss_of_anchors,
    loss_of_proposals,
    select,
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
    some = RNG.choice(WIDTH - 4 * PROPOSALS, 120, replace=False)  # not the proposals
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
        (np.full((2, 1, 5), [3, 0, 0, 9, np.nan]), "expected finite x1 < x2"),
        (
            np.full((2, 1, 5), [3.0, 50, 50, 65, 60]),
            r"the box \[50.0, 50.0, 65.0, 60.0\]; expected x1, y1, x2, y2 from 0 to 64",
        ),
        (np.full((2, 1, 5), [3.0, 50, -1, 60, 60]), "from 0 to 64, inside of the image"),
        ("digits", "t is of type|t has shape"),
    ],
)
def test_objects_that_cannot_be(t, message):
    with pytest.raises(ValueError, match=message):
        DetectionWithLoss(ANCHORS).forward(random_output(), t)


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (60, "size is 60; expected a multiple of 8 pixels"),
        (0, "size is 0; expected an integer >= 1"),
        (64.0, "size is 64.0; expected an integer"),
    ],
)
def test_sizes_that_do_not_fit_the_anchors(size, message):
    with pytest.raises(ValueError, match=message):
        make_network(0, size)


def test_images_of_another_size():
    with pytest.raises(ValueError, match="images of 32 x 64 pixels; expected 64 x 64"):
        make_network(0).predict(np.zeros((1, 1, 32, 64), np.float32))


def test_larger_images():
    network, t = make_network(0, 96), np.full((1, 1, 5), [3.0, 50, 50, 96, 96])
    x = np.random.default_rng(0).random((1, 1, 96, 96)).astype(np.float32)
    assert np.isfinite(network.loss(x, t))
    (found,) = classified(network.predict(x), 96)
    assert found.boxes.max() > 64


def test_a_batch_without_objects_has_a_finite_loss_and_gradient():
    network, (x, t) = make_network(0), images(2)
    for empty in (np.full_like(t, -1), t[:, :0]):
        loss, grads = network.loss_and_gradient(x, empty)
        assert np.isfinite(loss)
        assert all(np.isfinite(grad).all() for grad in grads.values())
    assert np.isnan(DetectionWithLoss(ANCHORS).score(random_output(), np.full((2, 1, 5), -1.0)))


def test_a_network_that_diverged_has_a_loss_that_is_nan():
    network, (x, t) = make_network(0), images(1)
    network.params["W5"][:] = np.nan
    with pytest.warns(RuntimeWarning, match="a loss is not finite"):
        network.loss(x, t)


def regions_of(*rows):
    """Return regions with one probable class each: digit, probability, box."""
    y = np.zeros((len(rows), 11))
    for row, (digit, probability, _) in zip(y, rows, strict=True):
        row[[digit, GROUND]] = probability, 1 - probability
    found = np.array([box for *_, box in rows], float)
    return Classified(found, y, found)


def test_doubles_are_dropped_for_each_digit_by_itself():
    some = regions_of(
        *[(3, 0.6, [0, 0, 10, 10]), (3, 0.9, [1, 0, 11, 10])],
        *[(8, 0.5, [0, 0, 10, 10]), (GROUND, 1, [0, 0, 10, 10])],
    )
    found = select(some)
    assert found.classes.tolist() == [3, 8]
    assert found.scores.tolist() == [0.9, 0.5]
    assert found.boxes.tolist() == [[1, 0, 11, 10], [0, 0, 10, 10]]
    assert select(some, overlap=0.9).classes.tolist() == [3, 3, 8]
    assert select(some, least=0.6).classes.tolist() == [3]
    nothing = select(some, least=1.1)
    assert [part.shape for part in nothing] == [(0,), (0,), (0,), (0, 4)]


def test_doubles_vote_on_the_box_with_their_probabilities():
    some = regions_of(
        *[(3, 0.6, [0, 0, 10, 10]), (3, 0.9, [2, 0, 12, 10])],
        *[(3, 0.4, [2, 6, 12, 16]), (8, 0.9, [0, 0, 10, 10])],
    )
    found = select(some, vote=True)
    assert found.classes.tolist() == [3, 3, 8]
    assert_allclose(found.boxes[0], [1.2, 0, 11.2, 10])  # 0.9 * 2 / 1.5; the third is too far off
    assert_allclose(found.boxes[1:], [[2, 6, 12, 16], [0, 0, 10, 10]])


def test_each_detection_keeps_the_number_of_its_image():
    one, none = select(regions_of((3, 0.9, [0, 0, 9, 9]))), select(regions_of((GROUND, 1, [0] * 4)))
    assert joined([none, one, one, none]).image.tolist() == [1, 2]


def test_the_same_seed_gives_the_same_detections():
    x, _ = images(2)
    one, other = (detections(make_network(3).predict(x)) for _ in range(2))
    for part, same in zip(one, other, strict=True):
        assert_array_equal(part, same)


def test_threads_share_no_regions():
    network, (x, _) = make_network(0), images(6)
    with DataParallel(network, threads=2) as parallel:
        scores = parallel.predict(x)
        rois = [one.layers["heads"].roi for one in parallel.replicas]
    assert rois[0] is not rois[1]
    assert rois[1] is parallel.replicas[1].layers["heads"].layers["roi"]
    assert [len(np.unique(roi.regions[:, 0])) for roi in rois] == [3, 3]
    assert_allclose(scores, network.predict(x), rtol=1e-3, atol=1e-4)
