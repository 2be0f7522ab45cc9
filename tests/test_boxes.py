"""Boxes: values computed by hand, properties of random boxes, mistakes (8.4.1)."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08.helpers.boxes import (
    Detections,
    anchors,
    average_precision,
    check_boxes,
    hits,
    inside,
    intersection_over_union,
    mean_average_precision,
    moved,
    non_maximum_suppression,
    offsets,
    precision_and_recall,
)

RNG = np.random.default_rng(0)


def random_boxes(number):
    first = RNG.uniform(0, 50, (number, 2))
    return np.concatenate([first, first + RNG.uniform(1, 14, (number, 2))], axis=1)


def test_overlaps_by_hand():
    one = np.array([[0.0, 0, 10, 10]])
    others = np.array(
        [[0.0, 0, 10, 10], [5, 0, 15, 10], [5, 5, 15, 15], [10, 0, 20, 10], [20, 20, 30, 30]]
    )
    expected = [1, 50 / 150, 25 / 175, 0, 0]
    assert_allclose(intersection_over_union(one, others)[0], expected)


def test_overlaps_are_symmetric_and_at_most_1():
    a, b = random_boxes(20), random_boxes(30)
    both = intersection_over_union(a, b)
    assert both.shape == (20, 30)
    assert_allclose(both, intersection_over_union(b, a).T)
    assert 0 <= both.min() < both.max() < 1
    assert_allclose(np.diag(intersection_over_union(a, a)), 1)


def test_suppression_by_hand():
    boxes = np.array([[0.0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10], [0, 1, 10, 11]])
    scores = np.array([0.6, 0.9, 0.3, 0.7])
    assert non_maximum_suppression(boxes, scores).tolist() == [1, 2]
    assert non_maximum_suppression(boxes, scores, 0.9).tolist() == [1, 3, 0, 2]
    assert non_maximum_suppression(boxes[:0], scores[:0]).tolist() == []


def test_what_is_kept_does_not_overlap_and_what_is_dropped_does():
    boxes, scores = random_boxes(200), RNG.random(200)
    kept = non_maximum_suppression(boxes, scores, 0.3)
    overlaps = intersection_over_union(boxes, boxes)
    assert (np.diff(scores[kept]) < 0).all()
    assert overlaps[np.ix_(kept, kept)][~np.eye(len(kept), dtype=bool)].max() <= 0.3
    for one in set(range(200)) - set(kept):
        better = kept[scores[kept] > scores[one]]
        assert overlaps[one, better].max() > 0.3


def test_anchors_by_hand():
    found = anchors((1, 2), 8, [(4, 4), (2, 6)])
    assert found.tolist() == [[2, 2, 6, 6], [3, 1, 5, 7], [10, 2, 14, 6], [11, 1, 13, 7]]
    assert anchors((8, 8), 8, [(16, 16)] * 3).shape == (192, 4)


def test_offsets_by_hand():
    region = np.array([[0.0, 0, 10, 20]])
    assert_allclose(offsets(region, np.array([[5.0, 0, 15, 20]])), [[0.5, 0, 0, 0]])
    assert_allclose(offsets(region, np.array([[-5.0, 5, 15, 15]])), [[0, 0, np.log(2), -np.log(2)]])


def test_offsets_take_a_region_to_its_box():
    regions, boxes = random_boxes(50), random_boxes(50)
    assert_allclose(moved(regions, offsets(regions, boxes)), boxes, atol=1e-12)
    assert_allclose(moved(regions, np.zeros((50, 4))), regions)
    assert np.isfinite(moved(regions, np.full((50, 4), 1e4))).all()


def test_boxes_are_cut_off_at_the_edges():
    boxes = np.array([[-5.0, -5, 5, 5], [60, 60, 90, 70], [70, 10, 80, 20], [10, 10, 10, 5]])
    expected = [[0, 0, 5, 5], [60, 60, 64, 64], [63, 10, 64, 20], [10, 10, 11, 11]]
    assert inside(boxes, 64, 64).tolist() == expected


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        ([[0, 0, 0, 1]], r"boxes has the box \[0.0, 0.0, 0.0, 1.0\]; expected finite x1 < x2"),
        ([[0, 2, 1, 1]], "expected finite x1 < x2 and y1 < y2"),
        ([[0, 0, np.nan, 1]], "expected finite"),
        ([[0, 0, np.inf, 1]], "expected finite"),
        ([0, 0, 1, 1], r"boxes has shape \(4,\); expected \(N, 4\)"),
        (["a"], "boxes is of type"),
    ],
)
def test_boxes_that_are_none(boxes, message):
    with pytest.raises(ValueError, match=message):
        check_boxes("boxes", boxes)


def test_no_boxes_and_whole_numbers_are_valid():
    assert check_boxes("boxes", np.empty((0, 4))).shape == (0, 4)
    assert check_boxes("boxes", [[0, 0, 1, 1]]).dtype == np.float64


# ---------------------------------------------------------------- average precision


def test_precision_and_recall_by_hand():
    precision, recall = precision_and_recall(np.array([True, False, True]), 4)
    assert_allclose(precision, [1, 1 / 2, 2 / 3])
    assert_allclose(recall, [1 / 4, 1 / 4, 2 / 4])


@pytest.mark.parametrize(
    ("correct", "total", "expected"),
    [
        ([True, True], 2, 1),
        ([True], 2, 0.5),
        ([False, True], 1, 0.5),
        ([False, False], 3, 0),
        ([], 3, 0),
        ([True, False, True, False, True], 4, 0.25 * (1 + 2 / 3 + 3 / 5)),
        ([False, True, True], 2, 2 / 3),  # the precision rises: the highest counts
    ],
)
def test_average_precision_by_hand(correct, total, expected):
    assert average_precision(np.array(correct, bool), total) == pytest.approx(expected)


def test_without_objects_there_is_no_precision():
    assert np.isnan(average_precision(np.array([False]), 0))


def scene():
    """Two images: a 3 and a 5; two 3s."""
    classes = np.array([[3, 5, -1], [3, 3, -1]])
    boxes = np.zeros((2, 3, 4))
    boxes[0, :2] = [[0, 0, 10, 10], [20, 20, 30, 30]]
    boxes[1, :2] = [[0, 0, 10, 10], [40, 0, 50, 10]]
    return classes, boxes


def test_hits_by_hand():
    found = Detections(
        np.array([0, 0, 1, 1, 1, 0]),
        np.array([3, 3, 3, 3, 3, 5]),
        np.array([0.5, 0.9, 0.8, 0.7, 0.6, 0.4]),
        np.array(
            [
                [0.0, 0, 10, 10],  # found before: 0.9 is higher
                [1, 0, 11, 10],
                [44, 0, 54, 10],  # IoU 60 / 140 with the second 3
                [40, 0, 50, 9],
                [0, 0, 10, 10],
                [20, 20, 30, 30],
            ]
        ),
    )
    classes, boxes = scene()
    assert hits(found, classes, boxes, 3).tolist() == [True, False, True, True, False]
    assert hits(found, classes, boxes, 3, 0.4).tolist() == [True, True, False, True, False]
    assert hits(found, classes, boxes, 5).tolist() == [True]
    assert hits(found, classes, boxes, 7).tolist() == []
    of_3 = average_precision(np.array([True, False, True, True, False]), 3)
    assert mean_average_precision(found, classes, boxes) == pytest.approx((of_3 + 1) / 2)


def test_the_right_answers_are_worth_1_and_of_another_class_0():
    classes, boxes = scene()
    there = classes >= 0
    image = np.nonzero(there)[0]
    found = Detections(image, classes[there], np.ones(4), boxes[there])
    assert mean_average_precision(found, classes, boxes) == 1
    assert mean_average_precision(found._replace(classes=(found.classes + 1)), classes, boxes) == 0


def test_a_nan_is_no_hit():
    classes, boxes = scene()
    found = Detections(np.array([0]), np.array([3]), np.array([1.0]), np.full((1, 4), np.nan))
    assert hits(found, classes, boxes, 3).tolist() == [False]


def test_the_order_of_the_detections_does_not_matter():
    classes, boxes = scene()
    image = RNG.integers(2, size=60)
    found = Detections(image, RNG.choice([3, 5], 60), RNG.random(60), random_boxes(60))
    order = RNG.permutation(60)
    other = Detections(*(part[order] for part in found))
    assert_array_equal(hits(found, classes, boxes, 3, 0.1), hits(other, classes, boxes, 3, 0.1))
