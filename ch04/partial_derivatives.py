"""Partial derivatives of f(x0, x1) = x0^2 + x1^2 at (3, 4) (section 4.3.3, figure 4-8).

    python ch04/partial_derivatives.py

You will see the derivative for each variable while the other one is constant: 6 and 8, correct
to many digits. The figure shows the surface. About a second.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch04.gradient_2d import function_2
from common.gradient import numerical_diff
from lab.plots import Figure
from lab.script import Results


def function_tmp1(x0: float) -> float:
    """Return f(x0, 4), where only x0 varies."""
    return x0 * x0 + 4.0**2.0


def function_tmp2(x1: float) -> float:
    """Return f(3, x1), where only x1 varies."""
    return 3.0**2.0 + x1 * x1


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the partial derivatives at (3, 4)."""
    slopes = {
        "df/dx0 at (3, 4)": numerical_diff(function_tmp1, 3.0),
        "df/dx1 at (3, 4)": numerical_diff(function_tmp2, 4.0),
    }
    for name, slope in slopes.items():
        print(f"{name}: {slope!r}")
    return slopes


def draw(_: Results) -> Figure:
    """Draw figure 4-8, the surface of function_2."""
    fig, ax = plots.figure(size=(6.4, 5), subplot_kw={"projection": "3d", "computed_zorder": False})
    x0, x1 = np.meshgrid(np.linspace(-3, 3, 61), np.linspace(-3, 3, 61))
    ax.plot_surface(x0, x1, function_2(np.array([x0, x1])), cmap="viridis", linewidth=0)
    ax.scatter(0, 0, 0, color=plots.RED, depthshade=False, label="minimum")
    ax.set(
        xlabel="x0", ylabel="x1", zlabel="f(x0, x1)", title="Figure 4-8: x0² + x1² has one minimum"
    )
    ax.set_box_aspect(None, zoom=0.82)
    ax.zaxis.labelpad = 8
    ax.legend(loc="upper left")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
