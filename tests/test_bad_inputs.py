"""Bad input: each public function answers rightly or refuses in one clear line of ours.

A case is a good call. One argument of it is made bad in every way that `bad_inputs` lists for its
type, then, with hypothesis, two at once, or one by any array at all. Whatever was found so stays
found: the lists are gone through whole, and hypothesis draws the same each time. `python -m
tests.test_bad_inputs` prints how many calls that makes, and how they ended.
"""

import contextlib
import copy
import os
import tempfile
from collections import Counter
from pathlib import Path

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import functions, gradient, layers, optimizer, penalties, schedules, util
from common.augment import random_transform, transform
from common.data_parallel import DataParallel
from common.files import load_arrays, load_pickle, save_arrays
from common.initializers import weight_std, weights
from common.multi_layer_net import MultiLayerNet
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.network import Network
from common.trainer import Trainer, train_together
from dataset import mnist, synthetic
from tests.bad_inputs import (
    ARRAYS,
    FLOATS,
    FUNCTIONS,
    MAPPINGS,
    NAMES,
    Case,
    Made,
    Tried,
    agree,
    anything,
    bad_values,
    fingerprint,
    judge,
    listed,
    never,
    numbers,
    put,
    rows_of,
    same,
)

RNG = np.random.default_rng(0)
X = np.round(RNG.standard_normal((4, 3)) + 0.05, 3)
T, LABELS = np.array([0, 2, 1, 2]), np.array([0, 1, 1, 0])
Y = np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)
IMAGES = RNG.standard_normal((2, 2, 4, 4))
W, B = RNG.standard_normal((3, 2)), RNG.standard_normal(2)
W2 = RNG.standard_normal((2, 2))
FILTERS, FILTER_B = RNG.standard_normal((3, 2, 2, 2)), RNG.standard_normal(3)
CASES: list[Case] = []


def case(group, name, call, right, /, *, good=None, **arguments):
    options = {key: arguments.pop(key) for key in Case._fields[5:] if key in arguments}
    make = good or (lambda: copy.deepcopy(arguments))
    CASES.append(Case(group, name, call, make, right, **options))


def of_types(targets):
    """Name and value of targets as labels and as rows."""
    return [("labels", targets), ("rows", np.eye(targets.max() + 1)[targets])]


# ---------------------------------------------------------------- functions


def sigmoid_twin(x):
    return 1 / (1 + np.exp(-numbers(x)))


def relu_twin(x):
    return np.where(np.isnan(x) | (x > 0), x, 0)


def log_softmax_twin(a):
    shifted = numbers(a) - numbers(a).max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def right_softmax(y, a):
    agree(y, np.exp(log_softmax_twin(a)), (a,), scale=1)
    agree(y.sum(axis=-1), np.ones(y.shape[:-1]))


def right_identity(y, x):
    assert fingerprint(y) == fingerprint(np.asarray(x))


def right_cross_entropy(loss, y, t):
    rows = rows_of(t, np.shape(y))
    terms = rows * np.log(numbers(y).reshape(rows.shape) + 1e-7)
    assert loss == pytest.approx(-terms.sum() / len(rows), rel=2e-2, abs=1e-2)


def right_accuracy(part, y, t, **_):
    rows = rows_of(t, np.shape(y))
    hits = [int(np.argmax(a) == np.argmax(b)) for a, b in zip(numbers(y), rows, strict=True)]
    assert part == sum(hits) / len(hits)


def right_one_hot(rows, t, shape):
    same(numbers(rows), rows_of(t, tuple(shape)))
    assert (numbers(rows).sum(axis=1) > 0).all()


for name, twin in {
    "sigmoid": sigmoid_twin,
    "sigmoid_grad": lambda x: sigmoid_twin(x) * (1 - sigmoid_twin(x)),
    "relu": relu_twin,
    "step_function": lambda x: np.where(np.isnan(x), np.nan, x > 0),
}.items():

    def right_elements(out, x, twin=twin):
        agree(out, twin(numbers(x)), (x,))

    case("functions", name, getattr(functions, name), right_elements, x=X)

