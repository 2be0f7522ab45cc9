"""The AND gate (2.2.1, 2.3.1, 2.3.3): 1 only where both inputs are 1.

    python ch02/and_gate.py

You will see the truth table 0, 0, 0, 1, three times the same from other weights and thresholds, of
which there are infinitely many, and the line that parts (1, 1) from the rest. Takes a second.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch02.helpers import plane
from ch02.perceptron import perceptron, print_table, threshold_perceptron, truth_table

W, B = (0.5, 0.5), -0.7
SETTINGS = [(0.5, 0.5, 0.7), (0.5, 0.5, 0.8), (1.0, 1.0, 1.0)]  # w1, w2, theta of 2.2.1


def AND(x1: float, x2: float) -> int:
    """Return 1 if both inputs are 1, else 0 (2.3.3, with weights and bias)."""
    return perceptron([x1, x2], W, B)


def AND_threshold(
    x1: float, x2: float, w1: float = 0.5, w2: float = 0.5, theta: float = 0.7
) -> int:
    """Return the same, with weights and threshold (2.3.1)."""
    return threshold_perceptron([x1, x2], [w1, w2], theta)


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the truth table of all settings, and draw the one with the bias."""
    args = cli.parse(cli.parser(__doc__), argv)
    results: dict[str, Any] = {"AND": print_table("AND", AND), "settings": []}
    for w1, w2, theta in SETTINGS:
        outputs = truth_table(partial(AND_threshold, w1=w1, w2=w2, theta=theta))
        said = "AND too" if outputs == results["AND"] else "not AND"
        print(f"with w1 {w1}, w2 {w2}, threshold {theta} the column is {outputs}, {said}")
        results["settings"].append({"w1": w1, "w2": w2, "theta": theta, "y": outputs})
    figure = plane.draw(results["AND"], W, B, "AND: 1 where 0.5 x1 + 0.5 x2 − 0.7 > 0")
    return cli.finish(args, __file__, results, figure)


if __name__ == "__main__":
    cli.run(main)
