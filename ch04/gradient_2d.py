"""The gradient of f(x0, x1) = x0^2 + x1^2, as numbers and as arrows (section 4.4, figure 4-9).

    python ch04/gradient_2d.py

You will see the gradient at three points, and arrows of the negative gradient at many. Each
arrow points to the minimum at the origin; the farther away it starts, the longer it is. About a
second.
"""

import argparse
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.gradient import numerical_gradient
from lab.plots import Figure
from lab.script import Results


def function_2(x: np.ndarray) -> Any:
    """Return x0^2 + x1^2 (eq. 4.6); `x` has the shape (2,), or (2, ...) for many points."""
    return x[0] ** 2 + x[1] ** 2


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the gradient at three points."""
    results = {}
    for point in ((3.0, 4.0), (0.0, 2.0), (3.0, 0.0)):
        gradient = numerical_gradient(function_2, np.array(point))
        print(f"gradient at {point}: {gradient}")
        results[f"gradient at {point}"] = gradient
    return results


def draw(_: Results) -> Figure:
    """Draw figure 4-9: arrows of the negative gradient on a grid."""
    points = np.stack(np.meshgrid(np.arange(-2, 2.25, 0.25), np.arange(-2, 2.25, 0.25)), axis=-1)
    points = points.reshape(-1, 2)
    gradients = np.array([numerical_gradient(function_2, point) for point in points])
    fig, ax = plots.figure(size=(5.6, 5.4))
    ax.quiver(*points.T, *-gradients.T, angles="xy", color="#666666")
    ax.plot(0, 0, "+", color=plots.RED, markersize=12, label="minimum of x0² + x1²")
    ax.set(
        xlabel="x0", ylabel="x1", title="Figure 4-9: the negative gradient points to the minimum"
    )
    ax.set(aspect="equal", ylim=(-2.3, 2.8))
    ax.legend(loc="upper right")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
