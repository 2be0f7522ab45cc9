"""Your own handwriting, photographed and read by a trained network (section 3.6.2).

    python ch03/my_digits.py --image FILE
    python ch03/my_digits.py --image FILE --network ch08.deep_convnet.DeepConvNet

You will see the photograph with a box around each digit, the answer and its probability, and beside
it the images of 28 x 28 pixels that the network saw, made by `dataset.digits_from_photo` to look
like those of MNIST. Without ``--image``, a page of test digits is drawn (another one with
``--seed``). Write digits apart from each other, with a dark pen. About 2 seconds.

A network has an answer to everything. So one with a probability below 0.5 becomes a "?", and where
more than a quarter of the signs, and at least three, are not read with 0.99, they are taken for
something other than digits, and there is no answer at all. A few letters may still pass.
"""

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from ch03.neuralnet_mnist import WEIGHTS, get_data, init_network, predict
from common.functions import softmax
from dataset import digits_from_photo
from dataset.mnist import data_name
from dataset.paper import to_grey
from lab import plots

Read = Callable[[np.ndarray], np.ndarray]  # images (N, 1, 28, 28) -> probabilities (N, 10)

THREE_LAYERS = "three-layer"
ANSWER, SURE = 0.5, 0.99  # probabilities: to say it, and of digits usually
ROWS, COLUMNS = 4, 5  # of the page that is drawn
ROW, COLUMN = 135, 125  # pixels


def reader(name: str, weights: Path | None = None) -> Read:
    """Return what reads images with a network: the one of this chapter, or one named by its class.

    The class is made without arguments; its weights are in a file, or named by ``WEIGHTS`` in its
    module.
    """
    if name == THREE_LAYERS:
        params = init_network(weights or WEIGHTS)
        return lambda x: predict(params, x.reshape(len(x), -1))
    module_name, _, class_name = name.rpartition(".")
    try:
        module = importlib.import_module(module_name)
        network, own = getattr(module, class_name)(), getattr(module, "WEIGHTS", None)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        what = f"expected {THREE_LAYERS}, or such as ch08.deep_convnet.DeepConvNet"
        raise ValueError(f"--network {name}: {error}; {what}") from error
    if weights is None and own is None:
        raise ValueError(f"--network {name}: {module_name} has no WEIGHTS; name a file: --weights")
    network.load_params(weights or own)
    return lambda x: softmax(network.predict(x))


