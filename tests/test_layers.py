"""Layers: tests for all of them, the book's examples, and mistakes that a layer must not make."""

import copy

import numpy as np
import pytest
from numpy.testing import assert_allclose

from common.functions import cross_entropy_error, softmax
from common.gradient import gradient_check, numerical_gradient
from common.layers import (
    ELU,
    GELU,
    LSTM,
    RNN,
    Affine,
    AveragePooling,
    BatchNorm,
    Convolution,
    DropConnect,
    Dropout,
    Flatten,
    GlobalAveragePooling,
    LeakyReLU,
    LocalResponseNorm,
    Parallel,
    Pooling,
    ReLU,
    Relu,
    Reshape,
    Residual,
    RoIPooling,
    Sequential,
    Sigmoid,
    SoftmaxWithLoss,
    Tanh,
    TimeDistributed,
    TransposedConvolution,
    Unpooling,
)
from common.parts import numbered

RNG = np.random.default_rng(0)


def away_from_0(*shape):
    """Return numbers of both signs that are not near the kink of a ReLU."""
    x = RNG.uniform(0.1, 2, shape)
    return x * RNG.choice([-1, 1], shape)


def affine(inputs, outputs, dtype=np.float64):
    W, b = RNG.standard_normal((inputs, outputs)), RNG.standard_normal(outputs)
    return Affine(W.astype(dtype), b.astype(dtype))


def batch_norm(features, **options):
    return BatchNorm(RNG.uniform(0.5, 2, features), RNG.standard_normal(features), **options)


def conv(number, channels, height, width, **options):
    W = RNG.standard_normal((number, channels, height, width))
    return Convolution(W, RNG.standard_normal(number), **options)


def without_ties(*shape):
    """Return numbers without ties for the maximum, in any type."""
    return RNG.permutation(np.prod(shape)).reshape(shape) / 8


def branches():
    """An Inception module of three branches: 1x1; 1x1 and 3x3; pooling and 1x1."""
    pooled = Sequential({"pool": Pooling(3, 3, 1, 1), "conv": conv(1, 2, 1, 1)})
    wide = Sequential(
        {"conv1": conv(2, 2, 1, 1), "sigmoid": Sigmoid(), "conv2": conv(3, 2, 3, 3, pad=1)}
    )
    return Parallel({"1x1": conv(2, 2, 1, 1), "3x3": wide, "pool": pooled})


def drop_connect(inputs, outputs, ratio=0.4):
    W, b = RNG.standard_normal((inputs, outputs)), RNG.standard_normal(outputs)
    return DropConnect(W, b, ratio, rng=0)


def residual(shortcut=None):
    body = {
        "conv1": conv(2, 2, 3, 3, pad=1),
        "norm": batch_norm(2),
        "conv2": conv(2, 2, 3, 3, pad=1),
    }
    return Residual(Sequential(body), shortcut)


def transposed(channels, number, height, width, **options):
    W = RNG.standard_normal((channels, number, height, width))
    return TransposedConvolution(W, RNG.standard_normal(number), **options)


def pool_and_unpool(pooling):
    layers = {"pool": pooling, "conv": conv(2, 2, 1, 1), "unpool": Unpooling(pooling)}
    return Sequential(layers)


def roi_pooling(regions):
    layer = RoIPooling(2, 2, 1 / 8)
    layer.regions = regions
    return layer


def recurrent(kind, inputs, outputs, lengths=None):
    """Return an RNN or LSTM; with lengths, they and an initial state are set for 3 sequences."""
    G = kind.gates * outputs
    arrays = (RNG.standard_normal(shape) for shape in ((inputs, G), (outputs, G), G))
    layer = kind(*arrays)
    layer.lengths = lengths
    if lengths:
        layer.h0, layer.c0 = RNG.standard_normal((2, 3, outputs))
    return layer


REGIONS = [[0, 0, 0, 40, 32], [0, 3, 5, 20, 9], [1, 8, 0, 40, 16], [1, 9, 9, 10, 10]]


