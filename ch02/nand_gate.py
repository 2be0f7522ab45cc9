"""The NAND gate (sections 2.2.2 and 2.3.3): not AND, 0 only if both inputs are 1.

    python ch02/nand_gate.py

You will see the truth table 1, 1, 1, 0. With the signs of its weights and threshold reversed, an
AND gate becomes a NAND gate, unless an input lies exactly at the threshold. An example is (1, 0)
for the weights (1, 1) and the threshold 1: its output is 0 with both signs. About a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch02.and_gate import SETTINGS
from ch02.helpers import plane
from ch02.helpers.tables import INPUTS, print_table, truth_table
from ch02.perceptron import perceptron, threshold_perceptron
from lab.plots import Figure
from lab.script import Results

W, B = (-0.5, -0.5), 0.7


def NAND(x1: float, x2: float) -> int:
    """Return 0 if both inputs are 1, else 1 (section 2.3.3)."""
    return perceptron([x1, x2], W, B)


def flipped(w1: float, w2: float, theta: float) -> list[int]:
    """Return the truth table of an AND gate with all signs reversed (section 2.2.2)."""
    return truth_table(lambda x1, x2: threshold_perceptron([x1, x2], [-w1, -w2], -theta))


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the truth table, and those of the AND gates with reversed signs."""
    results: Results = {"NAND": print_table("NAND", NAND), "flipped": []}
    for w1, w2, theta in SETTINGS:
        outputs = flipped(w1, w2, theta)
        on = [(x1, x2) for x1, x2 in INPUTS if w1 * x1 + w2 * x2 == theta]
        said = f"not NAND: {on} lie exactly at the threshold" if on else "also NAND"
        print(f"w1 {-w1}, w2 {-w2}, threshold {-theta}: {outputs}, {said}")
        results["flipped"].append({"w1": -w1, "w2": -w2, "theta": -theta, "y": outputs})
    return results


def draw(results: Results) -> Figure:
    """Draw the plane of the inputs, and the line of the gate."""
    return plane.draw(results["NAND"], W, B, "NAND: 1 where −0.5 x1 − 0.5 x2 + 0.7 > 0")


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
