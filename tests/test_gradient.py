"""Numerical derivatives, and mistakes that the gradient check must find."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from common.functions import mean_squared_error
from common.gradient import (
    gradient_check,
    numerical_diff,
    numerical_gradient,
    numerical_gradient_2d,
)
from common.layers import Affine, ReLU, Sigmoid, SoftmaxWithLoss
from common.network import Network


def test_numerical_diff():  # 4.12
    assert numerical_diff(lambda x: x**2, 2.0) == pytest.approx(4, abs=1e-8)


def test_numerical_gradient_of_matrices_and_tensors():  # 4.23
    rng = np.random.default_rng(0)
    for shape in [(3,), (2, 3), (2, 2, 2, 3)]:
        a, x = rng.standard_normal(shape), rng.standard_normal(shape)
        before = x.copy()
        grad = numerical_gradient(lambda x, a=a: np.sum(a * x**2), x)
        assert_allclose(grad, 2 * a * x, rtol=1e-6, atol=1e-10)
        assert (x == before).all()


def test_numerical_gradient_follows_a_view():
    whole = np.array([1.0, 2.0, 3.0])
    grad = numerical_gradient(lambda _: np.sum(whole**2), whole[1:])
    assert_allclose(grad, [4, 6])


def test_integers_are_refused():  # the book's code gives 25000 for 6
    for bad in (np.array([3, 4]), [3.0, 4.0], np.array([3.0, 4.0], np.float16)):
        with pytest.raises(ValueError, match="expected an array of floats"):
            numerical_gradient(lambda x: np.sum(x**2), bad)


def test_values_are_put_back_when_f_raises():
    x = np.array([1.0, 2.0])

    def f(x):
        if x[1] < 2:
            raise RuntimeError
        return x[0]

    with pytest.raises(RuntimeError):
        numerical_gradient(f, x)
    assert x.tolist() == [1, 2]


@pytest.mark.parametrize("f", [lambda x: np.nan, lambda x: np.inf * x[0]])
def test_the_gradient_of_what_is_not_finite_is_nan(f):
    with np.errstate(invalid="ignore"):
        assert np.isnan(numerical_gradient(f, np.array([1.0, 2.0]))).all()


def test_an_f_that_returns_an_array_is_refused():
    with pytest.raises(ValueError, match=r"f returned an array of shape \(2,\); expected one"):
        numerical_gradient(lambda x: x, np.array([1.0, 2.0]))


def test_values_are_put_back_to_the_last_bit():
    x = np.array([0.1, 1e-30, 3e10])
    before = x.copy()
    numerical_gradient(lambda x: np.sum(x), x)
    assert (x == before).all()


def test_large_values_in_float32():
    x = np.array([100.0, 1000.0], np.float32)
    grad = numerical_gradient(lambda x: np.sum(x.astype(np.float64) ** 2), x)
    assert_allclose(grad, [200, 2000], rtol=1e-5)
    with pytest.raises(ValueError, match="too large"):
        numerical_gradient(lambda x: np.sum(x), np.array([3e6], np.float32))


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_numerical_diff_of_a_half_float(dtype):
    assert numerical_diff(lambda x: x**2, dtype(3)) == pytest.approx(6)


def test_the_step_is_that_of_the_book():
    assert numerical_diff(lambda x: x**3, 0.0) == pytest.approx(1e-8)  # h squared
    grad = numerical_gradient(lambda x: x[0] ** 3, np.array([0.0]))
    assert grad[0] == pytest.approx(1e-8)


def test_the_check_does_not_pass_where_every_derivative_is_0():
    dead = Affine(np.ones((2, 3)), np.full(3, -100.0))
    net = Network(
        {"Affine1": dead, "ReLU1": ReLU(), "Affine2": Affine(np.ones((3, 2)), np.ones(2))}
    )
    checks = gradient_check(net, np.random.default_rng(0).random((3, 2)), np.array([0, 1, 0]))
    assert {key: check.passed for key, check in checks.items()} == {
        "W1": False,
        "b1": False,
        "W2": False,
        "b2": True,
    }


def test_the_check_leaves_the_input_alone():
    x = np.random.default_rng(0).random((3, 2))
    before = x.copy()
    gradient_check(Sigmoid(), x)
    assert (x == before).all()


def test_identity_with_squared_error_has_the_gradient_y_minus_t():  # 5.22
    rng = np.random.default_rng(0)
    y, t = rng.standard_normal(5), rng.standard_normal(5)
    assert_allclose(numerical_gradient(lambda y: mean_squared_error(y, t), y), y - t, rtol=1e-7)


class Broken(Affine):
    """An Affine with one mistake in its backward, of a kind that is easily made."""

    def __init__(self, W, b, mistake):
        super().__init__(W, b)
        self.mistake = mistake

    def backward(self, dout):
        dx = super().backward(dout)
        if self.mistake == "db averaged":
            self.db = dout.mean(axis=0)
        elif self.mistake == "dW doubled":
            self.dW = 2 * self.dW
        elif self.mistake == "dx of a wrong sign":
            dx = -dx
        elif self.mistake == "dW a little off":
            self.dW = self.dW * (1 + 1e-4)
        return dx


@pytest.mark.parametrize(
    ("mistake", "guilty"),
    [
        ("none", set()),
        ("db averaged", {"b"}),
        ("dW doubled", {"W"}),
        ("dx of a wrong sign", {"x"}),
        ("dW a little off", {"W"}),
    ],
)
def test_the_check_finds_a_mistake_and_says_where(mistake, guilty):
    rng = np.random.default_rng(1)
    layer = Broken(rng.standard_normal((4, 3)), rng.standard_normal(3), mistake)
    checks = gradient_check(layer, rng.standard_normal((5, 4)))
    assert {name for name, check in checks.items() if not check.passed} == guilty


def test_the_check_of_a_network_finds_a_mistake_and_changes_nothing():
    rng = np.random.default_rng(1)

    def net(layer):
        last = Affine(rng.standard_normal((3, 2)).astype("f"), np.zeros(2, "f"))
        return Network({"Affine1": layer, "Sigmoid1": Sigmoid(), "Affine2": last})

    W, b = rng.standard_normal((4, 3)).astype("f"), np.zeros(3, "f")
    x, t = rng.standard_normal((5, 4)), rng.integers(2, size=5)
    good, bad = net(Affine(W, b)), net(Broken(W, b, "dW doubled"))
    before = {key: value.copy() for key, value in good.params.items()}
    assert all(check.passed for check in gradient_check(good, x, t).values())
    failed = {key for key, check in gradient_check(bad, x, t).items() if not check.passed}
    assert failed == {"W1"}
    for key, value in good.params.items():
        assert value.dtype == np.float32
        assert (value == before[key]).all()


def test_the_check_takes_a_loss_layer():
    rng = np.random.default_rng(0)
    checks = gradient_check(SoftmaxWithLoss(), rng.standard_normal((4, 3)), np.array([0, 2, 1, 1]))
    assert checks["x"].passed


def test_a_gradient_of_another_shape_is_refused():
    class Flat(ReLU):
        def backward(self, dout):
            return super().backward(dout).ravel()

    with pytest.raises(ValueError, match=r"gave shape \(6,\); expected \(2, 3\)"):
        gradient_check(Flat(), np.array([[1.0, -1.0, 2.0], [3.0, 1.0, -2.0]]))


class TypedFromTheBook:
    """A network as in the book: its layers use the arrays of params."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.params = {"W1": rng.standard_normal((4, 3)), "b1": np.zeros(3)}
        self.layers = {"Affine1": Affine(self.params["W1"], self.params["b1"])}
        self.lastLayer = SoftmaxWithLoss()

    def loss(self, x, t):
        return self.lastLayer.forward(self.layers["Affine1"].forward(x), t)

    def numerical_gradient(self, x, t):
        return {
            key: numerical_gradient(lambda _: self.loss(x, t), value)
            for key, value in self.params.items()
        }

    def gradient(self, x, t):
        self.loss(x, t)
        layer = self.layers["Affine1"]
        layer.backward(self.lastLayer.backward(1))
        return {"W1": layer.dW, "b1": layer.db}


