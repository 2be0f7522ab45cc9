"""Two nodes of a computational graph as layers: multiply and add (section 5.4).

    python ch05/layer_naive.py

runs both forward and backward with the numbers of figure 5-17. On the way back multiplication
exchanges its inputs: the price of an apple gets 1.1 times 2, that is 2.2, and the number of apples
1.1 times 100, that is 110. Addition passes back 1.1 to both inputs. Less than a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from lab.script import Results


class MulLayer:
    """z = x y; a change of x counts y times, and a change of y counts x times (eq. 5.6)."""

    def __init__(self) -> None:
        self.x: float | None = None
        self.y: float | None = None

    def forward(self, x: float, y: float) -> float:
        """Return x y, and keep both for `backward`."""
        self.x, self.y = x, y
        return x * y

    def backward(self, dout: float) -> tuple[float, float]:
        """Return the derivatives for x and y: `dout` times the other input."""
        if self.x is None or self.y is None:
            raise ValueError("MulLayer.backward came before forward; call forward first")
        return dout * self.y, dout * self.x


class AddLayer:
    """z = x + y; a change of either counts once (eq. 5.5)."""

    def forward(self, x: float, y: float) -> float:
        """Return x + y; `backward` does not need them."""
        return x + y

    def backward(self, dout: float) -> tuple[float, float]:
        """Return the derivatives for x and y: `dout`, unchanged."""
        return dout * 1, dout * 1


def experiment(_: argparse.Namespace) -> Results:
    """Print and return what each layer gives, forward and backward."""
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
