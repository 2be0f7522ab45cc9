"""The rank of the true class among all classes, and the digit where it is lowest (8.2.1)."""

import numpy as np

from common.functions import softmax
from lab import plots
from lab.plots import Axes
from lab.script import Results

SHOWN = 5  # classes


def rank(y: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return how many classes have a higher score than the true one: 0 for correct answers."""
    return (y > y[np.arange(len(t)), t, None]).sum(axis=1)


def lowest_ranked(x: np.ndarray, y: np.ndarray, t: np.ndarray) -> Results:
    """Return the digit whose true class has the lowest rank, and the classes ranked highest."""
    ranks = rank(y, t)
    lowest = int(ranks.argmax())
    best = np.argsort(-y[lowest])[:SHOWN]
    return {
        **{"digit": lowest, "label": t[lowest], "rank": ranks[lowest]},
        "image": (255 * x[lowest, 0]).round().astype(np.uint8),
        "probabilities": dict(zip(best.tolist(), softmax(y[lowest])[best].round(4), strict=True)),
    }


def draw_lowest(ax: Axes, lowest: Results) -> None:
    """Draw the digit whose true class has the lowest rank, and the probabilities of the best."""
    best, label = lowest["probabilities"], lowest["label"]
    bars = ax.barh(
        [f"{n}: a {k}" for n, k in enumerate(best, 1)],
        list(best.values()),
        color=[plots.GREEN if k == label else "gray" for k in best],
    )
    ax.bar_label(bars, fmt="%.3f", padding=2)
    ax.invert_yaxis()
    title = f"This {label}: the true class has rank {lowest['rank'] + 1}"
    ax.set(title=title, xlabel="probability", xlim=(0, 1.2))
    image = ax.inset_axes((0.58, 0.05, 0.4, 0.6))
    image.imshow(lowest["image"], cmap="gray")
    image.axis("off")
