"""Measure how many digits are found on photographed pages and classified correctly (3.6.2).

    python benchmarks/handwriting.py

Draws 1,000 test digits of MNIST on clean pages, and the same digits on pages like photographs
(`pages.py`): in uneven light, in several colours, on lined paper, from the side, on a board. You
will see for each kind of page how many digits are found: the predicted and the true box share more
than half of their area. You will also see how many each network classifies correctly, how many
boxes hold no digit, and how many answers each network gives for pages without digits. It takes
about 2 minutes.
"""

from contextlib import suppress

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
import pages

from ch03.helpers.reading import read_page, reader
from dataset import digits_from_photo
from dataset.mnist import load_mnist
from dataset.paper import to_grey
from lab.script import Flag

FLAGS = {"digits": Flag(1000, "test digits", quick=64, least=8)}
NETWORKS = {"three-layer": "three-layer", "DeepConvNet": "ch08.deep_convnet.DeepConvNet"}


def overlap(a, b):
    """Return the intersection over union of boxes, (N, 4) and (M, 4): (N, M)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (high - low).clip(0).prod(axis=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (a, b)]
    return shared / (areas[0][:, None] + areas[1] - shared)


def measure(digits, labels, kind, readers, rng):
    """Return counts: ``digits``, ``found``, ``false``, and for each network the correct answers.

    A false detection is a box without a digit, or the second box of a digit.
    """
    counts = dict.fromkeys(("digits", "found", "false", *readers), 0)
    on_a_page = pages.ROWS * pages.COLUMNS
    for start in range(0, len(digits), on_a_page):
        x, t = digits[start : start + on_a_page], labels[start : start + on_a_page]
        page = pages.draw(x, kind, rng)
        images, boxes = digits_from_photo(page.photo)
        digit, find = np.nonzero(overlap(page.boxes, boxes) > 0.5)  # at most one box for a digit
        counts["digits"] += len(x)
        counts["found"] += len(digit)
        counts["false"] += len(boxes) - len(find)
        for name, read in readers.items():
            y = read(images[find]).argmax(axis=1) if len(find) else digit
            counts[name] += np.count_nonzero(y == t[digit]) if len(find) else 0
    return {name: int(count) for name, count in counts.items()}


def measure_all(number, seed, kinds=pages.KINDS):
    """Return the counts for `number` test digits on clean pages, and on those of other kinds."""
    readers = {name: reader(network) for name, network in NETWORKS.items()}
    _, (x, t) = load_mnist(normalize=False, flatten=False)
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(x), number, replace=False)
    counts = {"clean": measure(x[chosen, 0], t[chosen], "clean", readers, rng)}
    for kind, part in zip(kinds, np.array_split(chosen, len(kinds)), strict=True):
        counts[kind] = measure(x[part, 0], t[part], kind, readers, rng)
    photographed = [count for kind, count in counts.items() if kind != "clean"]
    counts["all but clean"] = {
        name: sum(count[name] for count in photographed) for name in counts["clean"]
    }
    return counts


def invented(names, seed):
    """Return how many answers each network gives for each page without digits, by its name."""
    readers = {name: reader(network) for name, network in NETWORKS.items()}
    draw, answers = pages.without_digits(), {}
    for name in names or draw:
        photo = draw[name](np.random.default_rng(seed)).clip(0, 255).astype(np.uint8)
        answers[name] = dict.fromkeys(readers, 0)
        for network, read in readers.items():
            with suppress(ValueError):  # no digits found
                page = read_page(to_grey(photo), read, name)
                answers[name][network] = np.count_nonzero(page["answers"] >= 0)
    return answers


def experiment(args):
    """Measure and print the tables."""
    counts = measure_all(args.digits, args.seed)
    print(f"{'pages':15} digits  found  {'  '.join(NETWORKS)}  false")
    for kind, count in counts.items():
        shares = [count[name] / count["digits"] for name in ("found", *NETWORKS)]
        false = count["false"] / max(1, count["found"] + count["false"])
        print(f"{kind:15} {count['digits']:6} {shares[0]:6.1%}", end=" ")
        print(f"{shares[1]:12.1%} {shares[2]:12.1%} {false:12.2%}")
    print("\npages without digits, and how many answers each network gives")
    without = invented(None, args.seed)
    for name, answers in without.items():
        print(f"{name:26} " + "  ".join(f"{network} {n}" for network, n in answers.items()))
    return {"digits": counts, "answers without digits": without}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS)

if __name__ == "__main__":
    script.run(main)
