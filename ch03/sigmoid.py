"""The sigmoid function (section 3.2.4, figure 3-7).

    python ch03/sigmoid.py

You will see an S-shaped curve: near 0 on the left, near 1 on the right, 0.5 at x = 0, and smooth
everywhere. About a second.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.functions import sigmoid
from lab.plots import Figure
from lab.script import Results


def experiment(_: argparse.Namespace) -> Results:
    """Print the values of the book, and return them with the curve."""
    t = np.array([1.0, 2.0, 3.0])
    print("a number and an array, element by element (broadcasting):")
    print("1.0 + t =", 1.0 + t)
    print("1.0 / t =", 1.0 / t)
    print("so the formula works for arrays, too: sigmoid([-1, 1, 2]) =", sigmoid([-1.0, 1.0, 2.0]))
    x = np.arange(-5.0, 5.0, 0.1)
    return {"sum": 1.0 + t, "quotient": 1.0 / t, "x": x, "y": sigmoid(x)}


def draw(results: Results) -> Figure:
    """Draw figure 3-7."""
    title = "Figure 3-7: the sigmoid rises smoothly from 0 to 1"
    fig, ax = plots.curve(results["x"], results["y"], title, ylabel="h(x)")
    ax.set_ylim(-0.1, 1.1)
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
