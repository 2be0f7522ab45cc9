"""The paths of the optimizers on f(x, y) = x^2 / 20 + y^2 (section 6.1, figures 6-1 to 6-8).

    python ch06/optimizer_compare_naive.py
    python ch06/optimizer_compare_naive.py --optimizers sgd nesterov rmsprop --decay exponential

You will see where 30 updates from (-7, 2) lead: SGD oscillates from side to side, Momentum and Adam
overshoot, AdaGrad ends nearest to the minimum. A second figure shows f, its gradient, and f after
each update. With --decay the learning rates fall: smaller oscillations in y, less progress in x.
About 2 seconds.
"""

import argparse
from collections.abc import Callable
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch06.helpers import valley
from ch06.helpers.valley import f, gradient
from common import schedules
from common.optimizer import BY_NAME, Optimizer
from lab.flags import positive
from lab.plots import Figure
from lab.script import Flag, Results

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
FLAGS = {
    "iters": Flag(30, "updates"),
    "lr": Flag(None, "learning rate for all (default: a different one for each)", kind=positive),
    "decay": Flag("none", "how the learning rates fall", choices=list(DECAYS)),
    "optimizers": Flag(
        [name.lower() for name in FIGURES],
        "optimizers to compare",
        choices=list(BY_NAME),
        many=True,
    ),
}


@np.errstate(over="ignore", invalid="ignore")  # if --lr is too large
def descend(optimizer: Optimizer, lr: schedules.Schedule, iters: int) -> Results:
    """Return the path from START, (iters + 1, 2), f along it, its length, and sign changes of y."""
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


def experiment(args: argparse.Namespace) -> Results:
    """Run each optimizer; print and return its path."""
    results = {}
    for key in args.optimizers:
        optimizer, lr = BY_NAME[key](), args.lr or RATES[key]
        name = type(optimizer).__name__
        results[name] = found = descend(optimizer, DECAYS[args.decay](lr, args.iters), args.iters)
        x, y = found["path"][-1]
        print(f"{name:9} ends at ({x:7.4f}, {y:7.4f}), f = {found['f'][-1]:.3g};", end="")
        print(f" y changes sign {found['sign_changes_of_y']} times; length {found['length']:.4g}")
    return results


def draw(results: Results) -> list[Figure]:
    """Draw the paths (figure 6-8), and the function that they minimize."""
    paths = {name: path for name, path in results.items() if name != "settings"}
    return [draw_paths(paths, results["settings"]), valley.draw(paths)]


def draw_paths(paths: Results, settings: dict[str, Any]) -> Figure:
    """Draw figures 6-3 to 6-7, a panel for each optimizer."""
    rows, columns = min(2, len(paths)), -(-len(paths) // 2)
    size = (9.4, 0.6 + rows * (3 if columns < 3 else 2.2))
    fig, axes = plots.figure(rows, columns, size, squeeze=False)
    for ax, (name, result) in zip(axes.flat, paths.items(), strict=False):
        title = f"Figure {FIGURES[name]}: {name}" if name in FIGURES else name
        valley.draw_contours(ax, title, (-8, 4), (-4, 4))
        ax.plot(*result["path"].T, "o-", color=plots.color(name), markersize=3.5, linewidth=1)
    for ax in axes.flat[len(paths) :]:
        ax.remove()
    lowest = min(paths, key=lambda name: paths[name]["f"][-1])
    title = f"Figure 6-8: after {settings['iters']} updates {lowest} has the lowest f"
    decay = "" if settings["decay"] == "none" else f" (decay: {settings['decay']})"
    fig.suptitle(f"{title}: {paths[lowest]['f'][-1]:.2g}{decay}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
