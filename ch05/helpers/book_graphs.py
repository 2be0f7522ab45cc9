"""The graphs of the book's figures, built from nodes (chapter 5 and appendix A)."""

from typing import Any

import numpy as np

from ch05.helpers.graph import Graph
from ch05.helpers.nodes import (
    DivLayer,
    DotLayer,
    ExpLayer,
    LogLayer,
    MeanLayer,
    PowerLayer,
    RepeatLayer,
    SumLayer,
)
from ch05.layer_naive import AddLayer, MulLayer

A, T = (0.3, 2.9, 4.0), (0, 1, 0)  # the scores of section 3.5.1; the second class is correct


def apple_graph() -> Graph:
    """Return the graph of two apples at 100 yen with 10 % tax (figure 5-14)."""
    graph = Graph({"apple": 100, "number": 2, "tax": 1.1})
    graph.node("apples", MulLayer(), "apple", "number")
    graph.node("price", MulLayer(), "apples", "tax")
    return graph


def apple_orange_graph() -> Graph:
    """Return the graph of two apples and three oranges with 10 % tax (figure 5-15)."""
    graph = Graph({"apple": 100, "apple_num": 2, "orange": 150, "orange_num": 3, "tax": 1.1})
    graph.node("apple_price", MulLayer(), "apple", "apple_num")
    graph.node("orange_price", MulLayer(), "orange", "orange_num")
    graph.node("all_price", AddLayer(), "apple_price", "orange_price")
    graph.node("price", MulLayer(), "all_price", "tax")
    return graph


def sigmoid_graph(x: Any) -> Graph:
    """Return the graph of y = 1 / (1 + exp(-x)), the four nodes of figure 5-20."""
    graph = Graph({"x": x, "-1": -1, "1": 1}, constants=["-1", "1"])
    graph.node("-x", MulLayer(), "x", "-1")
    graph.node("exp(-x)", ExpLayer(), "-x")
    graph.node("1 + exp(-x)", AddLayer(), "exp(-x)", "1")
    graph.node("y", DivLayer(), "1 + exp(-x)")
    return graph


def affine_graph(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> Graph:
    """Return the graph of Y = X W + B (figure 5-27).

    Parameters
    ----------
    X : ndarray of shape (N, D)
    W : ndarray of shape (D, M)
    b : ndarray of shape (M,)
    """
    graph = Graph({"X": X, "W": W, "b": b})
    graph.node("XW", DotLayer(), "X", "W")
    graph.node("B", RepeatLayer(len(X)), "b")
    graph.node("Y", AddLayer(), "XW", "B")
    return graph


def square_graph(x: float, y: float) -> Graph:
    """Return the graph of z = t^2, t = x + y (eq. 5.1 to 5.4)."""
    graph = Graph({"x": x, "y": y})
    graph.node("t", AddLayer(), "x", "y")
    graph.node("z", PowerLayer(2), "t")
    return graph


def softmax_with_loss_graph(a: Any, t: Any) -> Graph:
    """Return the graph of figure A-5: nodes for each class, and one sum and one 1/S for all.

    Parameters
    ----------
    a : array_like of shape (n,) or (N, n)
        Scores. Unlike in the layer, the largest is not subtracted: exp overflows above 709.
    t : array_like of the same shape
        One-hot.
    """
    a, t = np.asarray(a, float), np.asarray(t)
    if a.shape != t.shape:
        raise ValueError(f"t has shape {t.shape}; expected that of a, {a.shape}")
    classes = range(1, a.shape[-1] + 1)
    graph = Graph(
        {f"a{k}": a[..., k - 1] for k in classes}
        | {f"t{k}": t[..., k - 1] for k in classes}
        | {"-1": -1},
        constants=[*(f"t{k}" for k in classes), "-1"],
    )
    for k in classes:  # softmax, figure A-2
        graph.node(f"exp(a{k})", ExpLayer(), f"a{k}")
    graph.node("S", SumLayer(), *(f"exp(a{k})" for k in classes))
    graph.node("1/S", DivLayer(), "S")
    for k in classes:
        graph.node(f"y{k}", MulLayer(), f"exp(a{k})", "1/S")
    for k in classes:  # cross entropy, figure A-3
        graph.node(f"log y{k}", LogLayer(), f"y{k}")
        graph.node(f"t{k} log y{k}", MulLayer(), f"log y{k}", f"t{k}")
    graph.node("sum of t log y", SumLayer(), *(f"t{k} log y{k}" for k in classes))
    graph.node("L", MulLayer(), "sum of t log y", "-1")
    if a.ndim == 2:
        graph.node("mean of L", MeanLayer(), "L")
    return graph
