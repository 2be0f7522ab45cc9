"""Segmentation: an affine layer as a convolution, the network of all pixels, its scores (8.4.2)."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08.deep_convnet import DeepConvNet
from ch08.helpers import pixel_network, pixel_scores
from ch08.helpers.fully_convolutional import as_convolution, fully_convolutional
from common.gradient import gradient_check
from common.layers import Affine

RNG = np.random.default_rng(0)


def test_an_affine_layer_is_a_convolution():  # D-21: 32 x 10 x 10 to 100
    layer = Affine(RNG.standard_normal((3200, 100)), RNG.standard_normal(100))
    x = RNG.standard_normal((2, 32, 10, 10))
    convolution = as_convolution(layer, (32, 10, 10))
    assert convolution.W.shape == (100, 32, 10, 10)
    assert convolution.W.size == layer.W.size == 320_000
    assert_allclose(convolution.forward(x)[:, :, 0, 0], layer.forward(x), atol=1e-10)
    with pytest.raises(ValueError, match="have 3072 numbers; expected 3200"):
        as_convolution(layer, (3, 32, 32))


def test_a_classifier_slides_over_an_image():
    network = DeepConvNet(rng=0)
    sliding = fully_convolutional(network, (1, 28, 28))
    x = RNG.random((2, 1, 28, 28)).astype(np.float32)
    assert_allclose(sliding.predict(x)[:, :, 0, 0], network.predict(x), atol=1e-4)
    wide = sliding.predict(RNG.random((1, 1, 28, 60)).astype(np.float32))
    assert wide.shape == (1, 10, 1, 5)  # every 8 pixels
    assert sliding.params["W1"] is network.params["W1"]


@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize("learned", [True, False])
def test_the_gradients_of_the_network(skips, learned):
    network = pixel_network.make_network(3, filters=(2, 3), skips=skips, learned=learned, rng=0)
    x, t = RNG.random((2, 1, 8, 6)), RNG.integers(3, size=(2, 8, 6))
    assert network.predict(x).shape == (2, 3, 8, 6)
    checks = gradient_check(network, x, t)
    if not learned:
        fixed = [key for key, check in checks.items() if not check.passed]
        last = network.layers["scores"].layers
        assert len(fixed) == 2, last  # W and b of the transposed convolution
        return
    assert all(check.passed for check in checks.values()), checks


def test_the_number_of_levels():
    network = pixel_network.make_network(11, rng=0)
    assert network.predict(RNG.random((1, 1, 64, 64)).astype(np.float32)).shape == (1, 11, 64, 64)
    filters = [W.shape[:2] for key, W in network.params.items() if key.startswith("W")]
    assert filters.count((11, 11)) == 3  # transposed convolutions
    assert [shape for shape in filters if shape[0] == 11 and shape[1] != 11] == [
        *[(11, 64), (11, 64), (11, 32), (11, 16)]
    ]
    with pytest.raises(ValueError, match="expected a stride that divides"):
        network.predict(np.zeros((1, 1, 64, 62), np.float32))


def test_scores_by_hand():
    t = np.array([[0, 0, 0, 1], [1, 1, 2, 9]])
    y = np.array([[0, 0, 2, 1], [1, 0, 2, 2]])
    matrix = pixel_scores.confusion(y, t, 4)
    assert matrix.tolist() == [[2, 0, 1, 0], [1, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert pixel_scores.pixel_accuracy(matrix) == 5 / 7
    assert_array_equal(pixel_scores.overlap_of_classes(matrix), [2 / 4, 2 / 3, 1 / 2, np.nan])
    assert pixel_scores.mean_overlap(matrix) == pytest.approx(5 / 9)


@pytest.mark.parametrize(
    ("y", "t", "message"),
    [
        ([0, 1], [0, 1, 2], "expected integers of the same shape"),
        ([0.0], [0], "expected integers of the same shape"),
        ([], [], "expected integers of the same shape"),
        ([3], [0], "y holds 3 to 3; expected classes 0 to 2"),
        ([-1], [0], "y holds -1 to -1; expected classes 0 to 2"),
    ],
)
def test_classes_that_do_not_fit(y, t, message):
    with pytest.raises(ValueError, match=message):
        pixel_scores.confusion(y, t, 3)