# A new layer wants a row here: a name, the layer, an input.
LAYERS = {
    "ReLU": (ReLU(), away_from_0(4, 3)),
    "ReLU of images": (ReLU(), away_from_0(2, 3, 4, 4)),
    "Sigmoid": (Sigmoid(), RNG.standard_normal((4, 3))),
    "Affine": (affine(5, 3), RNG.standard_normal((4, 5))),
    "Affine of images": (affine(12, 3), RNG.standard_normal((4, 3, 2, 2))),  # K16
    "Affine of one sample": (affine(5, 3), RNG.standard_normal(5)),
    "BatchNorm": (batch_norm(3), RNG.standard_normal((5, 3))),
    "BatchNorm of images": (batch_norm(3), RNG.standard_normal((2, 3, 4, 5))),
    "BatchNorm of 100 samples": (batch_norm(2), RNG.uniform(3, 5, (100, 2))),
    "Dropout": (Dropout(0.3, rng=0), RNG.standard_normal((8, 5))),
    "Dropout of images": (Dropout(0.5, rng=0), RNG.standard_normal((2, 3, 4, 4))),
    "Convolution": (conv(2, 1, 3, 3, pad=1), RNG.standard_normal((2, 1, 5, 6))),
    "Convolution of many channels": (conv(2, 4, 2, 3), RNG.standard_normal((2, 4, 4, 4))),
    "Convolution, stride 2": (conv(3, 2, 2, 3, stride=2), RNG.standard_normal((2, 2, 4, 5))),
    "Pooling": (Pooling(2, 2, 2), without_ties(2, 3, 4, 4)),
    "Pooling, overlapping": (Pooling(3, 3, 1, 1), without_ties(2, 2, 4, 3)),
    "AveragePooling": (AveragePooling(2, 2, 2), RNG.standard_normal((2, 3, 4, 4))),
    "AveragePooling, overlapping": (AveragePooling(3, 3, 1, 1), RNG.standard_normal((2, 2, 4, 3))),
    "inverted Dropout": (Dropout(0.3, inverted=True, rng=0), RNG.standard_normal((8, 5))),
    "DropConnect": (drop_connect(5, 3), RNG.standard_normal((4, 5))),
    "DropConnect of images": (drop_connect(8, 3), RNG.standard_normal((3, 2, 2, 2))),
    "DropConnect of one sample": (drop_connect(5, 3), RNG.standard_normal(5)),
    "LocalResponseNorm": (LocalResponseNorm(), RNG.standard_normal((2, 7, 2, 3))),
    "LocalResponseNorm, strong": (
        LocalResponseNorm(3, 1.0, 0.5, 2.0),
        RNG.standard_normal((2, 4, 2, 3)),
    ),
    "LocalResponseNorm of one channel": (LocalResponseNorm(), RNG.standard_normal((2, 1, 2, 3))),
    "Sequential": (
        Sequential({"1": affine(5, 4), "2": Sigmoid(), "3": affine(4, 3)}),
        away_from_0(4, 5),
    ),
    "Sequential of nothing": (Sequential({}), RNG.standard_normal((2, 3))),
    "Parallel": (branches(), without_ties(2, 2, 4, 3)),
    "Parallel of rows": (Parallel({"1": affine(5, 2), "2": affine(5, 3)}), away_from_0(4, 5)),
    "Residual": (residual(), RNG.standard_normal((3, 2, 4, 3))),
    "Residual with a layer as the shortcut": (
        Residual(conv(3, 2, 3, 3, stride=2, pad=1), conv(3, 2, 1, 1, stride=2)),
        RNG.standard_normal((2, 2, 5, 5)),
    ),
    "Residual of branches": (
        Residual(Sequential({"1": branches(), "2": conv(2, 6, 1, 1)})),
        without_ties(2, 2, 4, 3),
    ),
    "Tanh": (Tanh(), RNG.standard_normal((4, 3))),
    "LeakyReLU": (LeakyReLU(), away_from_0(4, 3)),
    "LeakyReLU of images": (LeakyReLU(0.2), away_from_0(2, 3, 4, 4)),
    "ELU": (ELU(), away_from_0(4, 3)),
    "ELU that bends early": (ELU(0.3), away_from_0(4, 3)),
    "GELU": (GELU(), 3 * RNG.standard_normal((4, 3))),
    "GlobalAveragePooling": (GlobalAveragePooling(), RNG.standard_normal((2, 3, 4, 5))),
    "TransposedConvolution": (transposed(2, 3, 3, 3, pad=1), RNG.standard_normal((2, 2, 4, 5))),
    "TransposedConvolution, stride 2": (
        transposed(3, 2, 4, 4, stride=2, pad=1),
        RNG.standard_normal((2, 3, 2, 3)),
    ),
    "TransposedConvolution, not divisible": (
        transposed(2, 2, 2, 3, stride=4),
        RNG.standard_normal((2, 2, 3, 2)),
    ),
    "Unpooling": (pool_and_unpool(Pooling(2, 2, 2)), without_ties(2, 2, 4, 6)),
    "Unpooling, overlapping": (pool_and_unpool(Pooling(3, 3, 1, 1)), without_ties(2, 2, 4, 3)),
    "RoIPooling": (roi_pooling(REGIONS), without_ties(2, 3, 4, 5)),
    "RoIPooling of whole images": (RoIPooling(2, 3), without_ties(2, 3, 4, 5)),
    "RNN": (recurrent(RNN, 3, 4), RNG.standard_normal((2, 5, 3))),
    "RNN of other lengths": (recurrent(RNN, 3, 2, [4, 1, 3]), RNG.standard_normal((3, 4, 3))),
    "LSTM": (recurrent(LSTM, 3, 2), RNG.standard_normal((2, 5, 3))),
    "LSTM of other lengths": (recurrent(LSTM, 2, 3, [2, 4, 1]), RNG.standard_normal((3, 4, 2))),
    "LSTM of one time step": (recurrent(LSTM, 2, 3, [1, 1, 1]), RNG.standard_normal((3, 1, 2))),
    "TimeDistributed": (TimeDistributed(affine(4, 3)), RNG.standard_normal((2, 5, 4))),
    "TimeDistributed images": (
        TimeDistributed(conv(2, 1, 2, 2)),
        RNG.standard_normal((2, 3, 1, 3, 4)),
    ),
    "Flatten": (Flatten(), RNG.standard_normal((2, 3, 2, 2))),
    "Reshape": (Reshape((3, 2, 2)), RNG.standard_normal((2, 12))),
    "Reshape, one size open": (Reshape((2, -1)), RNG.standard_normal((2, 3, 4))),
    "Reshape of one sample": (Reshape((1, 2, 3)), RNG.standard_normal(6)),
}


