"""Two curves in one figure (1.6.2, figure 1-4): sine and cosine.

    python ch01/sin_cos_graph.py

You will see the sine solid and the cosine dashed, told apart by a legend, under the title
``sin & cos``. Takes a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch01.simple_graph import parse_points
from lab import plots


def draw(x: np.ndarray) -> Figure:
    """Draw sin(x) and cos(x) over `x`."""
    figure, ax = plots.figure()
    ax.plot(x, np.sin(x), label="sin")
    ax.plot(x, np.cos(x), linestyle="--", label="cos")
    ax.set(title="sin & cos", xlabel="x", ylabel="y")
    ax.legend()
    return figure


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Draw figure 1-4."""
    args, x = parse_points(__doc__, argv)
    return cli.finish(args, __file__, {"x": x, "sin": np.sin(x), "cos": np.cos(x)}, draw(x))


if __name__ == "__main__":
    cli.run(main)
