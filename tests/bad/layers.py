"""Cases of layers, forward and backward."""

import numpy as np
import pytest

from common import layers
from common.parts import numbered
from tests.bad.contract import (
    FLOATS,
    agree,
    anything,
    listed,
    never,
    numbers,
    rows_of,
    same,
)
from tests.bad.functions import log_softmax_twin, relu_twin, sigmoid_twin
from tests.bad.good import FILTER_B, FILTERS, IMAGES, B, T, W, X, case, of_types


def affine_twin(x, w=W, b=B):
    rows = x.reshape(1 if x.ndim == 1 else len(x), -1)
    out = rows @ w + b
    return out[0] if x.ndim == 1 else out


def batch_norm_twin(x, train_flg=True, gamma=1.0, beta=0.0):
    if x.ndim == 1:  # one sample
        return batch_norm_twin(x[None], train_flg, gamma, beta)[0]
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


def response_norm_twin(x, size, k, alpha, beta):
    near = [[abs(i - j) <= size // 2 for i in range(x.shape[1])] for j in range(x.shape[1])]
    return x / (k + alpha * np.einsum("ij,njhw->nihw", np.array(near, float), x**2)) ** beta


def leaky_twin(x, slope):
    return np.where(x < 0, float(slope) * x, x)


def elu_twin(x, alpha):
    return np.where(x < 0, float(alpha) * np.expm1(np.where(x < 0, x, 0)), x)


def gelu_twin(x):
    u = (2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)
    return np.where(x < 10, x * (1 + np.tanh(u)) / 2, x)


def global_twin(x):
    return np.array([[plane.sum() / plane.size for plane in one] for one in x])


def reshape_twin(x, last):
    """The shape (1, -1, last) for each sample."""
    each = x.size // last if x.ndim == 1 else x[0].size // last
    return x.reshape(*x.shape[:-1][:1], 1, each, last)


W1X1 = FILTERS[:2, :, :1, :1]
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
    "Tanh": (layers.Tanh, X, lambda x, _: np.tanh(x)),
    "LeakyReLU": (layers.LeakyReLU, X, lambda x, _: leaky_twin(x, 0.01)),
    "ELU": (layers.ELU, X, lambda x, _: elu_twin(x, 1.0)),
    "GELU": (layers.GELU, X, lambda x, _: gelu_twin(x)),
    "GlobalAveragePooling": (layers.GlobalAveragePooling, IMAGES, lambda x, _: global_twin(x)),
    "Flatten": (layers.Flatten, IMAGES, lambda x, _: x.reshape(len(x), -1) if x.ndim > 1 else x),
    "Reshape": (lambda: layers.Reshape((1, -1, 3)), X, lambda x, _: reshape_twin(x, 3)),
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
    "LocalResponseNorm": (
        lambda: layers.LocalResponseNorm(3, 1.0, 0.5, 0.75),
        IMAGES,
        lambda x, _: response_norm_twin(x, 3, 1.0, 0.5, 0.75),
    ),
    "Sequential": (
        lambda: layers.Sequential({"1": layers.Affine(W, B), "2": layers.ReLU()}),
        X,
        lambda x, _: relu_twin(affine_twin(x)),
    ),
    "Parallel": (
        lambda: layers.Parallel({"1": layers.Affine(W, B), "2": layers.Affine(-W, B)}),
        X,
        lambda x, _: np.concatenate([affine_twin(x), affine_twin(x, -W)], axis=1),
    ),
    "Residual": (
        lambda: layers.Residual(layers.Convolution(W1X1, FILTER_B[:2])),
        IMAGES,
        lambda x, _: x + convolution_twin(x, W1X1, FILTER_B[:2], 1, 0),
    ),
    "DropConnect": (lambda: layers.DropConnect(W.copy(), B.copy(), 0.5, rng=0), X, None),
    "AveragePooling": (
        lambda: layers.AveragePooling(2, 2, 2, 1),
        IMAGES,
        lambda x, _: average_twin(x, (2, 2), 2, 1),
    ),
}


def right_derivative(layer, dx, make, x, dout):
    """Compare sum(dx * v) with a difference in a random direction v; the same for parameters."""
    rng, h = np.random.default_rng(1), 1e-6
    assert dx.shape == x.shape
    owners = numbered(layer)
    for name in ("x", *owners):
        part, own = owners.get(name, (None, None))
        found = numbers(dx if part is None else getattr(part, "d" + own))
        v = rng.standard_normal(found.shape)
        outs = []
        for step in (h * v, -h * v):
            moved = make()
            if name != "x":
                part, own = numbered(moved)[name]
                setattr(part, own, getattr(part, own) + step)
            outs.append(moved.forward(x + step if name == "x" else x))
        change = outs[0] - outs[1]
        terms = np.where(change == 0, 0, numbers(dout) * change)  # another branch's NaN
        slope = terms.sum() / (2 * h)
        size = 1e5 * np.abs(numbers(dout)).max(initial=0)  # differences have fewer digits
        agree((found * v).sum(), slope, (dout,), scale=size)


def layer_cases(name, make, good, twin):
    def forward(x, train_flg):
        layer = make()
        return layer, layer.forward(x, train_flg)

    def right_forward(answer, x, train_flg):
        (layer, out), x = answer, numbers(x)
        mask = layer.mask if "Drop" in name and train_flg else 0.5
        if name == "DropConnect":
            there = W * (mask if train_flg else np.full((x.size // 3, 3, 2), 0.5))
            expected = np.einsum("nd,ndm->nm", x.reshape(-1, 3), there) + B
            expected = expected[0] if x.ndim == 1 else expected
        else:
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
    w, stride, pad = numbers(W), int(stride), int(pad)
    b = np.broadcast_to(np.ravel(numbers(b)), len(w))  # one number counts for all
    scale = convolution_twin(np.abs(IMAGES), np.abs(w), np.abs(b), stride, pad)
    agree(out, convolution_twin(IMAGES, w, b, stride, pad), (w, b), scale=scale)


def right_response_norm(out, size, k, alpha, beta):
    values = [float(value) for value in (k, alpha, beta)]
    agree(out, response_norm_twin(IMAGES, int(size), *values), tuple(values), scale=1)


case(
    "layers",
    "LocalResponseNorm",
    lambda size, k, alpha, beta: layers.LocalResponseNorm(size, k, alpha, beta).forward(IMAGES),
    right_response_norm,
    size=3,
    k=2.0,
    alpha=0.1,
    beta=0.75,
)
case(
    "layers",
    "DropConnect",
    lambda W, b, dropout_ratio, rng: layers.DropConnect(W, b, dropout_ratio, rng=rng).forward(
        X, False
    ),
    lambda out, W, b, dropout_ratio, rng: agree(
        out,
        affine_twin(X * (1 - float(dropout_ratio)), numbers(W), numbers(b)),
        (W, b),
        scale=np.abs(X) @ np.abs(numbers(W)),
    ),
    W=W,
    b=B,
    dropout_ratio=0.5,
    rng=0,
)
case(
    "layers",
    "LeakyReLU",
    lambda slope: layers.LeakyReLU(slope).forward(X),
    lambda out, slope: agree(out, leaky_twin(X, slope), (slope,)),
    slope=0.2,
)
case(
    "layers",
    "ELU",
    lambda alpha: layers.ELU(alpha).forward(X),
    lambda out, alpha: agree(out, elu_twin(X, alpha), (alpha,)),
    alpha=0.5,
)
case(
    "layers",
    "Reshape",
    lambda shape: layers.Reshape(shape).forward(X),
    lambda out, shape: same(out, X.reshape(4, *shape)),
    shape=(3, 1),
)
case(
    "layers",
    "Sign",
    lambda x: layers.Sign().forward(x),
    lambda out, x: agree(
        out, np.where(np.isnan(numbers(x)), np.nan, np.where(numbers(x) >= 0, 1, -1)), (x,)
    ),
    x=X,
)
NO_LAYERS = {**listed(None, "net", 3, layers.ReLU, {}, [], abs, object()), "an array": X}
for kind in (layers.Sequential, layers.Parallel):

    def of_one(layer, kind=kind):
        return kind({"a": layer})

    bad = {"layer": NO_LAYERS}
    case("layers", kind.__name__, of_one, never, bad=bad, good=lambda: {"layer": None})
case(
    "layers",
    "Residual",
    layers.Residual,
    never,
    good=lambda: {"body": None, "shortcut": layers.ReLU()},
    bad={"body": NO_LAYERS},
    fixed=("shortcut",),
)
case(
    "layers",
    "Binarized",
    layers.Binarized,
    never,
    good=lambda: {"layer": None},
    bad={"layer": NO_LAYERS},
)
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
    if np.isfinite(loss):
        assert loss == pytest.approx(-terms.sum() / len(rows), rel=2e-2, abs=1e-2)
    else:
        assert not np.isfinite(numbers(x)).all()
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


def other_head(kind):
    def both(x, t):
        layer = kind()
        return layer.forward(x, t), layer.backward()

    return both


def right_other_head(answer, x, t, losses, y):
    (loss, dx), x, t = answer, numbers(x), numbers(t).reshape(np.shape(x))
    n = len(x) if x.ndim == 2 else 1
    expected = losses(x, t).sum() / n
    assert loss == pytest.approx(expected, rel=2e-2, abs=1e-3, nan_ok=True)
    agree(dx, (y(x) - t) / n, (x, t), scale=1)


for kind, losses, y in (
    (layers.IdentityWithLoss, lambda x, t: 0.5 * (x - t) ** 2, lambda x: x),
    (
        layers.SigmoidWithLoss,
        lambda x, t: np.log(1 + np.exp(-np.abs(x))) + np.maximum(x, 0) - x * t,
        sigmoid_twin,
    ),
):

    def right(answer, x, t, losses=losses, y=y):
        right_other_head(answer, x, t, losses, y)

    case("layers", kind.__name__, other_head(kind), right, x=X, t=sigmoid_twin(X))
    score = f"{kind.__name__}.score"
    case("layers", score, kind().score, lambda part, x, t: float(part), x=X, t=sigmoid_twin(X))
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
