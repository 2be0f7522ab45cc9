"""The step function (sections 3.2.2 and 3.2.3, figure 3-6).

    python ch03/step_function.py

You will see a line at 0 that jumps to 1 where x becomes positive: a neuron of chapter 2 fires or it
does not. About a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.functions import step_function
from lab import plots


def step_function_scalar(x: float) -> int:
    """Return 1 if x > 0, else 0: the formula as it is read, for a single number.

    Book: section 3.2.2, eq. (3.3). An array has no single answer to "x > 0?", so NumPy raises a
    ValueError; `common.functions.step_function` answers element by element.
    """
    if x > 0:
        return 1
    return 0


def draw(x: np.ndarray) -> Figure:
    """Draw the step function at the points `x` (figure 3-6)."""
    fig, ax = plots.curve(x, step_function(x), "Figure 3-6: step function", ylabel="h(x)")
    ax.set_ylim(-0.1, 1.1)
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the values of the book and draw the curve."""
    args = cli.parse(cli.parser(__doc__), argv)
    print("one number at a time:", [step_function_scalar(x) for x in (-1.0, 0.0, 3.0)])
    print("a whole array:       ", step_function([-1.0, 1.0, 2.0]))
    x = np.arange(-5.0, 5.0, 0.1)
    return cli.finish(args, __file__, {"x": x, "y": step_function(x)}, draw(x))


if __name__ == "__main__":
    cli.run(main)
