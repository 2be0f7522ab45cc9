"""Two curves in one figure (section 1.6.2, figure 1-4): sine and cosine.

    python ch01/sin_cos_graph.py

You will see a solid sine and a dashed cosine with a legend, under the title ``sin & cos``. About a
second.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch01.simple_graph import FLAGS, sample_points
from lab.plots import Figure
from lab.script import Results


def experiment(args: argparse.Namespace) -> Results:
    """Return the points, their sines and their cosines."""
    x = sample_points(args.stop, args.step)
    return {"x": x, "sin": np.sin(x), "cos": np.cos(x)}


def draw(results: Results) -> Figure:
    """Draw figure 1-4: sin(x) and cos(x) in the same axes."""
    fig, ax = plots.figure()
    ax.plot(results["x"], results["sin"], label="sin")
    ax.plot(results["x"], results["cos"], linestyle="--", label="cos")
    ax.set(title="sin & cos", xlabel="x", ylabel="y")
    ax.legend()
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
