"""The step function and the sigmoid on the same axes (section 3.2.5, figure 3-8).

    python ch03/sig_step_compare.py

You will see two ways from 0 to 1: the step (dashed) knows two values, the sigmoid (solid) every
value between them. About a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.functions import sigmoid, step_function
from lab import plots


def draw(x: np.ndarray) -> Figure:
    """Draw both functions at the points `x` (figure 3-8)."""
    fig, ax = plots.curve(x, sigmoid(x), "Figure 3-8: smoothly or in one step", ylabel="h(x)")
    ax.lines[0].set_label("sigmoid")
    ax.plot(x, step_function(x), linestyle="--", label="step")
    ax.set_ylim(-0.1, 1.1)
    ax.legend()
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Draw the comparison and print the widest gap between the two."""
    args = cli.parse(cli.parser(__doc__), argv)
    x = np.arange(-5.0, 5.0, 0.1)
    gap = np.abs(sigmoid(x) - step_function(x)).max()
    print(f"both stay within [0, 1]; they differ by at most {gap:.2f}, next to x = 0")
    results = {"x": x, "sigmoid": sigmoid(x), "step": step_function(x), "largest_gap": gap}
    return cli.finish(args, __file__, results, draw(x))


if __name__ == "__main__":
    cli.run(main)
