"""Your own handwriting, photographed and classified by a trained network (section 3.6.2).

    python ch03/my_digits.py --image FILE
    python ch03/my_digits.py --image FILE --network ch08.deep_convnet.DeepConvNet

You will see the photograph with a box around each digit, the answer and its probability. Next
to it are the network's input images of 28 x 28 pixels, which `dataset.digits_from_photo` makes
similar to those of MNIST. Without ``--image``, a page of test digits is drawn, a different one for
each ``--seed``. Write the digits apart from each other, with a dark pen. About 2 seconds.

A network gives an answer for any image. So an answer with a probability below 0.5 becomes a "?". If
at least three symbols, and more than a quarter of them, have a probability below 0.99, they are
probably not digits, and no answer is given. A few letters may still be classified as digits.
"""

import argparse
from pathlib import Path
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch03.helpers.drawn_page import COLUMNS, ROWS, drawn_page, number_right
from ch03.helpers.page_figure import draw_images, draw_page, texts
from ch03.helpers.reading import THREE_LAYERS, read_page, reader
from ch03.neuralnet_mnist import get_data
from dataset.mnist import data_name
from dataset.paper import to_grey
from lab.flags import data_source
from lab.plots import Figure
from lab.script import Flag, Results

FLAGS = {
    "image": Flag(None, "a photograph or scan (default: a page is drawn)", kind=Path),
    "network": Flag(THREE_LAYERS, "three-layer or module.Class"),
    "weights": Flag(None, "the network's weights, .npz (default: the bundled weights)", kind=Path),
    # Instead of `data=True`: a photograph needs no MNIST.
    "data": Flag("auto", "for the drawn page: auto, mnist, drawn or a folder", kind=data_source),
}


def page(image: Path | None, data: str, seed: int) -> tuple[np.ndarray, str, np.ndarray | None]:
    """Return a page, (H, W), its name, and the labels of its digits if the page is drawn."""
    if image:
        return to_grey(image), image.name, None
    x, t = get_data(data)
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(x), ROWS * COLUMNS, replace=False)
    return drawn_page(x[chosen], rng), "a drawn page", t[chosen]


def experiment(args: argparse.Namespace) -> Results:
    """Find the digits on a page; print and return the answers."""
    read = reader(args.network, args.weights)
    results: dict[str, Any] = {"network": args.network}
    if not args.image:
        args.data = results["data"] = data_name(args.data)
        print(f"data: {args.data}")
    grey, name, labels = page(args.image, args.data, args.seed)
    found = read_page(grey, read, name, of_digits=labels is not None)
    print(f"{name}: {len(found['answers'])} digits: {''.join(texts(found['answers']))}")
    results |= found | {"images": (255 * found["images"][:, 0]).round().astype(np.uint8)}
    if labels is not None:
        results |= {"labels": labels, "right": number_right(found, labels)}
        print(f"{results['right']} of {len(labels)} correct")
    return results


def draw(results: Results) -> Figure:
    """Draw the page with boxes and answers, and the network's input images."""
    settings = results["settings"]
    grey, name, _ = page(settings["image"], settings["data"], settings["seed"])
    fig, (left, right) = plots.figure(1, 2, size=(9.4, 4.9), width_ratios=[1.3, 1])
    draw_page(left, grey, results)
    draw_images(right, results)
    counted = f"{len(results['answers'])} digits found"
    if "right" in results:
        counted += f", {results['right']} of {len(results['labels'])} correct"
    fig.suptitle(f"{name}, {results['network']}: {counted}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
