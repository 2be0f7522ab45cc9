"""Softmax with cross entropy, node by node (section 5.6.3 and appendix A, figures A-1 to A-5).

    python ch05/softmax_with_loss_graph.py
    python ch05/softmax_with_loss_graph.py --classes 1000 --batch-size 3

builds the graph of figure A-5 for the scores (0.3, 2.9, 4.0), of which the second is right, and
prints what goes forward and the six steps of the way back: the loss is 1.405714, and what arrives
at the scores is y - t = (0.018211, -0.754808, 0.736597). Then the same graph for ten classes and a
batch of five, which gives what the layer SoftmaxWithLoss gives. Less than a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch05.helpers.graph import Graph
from ch05.helpers.nodes import DivLayer, ExpLayer, LogLayer, MeanLayer, SumLayer
from ch05.layer_naive import MulLayer
from common.functions import one_hot
from common.layers import SoftmaxWithLoss

A, T = (0.3, 2.9, 4.0), (0, 1, 0)  # the scores of section 3.5.1; the second class is right


def softmax_with_loss_graph(a: Any, t: Any) -> Graph:
    """Return the graph of figure A-5: nodes for each class, and one sum and one 1/S for all.

    Parameters
    ----------
    a : array_like of shape (n,) or (N, n)
        Scores. Unlike in the layer the largest is not subtracted: exp overflows from 710 on.
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


def six_steps(graph: Graph) -> dict[str, Any]:
    """Return what the nodes of the softmax handed back in each step of section A.2."""
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
    """Return how far the graph's loss and gradient are from the layer's, for a batch (N, n)."""
    graph, layer = softmax_with_loss_graph(a, t), SoftmaxWithLoss()
    loss, grads = layer.forward(a, t), graph.backward()
    da = np.stack([grads[f"a{k}"] for k in range(1, a.shape[1] + 1)], axis=1)  # (N, n)
    return {
        "loss": abs(float(graph.values["mean of L"]) - loss),
        "gradient": float(np.abs(da - layer.backward()).max()),
    }


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print both ways through the graph, and how it compares with the layer."""
    parser = cli.parser(__doc__)
    parser.add_argument("--classes", type=cli.at_least(2), default=10, help="default: 10")
    parser.add_argument("--batch-size", type=cli.at_least(1), default=5, help="default: 5")
    args = cli.parse(parser, argv)

    graph = softmax_with_loss_graph(A, T)
    graph.backward()
    print("forward")
    for name, value in graph.values.items():
        print(f"  {name:15} {value + 0.0:10.6f}")
    print("back through the softmax, in the steps of the appendix")
    steps = six_steps(graph)
    for number, (name, values) in enumerate(steps.items(), start=1):
        print(f"  {number} {name:13}", *(f"{value + 0.0:10.6f}" for value in np.atleast_1d(values)))

    rng = np.random.default_rng(args.seed)
    a = rng.normal(scale=3, size=(args.batch_size, args.classes))
    t = one_hot(rng.integers(args.classes, size=args.batch_size), a.shape)
    differences = compare_with_layer(a, t)
    print(
        f"{args.classes} classes, a batch of {args.batch_size}, at most from the layer's:", end=" "
    )
    print(", ".join(f"{name} {value:.1e}" for name, value in differences.items()))
    y = [graph.values[f"y{k}"] for k in (1, 2, 3)]
    results = {"y": y, "loss": graph.values["L"], "steps": steps, "from the layer": differences}
    return cli.finish(args, __file__, results)


if __name__ == "__main__":
    cli.run(main)
