"""Data augmentation: rotated, shifted, scaled ... digits (section 8.1.2, figure 8-4).

    python ch08/section_8_1/augmentation.py

You will see digits that are rotated and shifted as in the book, then scaled, cropped, made brighter
and flipped (a flipped digit is no longer a digit), and changed at random, as in training. A second
figure shows how well the bundled DeepConvNet classifies the first 2,000 test digits when they are
rotated or shifted: the accuracy stays above 0.98 up to 15 degrees and up to 4 pixels; it is 0.5 to
0.65 after a shift by 10 pixels, and below 0.2 after a rotation by 90 degrees. The network was
trained with such changes (`train_deepnet.py --augment`). The book quotes 99.79 % as the best
accuracy on MNIST (figure 8-3). About 10 seconds.
"""

import argparse
from collections.abc import Callable
from functools import partial

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers import bundled
from ch08.helpers.mistakes import as_bytes
from common.augment import brightness, crop, flip, random_transform, transform
from common.data_parallel import DataParallel
from common.network import Network
from lab.digits import digits
from lab.plots import Figure
from lab.script import Results

CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "original": lambda x: x,
    "rotated\nby 15°": partial(transform, degrees=15),
    "rotated\nby -15°": partial(transform, degrees=-15),
    "3 pixels\nright": partial(transform, right=3),
    "3 down,\n2 left": partial(transform, down=3, right=-2),
    "scaled\nby 1.2": partial(transform, scale=1.2),
    "scaled\nby 0.8": partial(transform, scale=0.8),
    "cropped to\n18 x 18": partial(crop, pixels=10, top=6, left=3),
    "brighter": partial(brightness, times=0.7, plus=0.3),
    "flipped: not\nfor digits": flip,
}
DEGREES, PIXELS = range(-90, 91, 15), range(-10, 11, 2)


def accuracies(
    network: Network | DataParallel, x: np.ndarray, t: np.ndarray
) -> dict[str, dict[int, float]]:
    """Return the accuracy on digits rotated by degrees, and shifted by pixels to the right."""
    return {
        "rotated": {n: network.accuracy(transform(x, degrees=n), t) for n in DEGREES},
        "shifted": {n: network.accuracy(transform(x, right=n), t) for n in PIXELS},
    }


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the accuracy on changed digits; return a few digits to draw."""
    (x_train, _), (x, t) = digits(args, flatten=False)
    with DataParallel(bundled.load(args.weights)) as parallel:
        accuracy = accuracies(parallel, x, t)
    for key, values in accuracy.items():
        print(f"accuracy, {key}:", ", ".join(f"{n}: {value:.3f}" for n, value in values.items()))
    repeated = np.repeat(x_train[:1], len(CHANGES), axis=0)
    varied = random_transform()(repeated, np.random.default_rng(args.seed))
    return {
        "samples": len(t),
        "accuracy": accuracy,
        "images": as_bytes(x_train[:4]),
        "at_random": as_bytes(varied),
    }


def draw(results: Results) -> list[Figure]:
    """Draw the changed digits; in a second figure the accuracies."""
    return [draw_digits(results["images"] / 255, results["at_random"]), draw_accuracies(results)]


def draw_digits(x: np.ndarray, varied: np.ndarray) -> Figure:
    """Draw figure 8-4: the digits `x`, changed in each way of `CHANGES`; below them `varied`.

    Parameters
    ----------
    x : ndarray of shape (N, 28, 28), pixels in [0, 1]
    varied : ndarray of shape (10, 28, 28)
        The first digit, changed at random.
    """
    fig, axes = plots.figure(len(x) + 1, len(CHANGES), size=(9.3, 5.4))
    for column, (name, change) in zip(axes.T, CHANGES.items(), strict=True):
        column[0].set_title(name, fontsize=9)
        for ax, image in zip(column, change(x), strict=False):
            ax.imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    for ax, image in zip(axes[-1], varied, strict=True):
        ax.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    for ax in axes.flat:
        ax.axis("off")
    fig.suptitle(
        "Figure 8-4: each digit in many variants\nbottom row: rotated, shifted and scaled at random"
    )
    return fig


def draw_accuracies(results: Results) -> Figure:
    """Draw the accuracy of DeepConvNet by the angle and by the shift."""
    fig, axes = plots.figure(1, 2, size=(9.3, 4), sharey=True)
    units = {"rotated": "degrees, counter-clockwise", "shifted": "pixels to the right"}
    for ax, (key, values) in zip(axes, results["accuracy"].items(), strict=True):
        ax.plot(list(values), list(values.values()), marker="o", markersize=4)
        title = f"{key}: {values[0]:.3f} falls to {min(values.values()):.3f}"
        ax.set(title=title, xlabel=units[key], ylabel="accuracy", ylim=(0, 1.05))
        ax.set_xticks(list(values)[:: 2 if len(values) > 11 else 1])
        ax.label_outer()
    fig.suptitle(f"DeepConvNet on {results['samples']:,} changed test digits")
    return fig


main = script.make_main(
    __file__, __doc__, experiment, draw, bundled.flags(2000, quick=50), data=True
)

if __name__ == "__main__":
    script.run(main)
