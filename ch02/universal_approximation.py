"""Two layers with a sigmoid between can follow any continuous curve (2.6), given enough neurons.

    python ch02/universal_approximation.py
    python ch02/universal_approximation.py --function abs --hidden 2 8 --seed 1

You will see networks of 1, 2, 4 and 20 hidden neurons fitted to a sine by gradient descent, and
their errors shrink from 0.26 to 0.005. The book only states this; how a network learns comes in
chapters 4 and 5. Takes two seconds.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.checks import check_loss
from common.layers import Affine, Layer, Sigmoid
from common.optimizer import SGD
from lab import plots

FUNCTIONS = {"sin": np.sin, "abs": np.abs}


def fit(
    x: np.ndarray, t: np.ndarray, hidden: int, steps: int, lr: float, rng: np.random.Generator
) -> np.ndarray:
    """Return the outputs for `x` of a 1-hidden-1 network fitted to `t`, both of shape (N, 1).

    Gradient descent on the mean of (y - t)^2, with all samples in each step. At first the middles
    of the sigmoids lie anywhere in the range of x.
    """
    slopes, middles = rng.standard_normal(hidden), rng.uniform(x.min(), x.max(), hidden)
    first = Affine(slopes[None, :], -slopes * middles)
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
    """Send `x` through all layers."""
    for layer in layers:
        x = layer.forward(x)
    return x


def error(y: np.ndarray, t: np.ndarray) -> float:
    """Return the root of the mean squared error, or a ValueError after a training that diverged."""
    return check_loss(np.sqrt(np.mean((y - t) ** 2)))


def draw(x: np.ndarray, t: np.ndarray, fits: dict[int, np.ndarray], name: str) -> Figure:
    """Draw the function and what each network makes of it."""
    figure, ax = plots.figure()
    ax.plot(x, t, color="0.75", linewidth=6, label=name)
    for hidden, y in fits.items():
        ax.plot(x, y, label=f"{hidden} hidden, error {error(y, t):.3f}")
    ax.set(title=f"One hidden layer of sigmoids, fitted to {name}", xlabel="x", ylabel="y")
    ax.legend()
    return figure


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Fit networks of several sizes to one function."""
    parser = cli.parser(__doc__)
    add = parser.add_argument
    add("--function", choices=list(FUNCTIONS), default="sin", help="what to fit (default: sin)")
    size = cli.at_least(1)
    add("--hidden", type=size, nargs="+", default=[1, 2, 4, 20], help="(default: 1 2 4 20)")
    add("--steps", type=size, default=10000, help="of gradient descent (default: 10000)")
    add("--lr", type=cli.positive, default=0.2, help="learning rate (default: 0.2)")
    args = cli.parse(parser, argv, steps=2000)
    x = np.linspace(-np.pi, np.pi, 100)[:, None]
    t = FUNCTIONS[args.function](x)
    fits, errors = {}, {}
    for hidden in args.hidden:
        rng = np.random.default_rng(args.seed)
        with np.errstate(over="ignore", invalid="ignore"):  # too large a --lr ends in an error
            fits[hidden] = fit(x, t, hidden, args.steps, args.lr, rng)
            errors[hidden] = error(fits[hidden], t)
        print(f"{hidden:3} hidden neurons: root of the mean squared error {errors[hidden]:.4f}")
    return cli.finish(args, __file__, {"errors": errors}, draw(x, t, fits, args.function))


if __name__ == "__main__":
    cli.run(main)
