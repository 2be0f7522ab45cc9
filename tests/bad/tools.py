"""Cases of im2col, shuffling, optimizers, schedules, initial weights, augmentation."""

import copy
from collections import Counter

import numpy as np
import pytest

from common import batches, optimizer, penalties, schedules, util
from common.augment import brightness, crop, flip, random_transform, transform
from common.initializers import weight_std, weights
from tests.bad.contract import (
    ARRAYS,
    FLOATS,
    MAPPINGS,
    NAMES,
    Made,
    agree,
    anything,
    fingerprint,
    listed,
    numbers,
    same,
)
from tests.bad.good import IMAGES, B, T, W, X, case

# ---------------------------------------------------------------- util


def right_im2col(col, input_data, filter_h, filter_w, stride, pad):
    x, rows = np.asarray(input_data), []
    x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    for image in x:
        for i in range(0, x.shape[2] - filter_h + 1, stride):
            for j in range(0, x.shape[3] - filter_w + 1, stride):
                rows.append(image[:, i : i + filter_h, j : j + filter_w].ravel())
    assert col.dtype == x.dtype
    same(col, np.array(rows))


def right_col2im(x, col, input_shape, filter_h, filter_w, stride, pad):
    n, c, height, width = input_shape
    padded, rows = np.zeros((n, c, height + 2 * pad, width + 2 * pad)), iter(numbers(col))
    for image in padded:
        for i in range(0, padded.shape[2] - filter_h + 1, stride):
            for j in range(0, padded.shape[3] - filter_w + 1, stride):
                image[:, i : i + filter_h, j : j + filter_w] += next(rows).reshape(
                    c, filter_h, filter_w
                )
    agree(x, padded[:, :, pad : pad + height, pad : pad + width], (col,), scale=1)


def right_size(size, input_size, filter_size, stride, pad):
    assert size == len(range(-pad, input_size + pad - filter_size + 1, stride))


def pairs(x, t):
    both = zip(np.asarray(x).tolist(), np.asarray(t).tolist(), strict=True)
    return Counter(repr(pair) for pair in both)


def right_shuffle(answer, x, t, rng=None):
    assert len(answer[0]) == len(x) == len(answer[1]) == len(t)
    assert pairs(*answer) == pairs(x, t)


def right_split(answer, x, t, rate, rng):
    (x_train, t_train), (x_val, t_val) = answer
    assert len(x_val) == int(len(x) * rate)
    right_shuffle((np.concatenate([x_train, x_val]), np.concatenate([t_train, t_val])), x, t)


def right_smooth(y, x):
    x, window = numbers(x), np.kaiser(11, 2) / np.kaiser(11, 2).sum()
    mirror = [*range(len(x)), *range(len(x) - 2, 0, -1)]
    near = [[x[mirror[(i + k) % len(mirror)]] for k in range(-5, 6)] for i in range(len(x))]
    expected = [sum(w * v for w, v in zip(window, row, strict=True)) for row in near]
    agree(y, expected, (x,), scale=np.abs(x).max(where=np.isfinite(x), initial=0))


def three_batches(size, batch_size, rng, shuffle):
    drawn = batches.MiniBatches(size, batch_size, rng, shuffle)
    return [next(drawn) for _ in range(3)]


def right_batches(found, size, batch_size, rng, shuffle):
    assert all(1 <= len(batch) <= batch_size for batch in found)
    assert shuffle or all(len(batch) == batch_size for batch in found)
    assert all(0 <= number < size for batch in found for number in batch)


