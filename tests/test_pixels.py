"""Classes for all pixels: transposed convolution, unpooling, the loss (8.4.2, 8.5.3)."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.data_parallel import DataParallel
from common.fresh_layers import batch_norm, convolution, upsampling
from common.gradient import gradient_check, numerical_gradient
from common.initializers import bilinear_filters
from common.layers import (
    Convolution,
    PixelwiseSoftmaxWithLoss,
    Pooling,
    ReLU,
    Residual,
    Sequential,
    SoftmaxWithLoss,
    TransposedConvolution,
    Unpooling,
)
from common.network import Network
from common.optimizer import Adam
from common.trainer import Trainer

RNG = np.random.default_rng(0)


def random(*shape):
    return RNG.standard_normal(shape)


# ---------------------------------------------------------------- transposed convolution


@pytest.mark.parametrize(
    ("size", "height", "width", "stride", "pad"),
    [
        ((7, 6), 3, 3, 1, 0),
        ((7, 6), 3, 3, 1, 1),
        ((8, 8), 4, 4, 2, 1),
        ((5, 7), 1, 3, 2, 0),
        ((7, 9), 1, 1, 2, 0),
        ((9, 8), 3, 2, 3, 0),
        ((4, 4), 2, 2, 1, 2),
    ],
)
def test_it_is_the_adjoint_of_the_convolution(size, height, width, stride, pad):
    W = random(3, 2, height, width)
    y = random(2, 2, *size)
    convolved = Convolution(W, 0, stride, pad).forward(y)
    x = random(*convolved.shape)
    enlarged = TransposedConvolution(W, 0, stride, pad).forward(x)
    assert enlarged.shape == y.shape
    assert np.sum(convolved * x) == pytest.approx(np.sum(y * enlarged), rel=1e-12)


def by_loops(x, W, b, stride, pad):
    """Add the filters one by one to a wide output, then cut off its border."""
    (N, _, H, width), (_, FN, FH, FW) = x.shape, W.shape
    out = np.zeros((N, FN, stride * (H - 1) + FH, stride * (width - 1) + FW))
    for n, c, i, j in np.ndindex(x.shape):
        top, left = stride * i, stride * j
        out[n, :, top : top + FH, left : left + FW] += x[n, c, i, j] * W[c]
    out += b[:, None, None]
    return out[:, :, pad : out.shape[2] - pad, pad : out.shape[3] - pad]


@pytest.mark.parametrize(("stride", "pad"), [(1, 0), (1, 1), (2, 1), (3, 0)])
def test_it_adds_filters(stride, pad):
    x, W, b = random(2, 3, 4, 5), random(3, 2, 4, 3), random(2)
    layer = TransposedConvolution(W, b, stride, pad)
    assert_allclose(layer.forward(x), by_loops(x, W, b, stride, pad), atol=1e-12)


def test_filters_that_are_not_learned_have_the_gradient_0():
    layer = upsampling(2, learned=False)
    out = layer.forward(random(1, 2, 3, 3))
    dx = layer.backward(np.ones_like(out))
    assert not layer.dW.any()
    assert not layer.db.any()
    assert dx.any()
    learned = upsampling(2)
    learned.forward(random(1, 2, 3, 3))
    learned.backward(np.ones_like(out))
    assert learned.dW.all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W": np.ones((2, 3, 3))}, r"expected \(C, FN, FH, FW\) and \(FN,\)"),
        ({"b": np.ones(2)}, r"expected \(C, FN, FH, FW\) and \(FN,\)"),
        ({"stride": 0}, "stride is 0; expected an integer >= 1"),
        ({"pad": -1}, "pad is -1; expected an integer >= 0"),
        ({"learned": "no"}, "learned is 'no'; expected True or False"),
    ],
)
def test_settings_that_do_not_fit(change, message):
    settings = {"W": np.ones((2, 3, 4, 4)), "b": np.ones(3)} | change
    with pytest.raises(ValueError, match=message):
        TransposedConvolution(**settings)


def test_feature_maps_that_do_not_fit():
    layer = TransposedConvolution(np.ones((2, 3, 2, 2)), 0, 2, 1)
    with pytest.raises(ValueError, match=r"expected feature maps \(N, 2, H, W\)"):
        layer.forward(np.ones((1, 3, 4, 4)))
    with pytest.raises(ValueError, match="expected larger feature maps: pad 1 cuts all"):
        layer.forward(np.ones((1, 2, 1, 4)))


# ---------------------------------------------------------------- bilinear interpolation


def test_the_weights_of_factor_2():  # D-21
    W = bilinear_filters(2, 2)
    along = np.array([0.25, 0.75, 0.75, 0.25])
    assert_array_equal(W[0, 0], np.outer(along, along))
    assert_array_equal(W[0, 1], np.zeros((4, 4)))
    assert_array_equal(bilinear_filters(1, 3)[0, 0, 2] * 3, [1, 2, 3, 2, 1])


@pytest.mark.parametrize("factor", [1, 2, 3, 4, 5])
def test_inside_a_constant_image_stays_constant(factor):
    out = upsampling(2, factor).forward(np.full((1, 2, 6, 5), 3.0))
    assert out.shape == (1, 2, 6 * factor, 5 * factor)
    inside = out[:, :, factor:-factor, factor:-factor]
    assert_allclose(inside, 3, atol=1e-6)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_it_interpolates_linearly(factor):
    rows = np.arange(8.0)
    image = np.tile(rows[:, None], 8)[None, None]
    out = upsampling(1, factor).forward(image)[0, 0]
    places = (np.arange(8 * factor) + 0.5) / factor - 0.5  # of the new pixels among the old rows
    inside = slice(factor, -factor)
    assert_allclose(out[inside, 4 * factor], places[inside], atol=1e-5)


# ---------------------------------------------------------------- unpooling


def test_unpooling_puts_the_maxima_back():  # D-25
    pooling = Pooling(2, 2, 2)
    x = np.array([[1.0, 2, 0, 0], [3, 4, 0, 9], [8, 0, 1, 1], [0, 0, 1, 5]])[None, None]
    out = pooling.forward(x)
    unpooling = Unpooling(pooling)
    expected = [[0, 0, 0, 0], [0, 4, 0, 9], [8, 0, 0, 0], [0, 0, 0, 5]]
    assert_array_equal(unpooling.forward(out)[0, 0], expected)
    assert_array_equal(unpooling.backward(x)[0, 0], [[4, 9], [8, 5]])


@pytest.mark.parametrize("settings", [(2, 2, 2, 0), (3, 3, 2, 1), (3, 2, 1, 0)])
def test_it_is_the_adjoint_of_reading_the_maxima(settings):
    pooling = Pooling(*settings, floor=True)
    out = pooling.forward(random(2, 3, 7, 6))
    x, y = random(*out.shape), random(2, 3, 7, 6)
    pooling.forward(y)
    unpooling = Unpooling(pooling)
    assert np.sum(unpooling.forward(x) * y) == pytest.approx(np.sum(x * unpooling.backward(y)))


def test_a_nan_stays_in_its_place():
    pooling = Pooling(2, 2, 2)
    pooling.forward(np.arange(16.0).reshape(1, 1, 4, 4))
    unpooling, x = Unpooling(pooling), np.ones((1, 1, 2, 2))
    unpooling.forward(x)
    dout = np.ones((1, 1, 4, 4))
    dout[0, 0, 3, 3] = np.nan
    assert np.isnan(unpooling.backward(dout)).tolist() == [[[[False, False], [False, True]]]]


def test_unpooling_refuses():
    with pytest.raises(ValueError, match="pooling is a ReLU; expected a Pooling layer"):
        Unpooling(ReLU())
    pooling = Pooling(2, 2, 2)
    with pytest.raises(ValueError, match="expected a forward pass of its pooling layer before"):
        Unpooling(pooling).forward(np.ones((1, 1, 2, 2)))
    pooling.forward(np.ones((1, 1, 4, 4)))
    with pytest.raises(ValueError, match=r"expected \(1, 1, 2, 2\), as the pooling's"):
        Unpooling(pooling).forward(np.ones((1, 1, 4, 4)))


# ---------------------------------------------------------------- the loss


def scores_and_labels(classes=4):
    return random(2, classes, 3, 5), RNG.integers(classes, size=(2, 3, 5))


def test_it_is_the_loss_of_all_pixels_as_samples():
    x, t = scores_and_labels()
    loss, plain = PixelwiseSoftmaxWithLoss(), SoftmaxWithLoss()
    rows = x.transpose(0, 2, 3, 1).reshape(-1, 4)
    assert loss.forward(x, t) == pytest.approx(plain.forward(rows, t.ravel()), rel=1e-14)
    expected = plain.backward().reshape(2, 3, 5, 4).transpose(0, 3, 1, 2)
    assert_allclose(loss.backward(), expected, atol=1e-15)
    assert loss.score(x, t) == plain.score(rows, t.ravel())


@pytest.mark.parametrize("settings", [{}, {"class_weights": [1, 0, 2, 0.5], "ignored": 255}])
def test_its_gradient(settings):
    x, t = scores_and_labels()
    if settings:
        t[0, :2] = 255
    loss = PixelwiseSoftmaxWithLoss(**settings)
    numerical = numerical_gradient(lambda x: loss.forward(x, t), x)
    loss.forward(x, t)
    assert_allclose(loss.backward(), numerical, atol=1e-8)
    assert_allclose(loss.backward(3.0), 3 * loss.backward())


def test_weights_and_ignored_pixels():
    x, t = scores_and_labels()
    plain = PixelwiseSoftmaxWithLoss().forward(x, t)
    assert PixelwiseSoftmaxWithLoss([2.0] * 4).forward(x, t) == pytest.approx(2 * plain)
    by_class = [PixelwiseSoftmaxWithLoss(np.eye(4)[c]).forward(x, t) for c in range(4)]
    assert sum(by_class) == pytest.approx(plain)
    loss = PixelwiseSoftmaxWithLoss(ignored=3)
    assert loss.forward(x, t) == pytest.approx(sum(by_class[:3]))
    assert not loss.backward().transpose(0, 2, 3, 1)[t == 3].any()
    assert loss.score(x, t) == np.mean(x.argmax(axis=1)[t < 3] == t[t < 3])


def test_a_pixel_with_nan_is_not_correct_and_no_pixel_is_no_number():
    x, t = scores_and_labels()
    x[:] = 0
    x[:, 0] = 1
    t[:] = 0
    assert PixelwiseSoftmaxWithLoss().score(x, t) == 1
    x[0, 0, 0, 0] = np.nan
    assert PixelwiseSoftmaxWithLoss().score(x, t) == pytest.approx(29 / 30)
    with pytest.warns(RuntimeWarning):
        assert np.isnan(PixelwiseSoftmaxWithLoss().forward(x, t))
    assert np.isnan(PixelwiseSoftmaxWithLoss(ignored=0).score(x, t))


@pytest.mark.parametrize(
    ("settings", "t", "message"),
    [
        ({}, np.zeros((2, 15), int), r"expected a label for each pixel, \(2, 3, 5\)"),
        ({}, np.zeros((2, 3, 5)), "labels of type float64; expected integers"),
        ({}, np.full((2, 3, 5), 4), "holds the label 4; expected 0 to 3"),
        ({"ignored": -1}, np.full((2, 3, 5), -2), "label -2; expected 0 to 3, or -1 for a pixel"),
        ({"class_weights": [1, 2]}, np.zeros((2, 3, 5), int), "a weight for each of the 4 classes"),
    ],
)
def test_labels_that_do_not_fit(settings, t, message):
    with pytest.raises(ValueError, match=message):
        PixelwiseSoftmaxWithLoss(**settings).forward(np.zeros((2, 4, 3, 5)), t)


@pytest.mark.parametrize("bad", [[1], [1, -1], [1, np.nan], [1, np.inf], 3, "ab"])
def test_class_weights_that_are_none(bad):
    with pytest.raises(ValueError, match="class_weights"):
        PixelwiseSoftmaxWithLoss(bad)


def test_scores_that_are_not_of_images():
    with pytest.raises(ValueError, match=r"expected \(N, C, H, W\)"):
        PixelwiseSoftmaxWithLoss().forward(np.zeros((2, 4)), [0, 1])


# ---------------------------------------------------------------- in a network


def segmenter(rng=0, *, indices=True):
    """Return a small network that classifies the pixels of grey images into 3 classes."""
    rng = np.random.default_rng(rng)
    pooling = Pooling(2, 2, 2)
    inner = {"pool": pooling, "conv": convolution(4, 4, 3, rng, pad=1), "relu": ReLU()}
    up = Unpooling(pooling) if indices else upsampling(4)
    layers = {
        "conv1": convolution(1, 4, 3, rng, pad=1),
        "norm": batch_norm(4),
        "around": Residual(Sequential(inner | {"up": up})),
        "scores": convolution(4, 3, 1, rng),
    }
    return Network(layers, loss=PixelwiseSoftmaxWithLoss([1, 2, 1], ignored=9))


def images(n=12):
    """Return images whose pixels are dark, grey or bright, and the classes of the pixels."""
    t = RNG.integers(3, size=(n, 3, 4)).repeat(2, axis=1).repeat(2, axis=2)
    return (t[:, None] + 0.1 * random(n, 1, 6, 8)).astype(np.float32), t


@pytest.mark.parametrize("indices", [True, False])
def test_all_gradients_of_a_network(indices):
    x, t = images(3)
    t[0, 0, :3] = 9
    checks = gradient_check(segmenter(indices=indices), x.astype(np.float64), t)
    assert all(check.passed for check in checks.values()), checks


@pytest.mark.parametrize("indices", [True, False])
def test_it_learns_with_threads_and_resumes(tmp_path, indices):
    x, t = images(40)
    options = {"mini_batch_size": 20, "optimizer": Adam(0.03), "rng": 0, "verbose": False}

    def run(max_iter, network, **more):
        trainer = Trainer(network, x, t, x, t, max_iter=max_iter, **options | more)
        trainer.train()
        return trainer

    whole = run(60, segmenter(indices=indices))
    assert whole.test_acc_list[0] < 0.6 < 0.9 < whole.test_acc_list[-1]
    path = tmp_path / "c.npz"
    options["optimizer"] = Adam(0.03)
    run(13, segmenter(indices=indices), checkpoint=path)
    options["optimizer"] = Adam(0.03)
    resumed = run(60, segmenter(indices=indices), checkpoint=path)
    assert resumed.train_loss_list == whole.train_loss_list
    with DataParallel(segmenter(indices=indices), threads=2) as parallel:
        loss, grads = parallel.loss_and_gradient(x, t)
    alone, expected = segmenter(indices=indices).loss_and_gradient(x, t)
    assert loss == pytest.approx(alone, rel=1e-5)
    for key, grad in expected.items():
        assert_allclose(grads[key], grad, atol=1e-5, rtol=1e-3)


def test_a_checkpoint_is_of_the_same_loss(tmp_path):
    x, t = images(20)
    options = {"max_iter": 2, "verbose": False, "checkpoint": tmp_path / "c.npz"}
    Trainer(segmenter(), x, t, **options).train()
    other = segmenter()
    other.last_layer = PixelwiseSoftmaxWithLoss([1, 3, 1], ignored=9)
    with pytest.raises(ValueError, match="loss class_weights"):
        Trainer(other, x, t, **options).train()


def test_the_loss_tells_its_settings():
    said = "PixelwiseSoftmaxWithLoss(class_weights=(1.0, 2.0), ignored=None)"
    assert repr(PixelwiseSoftmaxWithLoss([1, 2])) == said
