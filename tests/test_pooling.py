"""Max and average pooling against plain loops: ties, borders, the shifts of figure 7-16."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ch07.naive_convolution import add_border, pooling
from common.gradient import gradient_check
from common.layers import AveragePooling, GlobalAveragePooling, Pooling

RNG = np.random.default_rng(0)

# Shape of the images; pool_h, pool_w, stride, pad.
CASES = {
    "the book's": ((2, 3, 6, 4), 2, 2, 2, 0),
    "figure 7-16": ((2, 1, 6, 6), 3, 3, 3, 0),
    "overlapping": ((2, 3, 7, 5), 3, 3, 2, 0),
    "overlapping one way": ((2, 2, 7, 6), 3, 2, 2, 0),
    "overlapping the other way": ((2, 2, 6, 7), 2, 3, 2, 0),
    "stride 1": ((2, 2, 5, 4), 2, 3, 1, 0),
    "gaps": ((2, 2, 7, 7), 1, 1, 2, 0),
    "gaps one way": ((2, 2, 7, 8), 1, 2, 2, 0),
    "upright": ((2, 2, 9, 2), 3, 2, 3, 0),
    "lying": ((2, 2, 2, 9), 2, 3, 1, 0),
    "border": ((2, 2, 6, 6), 2, 2, 2, 1),
    "wide border": ((2, 2, 4, 5), 3, 4, 1, 2),
    "one window": ((3, 2, 4, 5), 4, 5, 1, 0),
    "one pixel": ((3, 2, 1, 1), 1, 1, 1, 0),
    "a border on every side of a pixel": ((2, 2, 1, 1), 3, 3, 1, 1),
    "more than 256 pixels": ((1, 2, 18, 17), 17, 17, 1, 0),
}


def random(*shape, dtype=np.float64):
    return RNG.standard_normal(shape).astype(dtype)


def windows(shape, layer):
    """Yield each place of the output, and the part of the padded input under it."""
    for n, c, i, j in np.ndindex(shape):
        top, left = i * layer.stride, j * layer.stride
        yield (
            (n, c, i, j),
            np.s_[n, c, top : top + layer.pool_h, left : left + layer.pool_w],
        )


def inside(padded, x, pad):
    return padded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]


def agree_with_loops(x, layer, exactly=True):
    """Check output and derivative of a layer of either kind against loops."""
    pad, is_max = layer.pad, isinstance(layer, Pooling)
    padded = add_border(x, pad, -np.inf if is_max else np.nan)
    out = layer.forward(x)
    sizes = (layer.pool_h, layer.pool_w, layer.stride)
    expected = pooling(padded, *sizes, of=np.max if is_max else np.nanmean)
    assert out.shape == expected.shape
    assert (out == expected).all() if is_max else np.allclose(out, expected, rtol=1e-12)
    dout = random(*out.shape)
    dpadded = np.zeros(padded.shape)
    for place, part in windows(out.shape, layer):
        if is_max:
            largest = np.unravel_index(np.argmax(padded[part]), padded[part].shape)  # the first
            dpadded[part][largest] += dout[place]
        else:
            dpadded[part] += dout[place] / np.sum(~np.isnan(padded[part]))
    assert_allclose(layer.backward(dout), inside(dpadded, x, pad), atol=1e-12)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", [Pooling, AveragePooling])
def test_against_loops(kind, name):  # K13, D07
    shape, *sizes = CASES[name]
    agree_with_loops(random(*shape), kind(*sizes))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", [Pooling, AveragePooling])
def test_in_blocks_of_one_image(kind, name, monkeypatch):
    monkeypatch.setattr("common.windows.BLOCK", 1)
    test_against_loops(kind, name)


@pytest.mark.parametrize("kind", [Pooling, AveragePooling])
@pytest.mark.parametrize("pad", [0, 1])
def test_what_floor_leaves_out(kind, pad):
    x = random(2, 3, 6, 8)
    with pytest.raises(ValueError, match="floor=True"):
        kind(3, 3, 2, pad).forward(x)
    layer = kind(3, 3, 2, pad, floor=True)
    out = layer.forward(x)
    seen = x[:, :, : 5 + (pad == 1), : 7 + (pad == 1)]
    if pad == 0:
        twin = kind(3, 3, 2)
        assert (out == twin.forward(seen)).all()
        dx = layer.backward(np.ones(out.shape))
        assert (dx[:, :, :5, :7] == twin.backward(np.ones(out.shape))).all()
        assert (dx[:, :, 5:] == 0).all()
        assert (dx[:, :, :, 7:] == 0).all()
    assert out.shape == (2, 3, *((2, 3) if pad == 0 else (3, 4)))
    assert layer.backward(np.ones(out.shape)).shape == x.shape


@pytest.mark.parametrize("kind", [Pooling, AveragePooling])
@pytest.mark.parametrize("order", ["channels last", "every second", "backwards"])
def test_orders_in_memory(kind, order):
    x = {
        "channels last": random(2, 7, 5, 3).transpose(0, 3, 1, 2),
        "every second": random(4, 6, 14, 10)[::2, ::2, ::2, ::2],
        "backwards": random(2, 3, 7, 5)[::-1, ::-1, ::-1, ::-1],
    }[order]
    before = x.copy()
    agree_with_loops(x, kind(3, 3, 2))
    agree_with_loops(x, kind(3, 3, 2, 1))
    assert (x == before).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("pad", [0, 1])
def test_types(dtype, pad):
    x = random(2, 3, 6, 6, dtype=dtype)
    largest, mean = Pooling(2, 2, 2, pad), AveragePooling(2, 2, 2, pad)
    for layer in (largest, mean):
        out = layer.forward(x)
        assert out.dtype == layer.backward(out).dtype == dtype
    wide = Pooling(2, 2, 2, pad).forward(x.astype(np.float64))
    assert (largest.forward(x) == wide).all()
    wide = AveragePooling(2, 2, 2, pad).forward(x.astype(np.float64))
    assert_allclose(mean.forward(x), wide, rtol=np.finfo(dtype).eps, atol=np.finfo(dtype).eps)


def test_means_of_half_precision_are_summed_in_single():
    x = np.full((1, 1, 2, 2), 60_000, np.float16)
    assert AveragePooling(2, 2, 2).forward(x).item() == x[0, 0, 0, 0]
    many = np.full((1, 1, 60, 60), 1, np.float16)  # 1 is lost beside 2048
    assert AveragePooling(60, 60).forward(many).item() == 1


# ---------------------------------------------------------------- the book's numbers


def test_the_example_of_figure_7_14():
    x = np.array([[1, 2, 1, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 4, 0, 1]]).reshape(1, 1, 4, 4)
    layer = Pooling(2, 2, stride=2)
    assert layer.forward(x)[0, 0].tolist() == [[2, 3], [4, 2]]
    assert layer.arg_max[0, 0].tolist() == [[1, 3], [3, 1]]
    dx = layer.backward(np.array([[1.0, 2], [3, 4]]).reshape(1, 1, 2, 2))
    assert dx[0, 0].tolist() == [[0, 1, 0, 0], [0, 0, 0, 2], [0, 0, 0, 4], [0, 3, 0, 0]]
    assert AveragePooling(2, 2, stride=2).forward(x)[0, 0].tolist() == [[1, 1.5], [2.25, 1]]


def test_the_shift_of_figure_7_16():
    rows = ["120710", "092323", "301212", "240101", "601212", "240181"]
    x = np.array([[float(digit) for digit in row] for row in rows])
    shifted = np.column_stack([[1, 3, 2, 3, 2, 1], x[:, :-1]])
    for image in (x, shifted):
        out = Pooling(3, 3, stride=3).forward(image.reshape(1, 1, 6, 6))
        assert out[0, 0].tolist() == [[9, 7], [6, 8]]


def test_channels_stay_apart():  # figure 7-15
    x = random(2, 3, 4, 4)
    out = Pooling(2, 2, stride=2).forward(x)
    for channel in range(3):
        alone = Pooling(2, 2, stride=2).forward(x[:, channel : channel + 1])
        assert (out[:, channel : channel + 1] == alone).all()


def test_the_stride_is_1_as_in_the_book():  # A10
    assert Pooling(2, 2).forward(np.ones((1, 1, 5, 5))).shape == (1, 1, 4, 4)
    assert AveragePooling(2, 2).stride == 1


# ---------------------------------------------------------------- ties and borders


def test_ties_go_to_the_first():
    layer = Pooling(2, 2, stride=2)
    layer.forward(np.zeros((1, 1, 4, 4)))
    dx = layer.backward(np.ones((1, 1, 2, 2)))
    assert dx[0, 0].tolist() == [[1, 0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    layer.forward(np.array([[0.0, 5], [5, 1]]).reshape(1, 1, 2, 2))
    assert layer.arg_max.item() == 1
    layer.forward(np.array([[0.0, 1], [5, 5]]).reshape(1, 1, 2, 2))
    assert layer.arg_max.item() == 2


def test_each_output_goes_to_one_pixel():
    x = RNG.integers(3, size=(4, 2, 6, 6)).astype(float)  # full of ties
    layer = Pooling(3, 3, stride=3)
    dx = layer.backward(np.ones(layer.forward(x).shape))
    assert dx.reshape(4, 2, 2, 3, 2, 3).sum(axis=(3, 5)).tolist() == np.ones((4, 2, 2, 2)).tolist()


def test_a_border_is_never_the_largest():
    x = np.full((1, 1, 2, 2), -5.0)
    layer = Pooling(2, 2, stride=2, pad=1)
    out = layer.forward(x)
    assert (out == -5).all()
    assert (layer.backward(np.ones_like(out)) == 1).all()
    half = Pooling(2, 2, stride=2, pad=1).forward(x.astype(np.float16))
    assert (half == -5).all()


def test_a_border_does_not_count_for_the_mean():
    layer = AveragePooling(2, 2, stride=2, pad=1)
    out = layer.forward(np.array([[1.0, 2], [3, 4]]).reshape(1, 1, 2, 2))
    assert out[0, 0].tolist() == [[1, 2], [3, 4]]
    assert AveragePooling(3, 3, 1, 1).forward(np.ones((1, 1, 4, 4))).tolist() == [[[[1] * 4] * 4]]


@pytest.mark.parametrize("kind", [Pooling, AveragePooling])
@pytest.mark.parametrize(
    ("shape", "sizes", "floor"),
    [
        ((2, 3, 4, 6), (2, 2, 2, 0), False),
        ((2, 2, 5, 5), (3, 3, 2, 1), False),
        ((2, 2, 4, 5), (2, 3, 1, 0), False),
        ((2, 2, 6, 5), (2, 2, 2, 0), True),
    ],
)
def test_gradients(kind, shape, sizes, floor):
    x = RNG.permutation(np.arange(np.prod(shape), dtype=float)).reshape(shape)  # no ties
    checks = gradient_check(kind(*sizes, floor=floor), x)
    assert checks["x"].passed, checks


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("kind", [Pooling, AveragePooling])
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones((3, 4, 4)), r"x has shape \(3, 4, 4\); expected images \(N, C, H, W\)"),
        (np.ones((2, 16)), "expected"),
        (np.ones((0, 1, 4, 4)), "expected"),
        (np.ones((1, 1, 1, 4)), "expected a filter of 1 pixels at most"),
        (np.ones((1, 1, 5, 4)), "floor=True"),
        (np.ones((1, 1, 4, 5)), "floor=True"),
        (np.full((1, 1, 4, 4), "a"), "expected real numbers"),
    ],
)
def test_images_that_are_refused(kind, x, message):
    with pytest.raises(ValueError, match=message) as caught:
        kind(2, 2, 2).forward(x)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", [Pooling, AveragePooling])
@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((0, 2), "pool_h is 0"),
        ((2, 0), "pool_w is 0"),
        ((2, 2, 0), "stride is 0"),
        ((2, 2, 1, -1), "pad is -1"),
        ((2, 2, 1, 2), "pad is 2 for windows of 2 x 2; expected less than a window"),
        ((3, 1, 1, 1), "pad is 1 for windows of 3 x 1"),
    ],
)
def test_layers_that_are_refused(kind, sizes, message):
    with pytest.raises(ValueError, match=message):
        kind(*sizes)


def test_average_pooling_of_integers_and_large_windows():
    layer = AveragePooling(2, 2, stride=2)
    layer.forward(np.ones((1, 1, 4, 4)))
    assert (layer.backward(np.ones((1, 1, 2, 2), int)) == 0.25).all()
    layer = AveragePooling(256, 256)  # more pixels than half precision can count
    layer.forward(np.ones((1, 1, 256, 256), np.float16))
    dx = layer.backward(np.full((1, 1, 1, 1), 1000, np.float16))
    assert dx.dtype == np.float16
    assert_allclose(dx, 1000 / 256**2, rtol=1e-3)


# ---------------------------------------------------------------- GlobalAveragePooling


def test_the_mean_of_each_map():
    layer = GlobalAveragePooling()
    for shape in ((2, 3, 4, 5), (1, 2, 1, 1), (3, 1, 2, 7)):  # one layer, images of any size
        x = RNG.standard_normal(shape)
        out = layer.forward(x)
        assert out.shape == shape[:2]
        assert_allclose(out, [[sum(plane.flat) / plane.size for plane in one] for one in x])
        dx = layer.backward(np.arange(1.0, out.size + 1).reshape(out.shape))
        for number, plane in enumerate(dx.reshape(-1, *shape[2:]), start=1):
            assert_allclose(plane, np.full(shape[2:], number / plane.size))


def test_it_is_the_largest_average_pooling():
    x = RNG.standard_normal((2, 4, 5, 5)).astype(np.float32)
    both = GlobalAveragePooling(), AveragePooling(5, 5)
    one, other = (layer.forward(x) for layer in both)
    assert_allclose(one, other[..., 0, 0], rtol=1e-5, atol=1e-7)
    assert (both[0].backward(one) == both[1].backward(one[..., None, None])).all()


def test_rows_are_refused_where_maps_are_expected():
    with pytest.raises(ValueError, match=r"x has shape \(2, 3\); expected images \(N, C, H, W\)"):
        GlobalAveragePooling().forward(np.ones((2, 3)))
