"""The sine curve, finished (1.6.1): `simple_graph.py` with all that a reader needs to read it.

    python ch01/sin_graph.py

You will see the same 60 points, now with a title, names on both axes, and ticks where a sine has
its zeros and turning points: at 0, pi/2, pi and 3pi/2. Takes a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch01.simple_graph import sample_points
from lab import plots

TICKS = {"0": 0.0, "π/2": np.pi / 2, "π": np.pi, "3π/2": 3 * np.pi / 2}


def draw(x: np.ndarray) -> Figure:
    """Draw sin(x) over `x`, with its title, labels and ticks."""
    figure, ax = plots.curve(x, np.sin(x), "y = sin(x)")
    ax.set_xticks(list(TICKS.values()), list(TICKS))
    ax.set_yticks([-1, 0, 1])
    return figure


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Draw the sine curve with title, labels and ticks."""
    args = cli.parse(cli.parser(__doc__), argv)
    x = sample_points()
    return cli.finish(args, __file__, {"x": x, "sin": np.sin(x)}, draw(x))


if __name__ == "__main__":
    cli.run(main)
