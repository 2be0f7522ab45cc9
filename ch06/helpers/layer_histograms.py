"""The distribution of the activations of several layers: statistics, histograms (section 6.2)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lab import plots
from lab.plots import Axes, Figure

BINS = 30
STEP = 1.15  # from the left end of one histogram to that of the next; each is 1 wide
CUT = 8000  # with ReLU the bar at 0 is cut here: next to it all others would look flat


def statistics(
    layers: Mapping[int, np.ndarray], low: float = 0, high: float = 1
) -> dict[str, np.ndarray]:
    """Return statistics of the activations of each layer.

    The last entry holds the counts of a histogram from `low` to `high`, of shape (layers, BINS).
    """
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
        "counts": np.array([np.histogram(row, BINS, (low, high))[0] for row in a]),
    }


def draw_rows(rows: Mapping[str, Any], titles: Mapping[str, str]) -> Figure:
    """Draw a panel for each row.

    Parameters
    ----------
    rows : mapping
        By name, such as "relu, std he": ``counts`` of shape (layers, BINS), and ``std`` of each
        layer.
    titles : mapping
        By name; where there is no title, the name is used.
    """
    fig, axes = plots.figure(len(rows), 1, size=(9.4, 0.6 + 2 * len(rows)), squeeze=False)
    for ax, (name, row) in zip(axes[:, 0], rows.items(), strict=True):
        draw_layers(ax, np.array(row["counts"]), low=-1 if name.startswith("tanh") else 0)
        first, *_, last = row["std"]
        spread = f"activations' std {first:.2g} in layer 1, {last:.2g} in layer 5"
        ax.set_title(f"{titles.get(name, name)}: {spread}", fontsize=11)
        if name.startswith("relu"):
            mark_the_cut(ax, np.array(row["counts"])[:, 0])
    cut = (
        "\n(values above 1 are not shown)" if any(name.startswith("relu") for name in rows) else ""
    )
    fig.suptitle(f"Distribution of the 100,000 activations of each of five untrained layers{cut}")
    return fig


def draw_layers(ax: Axes, counts: np.ndarray, low: float) -> None:
    """Draw the histograms, (layers, BINS), next to each other; each goes from `low` to 1."""
    for layer, heights in enumerate(counts):
        left = STEP * layer + np.arange(BINS) / BINS
        ax.bar(left, heights, 1 / BINS, align="edge", color=plots.COLORS[layer])
    starts = STEP * np.arange(len(counts))
    labels = [[f"{low:g}".replace("-", "−"), f"layer {k}", "1"] for k in range(1, len(counts) + 1)]
    ax.set_xticks((starts[:, None] + (0, 0.5, 1)).ravel(), np.ravel(labels))
    ax.set(ylabel="activations", xlim=(-0.1, starts[-1] + 1.1))
    ax.grid(False, axis="x")


def mark_the_cut(ax: Axes, first_bars: np.ndarray) -> None:
    """Cut the first bar of each histogram, and write its height beside it."""
    ax.set_ylim(0, CUT)
    for layer, height in enumerate(first_bars):
        words = f"first bar: {height:,.0f}"
        ax.text(STEP * layer + 1, 0.96 * CUT, words, ha="right", va="top", fontsize=9)