WINDOW = {"filter_h": 2, "filter_w": 2, "stride": 2, "pad": 1}
IMAGE_SHAPES = listed(
    *(None, 4, (), (2, 2, 4), (2, 2, 4, 4, 1), (2, 2, -4, 4), (0, 2, 4, 4), "2244", {}, abs),
    *((2, -2, 4, 4), (-2, 2, 4, 4), (-2, -2, 4, 4), (2.0, 2, 4, 4), [2, 2, 4, 4], (1, 4, 4, 4)),
    *((2, 2, 4, None), (2, 2, 2**62, 4), (2, 2, 4, 4.5), (4, 1, 4, 4), np.array([2, 2, 4, 4])),
)
case("util", "im2col", util.im2col, right_im2col, input_data=IMAGES, **WINDOW)
case(
    "util",
    "col2im",
    util.col2im,
    right_col2im,
    col=util.im2col(IMAGES, **WINDOW),
    input_shape=IMAGES.shape,
    **WINDOW,
    bad={"input_shape": IMAGE_SHAPES},
)
case(
    "util",
    "conv_output_size",
    util.conv_output_size,
    right_size,
    input_size=5,
    filter_size=3,
    stride=2,
    pad=1,
)
case("util", "shuffle_dataset", util.shuffle_dataset, right_shuffle, x=X, t=T, rng=0)
case("util", "split_validation", batches.split_validation, right_split, x=X, t=T, rate=0.5, rng=0)
case("util", "smooth_curve", util.smooth_curve, right_smooth, x=np.sin(np.arange(20.0)))
case(
    "util",
    "MiniBatches",
    three_batches,
    right_batches,
    size=10,
    batch_size=4,
    rng=np.random.default_rng(0),
    shuffle=True,
    changed=("rng",),
)


# ---------------------------------------------------------------- optimizers, schedules, weights

PARAMS = {"W1": W, "b1": B}
BAD_PARAMS = {
    **MAPPINGS,
    **{
        f"W1 {name}": Made(lambda change=change: {"W1": change(W.copy()), "b1": B.copy()})
        for name, change in ARRAYS.items()
    },
    **{
        f"b1 {name}": Made(lambda change=change: {"W1": W.copy(), "b1": change(B.copy())})
        for name, change in ARRAYS.items()
        if name != "a column less"
    },
    "numbers": {"W1": 1, "b1": np.float32(2)},
    "complex numbers": {"W1": 1j, "b1": 1j},
}


def step(kind, params, grads):
    before = copy.deepcopy(params)
    kind().update(params, grads)
    return before


def right_step(before, kind, params, grads):
    lr = kind().lr
    for key, old in before.items():
        old, grad = numbers(old), numbers(grads[key])
        move = {
            "SGD": lr * grad,
            "Momentum": lr * grad,
            "Nesterov": 1.9 * lr * grad,
            "AdaGrad": lr * grad / (np.sqrt(grad**2) + 1e-7),
            "RMSprop": lr * grad / (np.sqrt(0.01 * grad**2) + 1e-7),
            "Adam": lr * 0.001**0.5 * grad / (np.sqrt(0.001 * grad**2) + 1e-7),
        }[kind.__name__]
        agree(params[key], old - move, (old, grad), scale=np.abs(old).max(initial=0))


def second_step(kind, params):
    one = kind()
    one.update(copy.deepcopy(PARAMS), PARAMS)
    before = fingerprint(vars(one))
    try:
        one.update(params, {key: np.cos(value) for key, value in PARAMS.items()})
    except ValueError:
        assert fingerprint(vars(one)) == before, "a refused step left traces"
        raise


def made_and_used(kind, **options):
    params = {"W1": W.copy()}
    one = kind(**options)
    for _ in range(2):
        one.update(params, {"W1": np.ones_like(W)})
    return params["W1"]


def right_made(found, kind, **options):
    lr, *others = (float(value) for value in options.values())
    assert 0 < lr < np.inf
    assert all(0 <= value < 1 for value in others)
    ways = {  # of two steps with the gradient 1, in units of lr
        "SGD": lambda: 2,
        "Momentum": lambda m: 2 + m,
        "Nesterov": lambda m: 2 + 2 * m + m * m,
        "AdaGrad": lambda: 1 / (1 + 1e-7) + 1 / (2**0.5 + 1e-7),
        "RMSprop": lambda d: 1 / ((1 - d) ** 0.5 + 1e-7) + 1 / ((1 - d * d) ** 0.5 + 1e-7),
        "Adam": lambda _, b: 2 - 1e-7 / (1 - b) ** 0.5 - 1e-7 / (1 - b * b) ** 0.5,
    }
    agree(found, W - lr * ways[kind.__name__](*others), tuple(options.values()), scale=np.abs(W))