@pytest.fixture(params=LAYERS)
def layer_and_x(request):
    layer, x = LAYERS[request.param]
    return copy.deepcopy(layer), x.copy()


def test_gradients(layer_and_x):  # 5.13, 5.14, 5.16, 5.18
    layer, x = layer_and_x
    checks = gradient_check(layer, x)
    names = layer.param_names if not hasattr(layer, "layers") else numbered(layer)
    assert set(checks) == {"x", *names}
    assert all(check.passed for check in checks.values()), checks


def test_nothing_of_the_caller_is_changed(layer_and_x):  # the book's Relu overwrites dout
    layer, x = layer_and_x
    x_before = x.copy()
    out = layer.forward(x)
    out_before = out.copy()
    dout = RNG.standard_normal(out.shape)
    dout_before = dout.copy()
    layer.backward(dout)
    assert (x == x_before).all()
    assert (dout == dout_before).all()
    assert (out == out_before).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_in_is_dtype_out(layer_and_x, dtype):
    layer, x = layer_and_x
    for part, name in numbered(layer).values():
        setattr(part, name, getattr(part, name).astype(dtype))
    out = layer.forward(x.astype(dtype))
    dx = layer.backward(np.ones_like(out))
    assert out.dtype == dx.dtype == dtype
    for part, name in numbered(layer).values():
        assert getattr(part, "d" + name).dtype == dtype


def test_shapes(layer_and_x):
    layer, x = layer_and_x
    out = layer.forward(x, train_flg=False)
    assert layer.backward(np.ones_like(out)).shape == x.shape
    for part, name in numbered(layer).values():
        assert getattr(part, "d" + name).shape == getattr(part, name).shape


def test_non_contiguous_input(layer_and_x):
    layer, x = layer_and_x
    strided = np.repeat(x, 2, axis=-1)[..., ::2]
    assert not strided.flags.c_contiguous
    twin = copy.deepcopy(layer)  # draws the same mask
    assert_allclose(layer.forward(strided), twin.forward(x))


def test_a_dout_of_another_shape_is_refused(layer_and_x):
    layer, x = layer_and_x
    with pytest.raises(ValueError, match="came before forward"):
        layer.backward(np.ones(3))
    out = layer.forward(x)
    for bad in (np.ones((*out.shape, 1)), np.ones(out.shape)[..., :1], 1.0):
        with pytest.raises(ValueError, match="dout has shape"):
            layer.backward(bad)


def test_relu_example():  # 5.13
    layer = Relu()
    x = np.array([[1.0, -0.5], [-2.0, 3.0]])
    assert layer.forward(x).tolist() == [[1, 0], [0, 3]]
    assert layer.mask.tolist() == [[False, True], [True, False]]
    assert layer.backward(np.full((2, 2), 5.0)).tolist() == [[5, 0], [0, 5]]


