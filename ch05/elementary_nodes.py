"""Layers taken apart into nodes: sigmoid, Affine, and a square (sections 5.2, 5.5.2 and 5.6).

    python ch05/elementary_nodes.py

runs the graph of figures 5-19 and 5-20 node by node, forward and backward, and prints that it gives
what the Sigmoid layer gives; likewise that a product of matrices, a bias repeated for each sample
and a sum are the Affine layer of figure 5-27; then z = (x + y)^2 of figure 5-7, whose derivative is
2 (x + y). Less than a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch05.helpers.graph import Graph
from ch05.helpers.nodes import DivLayer, DotLayer, ExpLayer, PowerLayer, RepeatLayer
from ch05.layer_naive import AddLayer, MulLayer
from common.layers import Affine, Sigmoid


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


def compare_sigmoid(x: np.ndarray) -> dict[str, Any]:
    """Return y and dx of the nodes and of the layer."""
    graph, layer, ones = sigmoid_graph(x), Sigmoid(), np.ones(len(x))
    return {
        "sigmoid by nodes": graph.values["y"],
        "sigmoid layer": layer.forward(x),
        "dx by nodes": graph.backward(ones)["x"],
        "dx of the layer": layer.backward(ones),
    }


def compare_affine(rng: np.random.Generator) -> dict[str, float]:
    """Return how far nodes and layer are apart at most, for four samples and random numbers."""
    X, W, b, dout = (rng.standard_normal(shape) for shape in ((4, 2), (2, 3), (3,), (4, 3)))
    graph, layer = affine_graph(X, W, b), Affine(W, b)
    pairs = {"Y": (graph.values["Y"], layer.forward(X))}
    grads, dX = graph.backward(dout), layer.backward(dout)
    pairs |= {"dX": (grads["X"], dX), "dW": (grads["W"], layer.dW), "db": (grads["b"], layer.db)}
    return {name: float(np.abs(nodes - of).max()) for name, (nodes, of) in pairs.items()}


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print that the nodes and the layers agree."""
    args = cli.parse(cli.parser(__doc__), argv)
    results = compare_sigmoid(np.array([-1.0, 1.0, 2.0]))
    square = square_graph(3, 4)
    grads = square.backward()
    results["(3 + 4)^2, dz/dx, dz/dy"] = [square.values["z"], grads["x"], grads["y"]]
    for name, value in results.items():
        print(f"{name:24} {value}")
    results["affine"] = compare_affine(np.random.default_rng(args.seed))
    for name, difference in results["affine"].items():
        print(f"Affine, {name:2} by nodes: at most {difference:.1e} from that of the layer")
    return cli.finish(args, __file__, results)


if __name__ == "__main__":
    cli.run(main)