OPTIONS = {"SGD": [], "Momentum": ["momentum"], "Nesterov": ["momentum"], "AdaGrad": []}
OPTIONS |= {"RMSprop": ["decay_rate"], "Adam": ["beta1", "beta2"]}
for kind in optimizer.BY_NAME.values():
    grads = {key: np.cos(value) for key, value in PARAMS.items()}
    case(
        "optimizers",
        f"{kind.__name__}.update",
        step,
        right_step,
        kind=kind,
        params=PARAMS,
        grads=grads,
        changed=("params",),
        fixed=("kind",),
        bad={"params": BAD_PARAMS, "grads": BAD_PARAMS},
    )
    case(
        "optimizers",
        f"{kind.__name__}.update again",
        second_step,
        anything,
        kind=kind,
        params=PARAMS,
        changed=("params",),
        fixed=("kind",),
        bad={
            "params": {
                **BAD_PARAMS,
                "another": Made(lambda: {"W2": W.copy()}),
                "more": Made(lambda: {**copy.deepcopy(PARAMS), "W2": W}),
            }
        },
    )
    settings_of = dict.fromkeys(["lr", *OPTIONS[kind.__name__]], 0.5)
    case(
        "optimizers",
        kind.__name__,
        made_and_used,
        right_made,
        kind=kind,
        fixed=("kind",),
        **settings_of,
    )
case(
    "optimizers",
    "optimizer_by_name",
    lambda name, parameters: optimizer.optimizer_by_name(name, **parameters),
    lambda one, name, parameters: same(type(one).__name__.lower(), name.lower()),
    name="adam",
    parameters={"lr": 0.1},
    bad={"parameters": listed({"lr": 0}, {"rate": 1}, {"beta1": 1}, {"lr": None}, {"lr": "0.1"})},
)

