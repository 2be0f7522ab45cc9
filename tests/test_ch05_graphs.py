"""Chapter 5 and appendix A: nodes, graphs of them, and their drawings."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ch05 import draw_graphs
from ch05.helpers import drawing, nodes
from ch05.helpers.book_graphs import (
    A,
    T,
    affine_graph,
    sigmoid_graph,
    softmax_with_loss_graph,
    square_graph,
)
from ch05.helpers.drawing import Picture, draw_sheet, number, save_svg
from ch05.helpers.graph import Graph
from ch05.layer_naive import AddLayer, MulLayer
from ch05.softmax_with_loss_graph import compare_with_layer
from claims import book
from common.functions import one_hot, softmax
from common.gradient import numerical_diff, numerical_gradient
from common.layers import Affine, Sigmoid, SoftmaxWithLoss

RNG = np.random.default_rng(0)


# ---------------------------------------------------------------- nodes


@pytest.mark.parametrize(
    ("make", "x"),
    [
        (nodes.ExpLayer, 0.7),
        (nodes.LogLayer, 0.7),
        (nodes.DivLayer, 0.7),
        (nodes.DivLayer, -1.3),
        (lambda: nodes.PowerLayer(2), -1.3),
        (lambda: nodes.PowerLayer(3), 0.7),
    ],
)
def test_a_node_of_one_number(make, x):  # 5.04, 5.15
    node = make()
    node.forward(x)
    assert node.backward(2.0) == pytest.approx(2 * numerical_diff(make().forward, x), rel=1e-6)


def test_nodes_compute_what_their_names_say():
    assert nodes.ExpLayer().forward(1.0) == pytest.approx(np.e)
    assert nodes.LogLayer().forward(np.e) == pytest.approx(1)
    assert nodes.DivLayer().forward(4.0) == 0.25
    assert nodes.PowerLayer(2).forward(3.0) == 9


def test_the_sum_of_several():
    node = nodes.SumLayer()
    assert node.forward(1.0, 2.0, 4.0) == 7
    assert node.backward(1.5) == (1.5, 1.5, 1.5)


def test_nodes_of_arrays():  # 5.16
    X, W, dout = (RNG.standard_normal(shape) for shape in [(4, 2), (2, 3), (4, 3)])
    dot = nodes.DotLayer()
    assert_allclose(dot.forward(X, W), X @ W)
    dX, dW = dot.backward(dout)
    assert_allclose(dX, numerical_gradient(lambda X: np.sum(X @ W * dout), X), rtol=1e-6)
    assert_allclose(dW, numerical_gradient(lambda W: np.sum(X @ W * dout), W), rtol=1e-6)
    repeat = nodes.RepeatLayer(2)
    assert repeat.forward(np.array([1, 2, 3])).tolist() == [[1, 2, 3], [1, 2, 3]]
    assert repeat.backward(np.array([[1, 2, 3], [4, 5, 6]])).tolist() == [5, 7, 9]
    mean = nodes.MeanLayer()
    assert mean.forward(np.array([1.0, 2.0, 6.0])) == 3
    assert_allclose(mean.backward(1.5), [0.5, 0.5, 0.5])


# ---------------------------------------------------------------- graphs


def test_a_branching_value_gets_the_sum_of_the_derivatives():
    graph = Graph({"x": 3.0})
    graph.node("x + x", AddLayer(), "x", "x")
    graph.node("y", MulLayer(), "x + x", "x")  # y = 2 x^2
    assert graph.values["y"] == 18
    assert graph.backward(1.0)["x"] == 12
    assert [step.douts for step in graph.steps] == [(3, 3), (3, 6)]
    assert graph.backward(0.5)["x"] == 6  # computed again, not added up


def test_an_unused_node_has_no_derivative():
    graph = Graph({"x": 3.0, "c": 2.0}, constants=["c"])
    graph.node("aside", nodes.ExpLayer(), "x")
    graph.node("y", MulLayer(), "x", "c")
    assert graph.backward() == {"y": 1.0, "x": 2.0}


def test_a_graph_refuses_what_it_cannot_run():
    graph = Graph({"x": 3.0})
    twice = nodes.ExpLayer()
    graph.node("y", twice, "x")
    with pytest.raises(ValueError, match="no value 'z'"):
        graph.node("a", AddLayer(), "y", "z")
    for name, node in (("y", nodes.ExpLayer()), ("x", nodes.ExpLayer()), ("z", twice)):
        with pytest.raises(ValueError, match="exists already; expected a new name and node"):
            graph.node(name, node, "y")
    assert list(graph.values) == ["x", "y"]


def test_the_square_of_a_sum():  # 5.03
    graph = square_graph(3.0, 4.0)
    grads = graph.backward()
    assert (graph.values["z"], grads["x"], grads["y"]) == (49, 14, 14)
    slope = numerical_diff(lambda x: square_graph(x, 4.0).values["z"], 3.0)
    assert grads["x"] == pytest.approx(slope)


def test_the_sigmoid_layer_from_nodes():  # 5.15
    x, dout, layer = RNG.standard_normal(20), RNG.standard_normal(20), Sigmoid()
    graph = sigmoid_graph(x)
    assert_allclose(graph.values["y"], layer.forward(x), rtol=0, atol=1e-12)
    assert_allclose(graph.backward(dout)["x"], layer.backward(dout), rtol=0, atol=1e-12)
    y = graph.values["y"]
    assert_allclose(graph.grads["x"], dout * y**2 * graph.values["exp(-x)"])  # eq. 5.12


@pytest.mark.parametrize("N", [1, 5])
def test_the_affine_layer_from_nodes(N):  # 5.16
    X, W, b, dout = (RNG.standard_normal(shape) for shape in [(N, 2), (2, 3), 3, (N, 3)])
    graph, layer = affine_graph(X, W, b), Affine(W, b)
    assert graph.values["B"].shape == (N, 3)
    assert_allclose(graph.values["Y"], layer.forward(X), rtol=0, atol=1e-12)
    grads, dX = graph.backward(dout), layer.backward(dout)
    for name, of in (("X", dX), ("W", layer.dW), ("b", layer.db)):
        assert grads[name].shape == of.shape
        assert_allclose(grads[name], of, rtol=0, atol=1e-12)


# ---------------------------------------------------------------- appendix A


def test_softmax_with_loss_from_nodes():  # E17
    graph = softmax_with_loss_graph(A, T)
    grads = graph.backward()
    y = np.array([graph.values[f"y{k}"] for k in (1, 2, 3)])
    assert_allclose(y, book.SOFTMAX_Y, rtol=1e-6)
    assert graph.values["L"] == pytest.approx(1.405714, abs=5e-7)
    da = [grads[f"a{k}"] for k in (1, 2, 3)]
    assert_allclose(da, [0.018211, -0.754808, 0.736597], atol=5e-7)
    assert_allclose(da, y - T, atol=1e-15)
    assert not {"t1", "t2", "t3", "-1"} & grads.keys()


@pytest.mark.parametrize("n", [2, 3, 10])
@pytest.mark.parametrize("N", [1, 4])
def test_any_number_of_classes_and_of_samples(n, N):  # E17
    a, t = RNG.normal(scale=3, size=(N, n)), one_hot(RNG.integers(n, size=N), (N, n))
    assert max(compare_with_layer(a, t).values()) < 1e-12
    loss, numerical = (
        SoftmaxWithLoss().forward(a, t),
        numerical_gradient(lambda a: softmax_with_loss_graph(a, t).values["mean of L"], a),
    )
    assert softmax_with_loss_graph(a, t).values["mean of L"] == pytest.approx(loss)
    assert_allclose((softmax(a) - t) / N, numerical, atol=1e-7)


def test_targets_that_are_probabilities():  # the 1/S of step 3 is the sum of t, divided by S
    a, t = RNG.standard_normal((3, 4)), softmax(RNG.random((3, 4)))
    assert max(compare_with_layer(a, t).values()) < 1e-12


def test_scores_and_targets_of_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"t has shape \(2,\); expected that of a, \(3,\)"):
        softmax_with_loss_graph(A, (0, 1))


def test_the_six_steps(quick):
    results, printed, _ = quick("ch05.softmax_with_loss_graph")
    a, t = np.array(A), np.array(T)
    S, y = np.exp(a).sum(), softmax(a)
    formulas = {
        "-t/y": -t / y,
        "-t S": -t * S,
        "1/S": 1 / S,
        "1/S for each": [1 / S] * 3,
        "-t/exp(a)": -t / np.exp(a),
        "y - t": y - t,
    }
    assert results["steps"].keys() == formulas.keys()
    for name, values in formulas.items():
        assert_allclose(results["steps"][name], values, atol=1e-13, err_msg=name)
    assert "6 y - t           0.018211  -0.754808   0.736597" in printed


# ---------------------------------------------------------------- drawings


def texts(path):
    """Return the strings of an SVG, in order."""
    return [one.text for one in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="module")
def drawn(quick):
    """The strings of each graph's SVG."""
    folder = quick("ch05.draw_graphs").folder / "outputs" / "ch05"
    return {path.stem.partition("-")[2]: texts(path) for path in folder.glob("*.svg")}


