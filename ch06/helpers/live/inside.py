"""What a network looks like inside: its activations and gradients by layer, and its answers.

Activations and gradients are those of training mode, measured on a copy: so the network, its
running averages and its Dropout masks stay as they are.
"""

from copy import deepcopy
from typing import Any

import numpy as np

from ch06.helpers.layer_histograms import statistics
from common.functions import softmax
from common.network import Network

PROBE = 100  # training samples
LOW = {"sigmoid": 0, "tanh": -1, "relu": 0}
TOPS = [1, 2, 5, 10, 20, 50, 100, 1000, 1e4, 1e6, 1e9]  # of histograms of ReLU
SPAN, CELLS = 2.6, 48  # the picture of the plane: from -SPAN to SPAN, CELLS x CELLS
NAN = 255  # where a probability is NaN; others are 0 to 254
SHOWN = 30  # test digits


def layers(network: Network, activation: str, x: np.ndarray, t: np.ndarray) -> dict[str, Any]:
    """Return for each layer its activations, as histograms, and the norm of its gradient.

    Returns
    -------
    dict
        Of each hidden layer: ``counts`` (layers, bins) from ``low`` to ``high``; ``std``;
        ``zeros``, the fraction of zeros; ``differ``, by how much the neurons differ from each other
        (a standard deviation). ``gradients``: the norm of dL/dW of each layer, also of the last.
    """
    copy, out = deepcopy(network), x[:PROBE]
    found: dict[int, np.ndarray] = {}
    for name, layer in copy.layers.items():
        out = layer.forward(out, True)
        if name.startswith("Activation"):
            found[len(found)] = out
    grads = copy.gradient(x[:PROBE], t[:PROBE])
    norms = [float(np.linalg.norm(grads[key])) for key in grads if key.startswith("W")]
    low, high = LOW[activation], top(found) if activation == "relu" else 1
    measured = statistics(found, low, high)
    kept = {name: measured[name] for name in ("counts", "std", "zeros")}
    kept["differ"] = np.array([a.std(axis=1).mean() for a in found.values()])
    return {"low": low, "high": high, **kept, "gradients": norms}


def top(activations: dict[int, np.ndarray]) -> float:
    """Return where the histograms of ReLU end: a round number above nearly all; of NaN 1."""
    most = max(float(np.quantile(a, 0.995)) for a in activations.values())
    return next((top for top in TOPS if most <= top), TOPS[-1] if most > 1 else 1)


def plane(network: Network) -> bytes:
    """Return the probability of class 1 at each point of the plane, as CELLS x CELLS bytes.

    The first row is at the top.
    """
    line = np.linspace(-SPAN, SPAN, CELLS, dtype=np.float32)
    x, y = np.meshgrid(line, line[::-1])
    p = softmax(network.predict(np.column_stack([x.ravel(), y.ravel()])))[:, 1]
    return np.where(np.isnan(p), NAN, np.rint(p * (NAN - 1))).astype(np.uint8).tobytes()


def answers(network: Network, x: np.ndarray) -> dict[str, Any]:
    """Return the answers to the first test digits, and the probabilities that it gives them."""
    p = softmax(network.predict(x[:SHOWN]))
    return {"digits": p.argmax(axis=1), "sure": p.max(axis=1)}
