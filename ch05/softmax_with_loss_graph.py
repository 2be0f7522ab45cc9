"""Softmax with cross entropy, node by node (section 5.6.3 and appendix A, figures A-1 to A-5).

    python ch05/softmax_with_loss_graph.py
    python ch05/softmax_with_loss_graph.py --classes 1000 --batch-size 3

You will see the graph of figure A-5 for the scores (0.3, 2.9, 4.0), where the second class is
correct: the values of the forward pass and the six steps of the backward pass. The loss is
1.405714, its gradient y - t = (0.018211, -0.754808, 0.736597). The same graph for ten classes
and a batch of five agrees with the layer SoftmaxWithLoss. Less than a second.
"""

import argparse
from typing import Any

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch05.helpers.book_graphs import A, T, softmax_with_loss_graph
from ch05.helpers.graph import Graph
from common.functions import one_hot
from common.layers import SoftmaxWithLoss
from lab.script import Flag, Results

FLAGS = {
    "classes": Flag(10, "classes of the second graph", least=2),
    "batch_size": Flag(5, "samples in its batch"),
}


def six_steps(graph: Graph) -> dict[str, Any]:
    """Return the derivatives from the nodes of the softmax in each step of section A.2."""
    douts = {step.output: step.douts for step in graph.steps}
    classes = range(1, len(douts["S"]) + 1)
    return {
        "-t/y": [graph.grads[f"y{k}"] for k in classes],
        "-t S": [douts[f"y{k}"][1] for k in classes],
        "1/S": douts["1/S"][0],
        "1/S for each": list(douts["S"]),
        "-t/exp(a)": [douts[f"y{k}"][0] for k in classes],
        "y - t": [graph.grads[f"a{k}"] for k in classes],
    }


def compare_with_layer(a: np.ndarray, t: np.ndarray) -> dict[str, float]:
    """Return the differences between graph and layer in loss and gradient, for a batch (N, n)."""
    graph, layer = softmax_with_loss_graph(a, t), SoftmaxWithLoss()
    loss, grads = layer.forward(a, t), graph.backward()
    da = np.stack([grads[f"a{k}"] for k in range(1, a.shape[1] + 1)], axis=1)  # (N, n)
    return {
        "loss": abs(float(graph.values["mean of L"]) - loss),
        "gradient": float(np.abs(da - layer.backward()).max()),
    }


def print_graph(graph: Graph, steps: dict[str, Any]) -> None:
    """Print each value of a graph, and the six steps of the backward pass."""
    print("forward")
    for name, value in graph.values.items():
        print(f"  {name:15} {value + 0.0:10.6f}")
    print("backward through the softmax, in the steps of the appendix")
    for number, (name, values) in enumerate(steps.items(), start=1):
        print(f"  {number} {name:13}", *(f"{value + 0.0:10.6f}" for value in np.atleast_1d(values)))


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the forward and backward pass, and the differences from the layer."""
    graph = softmax_with_loss_graph(A, T)
    graph.backward()
    steps = six_steps(graph)
    print_graph(graph, steps)

    rng = np.random.default_rng(args.seed)
    a = rng.normal(scale=3, size=(args.batch_size, args.classes))
    t = one_hot(rng.integers(args.classes, size=args.batch_size), a.shape)
    differences = compare_with_layer(a, t)
    print(f"{args.classes} classes, batch of {args.batch_size}: largest differences from the layer")
    print("  " + ", ".join(f"{name} {value:.1e}" for name, value in differences.items()))
    y = [graph.values[f"y{k}"] for k in (1, 2, 3)]
    return {"y": y, "loss": graph.values["L"], "steps": steps, "from the layer": differences}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS)

if __name__ == "__main__":
    script.run(main)
