"""RoIPooling against plain loops: regions of any size, borders, overlaps, mistakes (8.4.1)."""

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from common.layers import RoIPooling

RNG = np.random.default_rng(0)


def layer_for(regions, scale=1 / 8, cells=(2, 2)):
    layer = RoIPooling(*cells, scale)
    layer.regions = regions
    return layer


def by_loops(x, regions, scale, cells):
    out = np.empty((len(regions), x.shape[1], *cells))
    for r, (n, x1, y1, x2, y2) in enumerate(regions):
        for i, j in np.ndindex(cells):
            rows, columns = (
                slice(math.floor(a + k * (b - a) / m), math.ceil(a + (k + 1) * (b - a) / m))
                for a, b, k, m in (
                    (y1 * scale, y2 * scale, i, cells[0]),
                    (x1 * scale, x2 * scale, j, cells[1]),
                )
            )
            out[r, :, i, j] = x[int(n), :, rows, columns].max(axis=(1, 2))
    return out


def some_regions(number, images, size):
    """Return regions with corners at multiples of 1/4 pixel, which floats represent exactly."""
    first = RNG.integers(0, 4 * size - 4, (number, 2)) / 4
    sizes = RNG.integers(1, 4 * size, (number, 2)) / 4
    last = np.minimum(first + np.maximum(sizes, 0.25), size)
    return np.column_stack([RNG.integers(images, size=number), first, last])


@pytest.mark.parametrize("cells", [(1, 1), (2, 2), (4, 4), (2, 8)])
def test_it_agrees_with_loops(cells):
    x, regions = RNG.standard_normal((3, 5, 8, 8)), some_regions(200, 3, 64)
    assert_array_equal(
        layer_for(regions, cells=cells).forward(x), by_loops(x, regions, 1 / 8, cells)
    )


def test_each_gradient_goes_to_the_maximum_and_where_regions_overlap_they_are_added():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    layer = layer_for([[0, 0, 0, 4, 4], [0, 2, 2, 4, 4]], scale=1.0)
    assert layer.forward(x)[:, 0].tolist() == [[[5, 7], [13, 15]], [[10, 11], [14, 15]]]
    dx = layer.backward(np.array([[[[1.0, 2], [3, 4]]], [[[10, 20], [30, 40]]]]))
    assert dx[0, 0].tolist() == [[0, 0, 0, 0], [0, 1, 0, 2], [0, 0, 10, 20], [0, 3, 30, 44]]


def test_a_nan_is_the_maximum():
    x = np.zeros((1, 1, 4, 4))
    x[0, 0, 1, 1] = np.nan
    out = RoIPooling(2, 2).forward(x)
    assert np.isnan(out).tolist() == [[[[True, False], [False, False]]]]


def test_images_without_regions_get_no_gradient():
    layer = layer_for([[1, 0, 0, 32, 32]])
    out = layer.forward(RNG.standard_normal((3, 2, 4, 4)))
    dx = layer.backward(np.ones_like(out))
    assert dx.shape == (3, 2, 4, 4)
    assert [image.any() for image in dx] == [False, True, False]


@pytest.mark.parametrize(
    ("regions", "message"),
    [
        ([[0, 0, 0, 33, 32]], "0 <= x1 < x2 <= 32"),
        ([[0, 8, 0, 8, 32]], "0 <= x1 < x2 <= 32"),
        ([[0, 0, -1, 8, 32]], "0 <= y1 < y2 <= 32"),
        ([[0, 0, 0, 8, np.nan]], "0 <= y1 < y2 <= 32"),
        ([[0, 0, 0, 8, np.inf]], "0 <= y1 < y2 <= 32"),
        ([[2, 0, 0, 8, 8]], "expected one of 2 images"),
        ([[0.5, 0, 0, 8, 8]], "expected one of 2 images"),
        ([[np.nan, 0, 0, 8, 8]], "expected one of 2 images"),
        ([[0, 0, 8, 8]], r"regions has shape \(1, 4\); expected \(R, 5\)"),
        (np.empty((0, 5)), r"regions has shape \(0, 5\); expected \(R, 5\)"),
        ([["a"]], "regions is of type"),
    ],
)
def test_regions_that_cannot_be(regions, message):
    with pytest.raises(ValueError, match=message):
        layer_for(regions).forward(np.zeros((2, 1, 4, 4)))


@pytest.mark.parametrize(
    "settings", [(0, 2), (2, 2.5), (2, 2, 0), (2, 2, -1), (2, 2, np.nan), (2, 2, np.inf)]
)
def test_settings_that_cannot_be(settings):
    with pytest.raises(ValueError, match="expected"):
        RoIPooling(*settings)