case("functions", "identity_function", functions.identity_function, right_identity, x=X)
case("functions", "softmax", functions.softmax, right_softmax, a=X)
case(
    "functions",
    "log_softmax",
    functions.log_softmax,
    lambda y, a: agree(y, log_softmax_twin(a), (a,), scale=1),
    a=X,
)
for kind, t in of_types(T):
    case("functions", f"one_hot, {kind}", functions.one_hot, right_one_hot, t=t, shape=(4, 3))
    case("functions", f"accuracy, {kind}", functions.accuracy, right_accuracy, y=X, t=t)
    case(
        "functions",
        f"cross_entropy_error, {kind}",
        functions.cross_entropy_error,
        right_cross_entropy,
        y=Y,
        t=t,
    )
case(
    "functions",
    "mean_squared_error",
    functions.mean_squared_error,
    lambda loss, y, t: agree(loss, 0.5 * ((numbers(y) - numbers(t)) ** 2).sum(), (y, t)),
    y=X,
    t=Y,
)

# ---------------------------------------------------------------- gradient


def square(x):
    return x**2


def sum_of_squares(x):
    return np.sum(np.square(x))


def right_slope(slope, f, x):
    if f is square:
        agree(slope, 2 * numbers(x), (x,), scale=1)
    else:
        assert np.shape(f(x)) == (3,) or not np.isfinite(slope)


def right_gradient(grad, f, x):
    assert f is sum_of_squares
    assert grad.dtype == x.dtype
    if (
        np.abs(numbers(x)).max(initial=0) < 1e6
    ):  # beyond, it rounds, and comes to rest at 0: section 4.4.1
        np.testing.assert_allclose(grad, 2 * numbers(x), rtol=1e-2, atol=1e-2)


def right_check(result, tolerance=1e-5, **_):
    assert result
    for one in result.values():
        assert one.passed == (one.error <= tolerance)
        assert np.isnan(one.error) or one.error < 1e-3


NO_MODELS = listed(None, "net", 3, layers.ReLU, {}, [], abs, object())
case(
    "gradient",
    "numerical_diff",
    gradient.numerical_diff,
    right_slope,
    f=square,
    x=0.7,
    bad={"x": {**FLOATS, **{name: change(X) for name, change in ARRAYS.items()}}},
)
case(
    "gradient",
    "numerical_gradient",
    gradient.numerical_gradient,
    right_gradient,
    f=sum_of_squares,
    x=X,
    changed=("x",),  # and put back
)
case(
    "gradient",
    "gradient_check of a layer",
    gradient.gradient_check,
    right_check,
    good=lambda: {"model": layers.Sigmoid(), "x": X[:2].copy(), "tolerance": 1e-3, "rng": 0},
    bad={"model": NO_MODELS, "tolerance": {**FLOATS, "strict": np.nan}},
)

# ---------------------------------------------------------------- layers


def affine_twin(x, w=W, b=B):
    rows = x.reshape(1 if x.ndim == 1 else len(x), -1)
    out = rows @ w + b
    return out[0] if x.ndim == 1 else out


def batch_norm_twin(x, train_flg=True, gamma=1.0, beta=0.0):
    axes, shape = ((0, 2, 3), (1, -1, 1, 1)) if x.ndim == 4 else (0, (-1,))
    mean = x.mean(axis=axes, keepdims=True) if train_flg else 0.0
    var = ((x - mean) ** 2).mean(axis=axes, keepdims=True) if train_flg else 1.0
    gamma, beta = (np.reshape(v, shape) if np.ndim(v) else v for v in (gamma, beta))
    return (x - mean) / np.sqrt(var + 1e-7) * gamma + beta


def by_windows(x, size, stride, pad, border, value):
    """Put value(window), numbers (N, C) of all images, at each place: plain loops."""
    x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], constant_values=border)
    rows = range(0, x.shape[2] - size[0] + 1, stride)
    columns = range(0, x.shape[3] - size[1] + 1, stride)
    found = [[value(x[:, :, i : i + size[0], j : j + size[1]]) for j in columns] for i in rows]
    return np.array(found, dtype=np.float64).transpose(2, 3, 0, 1)


def convolution_twin(x, w, b, stride, pad):
    def value(window):
        return [[(one * f).sum() + c for f, c in zip(w, b, strict=True)] for one in window]

    return by_windows(x, w.shape[2:], stride, pad, 0.0, value)


def pooling_twin(x, size, stride, pad):
    return by_windows(x, size, stride, pad, -np.inf, lambda window: window.max(axis=(2, 3)))