for make, twin, options in (
    (
        schedules.step_decay,
        lambda t, lr, factor, every: lr * factor ** (t // every),
        {"lr": 0.1, "factor": 0.5, "every": 2},
    ),
    (
        schedules.inverse_time_decay,
        lambda t, lr, rate: lr / (1 + rate * t),
        {"lr": 0.1, "rate": 0.1},
    ),
    (
        schedules.exponential_decay,
        lambda t, lr, rate: lr * np.exp(-rate * t),
        {"lr": 0.1, "rate": 0.1},
    ),
    (
        schedules.cosine_decay,
        lambda t, lr, steps: lr * (1 + np.cos(np.pi * min(t / steps, 1))) / 2,
        {"lr": 0.1, "steps": 10},
    ),
):

    def scheduled(t, make=make, **options):
        return make(**options)(t)

    def right_rate(rate_found, /, t, twin=twin, **options):
        options = {name: float(value) for name, value in options.items()}
        assert rate_found == pytest.approx(twin(float(t), **options), rel=1e-6, abs=1e-300)
        assert 0 <= rate_found <= options["lr"] * (1 + 1e-9)

    case("schedules", make.__name__, scheduled, right_rate, t=3, **options)


def right_weights(found, shape, init, rng):
    assert found.shape == tuple(shape)
    assert found.dtype == np.float32


def right_std(std, init, fan_in):
    agree(std, (2 / fan_in) ** 0.5 if init == "he" else float(init))


INITS = {**NAMES, **FLOATS}
case("initializers", "weight_std", weight_std, right_std, init="he", fan_in=4, bad={"init": INITS})
case(
    "initializers",
    "weights",
    weights,
    right_weights,
    shape=(4, 3),
    init="he",
    rng=0,
    bad={"init": INITS},
)
NORMS = {
    "l2": lambda w: 0.5 * (w**2).sum(),
    "l1": lambda w: np.abs(w).sum(),
    "max": lambda w: np.abs(w).max(),
}
for name, norm in NORMS.items():

    def right_norm(answer, W, norm=norm):
        agree(answer[0], norm(numbers(W)), (W,))
        assert np.shape(answer[1]) == np.shape(W)

    case("penalties", name, penalties.PENALTIES[name], right_norm, W=W)


# ---------------------------------------------------------------- augment


def between(plane, y, z):
    """The images of `plane`, (M, H, W), at the place (y, z), by bilinear interpolation."""
    total = np.zeros(len(plane))
    if abs(y) < 1e6 and abs(z) < 1e6:
        for i in (int(np.floor(y)), int(np.floor(y)) + 1):
            for j in (int(np.floor(z)), int(np.floor(z)) + 1):
                if 0 <= i < plane.shape[1] and 0 <= j < plane.shape[2]:
                    total += plane[:, i, j] * (1 - abs(y - i)) * (1 - abs(z - j))
    return total


def right_transform(out, x, **moves):
    x = numbers(x)
    assert out.shape == x.shape
    moves = [np.broadcast_to(numbers(move), len(x)) for move in moves.values()]
    if not np.isfinite(x).all() or np.abs(moves).max() > 1e6:
        return
    planes, (height, width) = x.reshape(len(x), -1, *x.shape[-2:]), x.shape[-2:]
    centre_y, centre_x, expected = (height - 1) / 2, (width - 1) / 2, np.zeros(planes.shape)
    for n, (degrees, scale, down, right) in enumerate(zip(*moves, strict=True)):
        cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        for i, j in np.ndindex(height, width):
            y, z = i - centre_y - down, j - centre_x - right
            place = (cos * y + sin * z) / scale + centre_y, (cos * z - sin * y) / scale + centre_x
            expected[n, :, i, j] = between(planes[n], *place)
    agree(out, expected.reshape(x.shape), (x, *moves), scale=1e3 * np.abs(x).max())


case(
    "augment",
    "transform",
    transform,
    right_transform,
    x=IMAGES,
    degrees=np.array([5.0, -20.0]),
    scale=1.1,
    down=0.5,
    right=-1.0,
)


def right_crop(out, x, pixels, top, left):
    x = np.asarray(x)
    height, width = x.shape[-2:]
    tops, lefts = (np.broadcast_to(numbers(way), len(x)).astype(int) for way in (top, left))
    for image, found, i, j in zip(x, out, tops, lefts, strict=True):
        expected = np.zeros(image.shape, image.dtype)
        part = (..., slice(i, i + height - pixels), slice(j, j + width - pixels))
        expected[part] = image[part]
        same(found, expected)


def right_brightness(out, x, times, plus):
    each = (-1, *(1,) * (np.ndim(x) - 1))
    expected = numbers(x) * numbers(times).reshape(each) + numbers(plus).reshape(each)
    agree(out, expected.clip(0, 1), (x, times, plus), scale=np.abs(numbers(times)).max())


case(
    "augment",
    "crop",
    crop,
    right_crop,
    x=IMAGES,
    pixels=2,
    top=np.array([0, 2]),
    left=1,
)
case("augment", "flip", flip, lambda out, x: same(out, np.asarray(x)[..., ::-1]), x=IMAGES)
case(
    "augment",
    "brightness",
    brightness,
    right_brightness,
    x=np.abs(np.tanh(IMAGES)),
    times=np.array([0.8, 1.5]),
    plus=0.1,
)
case(
    "augment",
    "random_transform",
    lambda degrees, scale, pixels, x, rng, **others: random_transform(
        degrees, scale, pixels, **others
    )(x, rng),
    lambda out, x, **_: same(out.shape, np.shape(x)),
    degrees=10.0,
    scale=0.1,
    pixels=2.0,
    crop=1,
    brightness=0.1,
    flip=True,
    x=np.abs(np.tanh(IMAGES)),
    rng=np.random.default_rng(0),
    changed=("rng",),
)
