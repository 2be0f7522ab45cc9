"""Drawn road scenes, and SegNet, which learns from them (8.5.3)."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08.helpers import pixel_scores, segnet
from ch08.helpers.free_road import AHEAD, agreement, free_road
from common.gradient import gradient_check
from common.layers import TransposedConvolution
from common.optimizer import Adam
from common.trainer import Trainer
from dataset.roads import CAR, CLASSES, MARKS, PAVEMENT, PERSON, ROAD, SKY, draw_roads


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


def test_cars_stand_on_the_road_and_people_beside_it(roads):
    for labels in roads.labels:
        below = np.vstack([labels[1:], labels[-1:]])
        wheels = below[(labels == CAR) & (below != CAR)]
        assert np.isin(wheels, (ROAD, MARKS, PAVEMENT, PERSON)).all()
        assert labels[-1, 32] in (ROAD, MARKS, CAR)  # where the free road starts
    feet = [labels[1:][(labels[:-1] == PERSON) & (labels[1:] != PERSON)] for labels in roads.labels]
    assert np.isin(np.concatenate(feet), PAVEMENT).mean() > 0.8  # else a car is in front


@pytest.mark.parametrize("indices", [True, False])
def test_the_gradients_of_segnet(indices):
    rng = np.random.default_rng(0)
    settings = {"filters": (1, 2, 2), "indices": indices, "class_weights": [1, 2, 3]}
    network = segnet.make_network(3, **settings, rng=0)
    x, t = rng.random((2, 3, 8, 8)), rng.integers(3, size=(2, 8, 8))
    checks = gradient_check(network, x, t)
    assert all(check.passed for check in checks.values()), checks


@pytest.mark.parametrize("blocks", [1, 2])
def test_encoder_and_decoder_are_mirror_images(blocks):
    network = segnet.make_network(8, filters=(4, 6, 9), blocks=blocks, rng=0)
    widths = [W.shape[1::-1] for key, W in network.params.items() if key.startswith("W")]
    assert widths[-1] == (4, 8)
    encoder, decoder = widths[: len(widths) // 2], widths[len(widths) // 2 : -1]
    mirrored = [(outputs, inputs) for inputs, outputs in reversed(encoder)]
    assert decoder == [(a, 4 if b == 3 else b) for a, b in mirrored]
    assert len(encoder) == 3 * blocks
    names = ["unpool3", "up3", "unpool2", "up2", "unpool1", "up1", "scores"]
    assert list(network.layers)[-7:] == names
    for number in (1, 2, 3):
        pooling = network.layers[f"pool{number}"]
        assert network.layers[f"unpool{number}"].pooling is pooling
    without = segnet.make_network(8, filters=(4, 6, 9), blocks=blocks, indices=False, rng=0)
    assert all(isinstance(without.layers[f"unpool{n}"], TransposedConvolution) for n in (1, 2, 3))


def test_images_and_labels_that_do_not_fit():
    network = segnet.make_network(3, filters=(2, 2, 2), rng=0)
    with pytest.raises(ValueError, match="expected a stride that divides") as error:
        network.predict(np.zeros((1, 3, 48, 60), np.float32))
    assert "\n" not in str(error.value)
    with pytest.raises(ValueError, match=r"labels? .*expected"):
        network.loss(np.zeros((1, 3, 8, 8), np.float32), np.full((1, 8, 8), 3))
    few = segnet.make_network(3, filters=(2, 2, 2), class_weights=[1, 2], rng=0)
    with pytest.raises(ValueError, match="expected"):
        few.loss(np.zeros((1, 3, 8, 8), np.float32), np.zeros((1, 8, 8), int))
    for weights in ([1, 2, -1], [1, 2, np.nan]):
        with pytest.raises(ValueError, match="expected"):
            segnet.make_network(3, class_weights=weights)


def test_rare_classes_count_more():
    t = np.array([[[0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1], [1, 1, 1, 2]]])
    weights = segnet.rare_classes_count_more(t, 3)
    assert_allclose(weights / weights[2], [8**-0.5, 7**-0.5, 1])
    assert weights[t].mean() == pytest.approx(1)
    with pytest.raises(ValueError, match=r"labels \[0, 1, 2\]; expected each class from 0 to 3"):
        segnet.rare_classes_count_more(t, 4)
    with pytest.raises(ValueError, match=r"labels \[0, 1, 2\]; expected each class from 0 to 1"):
        segnet.rare_classes_count_more(t, 2)


def test_pixels_near_borders():
    t = np.zeros((2, 7, 9), int)
    t[0, 0, 8] = 1
    near = pixel_scores.near_borders(t)
    assert near[0, :3, 6:].all()
    assert near.sum() == 9
    assert pixel_scores.near_borders(t, 1).sum() == 4
    assert not pixel_scores.near_borders(t, 0).any()


def test_scores_by_class_name():
    t = np.zeros((1, 4, 8), int)
    t[..., 4:] = 1
    y = t.copy()
    y[0, 0, 0] = 1  # far from the border
    y[0, 1, 3] = 1
    scores = pixel_scores.by_class(y, t, ["left", "right", "nowhere"])
    assert scores["all pixels"]["IoU"] == pytest.approx(
        {"left": 14 / 16, "right": 16 / 18, "nowhere": np.nan}, abs=1e-4, nan_ok=True
    )
    assert scores["all pixels"]["mean"] == pytest.approx((14 / 16 + 16 / 18) / 2)
    near = scores["pixels near borders"]["IoU"]
    assert (near["left"], near["right"]) == (pytest.approx(7 / 8), pytest.approx(8 / 9, abs=1e-4))


def test_it_learns_in_seconds(roads):
    network = segnet.make_network(len(CLASSES), filters=(6, 6, 6), rng=0)
    options = {"mini_batch_size": 10, "optimizer": Adam(0.02), "rng": 0, "verbose": False}
    data = roads.x[:50], roads.labels[:50]
    trainer = Trainer(network, *data, epochs=8, evaluate_sample_num_per_epoch=0, **options)
    trainer.train()
    share = np.bincount(roads.labels.ravel()) / roads.labels.size
    without_looking = -share @ np.log(share)  # the loss if all pixels have the same scores
    assert np.mean(trainer.train_loss_list[-5:]) < 0.8 * without_looking


# ---------------------------------------------------------------- the free road ahead

PICTURE = """
.........
bbb...bbb
....r....
...rmr...
...rmrr..
..rrmrr..
..rrcrrr.
.rrccrrr.
.rrrmrrr.
"""


def classes(picture, height=None):
    """Return the classes of a drawing in letters; lines are added below, like the last one."""
    letters = {".": PAVEMENT, "b": 1, "r": ROAD, "m": MARKS, "c": CAR, "p": PERSON}
    rows = [[letters[one] for one in line] for line in picture.split()]
    return np.array(rows + [rows[-1]] * (0 if height is None else height - len(rows)))


def runs(road):
    return list(zip(road.left, road.right, strict=True))


def test_the_free_road_by_hand():
    road = free_road(classes(PICTURE))
    assert runs(road) == [(1, 7)]
    assert (road.ended_by, road.blocked, road.direction) == (CAR, True, "stop")
    open_road = free_road(classes(PICTURE.replace("c", "m")))
    assert runs(open_road) == [(1, 7), (1, 7), (2, 7), (2, 6), (3, 6), (3, 5), (4, 4)]
    assert open_road.ended_by == PAVEMENT
    assert np.argwhere(open_road.mask[:3]).tolist() == [[2, 4]]


def test_the_free_road_passes_a_car():
    road = free_road(classes("rrrr.rrrr\nrrrrrrccr\nrrrrrrccr\nrrrrrrrrr"))
    assert runs(road)[:3] == [(0, 8), (0, 5), (0, 5)]
    assert runs(road)[3:] == [(0, 3)]  # contains column 2, the middle of 0 to 5
    assert road.ended_by is None
    assert road.mask.sum(axis=1).tolist() == [4, 6, 6, 9]  # nothing beyond the car


@pytest.mark.parametrize(
    ("letter", "ended_by"), [("c", CAR), ("p", PERSON), (".", PAVEMENT), ("b", 1)]
)
def test_what_ends_the_free_road(letter, ended_by):
    road = free_road(classes(f"rrrrr\nrr{letter}rr\nrrrrr\nrrrrr"))
    assert (len(road.left), road.ended_by) == (2, ended_by)
    assert not road.mask[:2].any()
    nothing = free_road(classes(f"rrrrr\nrr{letter}rr"))
    assert (nothing.left, nothing.ended_by, nothing.direction) == ([], ended_by, "stop")


@pytest.mark.parametrize(
    ("offset", "direction"),
    [(0, "straight on"), (-3, "straight on"), (-4, "left"), (3, "straight on"), (8, "right")],
)
def test_the_direction_is_that_of_the_row_ahead(offset, direction):
    rows = np.full((AHEAD + 5, 40), PAVEMENT)
    for ahead, shift in enumerate(np.linspace(0, offset, AHEAD + 1).round().astype(int)):
        rows[-1 - ahead, 15 + shift : 25 + shift] = ROAD
    road = free_road(rows)
    assert (road.offset, road.direction, road.ended_by) == (offset, direction, PAVEMENT)


def test_blocked_means_that_the_row_ahead_is_not_free():
    rows = np.full((AHEAD + 5, 9), ROAD)
    rows[4] = CAR
    assert free_road(rows).blocked
    rows[4], rows[3] = ROAD, CAR
    assert not free_road(rows).blocked
    assert free_road(rows).offset == 0


def test_agreement_counts_each_mistake():
    clear = np.full((AHEAD + 5, 9), ROAD)
    closed = clear.copy()
    closed[-3] = CAR
    y = np.array([clear, closed, clear, clear, closed])
    t = np.array([clear, clear, closed, closed, closed])
    assert agreement(y, t) == {
        "same direction": 0.4,
        "blocked": 3,
        "blocked, but predicted free": 2,
        "free, but predicted blocked": 1,
    }


@pytest.mark.parametrize("bad", [np.zeros((2, 3, 4), int), np.zeros((4, 4)), np.zeros((0, 4), int)])
def test_no_classes_of_pixels(bad):
    with pytest.raises(ValueError, match=r"expected integers of shape \(H, W\)"):
        free_road(bad)
