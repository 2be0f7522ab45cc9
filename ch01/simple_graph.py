"""The first plot (section 1.6.1, figure 1-3): a plain sine curve.

    python ch01/simple_graph.py
    python ch01/simple_graph.py --stop 60 --step 2

You will see 60 points of sin(x), connected by straight lines, without a title or labels;
`sin_graph.py` adds these. The second command shows how a large step distorts the curve. About a
second.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from lab.plots import Figure
from lab.script import Flag, Results

FLAGS = {"stop": Flag(6.0, "end of x, not included"), "step": Flag(0.1, "step between values of x")}


def sample_points(stop: float = 6.0, step: float = 0.1) -> np.ndarray:
    """Return 0, step, 2 step, ... below `stop`; by default the 60 points of figure 1-3."""
    if stop / step > 1e6:
        raise ValueError(f"{stop} / {step} is too many points; expected at most a million")
    return np.arange(0, stop, step)


def experiment(args: argparse.Namespace) -> Results:
    """Return the points and their sines."""
    x = sample_points(args.stop, args.step)
    return {"x": x, "sin": np.sin(x)}


def draw(results: Results) -> Figure:
    """Draw figure 1-3: sin(x), without a title and labels."""
    fig, ax = plots.figure()
    ax.plot(results["x"], results["sin"])
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
