"""The 30 filters of the first layer, before and after training (section 7.6.1, figure 7-24).

    python ch07/visualize_filter.py

You will see the filters of a SimpleConvNet with its initial weights, which are noise, and those of
the bundled, trained weights: gradients from black to white, and blobs. The correlation of
neighbouring weights is about 0 before training, and 0.33 after it. About a second.
"""

import argparse
from pathlib import Path

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch07.helpers.filters import grey_levels, learned_filters, smoothness
from ch07.simple_convnet import WEIGHTS, SimpleConvNet
from common.initializers import weights
from lab.plots import Figure
from lab.script import Flag, Results

FLAGS = {"weights": Flag(WEIGHTS, "weights of a trained SimpleConvNet (.npz)", kind=Path)}


def experiment(args: argparse.Namespace) -> Results:
    """Print and return how smooth the filters are, and the filters as images."""
    before = SimpleConvNet(rng=args.seed).params["W1"][:, 0]  # (30, 1, 5, 5) -> (30, 5, 5)
    after = learned_filters(args.weights)
    by_chance = of_random_filters(before.shape, args.seed).max()
    print("correlation of neighbouring weights, mean over the filters")
    print(f"before training: {smoothness(before).mean():6.3f}")
    print(f"after training:  {smoothness(after).mean():6.3f}")
    print(f"largest of 1000 sets of random filters: {by_chance:.3f}")
    return {
        "smoothness_before": float(smoothness(before).mean()),
        "smoothness_after": float(smoothness(after).mean()),
        "smoothness_by_chance": float(by_chance),
        "smoothness_of_each": smoothness(after),
        "filters": {"before": grey_levels(before), "after": grey_levels(after)},
    }


def of_random_filters(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Return the mean smoothness of each of 1000 sets of random filters, for comparison."""
    noise = weights((1000 * shape[0], *shape[1:]), 0.01, np.random.default_rng(seed))
    return smoothness(noise).reshape(1000, -1).mean(axis=1)


def draw(results: Results) -> Figure:
    """Draw figure 7-24: the filters before and after training."""
    fig, axes = plots.figure(1, 2, size=(9.4, 5))
    for ax, (when, images) in zip(axes, results["filters"].items(), strict=True):
        plots.image_sheet(ax, images, 6, f"{when} training")
    number, height, width = images.shape
    before, after = results["smoothness_before"], results["smoothness_after"]
    rise = f"{before:.2f} before training, {after:.2f} after it"
    fig.suptitle(f"Figure 7-24: correlation of neighbouring weights {rise}")
    of = f"{number} filters of {height} × {width} weights"
    fig.supxlabel(f"{of}; in each the smallest weight is black, the largest white", fontsize=10)
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
