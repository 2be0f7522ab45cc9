"""The AND gate (sections 2.2.1, 2.3.1 and 2.3.3): 1 only if both inputs are 1.

    python ch02/and_gate.py

You will see the truth table 0, 0, 0, 1, and the same table for three choices of weights and
threshold, of infinitely many. The figure shows the line that separates (1, 1) from the other
inputs. About a second.
"""

import argparse
from functools import partial

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch02.helpers import plane
from ch02.helpers.tables import print_table, truth_table
from ch02.perceptron import perceptron, threshold_perceptron
from lab.plots import Figure
from lab.script import Results

W, B = (0.5, 0.5), -0.7
SETTINGS = [(0.5, 0.5, 0.7), (0.5, 0.5, 0.8), (1.0, 1.0, 1.0)]  # w1, w2, theta of 2.2.1


def AND(x1: float, x2: float) -> int:
    """Return 1 if both inputs are 1, else 0 (section 2.3.3, with weights and bias)."""
    return perceptron([x1, x2], W, B)


def AND_threshold(
    x1: float, x2: float, w1: float = 0.5, w2: float = 0.5, theta: float = 0.7
) -> int:
    """Return the same output, with weights and threshold (section 2.3.1)."""
    return threshold_perceptron([x1, x2], [w1, w2], theta)


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the truth tables of all settings."""
    results: Results = {"AND": print_table("AND", AND), "settings of AND": []}
    for w1, w2, theta in SETTINGS:
        outputs = truth_table(partial(AND_threshold, w1=w1, w2=w2, theta=theta))
        said = "also AND" if outputs == results["AND"] else "not AND"
        print(f"w1 {w1}, w2 {w2}, threshold {theta}: {outputs}, {said}")
        results["settings of AND"].append({"w1": w1, "w2": w2, "theta": theta, "y": outputs})
    return results


def draw(results: Results) -> Figure:
    """Draw the plane of the inputs, and the line of the gate with the bias."""
    return plane.draw(results["AND"], W, B, "AND: 1 where 0.5 x1 + 0.5 x2 − 0.7 > 0")


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
