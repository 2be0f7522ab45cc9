"""Activations and losses: the book's numbers, extreme input, bad input."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from claims import book
from common.checks import NotFiniteError
from common.functions import (
    accuracy,
    confusion_matrix,
    cross_entropy_error,
    identity_function,
    log_softmax,
    mean_squared_error,
    one_hot,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    softmax,
    softmax_loss,
    step_function,
    sum_squared_error,
)
from common.gradient import numerical_diff

FLOATS = [np.float16, np.float32, np.float64]


def test_step_function():  # 3.02
    out = step_function(np.array([-1.0, 1.0, 2.0, 0.0]))
    assert out.tolist() == [0, 1, 1, 0]
    assert out.dtype.kind == "i"
    assert step_function(3.0) == 1
    with pytest.raises(ValueError, match="NaN"):
        step_function([1.0, np.nan])


def test_sigmoid():  # 3.05
    expected = [0.26894142, 0.73105858, 0.88079708]
    assert_allclose(sigmoid(np.array([-1.0, 1.0, 2.0])), expected, rtol=1e-7)
    assert sigmoid(1.0) == pytest.approx(0.7310585786300049, rel=1e-14)
    assert sigmoid([1, 2]).shape == (2,)
    for dtype in FLOATS:
        extreme = sigmoid(np.array([-6e4, 6e4], dtype))  # no overflow warning either
        assert extreme.tolist() == [0, 1]
        assert extreme.dtype == dtype


def test_sigmoid_grad():
    for x in (-2.0, 0.0, 3.0):
        assert sigmoid_grad(x) == pytest.approx(numerical_diff(sigmoid, x), rel=1e-7)


def test_relu_and_identity():  # 3.10, 3.16
    x = np.array([[-2.0, 0.0], [0.5, 3.0]])
    assert relu(x).tolist() == [[0, 0], [0.5, 3]]
    assert (identity_function(x) == x).all()
    assert relu([-1, 2]).tolist() == [0, 2]
    for bad in ("a", None, np.array([1j])):
        with pytest.raises(ValueError, match=r"expected (real numbers|a NumPy array)"):
            relu(bad)


def test_relu_grad():
    for dtype in FLOATS:
        slope = relu_grad(np.array([-2, -0.0, 0, 1e-7, 3, np.nan], dtype))
        assert slope.dtype == dtype
        assert_array_equal(slope, [0, 0, 0, 1, 1, np.nan])
    assert relu_grad([[-1, 2]]).tolist() == [[0, 1]]
    with pytest.raises(ValueError, match="expected real numbers"):
        relu_grad("a")


def test_softmax_by_the_names_of_the_text_and_of_the_code():
    a = np.array([0.3, 2.9, 4.0])
    for y in (softmax(a=a), softmax(x=a)):
        assert (y == softmax(a)).all()
    for wrong in ({}, {"a": a, "x": a}):
        with pytest.raises(ValueError, match="expected one of them"):
            softmax(**wrong)


def test_softmax_loss():
    X, t = np.array([[0.3, 2.9, 4.0], [1.0, -1.0, 0.5]]), np.array([2, 0])
    one, two = (-np.log(np.exp(x[k]) / np.exp(x).sum() + 1e-7) for x, k in zip(X, t, strict=True))
    assert softmax_loss(X, t) == pytest.approx((one + two) / 2, rel=1e-12)
    assert softmax_loss(X, np.eye(3)[t]) == softmax_loss(X, t)
    assert softmax_loss(X[0], 2) == pytest.approx(one, rel=1e-12)


def test_softmax():  # 3.20, 3.21
    a = np.array([1010.0, 1000.0, 990.0])
    expected = [9.99954600e-01, 4.53978686e-05, 2.06106005e-09]
    before = a.copy()
    assert_allclose(softmax(a), expected, rtol=1e-6)
    assert (a == before).all()
    rng = np.random.default_rng(0)
    batch = rng.normal(0, 5, (7, 4))
    y = softmax(batch)
    assert_allclose(y.sum(axis=1), 1)
    assert ((y > 0) & (y < 1)).all()
    assert (y.argmax(axis=1) == batch.argmax(axis=1)).all()
    for row, probabilities in zip(batch, y, strict=True):
        assert_allclose(softmax(row), probabilities)
    for dtype in FLOATS:
        assert softmax(batch.astype(dtype)).dtype == dtype


def test_softmax_of_figure_5_28():  # 5.20
    ratio = softmax(np.array(book.SOFTMAX_SCORES))
    low, high = book.SOFTMAX_PROBABILITIES
    assert ratio[0] / ratio[1] == pytest.approx(low / high, rel=0.05)


@pytest.mark.parametrize("bad", [[], np.zeros((0, 3)), 3.0, ["a", "b"]])
def test_softmax_refuses(bad):
    with pytest.raises(ValueError, match="expected"):
        softmax(bad)


def test_log_softmax_is_that_of_each_row():
    a = np.random.default_rng(0).standard_normal((4, 3))
    assert_allclose(log_softmax(a), np.log(softmax(a)))


def test_log_softmax_where_a_probability_underflows():
    assert log_softmax(np.array([0.0, 1000.0])).tolist() == [-1000, 0]


def test_one_hot():
    assert one_hot([2, 0], (2, 3)).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert one_hot(1, (3,)).tolist() == [[0, 1, 0]]
    assert one_hot([0, 0, 1], (3,)).tolist() == [[0, 0, 1]]


def test_squared_error():  # 4.03
    for y, expected in zip((book.Y1, book.Y2), book.SQUARED_ERRORS, strict=True):
        assert mean_squared_error(y, book.T) == pytest.approx(expected, rel=1e-13)
    assert sum_squared_error is mean_squared_error
    with pytest.raises(ValueError, match=r"\(10,\).*\(3,\)"):
        mean_squared_error(book.Y1, [0, 0, 1])


def test_cross_entropy_of_one_sample():  # 4.04
    for y, expected in zip((book.Y1, book.Y2), book.CROSS_ENTROPIES, strict=True):
        assert cross_entropy_error(y, book.T) == pytest.approx(expected, rel=1e-14)
        assert cross_entropy_error(y, 2) == pytest.approx(expected, rel=1e-14)
    zero = np.array([1.0, 0.0])
    assert cross_entropy_error(zero, [0, 1]) == pytest.approx(-np.log(1e-7))


def test_cross_entropy_of_a_batch():  # 4.07, 4.08
    y = np.array([book.Y1, book.Y2])
    t = np.array([book.T, book.T])
    mean = sum(book.CROSS_ENTROPIES) / 2
    assert cross_entropy_error(y, t) == pytest.approx(mean, rel=1e-14)
    assert cross_entropy_error(y, [2, 2]) == pytest.approx(mean, rel=1e-14)
    assert cross_entropy_error(y[:1], t[0]) == pytest.approx(book.CROSS_ENTROPIES[0], rel=1e-14)
    for dtype in (np.uint8, np.int8, np.int64):
        assert cross_entropy_error(y, np.array([2, 2], dtype)) == pytest.approx(mean)


Y = np.full((4, 3), 1 / 3)
BAD_TARGETS = {
    "labels in a column, as floats": ([[0.0], [1.0], [2.0], [0.0]], "float64; expected integers"),
    "labels in two columns": ([[0, 1]] * 4, r"\(4, 2\); expected labels of shape \(4,\)"),
    "too few labels": ([0, 1, 2], r"\(3,\); expected"),
    "too many labels": ([0, 1, 2, 0, 1], r"\(5,\); expected"),
    "a label too large": ([0, 1, 2, 3], "labels from 0 to 3; expected 0 to 2"),
    "a negative label": ([0, 1, 2, -1], "labels from -1 to 2; expected 0 to 2"),
    "labels as floats": ([0.0, 1.0, 2.0, 0.0], "float64; expected integers"),
    "labels as words": (list("abca"), "expected integers"),
    "one-hot of other classes": (np.eye(4), r"\(4, 4\); expected"),
    "NaN in one-hot": (np.full((4, 3), np.nan), "values outside of 0 to 1"),
    "words in rows": ([list("abc")] * 4, "values outside of 0 to 1"),
    "counts in rows": (np.full((4, 3), 2), "values outside of 0 to 1"),
    "two ones in a row": ([[1, 1, 0]] * 4, "with several"),
    "no one in a row": (np.zeros((4, 3)), "without a 1"),
    "true and false as labels": ([True, False, True, False], "bool; expected integers"),
    "nothing": ([], "expected labels"),
}


@pytest.mark.parametrize("loss", [cross_entropy_error, accuracy, confusion_matrix])
@pytest.mark.parametrize("name", BAD_TARGETS)
def test_bad_targets_are_refused(loss, name):
    t, message = BAD_TARGETS[name]
    with pytest.raises(ValueError, match=message):
        loss(Y, t)


@pytest.mark.parametrize("loss", [cross_entropy_error, accuracy, confusion_matrix])
def test_bad_outputs_are_refused(loss):
    with pytest.raises(ValueError, match="at least one sample"):
        loss(np.zeros((0, 3)), [])
    with pytest.raises(ValueError, match="expected"):
        loss([["a", "b"]], [0])


@pytest.mark.parametrize("y", [[[-0.5, 0.5]], [[3.0, 0.2, 1.0]]])
def test_cross_entropy_refuses_what_is_no_probability(y):
    with pytest.raises(ValueError, match="expected probabilities"):
        cross_entropy_error(y, [0])


@pytest.mark.parametrize("loss", [cross_entropy_error, accuracy, confusion_matrix])
def test_what_is_no_batch_of_outputs_is_refused(loss):
    with pytest.raises(ValueError, match="at least two classes"):
        loss([[0.9], [0.2]], [[1], [0]])  # a single output: its softmax is always 1
    with pytest.raises(ValueError, match="expected"):
        loss(np.ones((2, 3, 4)) / 4, [0, 1])
    with pytest.raises(ValueError, match="expected"):
        loss(np.full((1, 10), 0.1), np.arange(10))  # ten labels, one sample


def test_accuracy_does_not_take_labels_for_outputs():
    with pytest.raises(ValueError, match=r"\(4,\); expected \(N, C\)"):
        accuracy([7, 2, 1, 0], [7, 2, 1, 4])


def test_squared_error_refuses():
    for y, t in (([], []), ([1.0], [1.0, 2.0]), (["a"], ["a"])):
        with pytest.raises(ValueError, match="expected"):
            mean_squared_error(y, t)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_squared_error_that_is_not_finite_is_seen(bad):
    with pytest.warns(RuntimeWarning, match="a loss is not finite"):
        assert not np.isfinite(mean_squared_error([bad], [0.0]))


def test_accuracy():
    y = np.array([[0.1, 0.8, 0.1], [0.3, 0.1, 0.6], [0.2, 0.5, 0.3], [0.8, 0.1, 0.1]])  # 3.31
    assert accuracy(y, [1, 2, 0, 0]) == 0.75
    assert accuracy(y, np.eye(3)[[1, 2, 0, 0]]) == 0.75


def test_confusion_matrix():
    y = [[9, 1, 2], [1, 9, 2], [1, 2, 9], [9, 2, 1], [5, 5, 5]]
    t = [0, 1, 1, 0, 2]
    matrix = confusion_matrix(y, t)
    assert matrix.tolist() == [[2, 0, 0], [0, 1, 1], [1, 0, 0]]  # the rows are the true classes
    assert matrix.dtype.kind == "i"
    assert (confusion_matrix(y, np.eye(3)[t]) == matrix).all()
    assert np.trace(matrix) / matrix.sum() == accuracy(y, t)
    many = confusion_matrix(np.eye(200)[[199] * 3], np.array([198, 198, 199], np.uint8))
    assert many[198, 199] == 2
    assert many.sum() == 3
    with pytest.raises(NotFiniteError, match="NaN"):
        confusion_matrix([[np.nan, 1.0]], [0])
