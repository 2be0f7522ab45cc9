"""Computational graphs drawn, with what goes forward and comes back (5.1 to 5.6, appendix A).

    python ch05/draw_graphs.py

You will see figure 5-15 with its blanks filled in: above each edge the value that goes forward, 715
at the end, below it the derivative that comes back, 2.2 for the price of an apple. Likewise two
apples alone (figures 5-2, 5-5 and 5-14), the square of a sum (5-8), the sigmoid from its nodes and
as one (5-20 and 5-22), and softmax with cross entropy (A-5), where the scores get y - t. Each is
saved as an SVG whose numbers can be searched and copied, and all together as one picture.
A few seconds.
"""

from collections.abc import Callable, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch05.elementary_nodes import sigmoid_graph, square_graph
from ch05.helpers.drawing import Picture, draw, save_svg
from ch05.helpers.graph import Graph
from ch05.layer_naive import AddLayer, MulLayer
from ch05.softmax_with_loss_graph import A, T, softmax_with_loss_graph
from common.layers import Sigmoid

Places = dict[str, tuple[float, float]]


def apple() -> Picture:
    """Return two apples and the tax."""
    graph = Graph({"apple": 100, "number": 2, "tax": 1.1})
    graph.node("apples", MulLayer(), "apple", "number")
    graph.node("price", MulLayer(), "apples", "tax")
    places: Places = {"apple": (0, 2.4), "number": (0, 1.2), "tax": (0, 0)}
    places |= {"apples": (2.4, 2.4), "price": (5, 2.4)}
    return Picture("Figure 5-14: two apples, tax 10 %", graph, places)


def apple_orange() -> Picture:
    """Return two apples, three oranges and the tax."""
    values = {"apple": 100, "apple_num": 2, "orange": 150, "orange_num": 3, "tax": 1.1}
    graph = Graph(values)
    graph.node("apple_price", MulLayer(), "apple", "apple_num")
    graph.node("orange_price", MulLayer(), "orange", "orange_num")
    graph.node("all_price", AddLayer(), "apple_price", "orange_price")
    graph.node("price", MulLayer(), "all_price", "tax")
    places: Places = {
        "apple_num": (0, 5),
        "apple": (0, 3.8),
        "orange": (0, 2.4),
        "orange_num": (0, 1.2),
    }
    places |= {"tax": (0, 0), "apple_price": (2.4, 3.8), "orange_price": (2.4, 2.4)}
    places |= {"all_price": (4.8, 3.1), "price": (7.4, 3.1)}
    return Picture("Figure 5-15: two apples, three oranges, tax 10 %", graph, places)


def square() -> Picture:
    """Return z = (x + y)^2."""
    places: Places = {"x": (0, 1.2), "y": (0, 0), "t": (2.2, 0.6), "z": (4.6, 0.6)}
    names = {"t": "t = ", "z": "z = "}
    return Picture("Figure 5-8: z = (x + y)²", square_graph(3, 4), places, names)


def sigmoid() -> Picture:
    """Return the sigmoid, node by node."""
    places: Places = {"x": (0, 1), "-1": (0.6, 0), "-x": (2.2, 1), "exp(-x)": (4.4, 1)}
    places |= {"1": (5, 0), "1 + exp(-x)": (6.6, 1), "y": (8.8, 1)}
    return Picture("Figure 5-20: the sigmoid", sigmoid_graph(1.0), places, {"y": "y = "})


def sigmoid_layer() -> Picture:
    """Return the sigmoid as one node."""
    graph = Graph({"x": 1.0})
    graph.node("y", Sigmoid(), "x")
    return Picture("Figure 5-22: as one node", graph, {"x": (0, 0), "y": (2.2, 0)}, {"y": "y = "})


def softmax_with_loss() -> Picture:
    """Return softmax and cross entropy of three classes."""
    rows = {1: 5.4, 2: 3.2, 3: 0}
    places: Places = {"S": (5, 1.6), "1/S": (7.4, 1.6), "sum of t log y": (17, 3.2)}
    places |= {"-1": (17.8, 2.2), "L": (19.4, 3.2)}
    for k, y in rows.items():
        places |= {f"a{k}": (0, y), f"exp(a{k})": (2.2, y), f"y{k}": (10.2, y)}
        places |= {f"log y{k}": (12.8, y), f"t{k}": (13.4, y - 1), f"t{k} log y{k}": (15, y)}
    names = {"S": "S = ", "1/S": "1/S = ", "L": "L = "} | {f"y{k}": f"y{k} = " for k in rows}
    along = {("exp(a1)", "S"): 0.3, ("1/S", "y1"): 0.75}
    title = "Figure A-5: softmax, up to y, and cross entropy error"
    return Picture(title, softmax_with_loss_graph(A, T), places, names, along)


SHEET: dict[Callable[[], Picture], tuple[float, float]] = {
    apple: (0, 14.3),
    sigmoid: (10.6, 15.7),
    apple_orange: (0, 7.6),
    sigmoid_layer: (10.6, 12.2),
    square: (10.6, 7.8),
    softmax_with_loss: (0, 0),
}


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Save each graph as an SVG, and all of them as one picture."""
    args = cli.parse(cli.parser(__doc__), argv)
    results: dict[str, Any] = {}
    sheet = []
    for make, offset in SHEET.items():
        picture, name = make(), make.__name__
        grads = picture.graph.backward()
        results[name] = {"values": picture.graph.values, "derivatives": grads}
        save_svg(draw([(picture, (0, 0))]), args.out / "ch05" / f"draw_graphs-{name}.svg")
        sheet.append((picture, offset))
    return cli.finish(args, __file__, results, draw(sheet))


if __name__ == "__main__":
    cli.run(main)
