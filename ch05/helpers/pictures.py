"""The positions of the nodes of each graph in its drawing."""

from ch05.helpers.book_graphs import (
    A,
    T,
    apple_graph,
    apple_orange_graph,
    sigmoid_graph,
    softmax_with_loss_graph,
    square_graph,
)
from ch05.helpers.drawing import Picture, number
from ch05.helpers.graph import Graph
from common.layers import Sigmoid

Places = dict[str, tuple[float, float]]


def apple() -> Picture:
    """Return the picture of two apples and the tax."""
    graph = apple_graph()
    places: Places = {"apple": (0, 2.4), "number": (0, 1.2), "tax": (0, 0)}
    places |= {"apples": (2.4, 2.4), "price": (5, 2.4)}
    price = number(graph.values["price"])
    return Picture(f"Figure 5-14: two apples cost {price} yen with tax", graph, places)


def apple_orange() -> Picture:
    """Return the picture of two apples, three oranges and the tax."""
    graph = apple_orange_graph()
    places: Places = {"apple_num": (0, 5), "apple": (0, 3.8), "orange": (0, 2.4)}
    places |= {"orange_num": (0, 1.2), "tax": (0, 0)}
    places |= {"apple_price": (2.4, 3.8), "orange_price": (2.4, 2.4)}
    places |= {"all_price": (4.8, 3.1), "price": (7.4, 3.1)}
    price = number(graph.values["price"])
    title = f"Figure 5-15: two apples and three oranges cost {price} yen with tax"
    return Picture(title, graph, places)


def square() -> Picture:
    """Return the picture of z = (x + y)^2."""
    places: Places = {"x": (0, 1.2), "y": (0, 0), "t": (2.2, 0.6), "z": (4.6, 0.6)}
    names = {"t": "t = ", "z": "z = "}
    title = "Figure 5-8: z = (x + y)², dz/dx = 2 (x + y)"
    return Picture(title, square_graph(3, 4), places, names)


def sigmoid() -> Picture:
    """Return the picture of the sigmoid, node by node."""
    places: Places = {"x": (0, 1), "-1": (0.6, 0), "-x": (2.2, 1), "exp(-x)": (4.4, 1)}
    places |= {"1": (5, 0), "1 + exp(-x)": (6.6, 1), "y": (8.8, 1)}
    title = "Figure 5-20: the sigmoid, node by node"
    return Picture(title, sigmoid_graph(1.0), places, {"y": "y = "})


def sigmoid_layer() -> Picture:
    """Return the picture of the sigmoid as one node."""
    graph = Graph({"x": 1.0})
    graph.node("y", Sigmoid(), "x")
    places: Places = {"x": (0, 0), "y": (2.2, 0)}
    return Picture("Figure 5-22: the sigmoid as one node", graph, places, {"y": "y = "})


def softmax_with_loss() -> Picture:
    """Return the picture of softmax and cross entropy of three classes."""
    rows = {1: 5.6, 2: 3, 3: 0}
    places: Places = {"S": (3.25, 1.5), "1/S": (5.1, 1.5), "sum of t log y": (11.65, 3)}
    places |= {"-1": (12.15, 2), "L": (13.15, 3)}
    for k, y in rows.items():
        places |= {f"a{k}": (0, y), f"exp(a{k})": (1.55, y), f"y{k}": (6.9, y)}
        places |= {f"log y{k}": (8.55, y), f"t{k}": (9.15, y - 1), f"t{k} log y{k}": (10.15, y)}
    names = {"S": "S = ", "L": "L = "}
    along = {("exp(a1)", "S"): 0.35, ("1/S", "y1"): 0.7}
    title = "Figure A-5: the gradient of softmax with cross entropy is y − t"
    return Picture(title, softmax_with_loss_graph(A, T), places, names, along)
