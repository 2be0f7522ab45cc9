"""More digits from those there are: turned, shifted, scaled ... (section 8.1.2, figure 8-4).

    python ch08/section_8_1/augmentation.py

You will see digits changed by so many degrees and pixels, and in size, as the book shows; cropped,
brighter and flipped, which it names, too (a flipped digit is none); then at random, each time anew,
as a training sees them; and what part of the first 2000 test digits the
DeepConvNet that comes with it reads when they are turned or shifted: within 15 degrees and 4 pixels
nearly all, half of them shifted by 10, few turned by 90 degrees. It was trained with such changes
itself (`train_deepnet.py --augment`). The book quotes 99.79 % as the best of the leader board for
MNIST (0.21 % wrong, figure 8-3).
About 10 seconds.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch08.deep_convnet import WEIGHTS, DeepConvNet
from common.augment import brightness, crop, flip, random_transform, transform
from common.data_parallel import DataParallel
from common.network import Network
from dataset.mnist import data_name, load_mnist
from lab import plots

CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "original": lambda x: x,
    "turned by 15°": partial(transform, degrees=15),
    "turned by -15°": partial(transform, degrees=-15),
    "3 pixels right": partial(transform, right=3),
    "3 pixels down,\n2 left": partial(transform, down=3, right=-2),
    "scaled: 1.2": partial(transform, scale=1.2),
    "scaled: 0.8": partial(transform, scale=0.8),
    "cropped to\n18 x 18": partial(crop, pixels=10, top=6, left=3),
    "brighter": partial(brightness, times=0.7, plus=0.3),
    "flipped:\nnot for digits": flip,
}
DEGREES, PIXELS = range(-90, 91, 15), range(-10, 11, 2)


def accuracies(
    network: Network | DataParallel, x: np.ndarray, t: np.ndarray
) -> dict[str, dict[int, float]]:
    """Return the accuracy on digits turned by so many degrees, and shifted to the right."""
    return {
        "turned": {n: network.accuracy(transform(x, degrees=n), t) for n in DEGREES},
        "shifted": {n: network.accuracy(transform(x, right=n), t) for n in PIXELS},
    }


def draw(x: np.ndarray, varied: np.ndarray, read: dict[str, dict[int, float]]) -> Figure:
    """Draw the digits `x`, changed in each way of `CHANGES`; below, `varied`; the accuracies.

    Parameters
    ----------
    x : ndarray of shape (N, 28, 28)
    varied : ndarray of shape (10, 28, 28)
        One digit moved at random.
    read : dict
        From `accuracies`.
    """
    widths = {"width_ratios": [1] * len(CHANGES) + [4.5]}
    fig, axes = plots.figure(len(x) + 1, len(CHANGES) + 1, size=(18.5, 6.6), gridspec_kw=widths)
    for i, (name, change) in enumerate(CHANGES.items()):
        for ax, image in zip(axes[:, i], [*change(x), varied[i]], strict=True):
            ax.imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            ax.set(xticks=[], yticks=[])
        axes[0, i].set_title(name, fontsize=10)
    axes[-1, 0].set_ylabel("at random")
    cells = axes[0, -1].get_gridspec()[:, -1].subgridspec(2, 1)
    labels = ("degrees, counter-clockwise", "pixels to the right")
    for i, (key, values) in enumerate(read.items()):
        axes[i, -1].set_subplotspec(cells[i])
        axes[i, -1].plot(list(values), list(values.values()), marker="o", markersize=4)
        title = f"The part of {key} digits that DeepConvNet reads"
        axes[i, -1].set(title=title, xlabel=labels[i], ylabel="accuracy", ylim=(0, 1.05))
        axes[i, -1].set_xticks(list(values))
    for ax in axes[2:, -1]:
        ax.remove()
    fig.suptitle("Figure 8-4: digits changed; bottom row: turned, shifted and scaled at random")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print how well moved digits are read, and draw some."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--weights", type=Path, default=WEIGHTS, help="default: those that come with it")
    add("--samples", type=cli.at_least(1), default=2000, help="test digits (default: 2000)")
    args = cli.parse(parser, argv, samples=50)

    name = data_name(args.data)
    print(f"data: {name}")
    (x_train, _), (x, t) = load_mnist(flatten=False, source=name)
    x, t = x[: args.samples], t[: args.samples]
    network = DeepConvNet()
    network.load_params(args.weights)
    with DataParallel(network) as parallel:
        read = accuracies(parallel, x, t)
    for key, values in read.items():
        print(f"accuracy, {key}:", ", ".join(f"{n}: {value:.3f}" for n, value in values.items()))
    digits = x_train[:4, 0]
    repeated = np.repeat(digits[:1], len(CHANGES), axis=0)
    varied = random_transform()(repeated, np.random.default_rng(args.seed))
    results = {"data": name, "samples": len(t), "accuracy": read}
    return cli.finish(args, __file__, results, draw(digits, varied, read))


if __name__ == "__main__":
    cli.run(main)
