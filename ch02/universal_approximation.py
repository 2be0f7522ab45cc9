"""Two layers with a sigmoid between them approximate any continuous function (2.6).

    python ch02/universal_approximation.py
    python ch02/universal_approximation.py --function abs --hidden 2 8 --seed 1

You will see networks of 1, 2, 4 and 20 hidden neurons fitted to a sine by gradient descent; their
errors fall from 0.26 to 0.005. The book only states this property; how a network learns is the
subject of chapters 4 and 5. About 2 seconds.
"""

import argparse
from collections.abc import Sequence
from itertools import cycle

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.checks import check_loss
from common.layers import Affine, Layer, Sigmoid
from common.optimizer import SGD
from lab.plots import Figure
from lab.script import Flag, Results

STYLES = (":", "-.", "--", "-")
FUNCTIONS = {"sin": np.sin, "abs": np.abs}
FLAGS = {
    "function": Flag("sin", "the function to fit", choices=list(FUNCTIONS)),
    "hidden": Flag([1, 2, 4, 20], "numbers of hidden neurons", many=True),
    "steps": Flag(10000, "steps of gradient descent", quick=2000),
    "lr": Flag(0.2, "learning rate"),
}


def fit(
    x: np.ndarray, t: np.ndarray, hidden: int, steps: int, lr: float, rng: np.random.Generator
) -> np.ndarray:
    """Return the outputs for `x` of a 1-hidden-1 network fitted to `t`, both of shape (N, 1).

    Gradient descent on the mean of (y - t)^2, with all samples in each step. The initial centres
    of the sigmoids are spread over the range of x.
    """
    slopes, centres = rng.standard_normal(hidden), rng.uniform(x.min(), x.max(), hidden)
    first = Affine(slopes[None, :], -slopes * centres)
    second = Affine(0.1 * rng.standard_normal((hidden, 1)), np.zeros(1))
    layers: list[Layer] = [first, Sigmoid(), second]
    params = {"W1": first.W, "b1": first.b, "W2": second.W, "b2": second.b}
    optimizer = SGD(lr)
    for _ in range(steps):
        dout = 2 / len(x) * (predict(layers, x) - t)
        for layer in reversed(layers):
            dout = layer.backward(dout)
        grads = {"W1": first.dW, "b1": first.db, "W2": second.dW, "b2": second.db}
        optimizer.update(params, grads)
    return predict(layers, x)


def predict(layers: Sequence[Layer], x: np.ndarray) -> np.ndarray:
    """Return the output of the last layer for the input `x` of the first."""
    for layer in layers:
        x = layer.forward(x)
    return x


def error(y: np.ndarray, t: np.ndarray) -> float:
    """Return the root mean squared error; raise a ValueError if it is not finite."""
    return check_loss(np.sqrt(np.mean((y - t) ** 2)))


def experiment(args: argparse.Namespace) -> Results:
    """Fit networks of several sizes to one function; print and return their errors."""
    x = np.linspace(-np.pi, np.pi, 100)[:, None]
    t = FUNCTIONS[args.function](x)
    fits, errors = {}, {}
    for hidden in args.hidden:
        rng = np.random.default_rng(args.seed)
        with np.errstate(over="ignore", invalid="ignore"):  # `error` raises if --lr is too large
            fits[hidden] = fit(x, t, hidden, args.steps, args.lr, rng)
            errors[hidden] = error(fits[hidden], t)
        print(f"{hidden:3} hidden neurons: root mean squared error {errors[hidden]:.4f}")
    return {"errors": errors, "x": x[:, 0], "t": t[:, 0], "fits": fits}


def draw(results: Results) -> Figure:
    """Draw the function and the output of each network."""
    name, x, errors = results["settings"]["function"], results["x"], results["errors"]
    fig, ax = plots.figure(size=(7.5, 4.8))
    ax.plot(x, results["t"], color="0.85", linewidth=8, label=name)
    for (hidden, y), style in zip(results["fits"].items(), cycle(STYLES), strict=False):
        ax.plot(x, y, style, label=f"{hidden} hidden, error {errors[hidden]:.3f}")
    hidden = min(errors, key=errors.__getitem__)
    title = f"{hidden} sigmoids fit {name} with a root mean squared error of {errors[hidden]:.3f}"
    ax.set(title=title, xlabel="x", ylabel="y")
    ax.legend()
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
