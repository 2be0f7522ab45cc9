"""From edges to digits: what the layers of an AlexNet look for (section 7.6.2, figure 7-26).

    python ch07/hierarchical_features.py

You will see for ten units of each layer of the small AlexNet, with the weights that come with it,
an image that excites the unit, made from noise by gradient ascent on the pixels, and the test digit
that excites it most. A unit of the first layer sees 6 x 6 pixels and looks for an edge; of the
second, 16 x 16 and a bent stroke; from the third on, all 28 x 28; and the images for the scores of
the classes are digits. The proof in numbers: of the 20 digits that excite a unit most, the part of
one kind rises from layer to layer, 0.43, 0.47, 0.55, 0.60, 0.74 and 1.00; it is 0.35 to 0.45 before
training. About 5 seconds.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ch07.alexnet import WEIGHTS, AlexNet
from ch07.helpers.features import SIZE, look, of_one_digit, responses
from common.threads import one_blas_thread
from dataset.mnist import data_name, load_mnist
from lab import plots

LAYERS = {
    "Conv1": "convolution 1",
    "Conv2": "convolution 2",
    "Conv3": "convolution 3",
    "Conv4": "convolution 4",
    "Conv5": "convolution 5",
    "Affine3": "scores of\nthe classes",
}


def show_sheet(ax: Axes, images: np.ndarray) -> None:
    """Show images with pixels in [0, 1] in a row."""
    plots.image_sheet(ax, np.rint(255 * images).astype(np.uint8), len(images), "")


def frame(ax: Axes, number: int, corner: np.ndarray, size: int) -> None:
    """Frame a square of an image of `show_sheet`, as far as it is in the image."""
    left, top = np.maximum(corner, 0)
    right, bottom = np.minimum(corner + size, SIZE)
    place = (number * (SIZE + 1) + left + 0.5, top + 0.5)
    ax.add_patch(Rectangle(place, right - left, bottom - top, fill=False, edgecolor="red"))


def draw(
    found: Mapping[str, dict[str, Any]], x: np.ndarray, shares: Mapping[str, Mapping[str, float]]
) -> Figure:
    """Draw a row for each layer: images made for its units, and digits that excite them most."""
    rows = [[f"{name} made", f"{name} digits", "share"] for name in found]
    fig, axes = plots.mosaic(rows, size=(15, 6.8), width_ratios=[5, 5, 2])
    for name, one in found.items():
        made, digits = axes[f"{name} made"], axes[f"{name} digits"]
        low, high = max(one["middle"], 0), min(one["middle"] + one["seen"], SIZE)
        show_sheet(made, one["made"][:, low:high, low:high])
        text = f"{LAYERS[name]}:\n{high - low} × {high - low} pixels"
        made.set_ylabel(text, rotation=0, ha="right", va="center", fontsize=11)
        show_sheet(digits, x[one["digits"]])
        for number, corner in enumerate(one["corners"]):
            frame(digits, number, corner, one["seen"])
    axes["Conv1 made"].set_title("Made by gradient ascent: what a unit looks for")
    axes["Conv1 digits"].set_title("The test digits that excite the same units most")
    share = axes["share"]
    labels = [LAYERS[name] for name in found]
    bars = share.barh(labels, list(shares["trained"].values()))
    share.bar_label(bars, fmt="{:.2f}", padding=6)
    share.plot(list(shares["untrained"].values()), labels, "D", color="black")
    share.invert_yaxis()
    share.set(title="How much of one digit\n(black: before training)", xlim=(0, 1.25), yticks=[])
    share.set_xlabel("part of the 20 digits that excite\na unit most with the same label")
    fig.suptitle("Figure 7-26, for digits: from edges to whole digits; red: what the unit sees")
    return fig


def report(found: Mapping[str, dict[str, Any]], shares: Mapping[str, Mapping[str, float]]) -> None:
    """Print for each layer what it sees, mean responses, and how much of one digit."""
    titles = ("noise", "made", "to digits", "one digit", "untrained")
    print("layer    sees ", "".join(f"{title:>12}" for title in titles), sep="")
    for name, one in found.items():
        means = (one[key].mean() for key in ("before", "after", "by_digit"))
        text = "".join(f"{mean:12.2f}" for mean in means)
        part = "".join(f"{shares[when][name]:12.2f}" for when in ("trained", "untrained"))
        print(f"{name:8} {one['seen']:4} {text}{part}")


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Find what units of each layer look for, print how much that excites them, and draw it."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--weights", type=Path, default=WEIGHTS, help="of a trained AlexNet (.npz)")
    add("--samples", type=cli.at_least(20), default=1000, help="test digits (default: 1000)")
    add("--units", type=cli.at_least(1), default=10, help="of each layer (default: 10)")
    add("--steps", type=cli.at_least(1), default=100, help="of gradient ascent (default: 100)")
    args = cli.parse(parser, argv, samples=100, units=3, steps=20)

    network = AlexNet()
    network.load_params(args.weights)
    data = data_name(args.data)
    print(f"data: {data}")
    x, t = (part[: args.samples] for part in load_mnist(flatten=False, source=data)[1])
    shares = {}
    with one_blas_thread():
        for when, one in (("untrained", AlexNet(rng=args.seed)), ("trained", network)):
            response = responses(one, x, list(LAYERS))
            shares[when] = {name: of_one_digit(y, t) for name, y in response.items()}
        found = {
            name: look(network, name, y, args.units, args.steps, np.random.default_rng(args.seed))
            for name, y in response.items()
        }
        read = network.predict(found["Affine3"]["made"][:, None]).argmax(axis=1)
    report(found, shares)
    results: dict[str, Any] = {"data": data, "of_one_digit": shares, "read_as": read}
    for key in ("units", "seen", "before", "after", "by_digit"):
        results[key] = {name: one[key] for name, one in found.items()}
    return cli.finish(args, __file__, results, draw(found, x[:, 0], shares))


if __name__ == "__main__":
    cli.run(main)