def average_twin(x, size, stride, pad):
    def value(window):  # pi marks the border
        return [[plane[plane != np.pi].mean() for plane in one] for one in window]

    return by_windows(x, size, stride, pad, np.pi, value)


LAYERS = {
    "Affine": (lambda: layers.Affine(W.copy(), B.copy()), X, lambda x, _: affine_twin(x)),
    "ReLU": (layers.ReLU, X, lambda x, _: relu_twin(x)),
    "Sigmoid": (layers.Sigmoid, X, lambda x, _: sigmoid_twin(x)),
    "BatchNorm": (lambda: layers.BatchNorm(np.ones(3), np.zeros(3)), X, batch_norm_twin),
    "BatchNorm of images": (
        lambda: layers.BatchNorm(np.ones(2), np.zeros(2)),
        IMAGES,
        batch_norm_twin,
    ),
    "Dropout": (lambda: layers.Dropout(0.5, rng=0), X, None),
    "Convolution": (
        lambda: layers.Convolution(FILTERS.copy(), FILTER_B.copy(), 2, 1),
        IMAGES,
        lambda x, _: convolution_twin(x, FILTERS, FILTER_B, 2, 1),
    ),
    "Pooling": (
        lambda: layers.Pooling(2, 2, 2),
        IMAGES,
        lambda x, _: pooling_twin(x, (2, 2), 2, 0),
    ),
    "Pooling that overlaps": (
        lambda: layers.Pooling(3, 2, 1, 1),
        IMAGES,
        lambda x, _: pooling_twin(x, (3, 2), 1, 1),
    ),
    "AveragePooling": (
        lambda: layers.AveragePooling(2, 2, 2, 1),
        IMAGES,
        lambda x, _: average_twin(x, (2, 2), 2, 1),
    ),
}


def right_derivative(layer, dx, make, x, dout):
    """Compare sum(dx * v) with a difference in the random direction v; so for parameters."""
    rng, h = np.random.default_rng(1), 1e-6
    assert dx.shape == x.shape
    for name in ("x", *layer.param_names):
        found = numbers(dx if name == "x" else getattr(layer, "d" + name))
        v = rng.standard_normal(found.shape)
        outs = []
        for step in (h * v, -h * v):
            moved = make()
            if name != "x":
                setattr(moved, name, getattr(moved, name) + step)
            outs.append(moved.forward(x + step if name == "x" else x))
        slope = (numbers(dout) * (outs[0] - outs[1])).sum() / (2 * h)
        size = 1e5 * np.abs(numbers(dout)).max(initial=0)  # differences have fewer digits
        agree((found * v).sum(), slope, (dout,), scale=size)


def layer_cases(name, make, good, twin):
    def forward(x, train_flg):
        layer = make()
        return layer, layer.forward(x, train_flg)

    def right_forward(answer, x, train_flg):
        (layer, out), x = answer, numbers(x)
        mask = layer.mask if name == "Dropout" and train_flg else 0.5
        expected = x * mask if name == "Dropout" else twin(x, bool(train_flg))
        size = np.abs(x).max(initial=0, where=np.isfinite(x))
        agree(out, expected, (x, x.astype(out.dtype)), scale=10 * size)

    def backward(dout):
        layer = make()
        layer.forward(good)
        layer.backward(dout)
        return layer, layer.backward(dout)  # nothing adds up

    def after_a_refusal(x):
        layer = make()
        dout = np.ones(layer.forward(good).shape)
        try:
            layer.forward(x)
        except ValueError:
            right_derivative(layer, layer.backward(dout), make, good, dout)
            raise

    out = make().forward(good)
    case("layers", f"{name}.forward", forward, right_forward, x=good, train_flg=True)
    case(
        "layers",
        f"{name}.backward",
        backward,
        lambda answer, dout: right_derivative(*answer, make, good, np.asarray(dout)),
        dout=np.cos(out),
    )
    case("layers", f"{name}: backward first", lambda dout: make().backward(dout), never, dout=out)
    case("layers", f"{name}: after a refusal", after_a_refusal, anything, x=good)


for name, (make, good, twin) in LAYERS.items():
    layer_cases(name, make, good, twin)


def right_affine(out, W, b):
    scale = np.abs(X) @ np.abs(numbers(W))
    agree(out, affine_twin(X, numbers(W), numbers(b)), (W, b), scale=scale)