def drawn_page(digits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a page with digits, (20, 784) with pixels in [0, 1], in uneven light: (560, 640)."""
    ink = np.zeros((560, 640), np.float32)
    for number, digit in enumerate(digits):
        size = int(rng.integers(70, 110))
        row, column = divmod(number, COLUMNS)
        top, left = 10 + ROW * row + rng.integers(20), 10 + COLUMN * column + rng.integers(10)
        picture = Image.fromarray(digit.reshape(28, 28)).resize((size, size))
        ink[top : top + size, left : left + size] = np.asarray(picture).clip(0, 1)
    light = np.linspace(0.95, 0.6, 640) * np.linspace(1.0, 0.8, 560)[:, None]
    page = light * (1 - 0.8 * ink) + rng.normal(0, 0.02, ink.shape)
    return page.clip(0, 1).astype(np.float32)


def other_than_digits(probabilities: np.ndarray) -> bool:
    """Say whether too many of the signs, (N,), are read without a high probability."""
    unsure = np.count_nonzero(probabilities < SURE)
    return bool(unsure >= 3 and unsure > len(probabilities) / 4)


def read_page(
    grey: np.ndarray, read: Read, name: str, *, of_digits: bool = False
) -> dict[str, np.ndarray]:
    """Return the ``images``, ``boxes``, ``answers`` and ``probabilities`` of a page, (H, W).

    An answer is -1 where its probability is below 0.5. `of_digits` says that there is nothing else
    on the page, however unsure the network is.
    """
    images, boxes = digits_from_photo(grey)
    y = read(images) if len(images) else np.zeros((0, 10), np.float32)
    probabilities = y.max(axis=1)
    if len(y) == 0 or (not of_digits and other_than_digits(probabilities)):
        what = f"{len(y)} signs, but they do not look like digits" if len(y) else "no digits found"
        raise ValueError(
            f"{name}: {what}; expected dark digits on light paper, or light ones on dark, apart "
            "from each other, each at least 14 pixels and a hundredth of the picture high"
        )
    answers = np.where(probabilities < ANSWER, -1, y.argmax(axis=1))
    return {"images": images, "boxes": boxes, "answers": answers, "probabilities": probabilities}


def number_right(page: dict[str, np.ndarray], labels: np.ndarray) -> int:
    """Return how many places of a `drawn_page` have the right answer, and no other."""
    centre = (page["boxes"][:, :2] + page["boxes"][:, 2:]) // 2
    place = (centre[:, 1] - 10) // ROW * COLUMNS + (centre[:, 0] - 10) // COLUMN
    answers = [page["answers"][place == number].tolist() for number in range(len(labels))]
    return sum(answer == [label] for answer, label in zip(answers, labels, strict=True))


def draw(grey: np.ndarray, page: dict[str, np.ndarray], title: str) -> Figure:
    """Draw a page, (H, W), with the boxes and answers of `read_page`, and what the network saw."""
    texts = ["?" if answer < 0 else str(answer) for answer in page["answers"]]
    fig, (photo, sheet) = plots.figure(1, 2, size=(11, 5.6), width_ratios=[1.3, 1])
    photo.imshow(grey, cmap="gray", vmin=0, vmax=1)
    size = 9 if len(texts) <= 40 else 6
    for box, text, probability in zip(page["boxes"], texts, page["probabilities"], strict=True):
        x, y, right, bottom = box.tolist()
        frame = Rectangle((x, y), right - x, bottom - y, fill=False, color="tab:orange")
        photo.add_patch(frame)
        label = f"{text} {probability:.2f}"
        photo.text(x, y, label, color="tab:red", fontsize=size, va="bottom", fontweight="bold")
    photo.set(xticks=[], yticks=[])
    columns = max(5, round(len(texts) ** 0.5))
    seen = (255 * page["images"][:, 0]).round().astype(np.uint8)
    plots.image_sheet(sheet, seen, columns, "what the network sees, in reading order")
    for number, text in enumerate(texts):
        row, column = divmod(number, columns)
        sheet.text(2 + 29 * column, 2 + 29 * row, text, color="lime", va="top", fontsize=size + 2)
    fig.suptitle(title)
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Find the digits of a page, read them, print and draw the answers."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--image", type=Path, help="a photograph or scan (default: a page is drawn)")
    add("--network", default=THREE_LAYERS, help=f"module.Class (default: {THREE_LAYERS})")
    add("--weights", type=Path, help="of the network, .npz (default: those that come with it)")
    args = cli.parse(parser, argv)
    read = reader(args.network, args.weights)
    results: dict[str, Any] = {"network": args.network}
    if args.image:
        grey, name, labels = to_grey(args.image), args.image.name, None
    else:
        results["data"] = data_name(args.data)
        print(f"data: {results['data']}")
        x, t = get_data(args.data)
        rng = np.random.default_rng(args.seed)
        chosen = rng.choice(len(x), ROWS * COLUMNS, replace=False)
        grey, name, labels = drawn_page(x[chosen], rng), "a drawn page", t[chosen]
    page = read_page(grey, read, name, of_digits=labels is not None)
    texts = "".join("?" if answer < 0 else str(answer) for answer in page["answers"])
    print(f"{name}: {len(texts)} digits: {texts}")
    results |= {key: page[key] for key in ("boxes", "answers", "probabilities")}
    if labels is not None:
        results |= {"labels": labels, "right": number_right(page, labels)}
        print(f"{results['right']} of {len(labels)} right")
    return cli.finish(args, __file__, results, draw(grey, page, f"{name}, {args.network}"))


if __name__ == "__main__":
    cli.run(main)
