"""Winograd's convolution against the plain one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from common import convolve as plain
from common import winograd

SIZES = [  # N, C, FN, H, W, pad
    (3, 2, 3, 8, 8, 1),  # whole tiles
    (2, 3, 2, 7, 10, 0),  # the last tiles are cut off
    (1, 1, 1, 3, 3, 0),  # a single output
    (5, 4, 2, 6, 9, 2),
    (150, 32, 33, 4, 4, 1),  # several blocks of images, the last one smaller
]


def arrays(N, C, FN, H, W, pad, dtype=np.float64):
    rng = np.random.default_rng(0)
    shapes = [(N, C, H, W), (FN, C, 3, 3), (FN,), (N, FN, H + 2 * pad - 2, W + 2 * pad - 2)]
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


@pytest.fixture
def never(monkeypatch):
    monkeypatch.setattr(winograd, "pays", lambda *_: False)


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("bias", [True, False])
def test_forward(size, bias):
    x, W, b, _ = arrays(*size)
    b, pads = b if bias else None, (size[-1], size[-1])
    found = winograd.convolve(x, W, b, pads)
    assert_allclose(found, plain.convolve(x, W, b, 1, pads), rtol=1e-10, atol=1e-12)
    assert found.transpose(0, 2, 3, 1)[:1].flags.c_contiguous or size[3] % 4  # channels last


@pytest.mark.usefixtures("never")
def test_another_padding_for_columns():
    x, W, b, _ = arrays(2, 2, 2, 5, 8, 0)
    found = winograd.convolve(x, W, b, (2, 1))
    assert_allclose(found, plain.convolve(x, W, b, 1, (2, 1)), rtol=1e-10, atol=1e-12)


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_backward(size):
    x, W, _, dout = arrays(*size)
    dW, dx = winograd.gradients(x, dout, W, size[-1])
    assert_allclose(dW, plain.filter_gradient(x, dout, W.shape, 1, size[-1]), rtol=1e-10, atol=1e-9)
    expected = plain.input_gradient(dout, W, x.shape, 1, size[-1])
    assert_allclose(dx, expected, rtol=1e-10, atol=1e-11)


@pytest.mark.usefixtures("never")
def test_float32_against_float64():
    wide = arrays(100, 64, 64, 8, 8, 1)
    x, W, b, dout = (array.astype(np.float32) for array in wide)
    found = [winograd.convolve(x, W, b, (1, 1)), *winograd.gradients(x, dout, W, 1)]
    x, W, b, dout = wide
    exact = [plain.convolve(x, W, b, 1, (1, 1)), *plain.gradients(x, dout, W, 1, 1)]
    for some, expected in zip(found, exact, strict=True):
        assert some.dtype == np.float32
        assert abs(some - expected).max() < 1e-5 * abs(expected).max()


@pytest.mark.parametrize(
    ("pays", "size", "filters"),
    [
        (True, (100, 32, 32, 8, 8, 1), (3, 3)),
        (False, (100, 16, 64, 8, 8, 1), (3, 3)),
        (False, (100, 32, 32, 8, 8, 1), (5, 5)),
        (False, (13, 32, 32, 8, 8, 1), (3, 3)),  # few tiles
        (True, (13, 64, 64, 8, 8, 1), (3, 3)),  # enough for twice as many channels
        (False, (12, 512, 64, 8, 8, 1), (3, 3)),
        (False, (100, 32, 32, 5, 5, 1), (3, 3)),  # 64 outputs computed, 25 needed
    ],
)
def test_it_is_used_where_it_pays(monkeypatch, pays, size, filters):
    x, W, b, _ = arrays(*size)
    W = np.ones((*W.shape[:2], *filters))
    used = []
    for name in ("convolve", "gradients"):
        usual = getattr(winograd, name)
        monkeypatch.setattr(winograd, name, lambda *a, f=usual: used.append(f) or f(*a))
    pad = filters[0] // 2
    out = plain.convolve(x, W, b, 1, (pad, pad))
    plain.gradients(x, np.ones_like(out), W, 1, pad)
    plain.convolve(x, W, b, 2, (pad, pad), floor=True)  # not for a stride
    assert len(used) == 2 * pays


@pytest.mark.parametrize(("filters", "images"), [(64, 28), (128, 24), (1024, 24)])
def test_wide_filters_get_enough_tiles_at_a_time(filters, images):
    assert winograd._images_in_a_block((2, 2), np.empty((filters, 64, 3, 3))) == images