def right_batch_norm(out, gamma, beta, momentum, eps):
    if eps <= 1e-7:
        gamma, beta = numbers(gamma), numbers(beta)
        agree(out, batch_norm_twin(X, True, gamma, beta), (gamma, beta), scale=np.abs(gamma) * 1e3)


def right_inference(out, mean, var):
    var = numbers(var) if np.any(var) else 1.0
    agree(out, (X - numbers(mean)) / np.sqrt(var + 1e-7), (mean, var), scale=1)


def right_convolution(out, W, b, stride, pad):
    w, b, stride, pad = numbers(W), numbers(b), int(stride), int(pad)
    scale = convolution_twin(np.abs(IMAGES), np.abs(w), np.abs(b), stride, pad)
    agree(out, convolution_twin(IMAGES, w, b, stride, pad), (w, b), scale=scale)


case("layers", "Affine", lambda W, b: layers.Affine(W, b).forward(X), right_affine, W=W, b=B)
case(
    "layers",
    "BatchNorm",
    lambda gamma, beta, momentum, eps: layers.BatchNorm(gamma, beta, momentum, eps=eps).forward(X),
    right_batch_norm,
    gamma=np.array([1.0, 2.0, 0.5]),
    beta=np.array([0.0, 1.0, 0.3]),
    momentum=0.9,
    eps=1e-7,
)
case(
    "layers",
    "BatchNorm in inference",
    lambda mean, var: layers.BatchNorm(np.ones(3), np.zeros(3), 0.9, mean, var).forward(X, False),
    right_inference,
    mean=np.array([0.1, -0.2, 1.0]),
    var=np.array([1.0, 2.0, 0.5]),
)
case(
    "layers",
    "Dropout",
    lambda dropout_ratio, rng: layers.Dropout(dropout_ratio, rng=rng).forward(X, train_flg=False),
    lambda out, dropout_ratio, rng: agree(out, X * (1 - float(dropout_ratio))),
    dropout_ratio=0.5,
    rng=0,
)
case(
    "layers",
    "Convolution",
    lambda W, b, stride, pad: layers.Convolution(W, b, stride, pad).forward(IMAGES),
    right_convolution,
    W=FILTERS,
    b=FILTER_B,
    stride=2,
    pad=1,
)
for pooling, twin in ((layers.Pooling, pooling_twin), (layers.AveragePooling, average_twin)):

    def pooled(pool_h, pool_w, stride, pad, kind=pooling):
        return kind(pool_h, pool_w, stride, pad).forward(IMAGES)

    def right_pooled(out, pool_h, pool_w, stride, pad, twin=twin):
        agree(out, twin(IMAGES, (int(pool_h), int(pool_w)), int(stride), int(pad)), scale=1)

    case(
        "layers", pooling.__name__, pooled, right_pooled, pool_h=2, pool_w=2, stride=2, pad=1
    )  # fmt: skip


def head(x, t):
    layer = layers.SoftmaxWithLoss()
    return layer.forward(x, t), layer.backward()


def right_head(answer, x, t):
    (loss, dx), rows = answer, rows_of(t, np.shape(x))
    log_y = log_softmax_twin(numbers(x).reshape(rows.shape))
    terms = np.where(rows == 0, 0, rows * log_y)
    assert loss == pytest.approx(-terms.sum() / len(rows), rel=2e-2, abs=1e-2)
    expected = (np.exp(log_y) * rows.sum(axis=1, keepdims=True) - rows) / len(rows)
    agree(dx, expected.reshape(np.shape(x)), (x,), scale=1)


def head_after_a_refusal(x, t):
    layer = layers.SoftmaxWithLoss()
    layer.forward(X, T)
    before = layer.backward()
    try:
        layer.forward(x, t)
    except ValueError:
        same(layer.backward(), before)
        raise


def backward_of_head(dout):
    layer = layers.SoftmaxWithLoss()
    layer.forward(X, T)
    return layer.backward(dout)


def right_backward_of_head(dx, dout):
    agree(dx, (np.exp(log_softmax_twin(X)) - np.eye(3)[T]) / 4 * float(dout), (dout,))


for kind, t in of_types(T):
    case("layers", f"SoftmaxWithLoss, {kind}", head, right_head, x=X, t=t)
    case("layers", f"SoftmaxWithLoss: refusal, {kind}", head_after_a_refusal, anything, x=X, t=t)
