"""How initial weights affect the activations (6.2.2, 6.2.3; figures 6-10, 6-11, 6-13, 6-14).

    python ch06/weight_init_activation_histogram.py
    python ch06/weight_init_activation_histogram.py --activation relu --std 0.1

Passes 1000 samples through five untrained layers and draws a histogram of the activations of each.
Those of sigmoid are close to 0 and 1 (std 1), close to 0.5 (0.01), or widely spread (Xavier); those
of tanh are symmetric around 0. The second figure shows ReLU: the activations vanish (0.01), shrink
(Xavier), or stay the same size (He). About 3 seconds.
"""

import argparse
from collections.abc import Callable

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch06.helpers.layer_histograms import draw_rows, statistics
from common.initializers import weight_std
from lab.plots import Figure
from lab.script import Flag, Results

ROWS = {
    ("sigmoid", "1"): "Figure 6-10: sigmoid, std 1",
    ("sigmoid", "0.01"): "Figure 6-11: sigmoid, std 0.01",
    ("sigmoid", "xavier"): "Figure 6-13: sigmoid, Xavier (std 1/√100)",
    ("relu", "0.01"): "Figure 6-14, top: ReLU, std 0.01",
    ("relu", "xavier"): "Figure 6-14, middle: ReLU, Xavier (std 1/√100)",
    ("relu", "he"): "Figure 6-14, bottom: ReLU, He (std √(2/100))",
    ("tanh", "xavier"): "Section 6.2.2: tanh, Xavier (std 1/√100)",
}


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


def ReLU(x: np.ndarray) -> np.ndarray:
    """Return max(0, x)."""
    return np.maximum(0, x)


tanh = np.tanh
FUNCTIONS: dict[str, Callable] = {"sigmoid": sigmoid, "relu": ReLU, "tanh": tanh}
FLAGS = {
    "activation": Flag(None, "only this activation function", choices=list(FUNCTIONS)),
    "std": Flag(None, "only this standard deviation: a number, xavier or he", kind=str.lower),
}


def activations(activation: str, std: str, seed: int) -> dict[int, np.ndarray]:
    """Return by layer the outputs, (1000, 100) each, of five layers without biases."""
    rng = np.random.default_rng(seed)
    scale = weight_std(std if std.isalpha() else float(std), fan_in=100)
    x, result = rng.standard_normal((1000, 100)), {}
    with np.errstate(over="ignore"):  # where exp(-x) is inf the sigmoid is 0
        for i in range(5):
            w = scale * rng.standard_normal((100, 100))
            result[i] = x = FUNCTIONS[activation](x @ w)
    if not np.abs(x).max() <= 1e100:  # also where it is NaN
        raise ValueError(f"--std is {std}: the activations explode; expected a smaller number")
    return result


def experiment(args: argparse.Namespace) -> Results:
    """Print and return statistics of the activations of each layer."""
    pairs = [pair for pair in ROWS if args.activation in (None, pair[0])]
    if args.std is not None:
        pairs = [(args.activation or "sigmoid", args.std)]
    results = {}
    for name, std in pairs:
        low = -1 if name == "tanh" else 0
        found = statistics(activations(name, std, args.seed), low)
        results[f"{name}, std {std}"] = found
        for key in ("mean", "std"):
            print(f"{f'{name}, std {std}':20} {key:4}", *(f"{value:9.3g}" for value in found[key]))
    return results


def draw(results: Results) -> list[Figure]:
    """Draw a row of five histograms for each function and std; ReLU is in a second figure."""
    rows = {key: row for key, row in results.items() if key != "settings"}
    titles = {f"{name}, std {std}": title for (name, std), title in ROWS.items()}
    relu = {key for key in rows if key.startswith("relu")}
    groups = [[key for key in rows if key not in relu], [key for key in rows if key in relu]]
    return [draw_rows({key: rows[key] for key in group}, titles) for group in groups if group]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
