"""The ReLU, rectified linear unit (section 3.2.7, figure 3-9).

    python ch03/relu.py

You will see a ramp: 0 up to x = 0, then the diagonal. About a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.functions import relu
from lab import plots


def draw(x: np.ndarray) -> Figure:
    """Draw the ReLU at the points `x` (figure 3-9)."""
    fig, ax = plots.curve(x, relu(x), "Figure 3-9: ReLU", ylabel="h(x)")
    ax.set_ylim(-0.5, 5.5)
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print three values and draw the curve."""
    args = cli.parse(cli.parser(__doc__), argv)
    print("relu([-2, 0, 3]) =", relu([-2.0, 0.0, 3.0]))
    x = np.arange(-5.0, 5.0, 0.1)
    return cli.finish(args, __file__, {"x": x, "y": relu(x)}, draw(x))


if __name__ == "__main__":
    cli.run(main)