case(
    "layers",
    "SoftmaxWithLoss.backward",
    backward_of_head,
    right_backward_of_head,
    dout=1.0,
    bad={"dout": {**FLOATS, "rows": X, "a column": X[:, :1]}},
)
case(
    "layers",
    "SoftmaxWithLoss: backward first",
    lambda dout: layers.SoftmaxWithLoss().backward(dout),
    never,
    dout=1.0,
)

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
    batches = util.MiniBatches(size, batch_size, rng, shuffle)
    return [next(batches) for _ in range(3)]


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
case("util", "split_validation", util.split_validation, right_split, x=X, t=T, rate=0.5, rng=0)
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
case(
    "augment",
    "random_transform",
    lambda degrees, scale, pixels, x, rng: random_transform(degrees, scale, pixels)(x, rng),
    lambda out, x, **_: same(out.shape, np.shape(x)),
    degrees=10.0,
    scale=0.1,
    pixels=2.0,
    x=IMAGES,
    rng=np.random.default_rng(0),
    changed=("rng",),
)

# ---------------------------------------------------------------- networks


@contextlib.contextmanager
def inside_a_folder():
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)


def small_net():
    affine1, affine2 = layers.Affine(W.copy(), B.copy()), layers.Affine(W2.copy(), B.copy())
    return Network({"Affine1": affine1, "Sigmoid": layers.Sigmoid(), "Affine2": affine2})


def scores_twin(x, params=None):
    p = {key: numbers(value) for key, value in (params or small_net().params).items()}
    hidden = sigmoid_twin(affine_twin(numbers(x), p["W1"], p["b1"]))
    return affine_twin(hidden, p["W2"], p["b2"])


def loss_twin(x, t, params=None):
    log_y = log_softmax_twin(scores_twin(x, params))
    rows = rows_of(t, log_y.shape)
    return -(rows * log_y.reshape(rows.shape)).sum() / len(rows)


def right_scores(out, x, **_):
    agree(out, scores_twin(x), (x,), scale=10)


def right_loss(loss, x, t, **_):
    assert loss == pytest.approx(loss_twin(x, t), rel=2e-2, abs=1e-3)


def right_net_gradient(grads, x, t):
    params = small_net().params
    for key, grad in grads.items():
        v = np.cos(np.arange(grad.size)).reshape(grad.shape)
        high, low = (loss_twin(x, t, {**params, key: params[key] + h * v}) for h in (1e-5, -1e-5))
        agree((numbers(grad) * v).sum(), (high - low) / 2e-5, (x,), scale=1e4)


def right_net_accuracy(part, x, t, **_):
    right_accuracy(part, scores_twin(x), t)


def parallel(made=[]):  # noqa: B006
    """One for all tests: it has a thread."""
    if not made:
        made.append(DataParallel(small_net(), threads=2))
    return made[0]


for name, make in (("Network", small_net), ("DataParallel", parallel)):

    def loss_and_gradient(x, t, make=make):
        return make().loss_and_gradient(x, t)

    def right_both(answer, x, t):
        right_loss(answer[0], x, t)
        right_net_gradient(answer[1], x, t)

    for kind, t in of_types(LABELS):
        name_here = f"{name}.loss_and_gradient, {kind}"
        case("networks", name_here, loss_and_gradient, right_both, x=X, t=t)
    case(
        "networks",
        f"{name}.accuracy",
        lambda x, t, make=make: make().accuracy(x, t),
        right_net_accuracy,
        x=X,
        t=LABELS,
    )
    case("networks", f"{name}.predict", lambda x, make=make: make().predict(x), right_scores, x=X)
case("networks", "Network.loss", lambda x, t: small_net().loss(x, t), right_loss, x=X, t=LABELS)
case(
    "networks",
    "Network.accuracy in batches",
    lambda batch_size: small_net().accuracy(X, LABELS, batch_size),
    lambda part, batch_size: right_net_accuracy(part, X, LABELS),
    batch_size=3,
)
case(
    "networks",
    "Network.numerical_gradient",
    lambda x, t: small_net().numerical_gradient(x, t),
    right_net_gradient,
    x=X,
    t=LABELS,
)
case(
    "networks",
    "gradient_check of a network",
    gradient.gradient_check,
    right_check,
    good=lambda: {"model": small_net(), "x": X.copy(), "t": LABELS.copy()},
    fixed=("model",),
)


