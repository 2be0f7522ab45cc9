"""Runs of style transfer: pairs of pictures, style weights, and untrained filters (8.5.1)."""

import argparse
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from ch08.helpers.style_image import transfer
from ch08.helpers.style_loss import Weights
from ch08.helpers.style_network import share_taken_for
from ch08.helpers.style_pictures import PICTURES, as_text
from common.io.files import replacing
from common.network import Network
from common.threads import one_blas_thread
from lab.script import Flag, Results

TRAINED, UNTRAINED = "trained filters", "untrained filters"
FACTORS = (0.1, 1, 10)  # of the style weight
COMPARED = ("style left", "content distance", "patches")
FLAGS = {
    "sizes": Flag(
        [64, 128, 256], "pixels along each side, from coarse to fine", quick=[32, 64], many=True
    ),
    "steps": Flag(100, "steps of Adam at each size", quick=4),
    "image_lr": Flag(0.05, "learning rate of the image at the start; pixels are from -1 to 1"),
    "style_weight": Flag(60.0, "factor of the style in the loss; that of the content is 1"),
    "variation_weight": Flag(3.0, "factor of the total variation"),
}


class Task(NamedTuple):
    """One image to make: the names of the pictures, the filters and the factor of the style."""

    content: str
    style: str
    filters: str = TRAINED
    factor: float = 1

    @property
    def title(self) -> str:
        """A name for the results."""
        content, style = (Path(name).stem for name in (self.content, self.style))
        extra = f", style weight x {self.factor:g}" if self.factor != 1 else ""
        return f"{content} in the style of {style}, {self.filters}{extra}"


def check_sizes(sizes: list[int]) -> None:
    """Raise a ValueError if the network cannot take images of one of these sizes."""
    for size in sizes:
        if size < 32 or size % 8:
            raise ValueError(f"--sizes {size}; expected multiples of 8, at least 32")


def tasks(pairs: list[tuple[str, str]]) -> list[Task]:
    """Return what to make: each pair; for the first also other style weights, and the control."""
    first, *others = pairs
    weights = [Task(*first, factor=factor) for factor in FACTORS]
    return [*weights, Task(*first, UNTRAINED), *(Task(*pair) for pair in others)]


def make_all(
    args: argparse.Namespace,
    networks: Mapping[str, Network],
    pictures: Mapping[str, np.ndarray],
    wanted: list[Task],
) -> dict[str, Results]:
    """Make all images, ``--threads`` at a time; print and return what is measured.

    Each thread needs a separate network, because layers keep their inputs for `backward`.
    """
    judge = deepcopy(networks[TRAINED])

    def make(task: Task) -> Results:
        weights = Weights(1, args.style_weight * task.factor, args.variation_weight)
        pair = pictures[task.content], pictures[task.style]
        settings: Any = {"sizes": args.sizes, "steps": args.steps, "lr": args.image_lr}
        network = deepcopy(networks[task.filters])
        return transfer(network, *pair, weights=weights, **settings)

    results = {}
    with one_blas_thread(), ThreadPoolExecutor(args.threads) as pool:
        for task, made in zip(wanted, pool.map(make, wanted), strict=True):
            if task.filters == TRAINED and task.factor == 1:
                save_png(args, task, made["picture"])
            results[task.title] = measured(task, made, judge)
            report(task, results[task.title])
    return results


def save_png(args: argparse.Namespace, task: Task, picture: np.ndarray) -> None:
    """Save an image under ``--out``, in the folder of the figures."""
    names = "-".join(Path(name).stem for name in (task.content, task.style))
    path = args.out / "ch08" / f"style_transfer-{names}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as to:
        Image.fromarray(picture).save(to, "PNG")
    print(f"saved {path}")


def measured(task: Task, made: Results, judge: Network) -> Results:
    """Return the numbers of an image that was made, its curves, and the image as text."""
    image = made.pop("picture")
    last = {name: values[-1] for name, values in made.items()}
    taken = None
    if task.style in PICTURES:
        taken = round(share_taken_for(judge, image, PICTURES.index(task.style)), 4)
    return {
        **task._asdict(),
        "style left": last["style"],
        "content distance": last["content"],
        "variation": last["variation"],
        "patches": taken,
        "curves": made,
        "picture": as_text(image),
    }


def compared(images: Mapping[str, Results]) -> Results:
    """Return the numbers of each pair, and those of the first pair for each of the `FACTORS`."""
    first = list(images.values())[: len(FACTORS)]
    usual = {name: one for name, one in images.items() if one["filters"] == TRAINED}
    usual = {name: one for name, one in usual.items() if one["factor"] == 1}
    return {
        "pairs": {key: {name: one[key] for name, one in usual.items()} for key in COMPARED},
        "by style weight": {key: [one[key] for one in first] for key in COMPARED},
    }


def report(task: Task, result: Results) -> None:
    """Print the numbers of an image."""
    words = f"{task.title}: {result['style left']:.2%} of the Gram distance is left, "
    words += f"content distance {result['content distance']:.2f}, "
    words += f"variation {result['variation']:.4f}"
    if result["patches"] is not None:
        words += f", {result['patches']:.0%} of the patches are taken for the style picture"
    print(words)
