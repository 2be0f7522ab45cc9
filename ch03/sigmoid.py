"""The sigmoid function (section 3.2.4, figure 3-7).

    python ch03/sigmoid.py

You will see an S: near 0 on the left, near 1 on the right, 0.5 at x = 0, and smooth everywhere.
About a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.functions import sigmoid
from lab import plots


def draw(x: np.ndarray) -> Figure:
    """Draw the sigmoid at the points `x` (figure 3-7)."""
    fig, ax = plots.curve(x, sigmoid(x), "Figure 3-7: sigmoid", ylabel="h(x)")
    ax.set_ylim(-0.1, 1.1)
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the values of the book and draw the curve."""
    args = cli.parse(cli.parser(__doc__), argv)
    t = np.array([1.0, 2.0, 3.0])
    print("a number and an array, element by element (broadcasting):")
    print("1.0 + t =", 1.0 + t)
    print("1.0 / t =", 1.0 / t)
    print("so one formula serves both: sigmoid([-1, 1, 2]) =", sigmoid([-1.0, 1.0, 2.0]))
    x = np.arange(-5.0, 5.0, 0.1)
    results = {"sum": 1.0 + t, "quotient": 1.0 / t, "x": x, "y": sigmoid(x)}
    return cli.finish(args, __file__, results, draw(x))


if __name__ == "__main__":
    cli.run(main)
