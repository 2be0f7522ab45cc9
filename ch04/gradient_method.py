"""Gradient descent on f(x0, x1) = x0^2 + x1^2 from (-3, 4) (section 4.4.1, figure 4-10).

    python ch04/gradient_method.py
    python ch04/gradient_method.py --lr 0.9

prints where 100 steps lead with the learning rates 0.1 (to the minimum), 10 (far away) and 1e-10
(nowhere), and draws the path of the first steps with --lr. A second or so.
"""

from collections.abc import Callable, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch04.gradient_2d import function_2
from common.gradient import numerical_gradient
from lab import plots


def gradient_descent(
    f: Callable[[np.ndarray], float], init_x: np.ndarray, lr: float = 0.01, step_num: int = 100
) -> np.ndarray:
    """Return where `step_num` steps of x <- x - lr * gradient lead from `init_x` (eq. 4.7).

    `init_x` is left as it was. With -f the same climbs f: gradient ascent.
    """
    return descent_path(f, init_x, lr, step_num)[-1]


def descent_path(
    f: Callable[[np.ndarray], float], init_x: np.ndarray, lr: float = 0.01, step_num: int = 100
) -> np.ndarray:
    """Return all points of a gradient descent, (step_num + 1, *init_x.shape), start included."""
    x = np.array(init_x, dtype=np.float64)
    path = [x.copy()]
    for _ in range(step_num):
        x -= lr * numerical_gradient(f, x)
        path.append(x.copy())
    return np.array(path)


def draw(path: np.ndarray, lr: float) -> Figure:
    """Draw figure 4-10: a path over the contours of function_2."""
    grid = np.meshgrid(np.linspace(-4.5, 4.5, 181), np.linspace(-4.5, 4.5, 181))
    fig, ax = plots.figure(size=(5.6, 5.4))
    ax.contour(
        *grid, function_2(np.array(grid)), levels=8, colors="gray", linestyles="--", linewidths=0.6
    )
    ax.plot(*path.T, "o-", markersize=4, linewidth=0.8, label=f"{len(path) - 1} steps, lr {lr:g}")
    ax.plot(*path[0], "ks", label="start")
    ax.plot(0, 0, "r+", markersize=12, label="minimum")
    ax.set(xlabel="x0", ylabel="x1", xlim=(-4.5, 4.5), ylim=(-4.5, 4.5))
    ax.set_title("Figure 4-10: gradient descent on x0² + x1²")
    ax.set_aspect("equal")
    ax.legend(loc="lower right")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print where three learning rates lead, and draw figure 4-10."""
    parser = cli.parser(__doc__)
    parser.add_argument("--lr", type=cli.positive, default=0.1, help="of the path that is drawn")
    parser.add_argument("--steps", type=cli.at_least(1), default=20, help="of the path drawn")
    args = cli.parse(parser, argv)
    start = np.array([-3.0, 4.0])
    results: dict[str, Any] = {}
    for lr in (0.1, 10.0, 1e-10):
        results[f"lr {lr:g}"] = gradient_descent(function_2, start, lr, step_num=100)
        print(f"100 steps with learning rate {lr:g}: {results[f'lr {lr:g}']}")
    results["path"] = descent_path(function_2, start, args.lr, args.steps)
    return cli.finish(args, __file__, results, draw(results["path"], args.lr))


if __name__ == "__main__":
    cli.run(main)
