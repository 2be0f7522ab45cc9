"""The OR gate (sections 2.2.2 and 2.3.3) and its line (section 2.4.1, eq. 2.3, figure 2-6).

    python ch02/or_gate.py

You will see the truth table 0, 1, 1, 1, the same table for the weights of eq. (2.3), and the line
-0.5 + x1 + x2 = 0, which separates the circle from the triangles. About a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch02.helpers import plane
from ch02.helpers.tables import print_table
from ch02.perceptron import perceptron
from lab.plots import Figure
from lab.script import Results

W, B = (0.5, 0.5), -0.2
W_FIGURE, B_FIGURE = (1.0, 1.0), -0.5  # eq. (2.3)


def OR(x1: float, x2: float) -> int:
    """Return 1 if at least one input is 1, else 0 (section 2.3.3)."""
    return perceptron([x1, x2], W, B)


def OR_figure(x1: float, x2: float) -> int:
    """Return the same output, with the weights of figure 2-6 (section 2.4.1, eq. 2.3)."""
    return perceptron([x1, x2], W_FIGURE, B_FIGURE)


def experiment(_: argparse.Namespace) -> Results:
    """Print and return both truth tables."""
    results = {"OR": print_table("OR", OR), "eq 2.3": print_table("eq. (2.3)", OR_figure)}
    said = "the same gate" if results["OR"] == results["eq 2.3"] else "another gate"
    print(f"the weights of eq. (2.3) make {said}")
    return results


def draw(results: Results) -> Figure:
    """Draw figure 2-6."""
    title = "Figure 2-6, OR: 1 where −0.5 + x1 + x2 > 0"
    return plane.draw(results["eq 2.3"], W_FIGURE, B_FIGURE, title)


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
