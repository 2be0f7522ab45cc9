"""The step function (sections 3.2.2 and 3.2.3, figure 3-6).

    python ch03/step_function.py

You will see a line at 0 that jumps to 1 where x becomes positive: the activation function of the
perceptron of chapter 2. About a second.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.functions import step_function
from lab.plots import Figure
from lab.script import Results


def step_function_scalar(x: float) -> int:
    """Return 1 if x > 0, else 0: exactly as in the formula, for a single number.

    Book: section 3.2.2, eq. (3.3). For an array "x > 0" gives one value per element, so NumPy
    raises a ValueError; `common.functions.step_function` works element by element.
    """
    if x > 0:
        return 1
    return 0


def experiment(_: argparse.Namespace) -> Results:
    """Print the values of the book, and return the curve."""
    print("one number at a time:", [step_function_scalar(x) for x in (-1.0, 0.0, 3.0)])
    print("a whole array:       ", step_function([-1.0, 1.0, 2.0]))
    x = np.arange(-5.0, 5.0, 0.1)
    return {"x": x, "y": step_function(x)}


def draw(results: Results) -> Figure:
    """Draw figure 3-6."""
    title = "Figure 3-6: the step function jumps from 0 to 1 at x = 0"
    fig, ax = plots.curve(results["x"], results["y"], title, ylabel="h(x)")
    ax.set_ylim(-0.1, 1.1)
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
