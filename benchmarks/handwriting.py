"""How many handwritten digits are found on photographed pages, and classified correctly (3.6.2).

    python benchmarks/handwriting.py

draws 1,000 test digits of MNIST on clean pages, and the same digits on pages that look like
photographs (`pages.py`): uneven light, several colours, lined paper, perspective, a blackboard. You
will see for each kind how many digits are found (the intersection over union with the true box is
more than half), how many each network also classifies correctly, and how many finds are false. Then
the answers of `ch03/my_digits.py` for pages without digits. About 2 minutes; --quick: seconds.
"""

import argparse
from contextlib import suppress

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
import pages

from ch03 import my_digits
from dataset import digits_from_photo
from dataset.mnist import load_mnist
from dataset.paper import to_grey

NETWORKS = {"three-layer": "three-layer", "DeepConvNet": "ch08.deep_convnet.DeepConvNet"}


def overlap(a, b):
    """Return the intersection over union of boxes, (N, 4) and (M, 4), of shape (N, M)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (high - low).clip(0).prod(axis=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (a, b)]
    return shared / (areas[0][:, None] + areas[1] - shared)


def measure(digits, labels, kind, readers, rng):
    """Return counts: ``digits``, ``found``, ``false``, and for each network the correct answers.

    A false find is not a digit, or is the second find of the same digit.
    """
    counts = dict.fromkeys(("digits", "found", "false", *readers), 0)
    on_a_page = pages.ROWS * pages.COLUMNS
    for start in range(0, len(digits), on_a_page):
        x, t = digits[start : start + on_a_page], labels[start : start + on_a_page]
        page = pages.draw(x, kind, rng)
        images, boxes = digits_from_photo(page.photo)
        digit, find = np.nonzero(overlap(page.boxes, boxes) > 0.5)  # at most one find of a digit
        counts["digits"] += len(x)
        counts["found"] += len(digit)
        counts["false"] += len(boxes) - len(find)
        for name, read in readers.items():
            y = read(images[find]).argmax(axis=1) if len(find) else digit
            counts[name] += np.count_nonzero(y == t[digit]) if len(find) else 0
    return {name: int(count) for name, count in counts.items()}


def measure_all(number, seed, kinds=pages.KINDS):
    """Return the counts for `number` test digits on clean pages, and on pages of other kinds."""
    readers = {name: my_digits.reader(network) for name, network in NETWORKS.items()}
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
    """Return the number of answers of each network for pages without digits, by page."""
    readers = {name: my_digits.reader(network) for name, network in NETWORKS.items()}
    draw, answers = pages.without_digits(), {}
    for name in names or draw:
        photo = draw[name](np.random.default_rng(seed)).clip(0, 255).astype(np.uint8)
        answers[name] = dict.fromkeys(readers, 0)
        for network, read in readers.items():
            with suppress(ValueError):  # no digits found
                page = my_digits.read_page(to_grey(photo), read, name)
                answers[name][network] = np.count_nonzero(page["answers"] >= 0)
    return answers


def main():
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--digits", type=cli.at_least(8), default=1000, help="how many (default: 1000)")
    add("--seed", type=cli.at_least(0), default=0)
    add("--quick", action="store_true", help="64 digits")
    args = parser.parse_args()
    counts = measure_all(64 if args.quick else args.digits, args.seed)
    print(f"{'pages':15} digits  found  {'  '.join(NETWORKS)}  false finds")
    for kind, count in counts.items():
        shares = [count[name] / count["digits"] for name in ("found", *NETWORKS)]
        false = count["false"] / max(1, count["found"] + count["false"])
        print(
            f"{kind:15} {count['digits']:6} {shares[0]:6.1%} {shares[1]:12.1%} {shares[2]:12.1%} "
            f"{false:12.2%}"
        )
    print("\npages without digits: number of answers")
    for name, answers in invented(None, args.seed).items():
        print(f"{name:26} " + "  ".join(f"{network} {n}" for network, n in answers.items()))


if __name__ == "__main__":
    cli.run(main)
