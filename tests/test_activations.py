"""Tanh, LeakyReLU, ELU, GELU: their formulas by hand, extreme input, threads, checkpoints."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from common.data_parallel import DataParallel
from common.layers import ELU, GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from common.multi_layer_net import ACTIVATIONS, MultiLayerNet
from common.network import Network
from common.trainer import Trainer

KINDS = [ReLU, Sigmoid, Tanh, LeakyReLU, ELU, GELU]
E = math.e


@pytest.mark.parametrize(
    ("layer", "x", "y", "slope"),
    [
        (Tanh(), (-1, 0, 1), (-0.761594156, 0, 0.761594156), (0.419974342, 1, 0.419974342)),
        (LeakyReLU(), (-2, 0, 3), (-0.02, 0, 3), (0.01, 0.01, 1)),
        (LeakyReLU(0.2), (-2, 0, 3), (-0.4, 0, 3), (0.2, 0.2, 1)),
        (ELU(), (-1, 0, 3), (1 / E - 1, 0, 3), (1 / E, 1, 1)),
        (ELU(0.5), (-1, 0, 3), (0.5 / E - 0.5, 0, 3), (0.5 / E, 0.5, 1)),
        (GELU(), (-1, 0, 1), (-0.158808, 0, 0.841192), (-0.082964, 0.5, 1.082964)),
    ],
    ids=["Tanh", "LeakyReLU", "LeakyReLU 0.2", "ELU", "ELU 0.5", "GELU"],
)
def test_by_hand(layer, x, y, slope):
    assert_allclose(layer.forward(np.array(x, float)), y, atol=1e-6)
    assert_allclose(layer.backward(np.full(3, 2.0)), 2 * np.array(slope), atol=1e-6)


def test_elu_near_0_is_accurate():  # exp(x) - 1 would lose all of them
    assert ELU().forward(np.array([-1e-17])).tolist() == [-1e-17]


def test_error_of_the_gelu_approximation():
    x = np.linspace(-12, 12, 2401)
    exact = [v * (1 + math.erf(v / 2**0.5)) / 2 for v in x]
    assert 4e-4 < np.abs(GELU().forward(x) - exact).max() < 5e-4


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_large_inputs_and_nan(kind, dtype):  # a warning would be an error here
    layer, big = kind(), np.finfo(dtype).max
    out = layer.forward(np.array([-big, big, np.nan], dtype))
    dx = layer.backward(np.ones(3, dtype))
    bounded = kind in (Sigmoid, Tanh)
    assert out[1] == (1 if bounded else big)
    low = {Tanh: -1, ELU: -1, LeakyReLU: dtype(0.01) * -big}.get(kind, 0)
    assert_allclose(out[0], low, rtol=1e-3)
    assert_allclose(dx[:2], [0.01 if kind is LeakyReLU else 0, 0 if bounded else 1], rtol=1e-3)
    assert np.isnan(out[2])
    assert np.isnan(dx[2]) or kind in (ReLU, LeakyReLU)


@pytest.mark.parametrize("bad", [0, 1, -0.1, 1.5, np.nan, None, "0.1"])
def test_a_slope_that_is_refused(bad):
    with pytest.raises(ValueError, match=r"slope is .*; expected a number > 0 and < 1"):
        LeakyReLU(bad)


@pytest.mark.parametrize("bad", [0, -1, np.inf, None])
def test_an_alpha_that_is_refused(bad):
    with pytest.raises(ValueError, match=r"alpha is .*; expected a number > 0"):
        ELU(bad)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_in_threads(name):
    net, alone = (MultiLayerNet(6, [8], 4, name, rng=0) for _ in range(2))
    rng = np.random.default_rng(1)
    x, t = rng.standard_normal((9, 6)).astype(np.float32), rng.integers(4, size=9)
    loss, grads = DataParallel(net, 2).loss_and_gradient(x, t)
    expected_loss, expected = alone.loss_and_gradient(x, t)
    assert loss == pytest.approx(expected_loss, rel=1e-6)
    for key, value in expected.items():
        assert_allclose(grads[key], value, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("make", [LeakyReLU, ELU])
def test_a_checkpoint_of_another_number_is_refused(tmp_path, make):
    x, t = np.random.default_rng(0).standard_normal((6, 3)), np.array([0, 1, 2] * 2)

    def train(number, iters):
        net, options = Network({"act": make(number)}), {"verbose": False, "rng": 0}
        path = tmp_path / "x.npz"
        Trainer(net, x, t, x, t, max_iter=iters, checkpoint=path, **options).train()

    train(0.1, 2)
    train(0.1, 3)
    with pytest.raises(ValueError, match=r"act (slope|alpha)"):
        train(0.2, 3)
