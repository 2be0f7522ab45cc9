"""The sigmoid layer taken apart: exp, + 1, 1/x, and a square (sections 5.2 and 5.5.2).

    python ch05/elementary_nodes.py

runs the graph of figures 5-19 and 5-20 node by node, forward and backward, and prints that it gives
what the Sigmoid layer gives; then z = (x + y)^2 of figure 5-7, whose derivative is 2 (x + y). Less
than a second.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ch05.layer_naive import AddLayer, MulLayer
from common import cli
from common.layers import Sigmoid


class ExpLayer:
    """y = exp(x); dy/dx = y (eq. 5.11)."""

    def forward(self, x: Any) -> Any:
        """Return exp(x)."""
        self.out = np.exp(x)
        return self.out

    def backward(self, dout: Any) -> Any:
        """Return dout * exp(x)."""
        return dout * self.out


class DivLayer:
    """y = 1 / x; dy/dx = -y^2 (eq. 5.10)."""

    def forward(self, x: Any) -> Any:
        """Return 1 / x."""
        self.out = 1 / x
        return self.out

    def backward(self, dout: Any) -> Any:
        """Return -dout * y^2."""
        return -dout * self.out**2


class SquareLayer:
    """z = t^2; dz/dt = 2 t (eq. 5.3)."""

    def forward(self, t: Any) -> Any:
        """Return t^2."""
        self.t = t
        return t**2

    def backward(self, dout: Any) -> Any:
        """Return dout * 2 t."""
        return dout * 2 * self.t


def sigmoid_by_nodes(x: Any, dout: Any) -> tuple[Any, Any]:
    """Return the sigmoid of `x` and the derivative for x, through the four nodes of figure 5-20."""
    times, exp, plus, div = MulLayer(), ExpLayer(), AddLayer(), DivLayer()
    y = div.forward(plus.forward(exp.forward(times.forward(x, -1)), 1))
    dx, _ = times.backward(exp.backward(plus.backward(div.backward(dout))[0]))
    return y, dx


def square_of_sum(x: float, y: float) -> tuple[float, float, float]:
    """Return z = (x + y)^2, dz/dx and dz/dy (eq. 5.1 to 5.4)."""
    plus, square = AddLayer(), SquareLayer()
    z = square.forward(plus.forward(x, y))
    return (z, *plus.backward(square.backward(1)))


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print that the nodes and the layer agree."""
    args = cli.parse(cli.parser(__doc__), argv)
    x = np.array([-1.0, 1.0, 2.0])
    y, dx = sigmoid_by_nodes(x, np.ones(3))
    layer = Sigmoid()
    results = {
        "sigmoid by nodes": y,
        "sigmoid layer": layer.forward(x),
        "dx by nodes": dx,
        "dx of the layer": layer.backward(np.ones(3)),
        "(3 + 4)^2, dz/dx, dz/dy": square_of_sum(3, 4),
    }
    for name, value in results.items():
        print(f"{name:24} {value}")
    return cli.finish(args, __file__, results)


if __name__ == "__main__":
    cli.run(main)
