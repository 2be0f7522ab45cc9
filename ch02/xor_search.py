"""A search for a perceptron that is an XOR gate (section 2.4.1): no such perceptron exists.

    python ch02/xor_search.py
    python ch02/xor_search.py --largest 4 --step 0.0625

You will see how many weights and biases of a grid make each gate: hundreds make AND, NAND or OR,
and none makes XOR. About a second.

Why no perceptron is XOR: b <= 0 is needed for (0, 0), and w1 + b > 0 and w2 + b > 0 for the two
inputs with one 1. So w1 > -b >= 0 and w2 > -b, and w1 + w2 + b > -b >= 0: (1, 1) gives 1, not 0.
"""

import argparse
from collections.abc import Sequence

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch02.and_gate import AND
from ch02.helpers.tables import INPUTS, truth_table
from ch02.nand_gate import NAND
from ch02.or_gate import OR
from ch02.xor_gate import XOR
from lab.script import Flag, Results

FLAGS = {
    "largest": Flag(2.0, "largest weight and bias of the grid"),
    "step": Flag(0.125, "distance between neighbouring values of the grid"),
}


def count_settings(outputs: Sequence[int], largest: float = 2.0, step: float = 0.125) -> int:
    """Return how many perceptrons of a grid have the truth table `outputs`.

    Parameters
    ----------
    outputs : sequence of four values, each 0 or 1
        For (0, 0), (1, 0), (0, 1), (1, 1).
    largest, step : float
        w1, w2 and b go from -largest to largest in steps of `step`, including 0.
    """
    if largest / step > 100:
        raise ValueError(f"{largest} / {step} is too fine a grid; expected at most 100 steps")
    steps = int(largest / step)
    values = step * np.arange(-steps, steps + 1)
    w1, w2, b = np.meshgrid(values, values, values, sparse=True)
    table = zip(INPUTS, outputs, strict=True)
    right = [(w1 * x1 + w2 * x2 + b > 0) == (y == 1) for (x1, x2), y in table]
    return int(np.logical_and.reduce(right).sum())


def experiment(args: argparse.Namespace) -> Results:
    """Print and return how many settings make each gate."""
    found = {}
    for gate in (AND, NAND, OR, XOR):
        name = gate.__name__
        found[name] = count_settings(truth_table(gate), args.largest, args.step)
        print(f"{name:4} {found[name]} settings of weights and bias on the grid")
    return {"settings found": found}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS)

if __name__ == "__main__":
    script.run(main)
