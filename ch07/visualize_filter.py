"""The 30 filters of the first layer, before and after training (section 7.6.1, figure 7-24).

    python ch07/visualize_filter.py

shows the filters with which a SimpleConvNet begins, which are noise, and those of the trained
weights that come with it: gradients from black to white, and blobs. The proof in a number is the
correlation of neighbouring weights: about 0 before training, far above it after. A second.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch07.simple_convnet import WEIGHTS, SimpleConvNet
from common.initializers import weights
from lab import plots


def to_grey(images: np.ndarray) -> np.ndarray:
    """Return images as grey values: the minimum of each black, 0, its maximum white, 255.

    Parameters
    ----------
    images : ndarray of shape (..., H, W)
        Filters, or what they make of a picture: any finite numbers.

    Returns
    -------
    ndarray of the same shape, uint8
        An image that is the same everywhere has neither, and is grey, 128.
    """
    images = np.asarray(images, dtype=np.float64)
    if images.ndim < 2 or images.size == 0 or not np.isfinite(images).all():
        raise ValueError(f"images have shape {images.shape}; expected finite ones, (..., H, W)")
    low = images.min(axis=(-2, -1), keepdims=True)
    width = images.max(axis=(-2, -1), keepdims=True) - low
    scaled = (images - low) / np.where(width > 0, width, 1)
    return np.where(width > 0, np.rint(255 * scaled), 128).astype(np.uint8)


def smoothness(filters: np.ndarray) -> np.ndarray:
    """Return for each filter how alike weights are that stand beside or below each other.

    It is their correlation: 1 at most, 0 for noise (a little less, as the mean is taken off).

    Parameters
    ----------
    filters : ndarray of shape (N, H, W)

    Returns
    -------
    ndarray of shape (N,)
    """
    centred = filters - filters.mean(axis=(1, 2), keepdims=True)
    beside = centred[:, :, 1:] * centred[:, :, :-1]
    below = centred[:, 1:] * centred[:, :-1]
    variance = (centred**2).mean(axis=(1, 2))
    pairs = np.concatenate([beside.reshape(len(filters), -1), below.reshape(len(filters), -1)], 1)
    return pairs.mean(axis=1) / np.where(variance > 0, variance, 1)


def draw(before: np.ndarray, after: np.ndarray) -> Figure:
    """Draw filters, (N, H, W), before and after training: figure 7-24."""
    fig, axes = plots.figure(1, 2, size=(11.0, 3.8))
    for ax, filters, when in zip(axes, (before, after), ("before", "after"), strict=True):
        mean = smoothness(filters).mean()
        plots.image_sheet(ax, to_grey(filters), 8, f"{when} training")
        ax.set_xlabel(f"correlation of neighbouring weights: {mean:.2f}")
    height, width = before.shape[1:]
    size = f"{len(before)} filters of {height} × {width} weights"
    fig.suptitle(f"Figure 7-24: {size}; the smallest of each is black, the largest white")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Draw the filters, and print how smooth they are."""
    parser = cli.parser(__doc__)
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS, help="of a trained SimpleConvNet (.npz)"
    )
    args = cli.parse(parser, argv)
    net = SimpleConvNet(rng=args.seed)
    before = net.params["W1"][:, 0]  # (30, 1, 5, 5) -> (30, 5, 5)
    net.load_params(args.weights)
    after = net.params["W1"][:, 0]
    rng = np.random.default_rng(args.seed)
    noise = weights((1000 * len(before), *before.shape[1:]), 0.01, rng)
    by_chance = smoothness(noise).reshape(1000, -1).mean(axis=1)
    results = {
        "smoothness_before": float(smoothness(before).mean()),
        "smoothness_after": float(smoothness(after).mean()),
        "smoothness_by_chance": float(by_chance.max()),
        "smoothness_of_each": smoothness(after),
    }
    print("correlation of neighbouring weights, mean of the filters")
    print(f"before training: {results['smoothness_before']:6.3f}")
    print(f"after training:  {results['smoothness_after']:6.3f}")
    print(f"the most that 1000 sets of random filters have: {by_chance.max():.3f}")
    return cli.finish(args, __file__, results, draw(before, after))


if __name__ == "__main__":
    cli.run(main)
