"""Claims of chapter 8: DeepConvNet, its mistakes, augmentation, depth, half precision."""

from itertools import pairwise
from math import prod

from claims import book
from claims.claim import Claim, Results, Run, at_least, at_most, close, exactly, rule

WRONG = 1 - book.DEEP_CONV_TEST_ACC
TYPES = ("float64", "float32", "float16")


def often(results: Results, pair: str) -> float:
    """Return how often two digits are taken for each other; 1 were the errors spread evenly."""
    return float(results["confusions"].get(pair, 0) / len(results["wrong"]) * 45)


RUNS = [
    Run(
        "ch08/deep_convnet.py",
        Claim(
            "8.1.1, figure 8-1: Channels 16, 16, 32, 32, 64, 64",
            lambda r: [r["layers"][f"Conv{n}"][0][0] for n in range(1, 7)],
            exactly([16, 16, 32, 32, 64, 64]),
        ),
        Claim(
            "8.1.1, figure 8-1: Pooling shrinks the maps to 14, 8 and 4 pixels",
            lambda r: [r["layers"][f"Pool{n}"][0][1:] for n in (1, 2, 3)],
            exactly([[14, 14], [8, 8], [4, 4]]),
        ),
        Claim(
            "8.1.1, figure 8-1: The parameters",
            lambda r: sum(number for _, number in r["layers"].values()),
            exactly(book.DEEP_CONV_PARAMETERS, "counted; from the book's layers"),
        ),
        Claim(
            "8.1.1: What the last pooling hands on",
            lambda r: prod(r["layers"]["Pool3"][0]),
            exactly(64 * 4 * 4),
        ),
    ),
    Run(
        "ch08/train_deepnet.py",
        Claim(
            "8.1.1: DeepConvNet reads the test digits",
            "test_acc",
            at_least(
                0.99,
                f"{book.DEEP_CONV_TEST_ACC}",
                "the book: a little other each time, in general above 99 %",
            ),
            full=True,
            mnist=True,
        ),
        digits=True,
        flags=("--threads", "1"),
        checkpoint=True,
    ),
    Run(
        "ch08/misclassified_mnist.py",
        Claim(
            "8.1.1, figure 8-2: The error rate on the test digits",
            lambda r: len(r["wrong"]) / r["samples"],
            at_most(WRONG, f"{WRONG:.4f}", "weights that come with it; 0.0034 when shipped"),
            full=True,
            mnist=True,
        ),
        Claim(
            "8.1.1, figure 8-2: The first twenty of them are shown with label and answer",
            lambda r: {
                "wrong": len(r["wrong"]),
                "shown": len(r["shown"]),
                "label and answer the same": sum(a == b for a, b in r["shown"].values()),
            },
            rule(
                "wrong ones only",
                lambda n: (
                    n["shown"] == min(20, n["wrong"]) > 0 and n["label and answer the same"] == 0
                ),
                "20, or all where there are fewer, and none whose answer is its label",
            ),
        ),
        Claim(
            "8.1.1, figure 8-2: 1/7, 0/6 and 3/5 are often taken for each other",
            lambda r: {pair: often(r, pair) for pair in (*book.CONFUSED, *r["confusions"])},
            rule(
                ", ".join(book.CONFUSED),
                lambda found: min(found[pair] for pair in book.CONFUSED) > 2,
                "each as a multiple of an even spread over the 45 pairs: more than twice",
            ),
            full=True,
            mnist=True,
            differs="Each training makes mistakes of its own, and with a few dozen of them "
            "two or three digits decide which pairs are frequent.",
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/augmentation.py",
        Claim(
            "8.1.2, figure 8-4: A small turn or shift leaves the label what it is: the digits "
            "are still read",
            [
                "accuracy/turned/-15",
                "accuracy/turned/15",
                "accuracy/shifted/-2",
                "accuracy/shifted/2",
            ],
            at_least(0.97, "the same label", "accuracy, turned by 15° and shifted by 2 pixels"),
            mnist=True,
        ),
        Claim(
            "8.1.2, figure 8-4: ... a large one does not",
            "accuracy/turned/90",
            at_most(0.5, "small changes only", "accuracy, turned by 90°"),
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/receptive_field.py",
        Claim(
            "8.1.3, figure 8-6: Two layers of 3x3 filters see what one 5x5 filter sees",
            ["Figure 8-5: one 5x5/sees", "Figure 8-6: two 3x3/sees"],
            exactly([[5, 5], [5, 5]]),
        ),
        Claim(
            "8.1.3, figure 8-5: ... with 18 parameters for 25",
            ["Figure 8-5: one 5x5/parameters", "Figure 8-6: two 3x3/parameters"],
            exactly(book.FILTER_PARAMETERS[5]),
        ),
        Claim(
            "8.1.3, figure 8-6: Three layers see 7x7, with 27 parameters for 49",
            lambda r: [prod(r["Three 3x3"]["sees"]), r["Three 3x3"]["parameters"]],
            exactly(book.FILTER_PARAMETERS[7]),
        ),
        Claim(
            "8.1.3: With a ReLU between, two layers can do what one cannot",
            "difference",
            rule(
                "more can be expressed",
                lambda d: d["linear"] < 1e-9 < 1e-3 < d["with ReLU"],
                "difference from the one 5x5 filter: none without ReLU, some with it",
            ),
        ),
    ),
    Run(
        "ch08/half_float_network.py",
        Claim(
            "8.3.4: Half precision does not lower the accuracy",
            lambda r: {kind: r[kind]["accuracy"] for kind in TYPES},
            rule(
                "no loss",
                lambda acc: (
                    min(acc.values()) > 0.9 and max(acc.values()) < min(acc.values()) + 0.001
                ),
                "above 0.9, and less than 0.1 percentage points apart",
            ),
        ),
        Claim(
            "8.3.4: Half the bits, half the memory",
            lambda r: [r[kind]["parameters"] / r["float64"]["parameters"] for kind in TYPES],
            close([1, 0.5, 0.25], atol=1e-9, why="bytes of the parameters"),
        ),
        Claim(
            "8.3.4: Fewer bits are computed faster",
            lambda r: {f"{kind}, seconds": r[kind]["seconds"] for kind in TYPES},
            rule(
                "about twice as fast",
                lambda s: all(a > b for a, b in pairwise(s.values())),
                "the seconds fall with the bits",
            ),
            differs="The book speaks of graphics processors with arithmetic for 16 bits. NumPy "
            "has none: 32 bits save time, 16 bits save memory only.",
        ),
        digits=True,
        alone=True,
    ),
]