def right_penalised(loss, layers, weight_decay_lambda, penalty):
    scores = affine_twin(X) if layers else X
    terms = rows_of(LABELS, scores.shape) * log_softmax_twin(scores)
    expected = -terms.sum() / 4 + float(weight_decay_lambda) * NORMS[penalty](W) * len(layers)
    agree(loss, expected, (weight_decay_lambda,))


case(
    "networks",
    "Network",
    lambda layers, **options: Network(layers, **options).loss(X, LABELS),
    right_penalised,
    good=lambda: {
        "layers": {"Affine": layers.Affine(W, B)},
        "weight_decay_lambda": 0.1,
        "penalty": "l2",
    },
    changed=("layers",),
)
case(
    "networks",
    "DataParallel",
    lambda network, threads: len(DataParallel(network, threads).replicas),
    lambda number, network, threads: same(number, threads),
    good=lambda: {"network": small_net(), "threads": 2},
    bad={"network": NO_MODELS},
)


def with_params(**params):
    net = small_net()
    net.params.update(params)
    return net.loss(X, LABELS)


def right_with_params(loss, **params):
    agree(loss, loss_twin(X, LABELS, {**small_net().params, **params}), (*params.values(),), 1)


case("networks", "Network.params", with_params, right_with_params, W1=W, b1=B)

SIZE_LISTS = listed(
    *(None, 3, [], [0], [-1], [2.5], ["3"], "33", [None], {}, [[3]], [np.int8(3)], (3,), [2**62]),
    *([2**31], np.array([3]), np.array([[3]]), np.array([3.0]), abs, [True], [np.nan], [10**400]),
)


def scores_of_new(kind, input_size, hidden_size_list, output_size, **options):
    net = kind(input_size, hidden_size_list, output_size, **options)
    return net.predict(np.ones((4, input_size)))


for kind, options in (
    (MultiLayerNet, {}),
    (MultiLayerNetExtend, {"use_dropout": True, "dropout_ratio": 0.5, "use_batchnorm": True}),
):
    case(
        "networks",
        kind.__name__,
        scores_of_new,
        lambda out, output_size, **_: same(out.shape, (4, output_size)),
        kind=kind,
        input_size=3,
        hidden_size_list=[4],
        output_size=2,
        activation="relu",
        weight_init_std="he",
        weight_decay_lambda=0.1,
        penalty="l2",
        rng=0,
        **options,
        fixed=("kind",),
        bad={"hidden_size_list": SIZE_LISTS, "weight_init_std": INITS},
    )


def loaded(arrays):
    net = small_net()
    before = fingerprint(net)
    with inside_a_folder() as folder:
        save_arrays(folder / "x.npz", arrays)
        try:
            net.load_params(folder / "x.npz")
        except ValueError:
            assert fingerprint(net) == before, "a refused file left traces"
            raise
    return net.params


def right_loaded(params, arrays):
    assert {"W1", "b1", "W2", "b2"} <= set(arrays)
    for key, value in params.items():
        same(value, np.asarray(arrays[key], dtype=np.float64))
        assert np.isfinite(value).all()


WEIGHTS = {"W1": W, "b1": B, "W2": W2, "b2": B}
BAD_WEIGHTS = {
    **MAPPINGS,
    **{f"W1 {name}": {**WEIGHTS, "W1": change(W)} for name, change in ARRAYS.items()},
    **{
        f"b2 {name}": {**WEIGHTS, "b2": change(B)}
        for name, change in ARRAYS.items()
        if name != "a column less"
    },
    "more": {**WEIGHTS, "W3": W},
    "a number more": {**WEIGHTS, "seed": np.array(1)},
}
case("networks", "load_params", loaded, right_loaded, arrays=WEIGHTS, bad={"arrays": BAD_WEIGHTS})

# ---------------------------------------------------------------- Trainer


def trained(network, **options):
    trainer = Trainer(network, verbose=False, **options)
    trainer.train()
    return trainer


def right_training(trainer, **_):
    assert np.isfinite(trainer.train_loss_list).all()
    assert len(trainer.train_loss_list) == trainer.max_iter == trainer.current_iter
    assert all(0 <= part <= 1 for part in trainer.train_acc_list + trainer.test_acc_list)


