"""The sine curve with a title, labels and ticks (section 1.6.1).

    python ch01/sin_graph.py

You will see the 60 points of `simple_graph.py` again, now with a title, a label on each axis, and
ticks at the zeros, the maximum and the minimum: 0, pi/2, pi and 3pi/2. About a second.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch01.simple_graph import sample_points
from lab.plots import Figure
from lab.script import Results

TICKS = {"0": 0.0, "π/2": np.pi / 2, "π": np.pi, "3π/2": 3 * np.pi / 2}


def experiment(_: argparse.Namespace) -> Results:
    """Return the points of figure 1-3 and their sines."""
    x = sample_points()
    return {"x": x, "sin": np.sin(x)}


def draw(results: Results) -> Figure:
    """Draw sin(x) with its title, labels and ticks."""
    fig, ax = plots.curve(results["x"], results["sin"], "y = sin(x)")
    ax.set_xticks(list(TICKS.values()), list(TICKS))
    ax.set_yticks([-1, 0, 1])
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
