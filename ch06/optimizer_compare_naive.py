"""The paths of the optimizers on f(x, y) = x^2 / 20 + y^2 (section 6.1, figures 6-1 to 6-8).

    python ch06/optimizer_compare_naive.py
    python ch06/optimizer_compare_naive.py --optimizers sgd nesterov rmsprop --decay exponential

You will see where 30 updates from (-7, 2) lead, and a figure of f, its gradient and the paths: SGD
jumps from side to side, Momentum and Adam roll on, AdaGrad comes nearest. With --decay the learning
rates fall from update to update: less swing in y, less way in x. About 2 seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common import schedules
from common.optimizer import BY_NAME, Optimizer
from lab import plots

START = (-7.0, 2.0)
RATES = {"sgd": 0.95, "momentum": 0.1, "nesterov": 0.1, "adagrad": 1.5, "rmsprop": 0.1, "adam": 0.3}
FIGURES = {"SGD": "6-3", "Momentum": "6-5", "AdaGrad": "6-6", "Adam": "6-7"}
DECAYS: dict[str, Callable[[float, int], schedules.Schedule]] = {
    "none": lambda lr, _: lambda _: lr,
    "step": lambda lr, _: schedules.step_decay(lr, factor=0.5, every=10),
    "inverse": lambda lr, _: schedules.inverse_time_decay(lr, rate=0.1),
    "exponential": lambda lr, _: schedules.exponential_decay(lr, rate=0.05),
    "cosine": schedules.cosine_decay,
}


def f(x: Any, y: Any) -> Any:
    """Return x^2 / 20 + y^2 (eq. 6.2): a valley along x, with its minimum 0 at (0, 0)."""
    return x**2 / 20 + y**2


def gradient(x: Any, y: Any) -> tuple[Any, Any]:
    """Return the derivatives of `f` for x and for y."""
    return x / 10, 2 * y


@np.errstate(over="ignore", invalid="ignore")  # with too large an --lr
def descend(optimizer: Optimizer, lr: schedules.Schedule, iters: int) -> dict[str, Any]:
    """Return the path from START, (iters + 1, 2), and what there is to say about it."""
    params = dict(zip("xy", START, strict=True))
    path = [START]
    for t in range(iters):
        optimizer.lr = lr(t)
        optimizer.update(params, dict(zip("xy", gradient(**params), strict=True)))
        path.append((params["x"], params["y"]))
    x, y = np.array(path).T
    turns = int(np.sum(np.sign(y[1:]) != np.sign(y[:-1])))
    length = float(np.hypot(np.diff(x), np.diff(y)).sum())
    return {"path": np.array(path), "f": f(x, y), "sign_changes_of_y": turns, "length": length}


def draw(results: Mapping[str, Any], title: str) -> Figure:
    """Draw `f` and its gradient on the left, the paths on the right."""
    columns = 2 + (len(results) + 1) // 2
    fig, axes = plots.figure(2, columns, size=(4.25 * columns, 6.6))
    fig.suptitle(title)
    x, y = np.meshgrid(np.linspace(-10, 10, 401), np.linspace(-10, 10, 401))
    axes[0, 0].axis("off")
    surface = fig.add_subplot(axes[0, 0].get_subplotspec(), projection="3d")
    surface.plot_surface(x, y, f(x, y), cmap="viridis", linewidth=0)
    surface.set(xlabel="x", ylabel="y", zlabel="f", title="Figure 6-1: f(x, y) = x²/20 + y²")
    for ax in {*axes.flat} - {axes[0, 0], axes[1, 1]}:
        ax.contour(x, y, f(x, y), np.arange(1, 20) ** 2 / 4, colors="gray", linewidths=0.4)
        ax.plot(0, 0, "k+", markersize=12)
        ax.set(xlabel="x", ylabel="y", aspect="equal", xlim=(-8, 8), ylim=(-5.5, 5.5))
    axes[0, 1].set_title("Figure 6-1: contours of f")
    x, y = np.meshgrid(np.arange(-7, 8), np.arange(-5, 6, 2))
    axes[1, 0].quiver(x, y, *-np.array(gradient(x, y)), angles="xy", width=0.005)
    axes[1, 0].set_title("Figure 6-2: minus the gradient of f")
    for ax, (name, result) in zip(axes[:, 2:].flat, results.items(), strict=False):
        line = axes[1, 1].semilogy(result["f"], label=name)[0]
        ax.plot(*result["path"].T, "o-", color=line.get_color(), markersize=3.5, linewidth=1)
        ax.set(xlim=(-8, 4), ylim=(-4, 4))
        ax.set_title(f"Figure {FIGURES[name]}: {name}" if name in FIGURES else name)
    axes[-1, -1].set_visible(len(results) % 2 == 0)
    axes[1, 1].set(title="f after each update", xlabel="update", ylabel="f")
    axes[1, 1].legend()
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print where each optimizer gets to, and draw the paths."""
    parser = cli.parser(__doc__)
    add = parser.add_argument
    add("--iters", type=cli.at_least(1), default=30, help="updates (default: 30)")
    add("--lr", type=cli.positive, help="learning rate for all (default: for each its own)")
    add("--decay", choices=list(DECAYS), default="none", help="of the learning rates")
    book = [name.lower() for name in FIGURES]
    add("--optimizers", nargs="+", choices=list(BY_NAME), default=book, help="default: the book's")
    args = cli.parse(parser, argv)
    results = {}
    for key in args.optimizers:
        optimizer, lr = BY_NAME[key](), args.lr or RATES[key]
        name = type(optimizer).__name__
        result = descend(optimizer, DECAYS[args.decay](lr, args.iters), args.iters)
        results[name] = result
        x, y = result["path"][-1]
        print(f"{name:9} ends at ({x:7.4f}, {y:7.4f}), f = {result['f'][-1]:.3g};", end="")
        print(f" y changes sign {result['sign_changes_of_y']} times; {result['length']:.4g} long")
    title = f"{args.iters} updates from {START}, decay: {args.decay} (all four paths: figure 6-8)"
    return cli.finish(args, __file__, results, draw(results, title))


if __name__ == "__main__":
    cli.run(main)
