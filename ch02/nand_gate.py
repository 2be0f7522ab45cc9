"""The NAND gate (2.2.2, 2.3.3): not AND, 0 only where both inputs are 1.

    python ch02/nand_gate.py

You will see the truth table 1, 1, 1, 0, and that flipping the signs of AND's weights and threshold
gives NAND, except where an input lies on the threshold itself, as (1, 0) does for the weights
(1, 1) and the threshold 1: there a perceptron gives 0, whichever way it looks. Takes a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch02.and_gate import SETTINGS
from ch02.helpers import plane
from ch02.perceptron import perceptron, print_table, threshold_perceptron, truth_table

W, B = (-0.5, -0.5), 0.7


def NAND(x1: float, x2: float) -> int:
    """Return 0 if both inputs are 1, else 1 (2.3.3)."""
    return perceptron([x1, x2], W, B)


def flipped(w1: float, w2: float, theta: float) -> list[int]:
    """Return the truth table with all signs of an AND gate flipped (2.2.2)."""
    return truth_table(lambda x1, x2: threshold_perceptron([x1, x2], [-w1, -w2], -theta))


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the truth table, then those of AND's settings flipped; draw the first."""
    args = cli.parse(cli.parser(__doc__), argv)
    results: dict[str, Any] = {"NAND": print_table("NAND", NAND), "flipped": []}
    for w1, w2, theta in SETTINGS:
        outputs = flipped(w1, w2, theta)
        on = [(x1, x2) for x1, x2 in plane.INPUTS if w1 * x1 + w2 * x2 == theta]
        said = f"not NAND: 0 on the threshold itself, at {on}" if on else "NAND too"
        print(f"with w1 {-w1}, w2 {-w2}, threshold {-theta} the column is {outputs}, {said}")
        results["flipped"].append({"w1": -w1, "w2": -w2, "theta": -theta, "y": outputs})
    figure = plane.draw(results["NAND"], W, B, "NAND: 1 where −0.5 x1 − 0.5 x2 + 0.7 > 0")
    return cli.finish(args, __file__, results, figure)


if __name__ == "__main__":
    cli.run(main)