def training(**more):
    data = {"x_train": X, "t_train": LABELS, "x_test": X, "t_test": LABELS}
    return lambda: {"network": small_net(), **copy.deepcopy({**data, **more})}


case(
    "trainer",
    "data",
    trained,
    right_training,
    good=training(epochs=1.0, rng=0),
    bad={
        "network": NO_MODELS,
        "epochs": FLOATS,
    },
    in_steps=("network",),
)
case(
    "trainer",
    "settings",
    trained,
    right_training,
    good=training(
        mini_batch_size=2,
        optimizer="adam",
        optimizer_param={"lr": 0.1},
        evaluate_sample_num_per_epoch=3,
        max_iter=2,
        shuffle=True,
        schedule=schedules.cosine_decay(0.1, 5),
        threads=1,
    ),
    bad={
        "optimizer": {**NAMES, "a class": optimizer.SGD, "an object": object()},
        "optimizer_param": {**MAPPINGS, **listed({"lr": 0}, {"lr": np.nan}, {"beta1": 1})},
        "schedule": {**FUNCTIONS, "gives -1": lambda t: -1.0},
    },
    fixed=("network", "x_train", "t_train", "x_test", "t_test"),
    in_steps=("network",),
)


def trained_with_checkpoint(path):
    with inside_a_folder():
        options = {"max_iter": 2, "verbose": False, "rng": 0, "checkpoint": path}
        Trainer(small_net(), X, LABELS, X, LABELS, **options).train()
        again = Trainer(small_net(), X, LABELS, X, LABELS, **options)
        again.train()
    return again.current_iter


case(
    "trainer",
    "checkpoint",
    trained_with_checkpoint,
    lambda number, path: same(number, 2),
    good=lambda: {"path": "x.npz"},
)
case(
    "trainer",
    "train_together",
    lambda trainer: train_together(trainer),
    never,
    good=lambda: {"trainer": None},
    bad={"trainer": NO_MODELS},
)

# ---------------------------------------------------------------- files and data sets


def round_trip(arrays):
    with tempfile.TemporaryDirectory() as folder:
        save_arrays(Path(folder) / "x.npz", arrays)
        return load_arrays(Path(folder) / "x.npz")


def right_round_trip(found, arrays):
    assert set(found) == set(arrays)
    for key, value in arrays.items():
        same(found[key], value)


def save_to(path):
    with inside_a_folder():
        save_arrays(path, {"x": X})
        same(load_arrays(path)["x"], X)


def load_from(load, path):
    with inside_a_folder():
        return load(path)


def load_bytes(content, max_bytes):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.npz").write_bytes(content)
        return load_arrays(Path(folder) / "x.npz", max_bytes)


def sound_file():
    with tempfile.TemporaryDirectory() as folder:
        save_arrays(Path(folder) / "x.npz", {"x": X, "name": np.array("text")})
        return (Path(folder) / "x.npz").read_bytes()


KEYS = ("file", "allow_pickle", "", "a/b", "../b", "a\0b", "a\nb", "\ud800", "arr_0", "x.npy", " ")
SOUND = sound_file()
BROKEN = {f"begins {some[:4]!r}": some for some in (b"", b"PK", b"text", bytes(999), b"\x80\x04.")}
BROKEN |= {f"cut at {n}": SOUND[:n] for n in range(1, len(SOUND), 37)}
BROKEN |= {
    f"byte {n} turned": SOUND[:n] + bytes([SOUND[n] ^ 0xFF]) + SOUND[n + 1 :]
    for n in range(0, len(SOUND), 5)
}
case(
    "files",
    "save_arrays",
    round_trip,
    right_round_trip,
    arrays={"x": X},
    bad={
        "arrays": {
            **MAPPINGS,
            **{ascii(key): {key: X, "y": X} for key in KEYS},
            **{name: {"x": change(X)} for name, change in ARRAYS.items()},
        }
    },
)
case("files", "save_arrays to a path", save_to, anything, good=lambda: {"path": "x.npz"})
for load in (load_arrays, load_pickle, lambda path: small_net().load_params(path)):
    name = f"{load.__name__} of a path".replace("<lambda>", "load_params")
    case("files", name, load_from, never, good=lambda load=load: {"load": load, "path": "no.npz"},
         fixed=("load",))  # fmt: skip
