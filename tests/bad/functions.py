"""Cases of functions and gradients."""

import numpy as np
import pytest

from common import functions, gradient, layers
from tests.bad.contract import (
    ARRAYS,
    FLOATS,
    agree,
    fingerprint,
    listed,
    numbers,
    rows_of,
    same,
)
from tests.bad.good import T, X, Y, case, of_types

# ---------------------------------------------------------------- functions


def sigmoid_twin(x):
    return 1 / (1 + np.exp(-numbers(x)))


def relu_twin(x):
    return np.where(np.isnan(x) | (x > 0), x, 0)


def log_softmax_twin(a):
    shifted = numbers(a) - numbers(a).max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def right_softmax(y, a):
    agree(y, np.exp(log_softmax_twin(a)), (a,), scale=1)
    agree(y.sum(axis=-1), np.ones(y.shape[:-1]), (a,))


def right_x(y, x):
    right_softmax(y, x)


def right_identity(y, x):
    assert fingerprint(y) == fingerprint(np.asarray(x))


def right_cross_entropy(loss, y, t):
    rows = rows_of(t, np.shape(y))
    terms = rows * np.log(numbers(y).reshape(rows.shape) + 1e-7)
    assert loss == pytest.approx(-terms.sum() / len(rows), rel=2e-2, abs=1e-2, nan_ok=True)


def right_accuracy(part, y, t, **_):
    rows = rows_of(t, np.shape(y))
    hits = [
        int(np.argmax(a) == np.argmax(b) and not np.isnan(a).any())
        for a, b in zip(numbers(y), rows, strict=True)
    ]
    assert part == sum(hits) / len(hits)


def right_top_k(part, y, t, k):
    rows = [np.argmax(row) for row in rows_of(t, np.shape(y))]
    hits = []
    for scores, label in zip(numbers(y).tolist(), rows, strict=True):
        order = sorted(range(len(scores)), key=lambda j: (-scores[j], j))
        hits.append(label in order[:k] and not np.isnan(scores).any())
    assert part == sum(hits) / len(hits)


def right_confusion(counts, y, t):
    rows = [np.argmax(row) for row in rows_of(t, np.shape(y))]
    expected = np.zeros((np.shape(y)[1],) * 2)
    for scores, label in zip(numbers(y), rows, strict=True):
        expected[label, np.argmax(scores)] += 1
    same(counts, expected)


def right_one_hot(rows, t, shape):
    same(numbers(rows), rows_of(t, tuple(shape)))
    assert (numbers(rows).sum(axis=1) > 0).all()


for name, twin in {
    "sigmoid": sigmoid_twin,
    "sigmoid_grad": lambda x: sigmoid_twin(x) * (1 - sigmoid_twin(x)),
    "relu": relu_twin,
    "relu_grad": lambda x: np.where(np.isnan(x), np.nan, x > 0),
    "step_function": lambda x: np.where(np.isnan(x), np.nan, x > 0),
}.items():

    def right_elements(out, x, twin=twin):
        agree(out, twin(numbers(x)), (x,))

    case("functions", name, getattr(functions, name), right_elements, x=X)

case("functions", "identity_function", functions.identity_function, right_identity, x=X)
case("functions", "softmax", functions.softmax, right_softmax, a=X)
case(
    "functions",
    "log_softmax",
    functions.log_softmax,
    lambda y, a: agree(y, log_softmax_twin(a), (a,), scale=1),
    a=X,
)
case("functions", "softmax, by the name x", lambda x: functions.softmax(x=x), right_x, x=X)
for kind, t in of_types(T):
    case(
        "functions",
        f"softmax_loss, {kind}",
        functions.softmax_loss,
        lambda loss, X, t: right_cross_entropy(loss, np.exp(log_softmax_twin(X)), t),
        X=X,
        t=t,
    )
    case("functions", f"one_hot, {kind}", functions.one_hot, right_one_hot, t=t, shape=(4, 3))
    case("functions", f"accuracy, {kind}", functions.accuracy, right_accuracy, y=X, t=t)
    case(
        "functions", f"confusion_matrix, {kind}", functions.confusion_matrix, right_confusion,
        y=X, t=t,
    )  # fmt: skip
    case(
        "functions", f"top_k_accuracy, {kind}", functions.top_k_accuracy, right_top_k, y=X, t=t, k=2
    )
    case(
        "functions",
        f"cross_entropy_error, {kind}",
        functions.cross_entropy_error,
        right_cross_entropy,
        y=Y,
        t=t,
    )
case(
    "functions",
    "mean_squared_error",
    functions.mean_squared_error,
    lambda loss, y, t: agree(loss, 0.5 * ((numbers(y) - numbers(t)) ** 2).sum(), (y, t)),
    y=X,
    t=Y,
)


# ---------------------------------------------------------------- gradient


def square(x):
    return x**2


def sum_of_squares(x):
    return np.sum(np.square(x))


def right_slope(slope, f, x):
    if f is square:
        agree(slope, 2 * numbers(x), (x,), scale=1)
    else:
        assert np.shape(f(x)) == (3,) or not np.isfinite(slope)


def right_gradient(grad, f, x):
    if x.size == 0:  # f was not called
        return
    assert grad.dtype == x.dtype
    if f is not sum_of_squares:
        assert not np.isfinite(f(x))
        assert np.isnan(grad).all()
        return
    if (
        np.abs(numbers(x)).max(initial=0) < 1e6
    ):  # beyond, it rounds, and comes to rest at 0: section 4.4.1
        np.testing.assert_allclose(grad, 2 * numbers(x), rtol=1e-2, atol=1e-2)


def right_check(result, tolerance=1e-5, **_):
    assert result
    for one in result.values():
        assert one.passed == (one.error <= tolerance)
        assert np.isnan(one.error) or one.error < 1e-3


NO_MODELS = listed(None, "net", 3, layers.ReLU, {}, [], abs, object())
case(
    "gradient",
    "numerical_diff",
    gradient.numerical_diff,
    right_slope,
    f=square,
    x=0.7,
    bad={"x": {**FLOATS, **{name: change(X) for name, change in ARRAYS.items()}}},
)
case(
    "gradient",
    "numerical_gradient",
    gradient.numerical_gradient,
    right_gradient,
    f=sum_of_squares,
    x=X,
    changed=("x",),  # and put back
)
case(
    "gradient",
    "numerical_gradient_2d",
    lambda f, X: gradient.numerical_gradient_2d(f, X),
    lambda grad, f, X: right_gradient(grad, f, X),
    f=sum_of_squares,
    X=X,
    changed=("X",),  # and put back
)
case(
    "gradient",
    "gradient_check of a layer",
    gradient.gradient_check,
    right_check,
    good=lambda: {"model": layers.Sigmoid(), "x": X[:2].copy(), "tolerance": 1e-3, "rng": 0},
    bad={"model": NO_MODELS, "tolerance": {**FLOATS, "strict": np.nan}},
)