def test_each_graph_is_saved_as_an_svg(drawn, quick):
    printed = quick("ch05.draw_graphs").printed
    assert set(drawn) == {make.__name__ for make in draw_graphs.PICTURES}
    for name in drawn:
        assert f"saved outputs/ch05/draw_graphs-{name}.svg" in printed.replace("\\", "/")


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("apple", "100, 2, 200, 1.1, 220, 2.2, 110, 1.1, 200, 1"),
        (
            "apple_orange",
            "100, 2, 200, 150, 3, 450, 650, 1.1, 715, 2.2, 110, 1.1, 3.3, 165, 1.1, 1.1, 650, 1",
        ),
        ("square", "3, 4, t = 7, z = 49, 14, 14, 14, 1"),
        ("sigmoid", "1, -1, -1, 0.3679, 1, 1.368, y = 0.7311, 0.1966"),
        ("sigmoid_layer", "1, y = 0.7311, 0.1966, 1"),
        ("softmax_with_loss", "S = 74.12, L = 1.406, 0.01821, -0.7548, 0.7366, -4.078, -74.12"),
    ],
)
def test_the_numbers_stand_in_the_drawing(drawn, name, numbers):
    left = list(drawn[name])
    for one in numbers.split(", "):
        left.remove(one)  # as often as it is needed


