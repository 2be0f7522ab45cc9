"""The ReLU, rectified linear unit (section 3.2.7, figure 3-9).

    python ch03/relu.py

You will see y = 0 for x <= 0, and y = x for x > 0. About a second.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.functions import relu
from lab.plots import Figure
from lab.script import Results


def experiment(_: argparse.Namespace) -> Results:
    """Print three values, and return the curve."""
    print("relu([-2, 0, 3]) =", relu([-2.0, 0.0, 3.0]))
    x = np.arange(-5.0, 5.0, 0.1)
    return {"x": x, "y": relu(x)}


def draw(results: Results) -> Figure:
    """Draw figure 3-9."""
    title = "Figure 3-9: ReLU is 0 for x ≤ 0, and x for x > 0"
    fig, ax = plots.curve(results["x"], results["y"], title, ylabel="h(x)")
    ax.set_ylim(-0.5, 5.5)
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