case(
    "files",
    "load_arrays",
    load_bytes,
    lambda found, content, max_bytes: same(found["x"], X),
    content=SOUND,
    max_bytes=10**6,
    bad={"content": BROKEN},
)


def right_digits(answer, normalize, flatten, one_hot_label, source):
    (x, t) = answer[1]
    assert x.shape == ((10000, 784) if flatten else (10000, 1, 28, 28))
    assert t.shape == ((10000, 10) if one_hot_label else (10000,))
    assert x.max() == (1 if normalize else 255)


case(
    "dataset",
    "load_mnist",
    mnist.load_mnist,
    right_digits,
    normalize=True,
    flatten=True,
    one_hot_label=False,
    source="auto",
)
case("dataset", "data_name", mnist.data_name, anything, source="auto")
case(
    "dataset",
    "draw_digits",
    lambda **options: synthetic.draw_digits(progress=False, **options),
    lambda found, n_train, n_test, seed: same(
        [len(found[key]) for key in ("x_train", "t_train", "x_test", "t_test")],
        [n_train, n_train, n_test, n_test],
    ),
    n_train=2,
    n_test=1,
    seed=1,
)

# ---------------------------------------------------------------- the tests

IDS = [f"{one.group}: {one.name}" for one in CASES]
TRIED: dict[str, dict] = {}  # group: the verdict on each call


def try_it(case, *bad):
    arguments = case.good()
    if not all(put(arguments, one) for one in bad):
        return
    call = repr({one.argument: fingerprint(arguments[one.argument]) for one in bad})
    what = ", ".join(f"{one.argument} = {one.name}" for one in bad)
    try:
        verdict = judge(case, arguments)
    except AssertionError as error:
        raise AssertionError(f"{case.name} with {what}: {error}") from error
    TRIED.setdefault(case.group, {})[case.name, call] = verdict


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_one_bad_argument(case):
    failures = []
    for bad in bad_values(case):
        try:
            try_it(case, bad)
        except AssertionError as error:
            failures.append(str(error).splitlines()[0])
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("case", [one for one in CASES if one.name != "load_mnist"])
@settings(
    derandomize=True,
    deadline=5000,
    max_examples=12,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_bad_arguments_together(case, data):
    values = bad_values(case)
    two = [data.draw(st.sampled_from(values))]
    others = [one for one in values if one.argument != two[0].argument]
    if others and data.draw(st.booleans()):
        two.append(data.draw(st.sampled_from(others)))
    arrays = [name for name, good in case.good().items() if isinstance(good, np.ndarray)]
    if arrays and data.draw(st.booleans()):
        shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
        drawn = data.draw(hnp.arrays(hnp.scalar_dtypes(), shapes))
        two = [two[0], Tried(data.draw(st.sampled_from(arrays)), repr(drawn), drawn)]
    try_it(case, *two)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_good_call_is_answered(case):
    if case.right is not never:
        assert judge(case, case.good()) == "right"


HARMLESS = ("a list", "float16", "float32", "long double", "another byte order", "with gaps")
HARMLESS += ("backwards", "columns first", "read-only", "integers")
STRICT = ("numerical_gradient", "Network.params")  # which take what can be changed in place


@pytest.mark.parametrize("case", [c for c in CASES if c.right is not never], ids=lambda c: c.name)
def test_what_is_harmless_is_answered(case):
    for bad in bad_values(case):
        good = case.good()[bad.argument]
        floats = isinstance(good, np.ndarray) and good.dtype.kind == "f"
        if floats and bad.name in HARMLESS and case.name not in STRICT:
            arguments = case.good()
            assert put(arguments, bad)
            assert judge(case, arguments) == "right", bad


def test_many_classes_take_little_memory():  # a square of a million numbers was made for them
    assert functions.one_hot([999_999], (1, 1_000_000)).argmax() == 999_999


def table():
    """Return a line for each group: how many calls were tried, answered, refused."""
    lines = [f"{'group':14}{'calls':>7}{'right':>7}{'refused':>9}"]
    for group, verdicts in TRIED.items():
        count = Counter(verdicts.values())
        lines.append(f"{group:14}{len(verdicts):7}{count['right']:7}{count['refused']:9}")
    return lines


if __name__ == "__main__":
    for one in CASES:
        test_one_bad_argument(one)
        if one.name != "load_mnist":
            test_bad_arguments_together(one)
    print("\n".join(table()))
