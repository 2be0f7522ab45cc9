"""Why learning follows a loss and not the accuracy (section 4.2.5, figure 4-4).

    python ch04/why_not_accuracy.py

moves one weight of a small network a little: the loss answers, the accuracy of 100 samples does
not, or jumps. The figure shows the same of two activations: the step is flat everywhere, the slope
of the sigmoid is never 0. A second or so.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ch04.two_layer_net import TwoLayerNet
from common.functions import sigmoid, sigmoid_grad, step_function
from common.gradient import numerical_gradient
from lab import plots


def sensitivities(seed: int) -> dict[str, float]:
    """Return the largest derivative of the loss, and of the accuracy, of an untrained network."""
    rng = np.random.default_rng(seed)
    net = TwoLayerNet(5, 4, 3, weight_init_std=1, rng=rng)
    x, t = rng.standard_normal((100, 5)), rng.integers(3, size=100)
    weights = net.params["W1"]
    return {
        "accuracy": net.accuracy(x, t),
        "largest derivative of the accuracy": float(
            np.abs(numerical_gradient(lambda _: net.accuracy(x, t), weights)).max()
        ),
        "largest derivative of the loss": float(
            np.abs(numerical_gradient(lambda _: net.loss(x, t), weights)).max()
        ),
    }


def draw() -> Figure:
    """Draw figure 4-4: tangents to the step function and to the sigmoid."""
    fig, (left, right) = plots.figure(1, 2, size=(10, 4), sharey=True)
    x = np.linspace(-5, 5, 501)
    left.plot(x, step_function(x), label="step function")
    right.plot(x, sigmoid(x), label="sigmoid")
    for at in (-2.0, 2.0):
        _tangent(left, at, float(step_function(at)), 0.0)
        _tangent(right, at, float(sigmoid(at)), float(sigmoid_grad(at)))
    left.set(title="Figure 4-4: the slope of the step is 0", xlabel="x", ylabel="h(x)")
    right.set(title="the slope of the sigmoid never is", xlabel="x", ylim=(-0.2, 1.2))
    left.legend(loc="center left")
    right.legend(loc="center left")
    return fig


def _tangent(ax: Axes, at: float, y: float, slope: float) -> None:
    x = np.array([at - 1.5, at + 1.5])
    ax.plot(x, y + slope * (x - at), "--", linewidth=2, label=f"slope {slope:.2f} at {at:g}")
    ax.plot(at, y, "ko", markersize=4)


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print how loss and accuracy answer to a weight, and draw figure 4-4."""
    args = cli.parse(cli.parser(__doc__), argv)
    results = sensitivities(args.seed)
    for name, value in results.items():
        print(f"{name:36} {value:.6f}")
    return cli.finish(args, __file__, results, draw())


if __name__ == "__main__":
    cli.run(main)
