"""A network of three layers, from input to output (section 3.4; section 3.2.6 at the end).

    python ch03/three_layer_network.py

You will see two inputs pass through 3, 2 and 2 neurons to the output y = [0.31682708 0.69627909],
with the weighted sums ``a`` and the activations ``z`` of each layer. Three layers with a linear
activation can be replaced by one. About a second.
"""

import argparse
from collections.abc import Callable

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.functions import identity_function, sigmoid
from lab.script import Results


def init_network() -> dict[str, np.ndarray]:
    """Return the weights ``W1 W2 W3`` and biases ``b1 b2 b3`` of a 2-3-2-2 network (3.4.3)."""
    return {
        "W1": np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]),  # (2, 3)
        "b1": np.array([0.1, 0.2, 0.3]),
        "W2": np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]]),  # (3, 2)
        "b2": np.array([0.1, 0.2]),
        "W3": np.array([[0.1, 0.3], [0.2, 0.4]]),  # (2, 2)
        "b3": np.array([0.1, 0.2]),
    }


def layer_by_layer(
    network: dict[str, np.ndarray], x: np.ndarray, h: Callable[..., np.ndarray] = sigmoid
) -> dict[str, np.ndarray]:
    """Return the signals of all layers: ``a1 z1 a2 z2 a3 y``.

    Parameters
    ----------
    network : dict
        From `init_network`.
    x : ndarray of shape (2,) or (N, 2)
    h : callable
        The activation of the hidden layers.

    Notes
    -----
    Book: section 3.4.2, eq. (3.9): A = X W + B in each layer.
    """
    a1 = x @ network["W1"] + network["b1"]
    z1 = h(a1)
    a2 = z1 @ network["W2"] + network["b2"]
    z2 = h(a2)
    a3 = z2 @ network["W3"] + network["b3"]
    return {"a1": a1, "z1": z1, "a2": a2, "z2": z2, "a3": a3, "y": identity_function(a3)}


def forward(
    network: dict[str, np.ndarray], x: np.ndarray, h: Callable[..., np.ndarray] = sigmoid
) -> np.ndarray:
    """Return the output y of the network for the input `x` (section 3.4.3)."""
    return layer_by_layer(network, x, h)["y"]


def collapse(network: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the single layer (W, b) that is equal to all three if h(x) = x (section 3.2.6)."""
    W = network["W1"] @ network["W2"] @ network["W3"]
    b = (network["b1"] @ network["W2"] + network["b2"]) @ network["W3"] + network["b3"]
    return W, b


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the signals of each layer, and the output of linear layers."""
    network, x = init_network(), np.array([1.0, 0.5])
    signals = layer_by_layer(network, x)
    for name, value in {"x": x, **signals}.items():
        print(f"{name:2} = {value}")
    linear = forward(network, x, h=identity_function)
    W, b = collapse(network)
    print(f"with h(x) = x: three layers give {linear}, a single layer gives {x @ W + b}")
    return {**signals, "linear": linear, "collapsed": x @ W + b}


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