def test_the_check_takes_a_network_typed_from_the_book():
    x = np.random.default_rng(1).standard_normal((5, 4))
    checks = gradient_check(TypedFromTheBook(), x, np.array([0, 1, 2, 0, 1]))
    assert all(check.passed for check in checks.values()), checks


def test_the_check_says_what_a_custom_layer_lacks():
    class Scale:
        param_names = ("gamma",)

        def __init__(self):
            self.gamma = np.ones(3)

        def forward(self, x, train_flg=True):
            return x * self.gamma

        def backward(self, dout):
            return dout * self.gamma

    x = np.random.default_rng(0).random((4, 3))
    with pytest.raises(ValueError, match="did not set dgamma"):
        gradient_check(Scale(), x)
    layer = ReLU()
    layer.backward = lambda dout: None
    with pytest.raises(ValueError, match="returned None"):
        gradient_check(layer, x)
    Scale.param_names = "gamma"
    with pytest.raises(ValueError, match="expected a tuple"):
        gradient_check(Scale(), x)


# ---------------------------------------------------------------- numerical_gradient_2d


def test_each_row_is_passed_to_f_separately():  # figure 4-9
    X = np.array([[3.0, 4.0], [0.0, 2.0], [3.0, 0.0]])
    before = X.copy()

    def f(x):  # of a matrix this would be another number
        assert x.shape == (2,)
        return x[0] ** 2 * x[1]

    slopes = [[2 * a * b, a * a] for a, b in before]
    assert_allclose(numerical_gradient_2d(f, X), slopes, atol=1e-7)
    assert_allclose(numerical_gradient_2d(f, X[0]), slopes[0], atol=1e-7)
    assert (before == X).all()
    assert numerical_gradient_2d(f, X.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("bad", [np.ones((2, 2, 2)), np.ones(())])
def test_invalid_points_are_refused(bad):
    with pytest.raises(ValueError, match=r"expected \(N, D\), a point per row"):
        numerical_gradient_2d(lambda x: np.sum(x), bad)
    with pytest.raises(ValueError, match="expected an array of floats"):
        numerical_gradient_2d(lambda x: np.sum(x), [[1, 2], [3, 4]])
