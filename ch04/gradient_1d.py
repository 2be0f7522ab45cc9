"""The slope of y = 0.01 x^2 + 0.1 x at 5 and at 10 (section 4.3.2, figures 4-6 and 4-7).

    python ch04/gradient_1d.py

prints the two numerical derivatives, 0.2 and 0.3 to nine digits, and draws the tangents that have
these slopes. A second or so.
"""

from collections.abc import Sequence
from typing import Any

try:
    from common import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common import plots
from common.gradient import numerical_diff


def function_1(x: Any) -> Any:
    """Return 0.01 x^2 + 0.1 x (eq. 4.5)."""
    return 0.01 * x**2 + 0.1 * x


def draw(points: Sequence[float] = (5, 10)) -> Figure:
    """Draw function_1 alone (figure 4-6), and with its tangents at `points` (figure 4-7)."""
    x = np.arange(0.0, 20.0, 0.1)
    fig, axes = plots.figure(1, 2, size=(10.5, 4), sharey=True)
    for ax in axes:
        ax.plot(x, function_1(x), label="f(x) = 0.01x² + 0.1x")
        ax.set(xlabel="x", ylabel="f(x)")
    axes[0].set_title("Figure 4-6: the function")
    axes[1].set_title("Figure 4-7: its tangents")
    for at in points:
        slope = numerical_diff(function_1, at)
        axes[1].plot(x, function_1(at) + slope * (x - at), "--", label=f"slope {slope:.1f} at {at}")
        axes[1].plot(at, function_1(at), "ko", markersize=4)
    for ax in axes:
        ax.legend()
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the derivatives at 5 and 10, and draw figures 4-6 and 4-7."""
    args = cli.parse(cli.parser(__doc__), argv)
    results = {f"slope at {at}": numerical_diff(function_1, at) for at in (5, 10)}
    for name, slope in results.items():
        print(f"{name}: {slope!r}")
    return cli.finish(args, __file__, results, draw())


if __name__ == "__main__":
    cli.run(main)
