"""The OR gate (2.2.2, 2.3.3) and its line (2.4.1, eq. 2.3, figure 2-6).

    python ch02/or_gate.py

You will see the truth table 0, 1, 1, 1, the same from the other weights of eq. (2.3), and the line
-0.5 + x1 + x2 = 0 that parts the circle from the triangles. Takes a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch02.helpers import plane
from ch02.perceptron import perceptron, print_table

W, B = (0.5, 0.5), -0.2
W_FIGURE, B_FIGURE = (1.0, 1.0), -0.5  # eq. (2.3)


def OR(x1: float, x2: float) -> int:
    """Return 1 if an input is 1, or both, else 0 (2.3.3)."""
    return perceptron([x1, x2], W, B)


def OR_figure(x1: float, x2: float) -> int:
    """Return the same with the weights of figure 2-6 (2.4.1, eq. 2.3)."""
    return perceptron([x1, x2], W_FIGURE, B_FIGURE)


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print both truth tables, and draw figure 2-6."""
    args = cli.parse(cli.parser(__doc__), argv)
    results = {"OR": print_table("OR", OR), "eq 2.3": print_table("eq. (2.3)", OR_figure)}
    said = "the same gate" if results["OR"] == results["eq 2.3"] else "another gate"
    print(f"the weights of eq. (2.3) make {said}")
    figure = plane.draw(results["eq 2.3"], W_FIGURE, B_FIGURE, "OR: 1 where −0.5 + x1 + x2 > 0")
    return cli.finish(args, __file__, results, figure)


if __name__ == "__main__":
    cli.run(main)
