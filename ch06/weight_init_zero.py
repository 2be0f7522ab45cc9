"""Why the initial weights must not be equal (section 6.2.1).

    python ch06/weight_init_zero.py

Trains a network of two layers three times: from weights that are all 0, all 0.5, and random. Where
they are equal, all hidden neurons get the same updates: they stay copies of each other, and the
network learns no more than with a single hidden neuron. The figure shows what eight of the hidden
neurons learned. About 4 seconds.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.multi_layer_net import MultiLayerNet
from lab.digits import digits
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import compare

STARTS = {"all weights 0": 0.0, "all weights 0.5": 0.5, "random (Xavier)": None}
SHOWN = 8  # neurons in the figure
FLAGS = {
    "iters": Flag(2000, "mini-batches", quick=300),
    "batch_size": Flag(100, "samples in a mini-batch"),
    "lr": Flag(0.5, "learning rate"),
    "hidden_size": Flag(50, "hidden neurons", least=SHOWN),
}


def network(start: float | None, hidden_size: int, seed: int) -> MultiLayerNet:
    """Return a network with sigmoid, with all weights equal to `start`, or random."""
    std = "xavier" if start is None else 0
    net = MultiLayerNet(784, [hidden_size], 10, "sigmoid", std, rng=seed)
    for key in ("W1", "W2"):
        net.params[key] += start or 0
    return net


def experiment(args: argparse.Namespace) -> Results:
    """Train from each start; print and return how much the hidden neurons differ."""
    (x, t), (x_test, t_test) = digits(args)
    mean = x.mean(axis=0)  # subtracted, so that weights of 0.5 do not saturate the sigmoid
    x, x_test = x - mean, x_test - mean
    networks = {name: network(start, args.hidden_size, args.seed) for name, start in STARTS.items()}
    initial = {name: net.params["W1"].copy() for name, net in networks.items()}
    compare(args, networks, (x, t), (x_test, t_test))
    results: Results = {}
    for name, net in networks.items():
        results[name] = found = differences(net, initial[name], x_test[:1000])
        found["test_acc"] = net.accuracy(x_test, t_test)
        print(name + "".join(f"\n  {key:24} {value:.4g}" for key, value in found.items()))
        results[name] |= {"change in percent": percent(net.params["W1"] - initial[name])}
    return results


def differences(net: MultiLayerNet, initial: np.ndarray, x: np.ndarray) -> dict[str, float]:
    """Return how much W1 has changed, and how much the hidden neurons differ."""
    net.predict(x)
    hidden = net.layers["Activation_function1"].out  # (N, hidden_size)
    found = {
        "W1 moved by": np.abs(net.params["W1"] - initial),
        "columns of W1 differ by": np.ptp(net.params["W1"], axis=1),
        "rows of W2 differ by": np.ptp(net.params["W2"], axis=0),
        "hidden outputs differ by": np.ptp(hidden, axis=1),
    }
    return {name: float(values.max()) for name, values in found.items()}


def percent(change: np.ndarray) -> np.ndarray:
    """Return the change of some columns of W1, in percent of the largest: (SHOWN, 28, 28)."""
    largest = np.abs(change).max() or 1
    return np.rint(100 * change[:, :SHOWN] / largest).astype(int).T.reshape(-1, 28, 28)


def draw(results: Results) -> Figure:
    """Draw how the weights of eight hidden neurons changed in training, a row for each start."""
    fig, axes = plots.figure(3, 1, size=(9.4, 5))
    for ax, name in zip(axes, STARTS, strict=True):
        images = np.array(results[name]["change in percent"])
        row = np.hstack([np.pad(image, ((0, 0), (2, 2))) for image in images])
        shown = ax.imshow(row, cmap="RdBu_r", vmin=-100, vmax=100)
        ax.set_title(f"{name}: test accuracy {results[name]['test_acc']:.2f}")
        ax.set(xticks=32 * np.arange(SHOWN) + 16, xticklabels=range(1, SHOWN + 1), yticks=[])
        ax.grid(False)
    axes[-1].set_xlabel("hidden neuron")
    fig.colorbar(shown, ax=axes, label="change of a weight, % of the largest")
    *equal, random = (results[name]["test_acc"] for name in STARTS)
    title = f"test accuracy at most {max(equal):.2f}, with random weights {random:.2f}"
    fig.suptitle(f"Equal initial weights stay equal: {title}, data: {results['data']}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
