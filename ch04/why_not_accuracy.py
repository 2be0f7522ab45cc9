"""Why training minimizes a loss and does not use the accuracy (section 4.2.5, figure 4-4).

    python ch04/why_not_accuracy.py

You will see the largest derivative for a weight of a small network: for the loss it is not 0; for
the accuracy on 100 samples it is 0, since a small change leaves the accuracy constant. The figure
shows the same for two activation functions: the slope of the step function is 0 almost everywhere,
the slope of the sigmoid is never 0. About a second.
"""

import argparse
from collections.abc import Callable

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch04.two_layer_net import TwoLayerNet
from common.functions import sigmoid, sigmoid_grad, step_function
from common.gradient import numerical_gradient
from lab.plots import Axes, Figure
from lab.script import Results


def largest_derivative(f: Callable[[np.ndarray], float], x: np.ndarray) -> float:
    """Return the largest absolute value in the gradient of f at `x`."""
    return float(np.abs(numerical_gradient(f, x)).max())


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the largest derivatives of the accuracy and the loss before training."""
    rng = np.random.default_rng(args.seed)
    net = TwoLayerNet(5, 4, 3, weight_init_std=1, rng=rng)
    x, t = rng.standard_normal((100, 5)), rng.integers(3, size=100)
    W1 = net.params["W1"]
    results = {
        "accuracy": net.accuracy(x, t),
        "largest derivative of the accuracy": largest_derivative(lambda _: net.accuracy(x, t), W1),
        "largest derivative of the loss": largest_derivative(lambda _: net.loss(x, t), W1),
    }
    for name, value in results.items():
        print(f"{name:36} {value:.6f}")
    return results


def draw(_: Results) -> Figure:
    """Draw figure 4-4: tangents to the step function and to the sigmoid."""
    fig, (left, right) = plots.figure(1, 2, size=(9, 4), sharey=True)
    x = np.linspace(-5, 5, 501)
    left.plot(x, step_function(x), label="step function")
    right.plot(x, sigmoid(x), label="sigmoid")
    for at in (-2.0, 2.0):
        _tangent(left, at, float(step_function(at)), 0.0)
        _tangent(right, at, float(sigmoid(at)), float(sigmoid_grad(at)))
    left.set(title="Figure 4-4: the slope of the step is 0", xlabel="x", ylabel="h(x)")
    right.set(title="the slope of the sigmoid is never 0", xlabel="x", ylim=(-0.2, 1.2))
    for ax in (left, right):
        ax.legend(loc="center left")
    return fig


def _tangent(ax: Axes, at: float, y: float, slope: float) -> None:
    x = np.array([at - 1.5, at + 1.5])
    ax.plot(x, y + slope * (x - at), "--", linewidth=2, label=f"slope {slope:.2f} at {at:g}")
    ax.plot(at, y, "ko", markersize=4)


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