@pytest.mark.parametrize("make", draw_graphs.PICTURES)
def test_every_edge_has_its_value_above_and_its_derivative_below(make):
    picture = make()
    (ax,) = draw_sheet(picture).axes
    values, derivatives = (  # the last of each explains the colour
        [text for text in ax.texts if text.get_color() == color][:-1]
        for color in (drawing.FORWARD, drawing.BACKWARD)
    )
    graph, last = picture.graph, picture.graph.steps[-1].output
    edges = [name for step in graph.steps for name in step.inputs] + [last]
    names = [picture.names.get(name, "") + number(graph.values[name]) for name in edges]
    assert [text.get_text() for text in values] == names
    douts = [dout for step in graph.steps for dout in step.douts] + [1]
    expected = [
        "" if name in graph.constants else number(dout)
        for name, dout in zip(edges, douts, strict=True)
    ]
    assert [text.get_text() for text in derivatives] == expected
    for above, below in zip(values, derivatives, strict=True):
        turn = np.radians(above.get_rotation())
        apart = np.subtract(above.get_position(), below.get_position())
        assert apart @ [-np.sin(turn), np.cos(turn)] > 0.1
    assert len(ax.patches) == len(graph.steps)


def test_a_number_is_short():
    assert [number(x) for x in (220.00000000000003, -0.0, 0.013491243, -74.122154, 2)] == [
        "220", "0", "0.01349", "-74.12", "2"
    ]  # fmt: skip


def test_every_node_has_a_symbol():
    for step in (step for make in draw_graphs.PICTURES for step in make().graph.steps):
        assert drawing.symbol(step.node)


def test_the_same_graph_gives_the_same_bytes(tmp_path):
    for name in ("first.svg", "second.svg"):
        save_svg(draw_sheet(draw_graphs.apple()), tmp_path / name)
    first, second = ((tmp_path / name).read_bytes() for name in ("first.svg", "second.svg"))
    assert first == second
    assert b"<dc:date>" not in first


def test_of_two_graphs_on_a_sheet_the_first_is_above_and_each_is_whole():
    graph = Graph({"x": 2.0})
    graph.node("y", nodes.PowerLayer(3), "x")
    pictures = [Picture(title, graph, {"x": (0, 0), "y": (2, 0)}) for title in ("first", "second")]
    texts = draw_sheet(*pictures).axes[0].texts[:-2]  # without the two lines at the bottom
    first, second = texts[: len(texts) // 2], texts[len(texts) // 2 :]
    assert [first[0].get_text(), second[0].get_text()] == ["first", "second"]
    assert "**3" in [text.get_text() for text in first]
    for above, below in zip(first, second, strict=True):
        moved = np.subtract(above.get_position(), below.get_position())
        if above.get_text():  # the arrows are texts too, placed otherwise
            assert_allclose(moved, (0, 1.9))
    assert [text.get_text() for text in first[1:]] == [text.get_text() for text in second[1:]]
