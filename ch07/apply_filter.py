"""Learned filters find edges in a photograph (section 7.6.1, figure 7-25).

    python ch07/apply_filter.py
    python ch07/apply_filter.py --image holiday.png

Measures how the 30 filters of a trained SimpleConvNet respond to a vertical and to a horizontal
edge. The two filters with the strongest preference for one of the edges are applied to a
photograph. After ReLU, the places where a filter responds are white: for one filter the vertical
edges, for the other the horizontal ones. A second figure shows the responses of filters 1 to 16. A
filter made by hand responds to the vertical edge with 10, and to the horizontal one with 0. About a
second.
"""

import argparse
from pathlib import Path

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch07.helpers.filters import BY_HAND, edge_responses, grey_levels, learned_filters, respond
from ch07.simple_convnet import WEIGHTS
from dataset.paper import shrunk, to_grey
from lab.plots import Axes, Figure
from lab.script import Flag, Results

FLAGS = {
    "image": Flag(None, "the picture to use (default: Grace Hopper)", kind=Path),
    "size": Flag(160, "pixels of its longer side", least=5),
    "weights": Flag(WEIGHTS, "weights of a trained SimpleConvNet (.npz)", kind=Path),
}


def read_picture(path: Path, size: int) -> np.ndarray:
    """Return an image file as grey values in [0, 1]; its longer side has at most `size` pixels."""
    picture = shrunk(to_grey(path), size)
    if min(picture.shape) < 5:
        raise ValueError(
            f"{path}: {picture.shape} pixels; expected (5, 5) or more: a larger --size"
        )
    return picture


def choose(filters: np.ndarray) -> Results:
    """Return the responses of filters to both edges, and the filter that prefers each edge most."""
    vertical, horizontal = edge_responses(filters)
    chosen = {
        "vertical": int((vertical - horizontal).argmax()),
        "horizontal": int((horizontal - vertical).argmax()),
    }
    return {"chosen": chosen, "vertical": vertical, "horizontal": horizontal}


def experiment(args: argparse.Namespace) -> Results:
    """Choose two filters by how they respond to edges; return them, and the picture."""
    path = args.image or plots.portrait()
    picture = read_picture(path, args.size)
    filters = learned_filters(args.weights).astype(np.float64)  # (30, 5, 5)
    results = {
        "image": path.name,
        "response_shape": respond(picture, filters).shape,
        "by_hand": edge_responses(BY_HAND[None])[:, 0],
        **choose(filters),
        "picture": np.rint(255 * picture).astype(np.uint8),
        "filters": filters,
    }
    report(results)
    return results


def report(results: Results) -> None:
    """Print the responses of the filter made by hand, and of the two chosen ones."""
    by_hand = results["by_hand"]
    print("largest response to a vertical and to a horizontal edge")
    print(f"filter made by hand: {by_hand[0]:7.3f} {by_hand[1]:7.3f}")
    for i in results["chosen"].values():
        print(f"learned filter {i + 1:2}:   {results['vertical'][i]:7.3f}", end=" ")
        print(f"{results['horizontal'][i]:7.3f}")


def draw(results: Results) -> list[Figure]:
    """Draw figure 7-25, the responses of the two filters; and the responses of filters 1 to 16."""
    picture, filters = results["picture"] / 255, results["filters"]
    height, width = picture.shape
    fig, axes = plots.figure(1, 3, size=(9.4, 3.1 * min(height / width, 2) + 0.7))
    one, other = (number + 1 for number in results["chosen"].values())
    fig.suptitle(f"Figure 7-25: filter {one} finds vertical edges, filter {other} horizontal ones")
    show(axes[0], picture, f"the picture, {width} × {height} pixels")
    for ax, number in zip(axes[1:], results["chosen"].values(), strict=True):
        passed = np.maximum(0, respond(picture, filters[[number]])[0])  # ReLU
        show(ax, passed / max(passed.max(), 1e-9), f"after filter {number + 1} and ReLU")
        corner = ax.inset_axes((0.02, 0.02, 0.25, 0.25), anchor="SW")
        show(corner, grey_levels(filters[number]) / 255, "")
    return [fig, draw_sixteen(picture, filters)]


def draw_sixteen(picture: np.ndarray, filters: np.ndarray) -> Figure:
    """Draw the responses of the first filters to a picture."""
    fig, ax = plots.figure(size=(7.5, 7.5 * min(len(picture) / len(picture[0]), 2) + 0.4))
    responses = grey_levels(respond(picture, filters[:16]))
    plots.image_sheet(ax, responses, 4, "Responses of filters 1 to 16, row by row")
    return fig


def show(ax: Axes, image: np.ndarray, title: str) -> None:
    """Show an image with pixels in [0, 1], without axes."""
    ax.imshow(image, cmap="gray", vmin=0, vmax=1)
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
