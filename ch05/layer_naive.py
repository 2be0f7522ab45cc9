"""Two nodes of a computational graph as layers: multiply and add (section 5.4).

    python ch05/layer_naive.py

You will see both passes with the numbers of figure 5-17. In the backward pass a multiplication
exchanges its inputs: the price of an apple gets 1.1 times 2 = 2.2, and the number of apples 1.1
times 100 = 110. An addition passes back 1.1 to both inputs. Less than a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from lab.script import Results


class MulLayer:
    """z = x y; the derivative for x is y, and the derivative for y is x (eq. 5.6)."""

    def __init__(self) -> None:
        self.x: float | None = None
        self.y: float | None = None

    def forward(self, x: float, y: float) -> float:
        """Return x y, and store x and y for `backward`."""
        self.x, self.y = x, y
        return x * y

    def backward(self, dout: float) -> tuple[float, float]:
        """Return the derivatives for x and y: `dout` times the other input."""
        if self.x is None or self.y is None:
            raise ValueError("MulLayer.backward was called before forward; call forward first")
        return dout * self.y, dout * self.x


class AddLayer:
    """z = x + y; the derivatives for x and y are 1 (eq. 5.5)."""

    def forward(self, x: float, y: float) -> float:
        """Return x + y; `backward` does not need x and y."""
        return x + y

    def backward(self, dout: float) -> tuple[float, float]:
        """Return the derivatives for x and y: `dout`, unchanged."""
        return dout * 1, dout * 1


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the results of each layer, forward and backward."""
    results: Results = {}
    layers: dict[str, tuple[MulLayer | AddLayer, float, float]]
    layers = {"multiply": (MulLayer(), 100, 2), "add": (AddLayer(), 200, 450)}
    for name, (layer, x, y) in layers.items():
        out, (dx, dy) = layer.forward(x, y), layer.backward(1.1)
        print(f"{name:8}  forward({x}, {y}) is {out}, backward(1.1) is ({dx:g}, {dy:g})")
        results[name] = {"forward": out, "backward": [dx, dy]}
    return results


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
