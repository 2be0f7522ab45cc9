"""Gradient descent on f(x0, x1) = x0^2 + x1^2 from (-3, 4) (section 4.4.1, figure 4-10).

    python ch04/gradient_method.py
    python ch04/gradient_method.py --lr 0.9

You will see the point after 100 steps for three learning rates: 0.1 reaches the minimum, 10
diverges, 1e-10 hardly moves. The figure shows the first steps with --lr. About a second.
"""

import argparse
from collections.abc import Callable

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch04.gradient_2d import function_2
from common.gradient import numerical_gradient
from lab.plots import Figure
from lab.script import Flag, Results

START = np.array([-3.0, 4.0])
FLAGS = {
    "lr": Flag(0.1, "learning rate of the path in the figure"),
    "steps": Flag(20, "steps of this path"),
}


def gradient_descent(
    f: Callable[[np.ndarray], float], init_x: np.ndarray, lr: float = 0.01, step_num: int = 100
) -> np.ndarray:
    """Return the point after `step_num` steps x <- x - lr * gradient from `init_x` (eq. 4.7).

    `init_x` is not changed. To maximize f, minimize -f: gradient ascent.
    """
    return descent_path(f, init_x, lr, step_num)[-1]


def descent_path(
    f: Callable[[np.ndarray], float], init_x: np.ndarray, lr: float = 0.01, step_num: int = 100
) -> np.ndarray:
    """Return all points of a gradient descent, (step_num + 1, *init_x.shape), with the start."""
    x = np.array(init_x, dtype=np.float64)
    path = [x.copy()]
    for _ in range(step_num):
        x -= lr * numerical_gradient(f, x)
        path.append(x.copy())
    return np.array(path)


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the last points for three learning rates, and return the path with --lr."""
    results: Results = {}
    for lr in (0.1, 10.0, 1e-10):
        results[f"lr {lr:g}"] = gradient_descent(function_2, START, lr, step_num=100)
        print(f"100 steps with learning rate {lr:g}: {results[f'lr {lr:g}']}")
    return {**results, "path": descent_path(function_2, START, args.lr, args.steps)}


def draw(results: Results) -> Figure:
    """Draw figure 4-10: the path on the contours of function_2."""
    path, lr = results["path"], results["settings"]["lr"]
    grid = np.meshgrid(np.linspace(-4.5, 4.5, 181), np.linspace(-4.5, 4.5, 181))
    fig, ax = plots.figure(size=(5.6, 5.4))
    ax.contour(
        *grid, function_2(np.array(grid)), levels=8, colors="gray", linestyles="--", linewidths=0.6
    )
    ax.plot(
        *path.T, "o-", markersize=4, linewidth=0.8, label=f"gradient descent, learning rate {lr:g}"
    )
    ax.plot(*path[0], "ks", label="start")
    ax.plot(0, 0, "+", color=plots.RED, markersize=12, label="minimum of x0² + x1²")
    ax.set(xlabel="x0", ylabel="x1", xlim=(-4.5, 4.5), ylim=(-4.5, 4.5))
    ax.set_title(
        f"Figure 4-10: {len(path) - 1} steps end {np.hypot(*path[-1]):.2g} from the minimum"
    )
    ax.set_aspect("equal")
    ax.legend(loc="lower right")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
