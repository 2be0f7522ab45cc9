"""What learned filters respond to, in a photograph (section 7.6.1, figure 7-25).

    python ch07/apply_filter.py
    python ch07/apply_filter.py --image holiday.png

measures how the 30 filters of a trained SimpleConvNet respond to two drawn edges, a vertical and a
horizontal one, and applies to a photograph the two filters that prefer the one or the other most:
what ReLU lets through of the first is white at vertical edges, of the second at horizontal ones.
Below them are the responses of sixteen filters. A filter made by hand responds to the vertical edge
with 10, and nowhere to the horizontal one. A second.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib import cbook
from matplotlib.figure import Figure
from PIL import Image, ImageOps

from ch07.simple_convnet import WEIGHTS, SimpleConvNet
from ch07.visualize_filter import to_grey
from common.layers import Convolution
from lab import plots

EDGE = np.repeat([[0.0, 1.0]], 7, axis=1).repeat(14, axis=0)  # left half black, right half white
BY_HAND = np.tile([-1.0, -1.0, 0.0, 1.0, 1.0], (5, 1))  # white where black turns to white


def read_grey(path: Path, size: int) -> np.ndarray:
    """Return an image file as grey values in [0, 1], its longer side `size` pixels at most."""
    with open(path, "rb") as file:
        try:
            image = ImageOps.exif_transpose(Image.open(file))
            if image.mode[0] in "IF":
                raise ValueError("more than 8 bits for a colour; convert it first")
            image = image.convert("RGBA")
            white = Image.new("RGBA", image.size, "white")
            grey = Image.alpha_composite(white, image).convert("L")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            reason = str(error).split(" <")[0]  # without Python's name for the open file
            raise ValueError(f"{path}: not an image that can be read ({reason})") from error
    grey.thumbnail((size, size))
    if min(grey.size) < 5:
        raise ValueError(f"{path}: {grey.size} pixels; expected (5, 5) or more: a larger --size")
    return np.asarray(grey) / 255


def respond(picture: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """Return what filters, (FN, FH, FW), make of a picture, (H, W): (FN, OH, OW), without bias."""
    layer = Convolution(filters[:, None], np.zeros(len(filters)))
    return layer.forward(picture[None, None])[0]


def edge_responses(filters: np.ndarray) -> np.ndarray:
    """Return how much more than to plain black or white filters respond to drawn edges, (2, FN).

    Row 0 is for the vertical edge, row 1 for the horizontal one; of its sides the one may be white
    or the other, and the larger response counts.
    """
    plain = np.maximum(0, filters.sum(axis=(1, 2)))  # 0 for black, the sum of weights for white
    largest = [
        [respond(picture, filters).max(axis=(1, 2)) for picture in (edge, 1 - edge)]
        for edge in (EDGE, EDGE.T)
    ]
    return np.max(largest, axis=1) - plain


def draw(picture: np.ndarray, filters: np.ndarray, chosen: dict[str, int]) -> Figure:
    """Draw a picture, the filters that were chosen, and what they and sixteen make of it."""
    tall = picture.shape[0] / picture.shape[1]
    rows = [min(4.0 * tall, 5.0), 3.0 * tall]  # inches: three pictures side by side, then eight
    names = [["picture", *chosen], ["sheet"] * 3]
    fig, axes = plots.mosaic(names, (12.0, sum(rows) + 1.0), height_ratios=rows)
    axes["picture"].imshow(picture, cmap="gray", vmin=0, vmax=1)
    axes["picture"].set_title(f"the picture, {picture.shape[1]} × {picture.shape[0]} pixels")
    for name, number in chosen.items():
        passed = np.maximum(0, respond(picture, filters[[number]]))  # what ReLU lets through
        axes[name].imshow(to_grey(passed)[0], cmap="gray")
        axes[name].set_title(f"filter {number + 1}, then ReLU: {name} edges")
        inset = axes[name].inset_axes((0.02, 0.02, 0.2, 0.2))
        inset.imshow(filters[number], cmap="gray")
        inset.set(xticks=[], yticks=[], anchor="SW")
    for ax in axes.values():
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    sixteen = to_grey(respond(picture, filters[:16]))
    plots.image_sheet(axes["sheet"], sixteen, 8, "responses of filters 1 to 16, row by row")
    fig.suptitle("Figure 7-25: two filters (in the corners) find edges; white is a large response")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Choose filters by what they respond to, and apply them to a picture."""
    parser = cli.parser(__doc__)
    add = parser.add_argument
    add("--image", type=Path, help="the file to use (default: Grace Hopper)")
    add("--size", type=cli.at_least(5), default=160, help="longer side in pixels (default: 160)")
    add("--weights", type=Path, default=WEIGHTS, help="of a trained SimpleConvNet (.npz)")
    args = cli.parse(parser, argv)
    path = args.image or Path(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))
    picture = read_grey(path, args.size)
    net = SimpleConvNet()
    net.load_params(args.weights)
    filters = net.params["W1"][:, 0].astype(np.float64)  # (30, 5, 5)
    vertical, horizontal = edge_responses(filters)
    chosen = {
        "vertical": int((vertical - horizontal).argmax()),
        "horizontal": int((horizontal - vertical).argmax()),
    }
    by_hand = edge_responses(BY_HAND[None])[:, 0]
    print("largest response to an edge, vertical and horizontal")
    print(f"of a filter made by hand: {by_hand[0]:7.3f} {by_hand[1]:7.3f}")
    for i in chosen.values():
        print(f"of learned filter {i + 1:2}:     {vertical[i]:7.3f} {horizontal[i]:7.3f}")
    shape = respond(picture, filters).shape
    results = {"image": path.name, "response_shape": shape, "by_hand": by_hand, "chosen": chosen}
    results |= {"vertical": vertical, "horizontal": horizontal}
    return cli.finish(args, __file__, results, draw(picture, filters, chosen))


if __name__ == "__main__":
    cli.run(main)
