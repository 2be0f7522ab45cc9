"""The derivative as a difference: too small a step, forward, central (section 4.3.1, figure 4-5).

    python ch04/numerical_diff.py

You will see the slope of y = x^2 at 5, which is 10, computed in three ways. With a step of 1e-49,
rounding makes it 0. The error of a forward difference is as large as its step. The central
difference is correct to many digits. The figure shows the secants and the tangent. About a second.
"""

import argparse
from collections.abc import Callable
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.gradient import numerical_diff
from lab.plots import Figure
from lab.script import Results


def square(x: Any) -> Any:
    """Return x^2, whose slope is 2 x."""
    return x**2


def forward_diff(f: Callable[[float], float], x: float, h: float) -> float:
    """Return (f(x + h) - f(x)) / h: equation 4.4 without the limit."""
    return (f(x + h) - f(x)) / h


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the slopes of x^2 at 5."""
    slopes = {
        "1e-50 in float32": float(np.float32(1e-50)),
        "forward, h = 10e-50": forward_diff(square, 5.0, 10e-50),
        "forward, h = 1e-4": forward_diff(square, 5.0, 1e-4),
        "central, h = 1e-4": numerical_diff(square, 5.0),
        "exact": 10.0,
    }
    for name, value in slopes.items():
        print(f"{name:20} {value!r}")
    return slopes


def draw(_: Results) -> Figure:
    """Draw figure 4-5: the tangent of x^2 at 1, and the two secants with a step of 0.8."""
    x, h = 1.0, 0.8
    curve = np.linspace(x - 1.2 * h, x + 1.4 * h, 100)
    title = "Figure 4-5: the central difference is parallel to the tangent"
    fig, ax = plots.curve(curve, square(curve), title)
    ax.lines[0].set_label("y = x²")
    slopes = {
        "tangent": (2 * x, x, "-"),  # the slope, a point of the line, its style
        "forward": (forward_diff(square, x, h), x, "--"),
        "central": ((square(x + h) - square(x - h)) / (2 * h), x - h, "-."),
    }
    ends = curve[[0, -1]]
    for name, (slope, at, style) in slopes.items():
        ax.plot(ends, square(at) + slope * (ends - at), style, label=f"{name}: slope {slope:.2f}")
    for at, name in ((x - h, "x - h"), (x, "x"), (x + h, "x + h")):
        ax.plot(at, square(at), "ko")
        ax.annotate(name, (at, square(at)), textcoords="offset points", xytext=(6, -12))
    ax.legend()
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
