"""Max pooling before ReLU: the same numbers."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import common.network
from ch07.simple_convnet import SimpleConvNet
from ch08.deep_convnet import DeepConvNet
from common.layers import Pooling, ReLU, Sigmoid, Unpooling
from common.pooling_first import pooling_first

RNG = np.random.default_rng(0)
X, T = RNG.standard_normal((20, 1, 28, 28), dtype=np.float32), RNG.integers(10, size=20)


@pytest.mark.parametrize("make", [SimpleConvNet, DeepConvNet])
def test_the_same_loss_and_gradient(monkeypatch, make):
    quick = make(rng=0)
    loss, grads = quick.loss_and_gradient(X, T)
    score = quick.accuracy(X, T)
    monkeypatch.setattr(common.network, "pooling_first", dict)
    plain = make(rng=0)
    expected_loss, expected = plain.loss_and_gradient(X, T)
    assert loss == expected_loss
    assert score == plain.accuracy(X, T)
    for key, grad in expected.items():
        assert_array_equal(grads[key], grad)


def test_nan_stays():
    net = SimpleConvNet(rng=0)
    x = X.copy()
    x[0, 0, 3, 3] = np.nan
    with pytest.warns(RuntimeWarning, match="NaN"):
        loss, grads = net.loss_and_gradient(x, T)
    assert np.isnan(loss)
    assert np.isnan(grads["W1"]).any()


def test_backward_by_hand_after_predict():
    net = SimpleConvNet(rng=0)
    net.gradient(X, T)
    expected = {key: grad.copy() for key, grad in net.grads.items()}
    net.loss(X, T)
    dout = net.last_layer.backward()
    for layer in reversed(net.layers.values()):
        dout = layer.backward(dout)
    np.testing.assert_allclose(net.layers["Conv1"].dW, expected["W1"], rtol=1e-4, atol=1e-6)


def test_the_order():
    relu, pool, other = ReLU(), Pooling(2, 2, 2), ReLU()
    order = pooling_first({"a": relu, "b": pool, "c": other})
    assert list(order) == ["b", "a", "c"]
    assert list(pooling_first({"a": Sigmoid(), "b": pool})) == ["a", "b"]
    assert pooling_first({}) == {}
    Unpooling(pool)  # needs the maxima of what ReLU returns
    assert list(pooling_first({"a": relu, "b": pool, "c": other})) == ["a", "b", "c"]


def test_a_subclass_keeps_its_place():
    class Watched(ReLU):
        pass

    assert list(pooling_first({"a": Watched(), "b": Pooling(2, 2, 2)})) == ["a", "b"]
