"""What the first weights do to the activations (6.2.2, 6.2.3; figures 6-10, 6-11, 6-13, 6-14).

    python ch06/weight_init_activation_histogram.py
    python ch06/weight_init_activation_histogram.py --activation relu --std 0.1

sends 1000 samples through five untrained layers and draws a histogram of the activations of each.
Sigmoid: piled up at 0 and 1 (std 1), crowded around 0.5 (0.01), spread (Xavier). ReLU: vanishing
(0.01), shrinking (Xavier), steady (He). tanh: even on both sides of 0. About 3 seconds.
"""

from collections.abc import Callable, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.initializers import weight_std
from lab import plots

ROWS = {
    ("sigmoid", "1"): "Figure 6-10\nsigmoid, std 1",
    ("sigmoid", "0.01"): "Figure 6-11\nsigmoid, std 0.01",
    ("sigmoid", "xavier"): "Figure 6-13\nsigmoid, Xavier:\nstd 1/√100",
    ("relu", "0.01"): "Figure 6-14, top\nReLU, std 0.01",
    ("relu", "xavier"): "Figure 6-14, middle\nReLU, Xavier:\nstd 1/√100",
    ("relu", "he"): "Figure 6-14, bottom\nReLU, He:\nstd √(2/100)",
    ("tanh", "xavier"): "Section 6.2.2\ntanh, Xavier:\nstd 1/√100",
}


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


def ReLU(x: np.ndarray) -> np.ndarray:
    """Return max(0, x)."""
    return np.maximum(0, x)


tanh = np.tanh
FUNCTIONS: dict[str, Callable] = {"sigmoid": sigmoid, "relu": ReLU, "tanh": tanh}


def activations(activation: str, std: str, seed: int) -> dict[int, np.ndarray]:
    """Return the outputs, (1000, 100) each, of five layers without biases, from layer 0 on."""
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


def statistics(layers: dict[int, np.ndarray]) -> dict[str, np.ndarray]:
    """Return numbers for each layer that say how its activations are spread."""
    a = np.array([layer.ravel() for layer in layers.values()])  # (5, 100000)
    mean, std = a.mean(axis=1), a.std(axis=1)
    z = (a - mean[:, None]) / np.where(std > 0, std, 1)[:, None]
    return {
        "mean": mean,
        "std": std,
        "outside 0.1 to 0.9": ((a < 0.1) | (a > 0.9)).mean(axis=1),
        "inside 0.4 to 0.6": ((a >= 0.4) & (a <= 0.6)).mean(axis=1),
        "zeros": (a == 0).mean(axis=1),
        "skewness": (z * z * z).mean(axis=1),
    }


def draw(rows: dict[tuple[str, str], dict[int, np.ndarray]]) -> Figure:
    """Draw a row of histograms, a panel per layer, for each activation function and std."""
    size = (12.5, 0.6 + 1.9 * len(rows))
    fig, axes = plots.figure(len(rows), 5, size, sharey="row", squeeze=False)
    for row, ((activation, std), layers) in zip(axes, rows.items(), strict=True):
        low = -1 if activation == "tanh" else 0
        for i, a in layers.items():
            counts = row[i].hist(a.ravel(), 30, range=(low, 1))[0]
            row[i].set(title=f"{i + 1}-layer", xlabel=f"mean {a.mean():.2g}, std {a.std():.2g}")
            if activation == "relu":  # the bar at 0 would press all others flat
                row[i].set_ylim(0, 8000)
                row[i].text(1, 7900, f"first bar: {counts[0]:,.0f}", ha="right", va="top")
        label = ROWS.get((activation, std), f"{activation}, std {std}")
        row[0].set_ylabel(label, rotation=0, ha="right", va="center")
    fig.suptitle("How many of 100,000 untrained activations have which value (above 1: not shown)")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print how the activations of each layer are spread, and draw the histograms."""
    parser = cli.parser(__doc__)
    parser.add_argument("--activation", choices=list(FUNCTIONS), help="its rows only")
    parser.add_argument("--std", type=str.lower, help="one row: a number, xavier or he")
    args = cli.parse(parser, argv)
    pairs = [pair for pair in ROWS if args.activation in (None, pair[0])]
    if args.std is not None:
        pairs = [(args.activation or "sigmoid", args.std)]
    rows = {pair: activations(*pair, args.seed) for pair in pairs}
    results = {f"{name}, std {std}": statistics(rows[name, std]) for name, std in pairs}
    for name, numbers in results.items():
        for key in ("mean", "std"):
            print(f"{name:20} {key:4}", *(f"{value:9.3g}" for value in numbers[key]))
    return cli.finish(args, __file__, results, draw(rows))


if __name__ == "__main__":
    cli.run(main)
