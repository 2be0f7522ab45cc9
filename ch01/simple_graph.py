"""The first plot (1.6.1, figure 1-3): a bare sine curve.

    python ch01/simple_graph.py
    python ch01/simple_graph.py --stop 60 --step 2

You will see 60 points of sin(x), joined by straight lines, and nothing else: no title, no labels.
What a finished figure has, `sin_graph.py` adds. The second command shows what too wide a step does
to a curve. Takes a second.
"""

import argparse
from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from lab import plots


def sample_points(stop: float = 6.0, step: float = 0.1) -> np.ndarray:
    """Return 0, step, 2 step ... below `stop`; by default the 60 points of figure 1-3."""
    if stop / step > 1e6:
        raise ValueError(f"{stop} / {step} is too many points; expected at most a million")
    return np.arange(0, stop, step)


def parse_points(
    doc: str | None, argv: Sequence[str] | None
) -> tuple[argparse.Namespace, np.ndarray]:
    """Parse the flags of a curve; return them and the points that they ask for."""
    parser = cli.parser(doc)
    parser.add_argument("--stop", type=cli.positive, default=6.0, help="end of x (default: 6)")
    parser.add_argument("--step", type=cli.positive, default=0.1, help="step of x (default: 0.1)")
    args = cli.parse(parser, argv)
    return args, sample_points(args.stop, args.step)


def draw(x: np.ndarray) -> Figure:
    """Draw sin(x) over `x`, bare."""
    figure, ax = plots.figure()
    ax.plot(x, np.sin(x))
    return figure


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Draw figure 1-3."""
    args, x = parse_points(__doc__, argv)
    return cli.finish(args, __file__, {"x": x, "sin": np.sin(x)}, draw(x))


if __name__ == "__main__":
    cli.run(main)
