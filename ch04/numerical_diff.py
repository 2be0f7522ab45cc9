"""The derivative as a difference: too small a step, one-sided, central (section 4.3.1, figure 4-5).

    python ch04/numerical_diff.py

prints the slope of y = x^2 at 5, which is 10, in three ways: a step of 1e-49 drowns in rounding and
gives 0; a forward difference is off by its step; the central difference is right to many digits.
The figure shows the secants against the tangent. A second or so.
"""

from collections.abc import Callable, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.gradient import numerical_diff
from lab import plots


def square(x: float) -> float:
    """Return x^2, whose slope is 2 x."""
    return x**2


def forward_diff(f: Callable[[float], float], x: float, h: float) -> float:
    """Return (f(x + h) - f(x)) / h, the first idea one has (eq. 4.4 without the limit)."""
    return (f(x + h) - f(x)) / h


def draw(x: float = 1.0, h: float = 0.8) -> Figure:
    """Draw figure 4-5: the tangent of x^2 at `x`, and the two secants with a large step `h`."""
    curve = np.linspace(x - 1.2 * h, x + 1.4 * h, 100)
    fig, ax = plots.curve(curve, square(curve), "Figure 4-5: tangent and secants of y = x²")  # type: ignore[arg-type]
    ax.lines[0].set_label("y = x²")
    ends = np.array([curve[0], curve[-1]])
    forward = forward_diff(square, x, h)
    central = (square(x + h) - square(x - h)) / (2 * h)
    tangent = square(x) + 2 * x * (ends - x)
    ax.plot(ends, tangent, label=f"tangent: slope {2 * x:.2f}")
    ax.plot(ends, square(x) + forward * (ends - x), "--", label=f"forward: slope {forward:.2f}")
    ax.plot(
        ends,
        square(x - h) + central * (ends - (x - h)),
        ":",
        label=f"central: slope {central:.2f}, parallel to the tangent",
    )
    points = np.array([x - h, x, x + h])
    ax.plot(points, points**2, "ko")
    for point, name in zip(points, ("x - h", "x", "x + h"), strict=True):
        ax.annotate(name, (point, point**2), textcoords="offset points", xytext=(6, -12))
    ax.legend()
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the three slopes and draw figure 4-5."""
    args = cli.parse(cli.parser(__doc__), argv)
    results = {
        "1e-50 in float32": float(np.float32(1e-50)),
        "forward, h = 10e-50": forward_diff(square, 5.0, 10e-50),
        "forward, h = 1e-4": forward_diff(square, 5.0, 1e-4),
        "central, h = 1e-4": numerical_diff(square, 5.0),
        "exact": 10.0,
    }
    for name, value in results.items():
        print(f"{name:20} {value!r}")
    return cli.finish(args, __file__, results, draw())


if __name__ == "__main__":
    cli.run(main)