def test_relu_at_0():
    layer = ReLU()
    assert layer.forward(np.zeros(2)).tolist() == [0, 0]
    assert layer.backward(np.ones(2)).tolist() == [0, 0]


def test_affine_example():  # 5.17
    layer = Affine(np.array([[0.0, 0, 0], [10, 10, 10]]), np.array([1.0, 2, 3]))
    assert layer.forward(np.array([[0.0, 0], [0, 1]])).tolist() == [[1, 2, 3], [11, 12, 13]]
    layer.backward(np.array([[1.0, 2, 3], [4, 5, 6]]))
    assert layer.db.tolist() == [5, 7, 9]


def test_affine_of_one_sample_is_a_batch_of_one():  # 5.16
    layer = affine(2, 3)
    x, dout = np.array([0.5, -1.0]), np.array([1.0, 2.0, 3.0])
    out, dx = layer.forward(x), layer.backward(dout)
    dW = layer.dW
    assert out.shape == (3,)
    assert dx.shape == (2,)
    assert_allclose(layer.forward(x[None])[0], out)
    assert_allclose(layer.backward(dout[None])[0], dx)
    assert_allclose(layer.dW, dW)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones((2, 6)), r"Affine: x has shape \(2, 6\); expected 5 values per sample, not 6"),
        (np.ones(6), r"x has shape \(6,\); expected 5 values per sample, not 6"),
        (np.ones((0, 5)), "at least one sample"),
        (np.float64(1), r"shape \(\); expected at least one sample"),
        ("text", "expected real numbers"),
        (np.ones((2, 5)) * 1j, "expected real numbers"),
    ],
)
def test_affine_refuses(x, message):
    with pytest.raises(ValueError, match=message):
        affine(5, 3).forward(x)


def test_affine_refuses_parameters_that_do_not_fit():
    with pytest.raises(ValueError, match=r"\(5, 3\) and b has shape \(4,\)"):
        Affine(np.ones((5, 3)), np.ones(4))


# ---------------------------------------------------------------- SoftmaxWithLoss


def test_softmax_with_loss():  # 5.21
    head = SoftmaxWithLoss()
    x = RNG.standard_normal((4, 3))
    labels = np.array([0, 2, 1, 1])
    loss = head.forward(x, labels)
    assert loss == pytest.approx(cross_entropy_error(softmax(x), labels), abs=2e-6)
    dx = head.backward()
    assert_allclose(dx, (softmax(x) - np.eye(3)[labels]) / 4)
    assert_allclose(head.backward(2.0), 2 * dx)
    assert head.forward(x, np.eye(3)[labels]) == pytest.approx(loss, rel=1e-14)
    assert_allclose(head.backward(), dx)


@pytest.mark.parametrize(
    ("y", "expected"),
    [((0.3, 0.2, 0.5), (0.3, -0.8, 0.5)), ((0.01, 0.99, 1e-12), (0.01, -0.01, 0))],
)
def test_the_gradient_that_is_passed_back(y, expected):  # 5.19
    head = SoftmaxWithLoss()
    head.forward(np.log(y), [0, 1, 0])
    assert_allclose(head.backward(), expected, atol=1e-10)


def test_one_sample_and_any_probabilities():  # the book divides one sample by its 10 classes
    head = SoftmaxWithLoss()
    x, t = RNG.standard_normal(10), softmax(RNG.random(10))
    numerical = numerical_gradient(lambda x: head.forward(x, t), x)
    head.forward(x, t)
    assert_allclose(head.backward(), numerical, rtol=1e-6)


def test_a_probability_of_0_gives_a_finite_loss_and_gradient():
    head = SoftmaxWithLoss()
    assert head.forward(np.array([[0.0, 1000.0]], np.float32), [0]) == 1000
    assert head.backward().tolist() == [[-1, 1]]
    assert head.backward().dtype == np.float32


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_scores_that_are_no_numbers_are_seen(bad):
    with np.errstate(invalid="ignore"):
        assert not np.isfinite(SoftmaxWithLoss().forward(np.array([[0.0, bad]]), [1]))
    with pytest.warns(RuntimeWarning):
        SoftmaxWithLoss().forward(np.array([[0.0, bad]]), [1])


def test_backward_before_forward():
    with pytest.raises(ValueError, match="forward first"):
        SoftmaxWithLoss().backward()
