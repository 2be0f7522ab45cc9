"""Convolution against plain loops, for every kind of size, stride, border, type and order."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ch07.naive_convolution import FILTER, IMAGE, add_border, convolution
from common import convolve as module
from common.convolve import unfold
from common.gradient import gradient_check
from common.layers import Affine, Convolution, ReLU
from common.layers import convolution as layer_module
from common.network import Network
from common.util import col2im, conv_output_size

RNG = np.random.default_rng(0)

# N, C, H, W; FN, FH, FW; stride, pad.
CASES = {
    "the book's first layer": ((2, 1, 12, 12), (3, 5, 5), 1, 0),
    "many channels": ((3, 8, 6, 6), (4, 3, 3), 1, 1),
    "few channels, border": ((3, 2, 9, 7), (4, 3, 3), 1, 1),
    "upright images and filters": ((2, 3, 9, 5), (2, 4, 2), 1, 0),
    "lying images and filters": ((2, 3, 5, 9), (2, 2, 4), 1, 1),
    "one pixel filters": ((2, 5, 4, 3), (6, 1, 1), 1, 0),
    "one pixel filters, stride 2": ((2, 2, 5, 7), (3, 1, 1), 2, 0),
    "one window": ((3, 4, 3, 2), (5, 3, 2), 1, 0),
    "one pixel": ((3, 2, 1, 1), (2, 1, 1), 1, 0),
    "stride 2, few channels": ((2, 1, 11, 7), (3, 3, 3), 2, 0),
    "stride 2, many channels": ((2, 6, 7, 9), (3, 3, 3), 2, 1),
    "stride 3, filters of 2": ((2, 3, 8, 5), (2, 2, 2), 3, 0),
    "border as wide as the filter": ((2, 2, 4, 3), (3, 2, 2), 1, 2),
    "border wider than the filter": ((2, 2, 3, 3), (2, 1, 2), 1, 3),
    "wide border, many channels": ((2, 9, 3, 3), (2, 2, 2), 1, 3),
    "wide border, stride 2": ((2, 3, 4, 4), (2, 2, 2), 2, 3),
    "border narrower one way": ((2, 3, 5, 5), (2, 5, 2), 1, 2),
    "one image": ((1, 3, 6, 6), (2, 3, 3), 1, 1),
    "wide filters": ((2, 48, 3, 4), (128, 3, 3), 1, 1),
    "wide filters, stride 2": ((3, 96, 4, 4), (90, 2, 2), 2, 1),
}


def sizes(name):
    x_shape, (FN, FH, FW), stride, pad = CASES[name]
    return x_shape, (FN, x_shape[1], FH, FW), stride, pad


def by_loops(x, W, dout, stride, pad):
    """Return the derivatives for x, W and b, window by window."""
    padded = add_border(x, pad)
    dpadded, dW = np.zeros_like(padded), np.zeros_like(W)
    for n, f, i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        window = np.s_[n, :, top : top + W.shape[2], left : left + W.shape[3]]
        dW[f] += dout[n, f, i, j] * padded[window]
        dpadded[window] += dout[n, f, i, j] * W[f]
    dx = dpadded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]
    return dx, dW, dout.sum(axis=(0, 2, 3))


def agree(layer, x, **tolerance):
    """Check output and derivatives of a layer against the loops; return the output."""
    W, b, stride, pad = layer.W, layer.b, layer.stride, layer.pad
    out = layer.forward(x)
    expected = convolution(x, W, b, stride, pad)
    assert out.shape == expected.shape
    assert_allclose(out, expected, **tolerance)
    dout = RNG.standard_normal(out.shape).astype(out.dtype)
    dx = layer.backward(dout)
    for found, wanted in zip(
        (dx, layer.dW, layer.db), by_loops(x, W, dout, stride, pad), strict=True
    ):
        assert found.shape == wanted.shape
        assert_allclose(found, wanted, **tolerance)
    return out


def random(*shape, dtype=np.float64):
    return RNG.standard_normal(shape).astype(dtype)


def layer_and_x(name, dtype=np.float64):
    x_shape, W_shape, stride, pad = sizes(name)
    W, b = random(*W_shape, dtype=dtype), random(W_shape[0], dtype=dtype)
    return Convolution(W, b, stride, pad), random(*x_shape, dtype=dtype)


@pytest.mark.parametrize("name", CASES)
def test_against_loops(name):  # K12, D27
    layer, x = layer_and_x(name)
    agree(layer, x, rtol=1e-11, atol=1e-12)


def test_the_cases_unfold_in_both_ways():
    def whole_windows(name):
        (_, C, _, W), (_, _, _, FW), stride, pad = sizes(name)
        return (W + 2 * pad - FW) // stride + 1 > C * FW

    assert {whole_windows(name) for name in CASES} == {True, False}


@pytest.mark.parametrize("channels", [1, 8])  # unfolded in whole windows, and in rows of them
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("number", [1, 2, 3, 5, 6, 7])  # images; a block holds 3
def test_blocks_of_images(monkeypatch, channels, stride, number):
    whole, one_by_row = 9 * 1 * ((9 - 1) // stride + 1) ** 2, 11 * ((9 - 1) // stride + 1) * 24
    monkeypatch.setattr(module, "BLOCK", 3 * (whole if channels == 1 else one_by_row) + 5)
    seen = []

    def watched(*args):
        for images, rows in unfold(*args):
            seen.append((images.start, images.stop))
            yield images, rows

    monkeypatch.setattr(module, "unfold", watched)
    layer = Convolution(random(2, channels, 3, 3), random(2), stride, 1)
    x = random(number, channels, 9, 9)
    layer.forward(x)
    blocks = [(start, min(start + 3, number)) for start in range(0, number, 3)]
    assert seen == blocks
    agree(layer, x, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("channels", [1, 8])
def test_an_image_larger_than_a_block(monkeypatch, channels):
    monkeypatch.setattr(module, "BLOCK", 10)
    layer = Convolution(random(2, channels, 3, 3), random(2), 1, 1)
    agree(layer, random(3, channels, 7, 7), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("channels", [1, 8])
@pytest.mark.parametrize("pad", [0, 1])
@pytest.mark.parametrize("order", ["channels last", "every second", "backwards", "Fortran"])
def test_orders_in_memory(channels, pad, order):
    x = {
        "channels last": random(3, 7, 6, channels).transpose(0, 3, 1, 2),
        "every second": random(6, 2 * channels, 14, 12)[::2, ::2, ::2, ::2],
        "backwards": random(3, channels, 7, 6)[::-1, ::-1, ::-1, ::-1],
        "Fortran": np.asfortranarray(random(3, channels, 7, 6)),
    }[order]
    layer = Convolution(random(2, channels, 3, 2), random(2), 1, pad)
    before = x.copy()
    out = agree(layer, x, rtol=1e-11, atol=1e-12)
    assert (x == before).all()
    dout = random(2, *out.shape[2:], len(x)).transpose(3, 0, 1, 2)  # any order as well
    twin = Convolution(layer.W, layer.b, 1, pad)
    twin.forward(x.copy())
    assert_allclose(layer.backward(dout), twin.backward(dout.copy()))
    assert_allclose(layer.dW, twin.dW)


@pytest.mark.parametrize("name", CASES)
def test_single_precision(name):
    layer, x = layer_and_x(name, np.float32)
    out = agree(layer, x, rtol=1e-4, atol=1e-4)
    assert out.dtype == layer.backward(np.ones_like(out)).dtype == np.float32
    assert layer.dW.dtype == layer.db.dtype == np.float32


@pytest.mark.parametrize("name", CASES)
def test_half_precision_is_computed_in_single(name):  # A15
    half, x = layer_and_x(name, np.float16)
    single = Convolution(half.W.astype("f4"), half.b.astype("f4"), half.stride, half.pad)
    out = half.forward(x)
    dout = random(*out.shape, dtype=np.float16)
    expected = [single.forward(x.astype("f4")), single.backward(dout.astype("f4"))]
    found = [out, half.backward(dout)]
    for one, other in zip(
        [*found, half.dW, half.db], [*expected, single.dW, single.db], strict=True
    ):
        assert one.dtype == np.float16
        assert (one == other.astype(np.float16)).all()


def test_terms_beyond_the_range_of_half_precision():
    for channels, width in ((1, 5), (4, 1)):  # in whole windows, in rows of them
        W = np.full((1, channels, 2, 1), 300, np.float16)
        x = np.full((1, channels, 2, width), 300, np.float16)
        x[:, :, 1] = -300  # 90000 - 90000
        layer = Convolution(W, np.ones(1, np.float16))
        assert (layer.forward(x) == 1).all()


def test_types_that_differ_give_the_wider():
    layer = Convolution(random(2, 1, 3, 3, dtype="f4"), random(2, dtype="f4"))
    for dtype, result in (("f8", "f8"), ("f2", "f4"), ("i4", "f8"), ("u1", "f8"), ("?", "f8")):
        out = layer.forward(np.ones((1, 1, 4, 4), dtype))
        assert out.dtype == result
        assert layer.backward(np.ones_like(out)).dtype == result
        assert layer.dW.dtype == result


# ---------------------------------------------------------------- the book's numbers


def test_the_examples_of_the_figures():
    W, x = FILTER.reshape(1, 1, 3, 3), IMAGE.reshape(1, 1, 4, 4)

    def out(b=0, x=x, **options):
        return Convolution(W, np.array([b]), **options).forward(x)[0, 0].tolist()

    assert out() == [[15, 16], [6, 15]]
    assert out(b=3) == [[18, 19], [9, 18]]
    assert out(pad=1) == [[7, 12, 10, 2], [4, 15, 16, 10], [10, 6, 15, 6], [8, 10, 4, 3]]
    cyclic = np.pad(x, [(0, 0), (0, 0), (0, 3), (0, 3)], mode="wrap")
    assert out(x=cyclic, stride=2) == [[15, 17, 15], [17, 15, 17], [15, 17, 15]]


def test_shapes():  # 7.2.6, 7.2.7
    layer = Convolution(np.ones((20, 3, 5, 5)), np.zeros(20))
    out = layer.forward(np.ones((10, 3, 7, 7)))
    assert out.shape == (10, 20, 3, 3)
    assert (out == 75).all()


# ---------------------------------------------------------------- stride that does not divide


@pytest.mark.parametrize("channels", [1, 6])
@pytest.mark.parametrize("pad", [0, 1])
def test_what_floor_leaves_out(channels, pad):
    W, b = random(3, channels, 3, 3), random(3)
    x = random(2, channels, 10, 8)
    with pytest.raises(ValueError, match="floor=True"):
        Convolution(W, b, 2, pad).forward(x)
    out = (layer := Convolution(W, b, 2, pad, floor=True)).forward(x)
    seen = add_border(x, pad)[:, :, :-1, :-1]
    assert_allclose(out, convolution(seen, W, b, 2, 0), rtol=1e-11)
    dx = layer.backward(np.ones(out.shape))
    expected, dW, _ = by_loops(seen, W, np.ones(out.shape), 2, 0)
    inside = np.zeros((2, channels, 10 + 2 * pad, 8 + 2 * pad))
    inside[:, :, :-1, :-1] = expected
    assert_allclose(dx, inside[:, :, pad : pad + 10, pad : pad + 8], atol=1e-12)
    assert_allclose(layer.dW, dW, atol=1e-12)


@pytest.mark.parametrize(
    ("shape", "filters", "options"),
    [
        ((2, 2, 5, 4), (2, 2, 3, 3), {}),
        ((2, 1, 5, 7), (3, 1, 3, 3), {"stride": 2}),
        ((2, 2, 5, 5), (2, 2, 3, 3), {"stride": 2, "pad": 1}),
        ((2, 2, 6, 5), (2, 2, 3, 3), {"stride": 2, "floor": True}),
        ((2, 3, 3, 3), (2, 3, 1, 1), {}),
        ((2, 1, 3, 3), (2, 1, 2, 2), {"pad": 2}),
    ],
)
def test_gradients(shape, filters, options):
    layer = Convolution(random(*filters), random(filters[0]), **options)
    checks = gradient_check(layer, random(*shape))
    assert set(checks) == {"x", "W", "b"}
    assert all(check.passed for check in checks.values()), checks


# ---------------------------------------------------------------- the unused dx of the first layer


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("pad", [0, 1, 2])
@pytest.mark.parametrize("filters", [(1, 1), (2, 3), (4, 4), (5, 3)])
def test_dx_against_the_book_s_col2im(stride, pad, filters):
    shape, (FH, FW) = (2, 3, 9, 8), filters
    OH, OW = (
        conv_output_size(size, filter_size, stride, pad, floor=True)
        for size, filter_size in zip(shape[2:], filters, strict=True)
    )
    dout, W = random(2, 4, OH, OW), random(4, 3, FH, FW)
    dcol = dout.transpose(0, 2, 3, 1).reshape(-1, 4) @ W.reshape(4, -1)
    expected = col2im(dcol, shape, FH, FW, stride, pad, floor=True)
    found = module.input_gradient(dout, W, shape, stride, pad)
    assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_wants_dx():
    layer, x = layer_and_x("few channels, border")
    out = layer.forward(x)
    dout = random(*out.shape)
    assert layer.backward(dout) is not None
    dW, db = layer.dW, layer.db
    layer.wants_dx = False
    assert layer.backward(dout) is None
    assert_allclose(layer.dW, dW, rtol=1e-12, atol=1e-12)
    assert (layer.db == db).all()


def test_the_first_layer_of_a_network_computes_no_dx(monkeypatch):
    asked = []
    usual = layer_module.gradients

    def watched(x, dout, W, stride, pad, wants_dx):
        if wants_dx:
            asked.append(W.shape)
        return usual(x, dout, W, stride, pad, wants_dx)

    monkeypatch.setattr(layer_module, "gradients", watched)
    net = Network(
        {
            "Conv1": Convolution(random(2, 1, 3, 3), random(2)),
            "Conv2": Convolution(random(3, 2, 2, 2), random(3)),
            "Affine": Affine(random(27, 4), random(4)),
        }
    )
    net.gradient(random(5, 1, 6, 6), np.arange(5) % 4)
    assert asked == [(3, 2, 2, 2)]


def test_a_first_layer_whose_backward_takes_dout_only():
    class Halve:
        param_names = ("W",)
        W = np.ones(1)

        def forward(self, x, train_flg=True):
            self.x = x
            return x * self.W

        def backward(self, dout):
            wants_dx = "a local variable, no parameter"
            self.dW = np.array([np.sum(dout * self.x)])
            return dout * self.W if wants_dx else None

    net = Network({"Halve": Halve(), "ReLU": ReLU(), "Affine": Affine(random(3, 2), random(2))})
    checks = gradient_check(net, np.abs(random(4, 3)) + 0.1, np.array([0, 1, 1, 0]))
    assert all(check.passed for check in checks.values()), checks


def test_a_first_affine_layer_computes_no_dx():
    layer = Affine(random(6, 2), random(2))
    out = layer.forward(random(3, 6))
    layer.backward(np.ones_like(out))
    dW = layer.dW
    layer.wants_dx = False
    assert layer.backward(np.ones_like(out)) is None
    assert_allclose(layer.dW, dW, rtol=1e-12, atol=1e-12)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones((2, 2, 5, 5)), r"x has shape \(2, 2, 5, 5\); expected images \(N, 3, H, W\)"),
        (np.ones((3, 5, 5)), r"x has shape \(3, 5, 5\); expected images"),
        (np.ones((2, 75)), "expected images"),
        (np.ones((0, 3, 5, 5)), "expected at least one sample"),
        (np.ones((2, 3, 0, 5)), "expected at least one sample"),
        (np.ones((2, 3, 3, 9)), "filter 4, stride 1, pad 0: expected a filter of 3 pixels at most"),
        (np.ones((2, 3, 9, 1)), "filter 2, stride 1, pad 0: expected a filter of 1 pixels at most"),
        (np.full((2, 3, 5, 5), "a"), "expected real numbers"),
    ],
)
def test_images_that_are_refused(x, message):
    layer = Convolution(np.ones((2, 3, 4, 2)), np.ones(2))
    with pytest.raises(ValueError, match=message) as caught:
        layer.forward(x)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("W", "b", "options", "message"),
    [
        ((3, 3), (3,), {}, r"W has shape \(3, 3\)"),
        ((2, 1, 3, 3), (3,), {}, r"b has shape \(3,\)"),
        ((2, 1, 3, 3), (2, 1, 1), {}, r"expected \(FN, C, FH, FW\) and \(FN,\)"),
        ((0, 1, 3, 3), (0,), {}, r"expected \(FN, C, FH, FW\)"),
        ((2, 1, 3, 3), (2,), {"stride": 0}, "stride is 0"),
        ((2, 1, 3, 3), (2,), {"pad": -1}, "pad is -1"),
        ((2, 1, 3, 3), (2,), {"pad": 0.5}, "pad is 0.5"),
    ],
)
def test_layers_that_are_refused(W, b, options, message):
    with pytest.raises(ValueError, match=message):
        Convolution(np.ones(W), np.ones(b), **options)


def test_the_input_of_the_last_good_forward_stays():
    layer, x = layer_and_x("one image")
    out = layer.forward(x)
    with pytest.raises(ValueError, match="expected images"):
        layer.forward(x[0])
    assert layer.backward(np.ones(out.shape)).shape == x.shape
