"""The slope of y = 0.01 x^2 + 0.1 x at 5 and at 10 (section 4.3.2, figures 4-6 and 4-7).

    python ch04/gradient_1d.py

You will see the two numerical derivatives, 0.2 and 0.3, correct to nine digits, and the tangents
with these slopes. About a second.
"""

import argparse
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.gradient import numerical_diff
from lab.plots import Figure
from lab.script import Results


def function_1(x: Any) -> Any:
    """Return 0.01 x^2 + 0.1 x (eq. 4.5)."""
    return 0.01 * x**2 + 0.1 * x


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the derivatives at 5 and 10."""
    slopes = {f"slope at {at}": numerical_diff(function_1, at) for at in (5, 10)}
    for name, slope in slopes.items():
        print(f"{name}: {slope!r}")
    return slopes


def draw(results: Results) -> Figure:
    """Draw function_1 alone (figure 4-6), and with its tangents at 5 and 10 (figure 4-7)."""
    x = np.arange(0.0, 20.0, 0.1)
    fig, axes = plots.figure(1, 2, size=(9, 4), sharey=True)
    for ax in axes:
        ax.plot(x, function_1(x), label="f(x) = 0.01x² + 0.1x")
        ax.set(xlabel="x", ylabel="f(x)")
    axes[0].set_title("Figure 4-6: the function")
    axes[1].set_title("Figure 4-7: steeper at 10 than at 5")
    for at in (5, 10):
        slope = results[f"slope at {at}"]
        axes[1].plot(x, function_1(at) + slope * (x - at), "--", label=f"slope {slope:.1f} at {at}")
        axes[1].plot(at, function_1(at), "ko", markersize=4)
    for ax in axes:
        ax.legend()
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
