"""Layers split into nodes: sigmoid, Affine, and a square (sections 5.2, 5.5.2 and 5.6).

    python ch05/elementary_nodes.py

You will see the graph of figures 5-19 and 5-20, forward and backward: its nodes give the same
results as the Sigmoid layer. In the same way a matrix product, a bias repeated for each sample
and a sum are equal to the Affine layer of figure 5-27. The last example is z = (x + y)^2
of figure 5-7, with the derivative 2 (x + y). Less than a second.
"""

import argparse
from typing import Any

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch05.helpers.book_graphs import affine_graph, sigmoid_graph, square_graph
from common.layers import Affine, Sigmoid
from lab.script import Results


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
    """Return the largest differences between nodes and layer, for four random samples."""
    X, W, b, dout = (rng.standard_normal(shape) for shape in ((4, 2), (2, 3), (3,), (4, 3)))
    graph, layer = affine_graph(X, W, b), Affine(W, b)
    pairs = {"Y": (graph.values["Y"], layer.forward(X))}
    grads, dX = graph.backward(dout), layer.backward(dout)
    pairs |= {"dX": (grads["X"], dX), "dW": (grads["W"], layer.dW), "db": (grads["b"], layer.db)}
    return {name: difference(nodes, of) for name, (nodes, of) in pairs.items()}


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference between two arrays."""
    return float(np.abs(one - other).max())


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the results of the nodes and the layers, and their differences."""
    results = compare_sigmoid(np.array([-1.0, 1.0, 2.0]))
    square = square_graph(3, 4)
    grads = square.backward()
    results["(3 + 4)^2, dz/dx, dz/dy"] = [square.values["z"], grads["x"], grads["y"]]
    for name, value in results.items():
        print(f"{name:24} {value}")
    results["sigmoid"] = {
        "y": difference(results["sigmoid by nodes"], results["sigmoid layer"]),
        "dx": difference(results["dx by nodes"], results["dx of the layer"]),
    }
    results["affine"] = compare_affine(np.random.default_rng(args.seed))
    print("largest differences between the nodes and the layer:")
    for layer in ("sigmoid", "affine"):
        print(f"  {layer:8}", ", ".join(f"{key} {x:.1e}" for key, x in results[layer].items()))
    return results


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
