"""Augmentation: exact shifts and rotations by 90 degrees, and the ranges of random changes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from common.augment import brightness, crop, flip, random_transform, transform

RNG = np.random.default_rng(0)
SHAPES = [(4, 7, 6), (4, 1, 8, 8), (4, 3, 5, 9), (1, 28, 28), (2, 2, 3, 4, 4)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_transform_by_nothing_changes_nothing(shape, dtype):
    x = RNG.random(shape).astype(dtype)
    out = transform(x)
    assert out.dtype == dtype
    assert (out == x).all()
    assert not np.shares_memory(out, x)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("down", "right"), [(1, 0), (0, 1), (-2, 0), (0, -1), (2, -3), (-1, 2)])
def test_shifts_by_whole_pixels_are_exact_and_move_zeros_in(shape, down, right):
    x = RNG.random(shape)
    expected = np.roll(x, (down, right), axis=(-2, -1))
    expected[..., slice(0, down) if down >= 0 else slice(down, None), :] = 0
    expected[..., :, slice(0, right) if right >= 0 else slice(right, None)] = 0
    assert (transform(x, down=down, right=right) == expected).all()


def test_moved_out_of_the_picture():
    x = RNG.random((2, 5, 5))
    for way in ({"down": 5}, {"down": -5}, {"right": 5}, {"right": -99}, {"down": 1e300}):
        assert (transform(x, **way) == 0).all()


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (180, 2), (270, 3), (-90, -1), (360, 0)])
@pytest.mark.parametrize("size", [7, 8])
def test_quarter_turns_are_counter_clockwise(degrees, turns, size):
    x = RNG.random((3, 2, size, size))
    assert_allclose(transform(x, degrees), np.rot90(x, turns, axes=(-2, -1)), atol=1e-12)


def test_half_a_pixel_is_the_mean_of_two():
    x = RNG.random((2, 4, 5))
    right = transform(x, right=0.5)
    assert_allclose(right[:, :, 1:], (x[:, :, 1:] + x[:, :, :-1]) / 2)
    assert_allclose(right[:, :, 0], x[:, :, 0] / 2)  # the other half was outside
    down = transform(x, down=-0.25)
    assert_allclose(down[:, :-1], 0.75 * x[:, :-1] + 0.25 * x[:, 1:])


def test_rotation_comes_before_the_shift():
    x = RNG.random((1, 6, 6))
    assert_allclose(transform(x, 90, down=2), transform(transform(x, 90), down=2), atol=1e-12)


def test_scale():
    x = np.zeros((1, 9, 9))
    x[0, 3:6, 3:6] = 1
    double, half = transform(x, scale=2), transform(x, scale=0.5)
    assert double.sum() == pytest.approx(4 * 9, rel=0.15)
    assert half[0, 3:6, 3:6].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]  # every second pixel
    assert double[0, 4, 4] == half[0, 4, 4] == 1
    assert (double[0, 2:7, 2:7] == 1).all()
    assert half.sum() == 1
    assert_allclose(double, double[:, ::-1, ::-1])  # about the centre
    ramp = np.tile(np.arange(9.0), (1, 9, 1))
    assert_allclose(transform(ramp, scale=2)[0, 4], 4 + (np.arange(9) - 4) / 2)


@pytest.mark.parametrize("shear", [1, -2])
def test_shear_moves_each_row_further_than_the_row_below(shear):
    x = RNG.random((2, 5, 7))
    sheared = transform(x, shear=shear)
    for row in range(5):
        shifted = transform(x, right=shear * (2 - row))
        assert_allclose(sheared[:, row], shifted[:, row], atol=1e-12)
    inside = np.pad(RNG.random((2, 3, 3)), [(0, 0), (4, 4), (4, 4)])  # nothing is moved out
    turned = transform(inside, 90, down=2, shear=shear)
    assert_allclose(turned, transform(transform(inside, shear=shear), 90, down=2), atol=1e-12)


def test_a_transform_and_its_inverse_keep_the_inside():
    x = np.zeros((2, 1, 11, 11))
    x[..., 3:8, 3:8] = RNG.random((2, 1, 5, 5))
    assert (transform(transform(x, down=2, right=-1), down=-2, right=1) == x).all()
    smooth = np.exp(-((np.indices((21, 21)) - 10) ** 2).sum(axis=0) / 20)[np.newaxis]
    assert_allclose(transform(transform(smooth, 15), -15), smooth, atol=0.05)


def test_each_image_has_separate_parameters():
    x = RNG.random((3, 2, 6, 6))
    degrees, scale, down, right = [0, 90, 30], [1, 1.5, 0.8], [1, 0, -0.5], [0, 2, 0.3]
    out = transform(x, degrees, scale, down, right)
    for n in range(3):
        alone = transform(x[n : n + 1], degrees[n], scale[n], down[n], right[n])
        assert_allclose(out[n : n + 1], alone)
    channels = transform(x[:, 1:], degrees, scale, down, right)
    assert_allclose(out[:, 1:], channels)


def test_bytes_become_floats():
    x = RNG.integers(256, size=(2, 5, 5)).astype(np.uint8)
    assert (transform(x, down=1)[:, 1:] == x[:, :-1]).all()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_crop_flip_and_brightness_that_change_nothing(shape, dtype):
    x = RNG.random(shape).astype(dtype)
    before = x.copy()
    for out in (crop(x, 0), flip(flip(x)), brightness(x)):
        assert out.dtype == dtype
        assert (out == x).all()
        assert not np.shares_memory(out, x)
    assert (crop(x, 2) != x).any() & (flip(x) != x).any() & (brightness(x, 0.5) != x).any()
    assert (x == before).all()


def test_crop_keeps_a_part_in_its_place():
    x = np.arange(1.0, 25).reshape(2, 3, 4)
    assert crop(x, 2, top=[0, 1], left=[2, 0]).tolist() == [
        [[0, 0, 3, 4], [0, 0, 0, 0], [0, 0, 0, 0]],
        [[0, 0, 0, 0], [17, 18, 0, 0], [0, 0, 0, 0]],
    ]
    channels = np.stack([x, -x], axis=1)  # (2, 2, 3, 4)
    out = crop(channels, 1, top=[1, 0])
    assert (out[:, 1] == -out[:, 0]).all()
    assert (np.count_nonzero(out, axis=(2, 3)) == 2 * 3).all()


def test_flip_exchanges_left_and_right():
    assert flip(np.array([[[1, 2, 3], [4, 5, 6]]])).tolist() == [[[3, 2, 1], [6, 5, 4]]]


def test_brightness():
    x = np.array([[[0, 0.5, 1]], [[0, 0.5, 1]]])
    assert_allclose(brightness(x, 0.8, 0.3), [[[0.3, 0.7, 1]]] * 2)
    out = brightness(x, times=[2, 1], plus=[0, -0.25])
    assert out.tolist() == [[[0, 1, 1]], [[0, 0.25, 0.75]]]  # clipped at both ends


# ---------------------------------------------------------------- at random


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_random_transform(shape, dtype):
    x = RNG.random(shape).astype(dtype)
    before = x.copy()
    augment = random_transform()
    out = augment(x, np.random.default_rng(1))
    assert (out.shape, out.dtype) == (shape, dtype)
    assert (x == before).all()
    assert (out == augment(x, np.random.default_rng(1))).all()
    assert (out != augment(x, np.random.default_rng(2))).any()
    assert out.min() >= 0  # between pixels lies nothing beyond them
    assert out.max() <= x.max() * (1 + 2 * np.finfo(dtype).eps)


def test_images_move_differently():
    x = np.broadcast_to(RNG.random((1, 8, 8)), (5, 8, 8))
    out = random_transform()(x, np.random.default_rng(0))
    assert len(np.unique(out.round(6), axis=0)) == 5


def test_range_of_shifts():  # measured by the center of mass of a cross
    x = np.zeros((500, 31, 31))
    x[:, 15, 15] = 1
    moved = random_transform(degrees=0, scale=0, pixels=3)(x, np.random.default_rng(0))
    place = np.arange(31) - 15
    for axis in (1, 2):
        way = (moved.sum(axis=3 - axis) * place).sum(axis=1)
        assert abs(way).max() <= 3 + 1e-9
        assert (way.min() < -2.9) & (way.max() > 2.9)
        assert abs(way.mean()) < 0.3
    assert (random_transform(0, 0, 0)(x, np.random.default_rng(0)) == x).all()


def test_ranges_of_rotation_and_scale(monkeypatch):
    seen = {}

    def watched(x, degrees, scale, down, right, shear):
        seen.update(degrees=degrees, scale=scale, down=down, right=right, shear=shear)
        return x

    monkeypatch.setattr("common.augment.transform", watched)
    random_transform(7, 0.2, 1.5, shear=0.3)(np.zeros((1000, 2, 2)), np.random.default_rng(0))
    for name, low, high in [
        ("degrees", -7, 7),
        ("scale", 0.8, 1.2),
        ("down", -1.5, 1.5),
        ("right", -1.5, 1.5),
        ("shear", -0.3, 0.3),
    ]:
        assert low <= seen[name].min() < low + 0.02 * (high - low)
        assert high - 0.02 * (high - low) < seen[name].max() <= high
    assert abs(np.corrcoef(list(seen.values()))[np.triu_indices(5, 1)]).max() < 0.15


ALL = {"crop": 4, "brightness": 0.3, "flip": True}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_random_crops_flips_and_brightness(dtype):
    x = RNG.random((6, 2, 9, 9)).astype(dtype)
    before, augment = x.copy(), random_transform(**ALL)
    out = augment(x, np.random.default_rng(1))
    assert (out.shape, out.dtype) == (x.shape, dtype)
    assert (x == before).all()
    assert (out == augment(x, np.random.default_rng(1))).all()
    assert (out != augment(x, np.random.default_rng(2))).any()
    assert out.min() >= 0
    assert out.max() <= 1


def test_changes_that_are_off_draw_no_random_numbers():
    x = RNG.random((7, 8, 8))
    rng = np.random.default_rng(3)
    turn, size, down, right = np.random.default_rng(3).uniform(-1, 1, (4, 7))
    expected = transform(x, 10 * turn, 1 + 0.1 * size, 2 * down, 2 * right)
    assert (random_transform()(x, rng) == expected).all()
    assert rng.bit_generator.state == _after(np.random.default_rng(3), 4 * 7)
    same = random_transform(shear=0, crop=0, brightness=0, flip=False)(x, np.random.default_rng(3))
    assert (same == expected).all()


def _after(rng, draws):
    rng.random(draws)
    return rng.bit_generator.state


def test_half_are_flipped_and_all_parts_are_seen():
    x = np.broadcast_to(np.arange(1.0, 65).reshape(8, 8), (400, 8, 8))
    flipped = random_transform(0, 0, 0, flip=True)(x, np.random.default_rng(0))
    is_flipped = (flipped == x[0, :, ::-1]).all(axis=(1, 2))
    assert (is_flipped | (flipped == x[0]).all(axis=(1, 2))).all()
    assert 160 < is_flipped.sum() < 240
    cropped = random_transform(0, 0, 0, crop=3)(x, np.random.default_rng(0))
    corners = {tuple(np.argwhere(image)[0]) for image in cropped}
    assert corners == {(i, j) for i in range(4) for j in range(4)}
    assert (np.count_nonzero(cropped, axis=(1, 2)) == 25).all()


def test_range_of_brightness():
    x = np.zeros((2000, 2, 2))
    x[:, 0] = 0.5
    out = random_transform(0, 0, 0, brightness=0.4)(x, np.random.default_rng(0))
    plus = out[:, 1, 0]
    assert 0.38 < plus.max() <= 0.4
    assert 0.4 < (plus == 0).mean() < 0.6  # darker than black is black
    lit = plus > 0
    times = (out[:, 0, 0] - plus)[lit] / 0.5
    assert 0.6 <= times.min() < 0.63
    assert 1.18 < times.max() <= 1.4  # some of them clipped
    assert (out[:, 0, 0] == out[:, 0, 1]).all()


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (np.ones((4, 4)), {}, r"x has shape \(4, 4\); expected images \(N, ..., H, W\)"),
        (np.ones((0, 4, 4)), {}, "expected images"),
        (np.full((1, 4, 4), "a"), {}, "expected real numbers"),
        (np.ones((2, 4, 4)), {"scale": 0}, "scale is 0.0; expected a positive number"),
        (np.ones((2, 4, 4)), {"scale": [1, -1]}, "scale is -1.0; expected a positive number"),
        (np.ones((2, 4, 4)), {"scale": np.nan}, "scale has shape .* expected a finite number"),
        (np.ones((2, 4, 4)), {"degrees": np.inf}, "degrees has shape .* expected a finite number"),
        (np.ones((2, 4, 4)), {"down": [1, np.nan]}, "down has .*, or one for each of 2 images"),
        (
            np.ones((2, 4, 4)),
            {"right": [1, 2, 3]},
            r"right has shape \(3,\), .* for each of 2 images",
        ),
        (np.ones((2, 4, 4)), {"down": "far"}, "down is of type"),
        (np.ones((2, 4, 4)), {"shear": [1, 2, 3]}, "shear has shape .* each of 2 images"),
    ],
)
def test_what_is_refused(x, options, message):
    with pytest.raises(ValueError, match=message) as caught:
        transform(x, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"degrees": -1},
        {"scale": 1},
        {"scale": -0.1},
        {"pixels": -1},
        {"pixels": np.nan},
        {"shear": -0.1},
        {"degrees": "10"},
        {"brightness": 1},
        {"brightness": -0.1},
    ],
)
def test_ranges_that_are_refused(options):
    with pytest.raises(ValueError, match="expected a number >= 0"):
        random_transform(**options)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: crop(np.ones((4, 4)), 1), r"expected images \(N, ..., H, W\)"),
        (lambda: flip(np.ones((4, 4))), r"expected images \(N, ..., H, W\)"),
        (lambda: brightness(np.ones((4, 4))), r"expected images \(N, ..., H, W\)"),
        (lambda: crop(np.ones((1, 4, 3)), 3), "pixels is 3; expected an integer from 0 to 2"),
        (lambda: crop(np.ones((1, 4, 4)), -1), "pixels is -1; expected an integer >= 0"),
        (lambda: crop(np.ones((1, 4, 4)), 2, 3), "top is 3 to 3; .* integers from 0 to 2"),
        (lambda: crop(np.ones((1, 4, 4)), 2, 0, [-1]), "left is -1 to -1; expected integers"),
        (lambda: crop(np.ones((1, 4, 4)), 2, 0.5), "top is 0.5 to 0.5; expected integers"),
        (lambda: crop(np.ones((1, 4, 4)), 2, [0, 1]), "top has shape .* each of 1 images"),
        (lambda: brightness(np.full((1, 2, 2), 255)), "pixels from 255.0 .*; expected 0 to 1"),
        (lambda: brightness(np.full((1, 2, 2), -0.5)), "pixels from -0.5 .*; expected 0 to 1"),
        (lambda: brightness(np.ones((1, 2, 2)), np.nan), "times has shape .* finite number"),
        (lambda: random_transform(crop=1.5), "crop is 1.5; expected an integer"),
        (lambda: random_transform(crop=-1), "crop is -1; expected an integer"),
        (lambda: random_transform(flip="no"), "flip is 'no'; expected True or False"),
    ],
)
def test_more_that_is_refused(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_a_crop_as_large_as_the_image_is_refused():
    with pytest.raises(ValueError, match="expected an integer from 0 to 3"):
        random_transform(crop=4)(np.ones((2, 4, 4)), np.random.default_rng(0))
