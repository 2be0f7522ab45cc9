"""The step function and the sigmoid on the same axes (section 3.2.5, figure 3-8).

    python ch03/sig_step_compare.py

You will see two curves from 0 to 1: the step function (dashed) takes only these two values, the
sigmoid (solid) all values between them. About a second.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.functions import sigmoid, step_function
from lab.plots import Figure
from lab.script import Results


def experiment(_: argparse.Namespace) -> Results:
    """Print the largest difference between the two functions, and return both."""
    x = np.arange(-5.0, 5.0, 0.1)
    gap = np.abs(sigmoid(x) - step_function(x)).max()
    print(f"both stay within [0, 1]; they differ by at most {gap:.2f}, next to x = 0")
    return {"x": x, "sigmoid": sigmoid(x), "step": step_function(x), "largest_gap": gap}


def draw(results: Results) -> Figure:
    """Draw figure 3-8."""
    title = f"Figure 3-8: sigmoid and step differ by at most {results['largest_gap']:.2f}"
    fig, ax = plots.curve(results["x"], results["sigmoid"], title, ylabel="h(x)")
    ax.lines[0].set_label("sigmoid")
    ax.plot(results["x"], results["step"], linestyle="--", label="step")
    ax.set_ylim(-0.1, 1.1)
    ax.legend()
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
