"""Claims of chapter 8: DeepConvNet, its mistakes, augmentation, depth, half precision."""

from itertools import pairwise
from math import prod

from claims import book
from claims.claim import Claim, MnistClaim, Results, Run
from claims.expect import at_least, at_most, exactly, rule

RIGHT, WRONG = book.DEEP_CONV_TEST_ACC, 1 - book.DEEP_CONV_TEST_ACC
TYPES = "float64|float32|float16"
BYTES = {f"float{bits}": book.DEEP_CONV_PARAMETERS * bits // 8 for bits in (64, 32, 16)}
ONE, TWO, THREE = "Figure 8-5: one 5x5", "Figure 8-6: two 3x3", "Three 3x3"


def confused(results: Results) -> dict[str, float]:
    """Return how often the book's pairs are confused, relative to the mean of all 45 pairs."""
    counts, errors = results["confusions"], len(results["wrong"])
    return {pair: counts.get(pair, 0) / errors * 45 for pair in book.CONFUSED}


def shown(results: Results) -> dict[str, int]:
    """Return the number of wrong answers, of shown answers, and of correct ones among these."""
    right = [label == answer for label, answer in results["shown"].values()]
    return {"wrong": len(results["wrong"]), "shown": len(right), "right": sum(right)}


RUNS = [
    Run(
        "ch08/deep_convnet.py",
        Claim(
            "8.1.1, figure 8-1: Channels 16, 16, 32, 32, 64, 64",
            [f"layers/Conv{n}/0/0" for n in range(1, 7)],
            exactly([16, 16, 32, 32, 64, 64]),
        ),
        Claim(
            "8.1.1, figure 8-1: Pooling shrinks the maps to 14, 8, 4 pixels",
            [f"layers/Pool{n}/0" for n in (1, 2, 3)],
            exactly([[16, 14, 14], [32, 8, 8], [64, 4, 4]]),
        ),
        Claim(
            "8.1.1, figure 8-1: The parameters",
            lambda r: sum(number for _, number in r["layers"].values()),
            exactly(book.DEEP_CONV_PARAMETERS, "counted; from the book's layers"),
        ),
        Claim("8.1.1: The output of the last pooling", "layers/Pool3/0", exactly([64, 4, 4])),
    ),
    Run(
        "ch08/train_deepnet.py",
        MnistClaim(
            "8.1.1: The test accuracy", "test_acc", at_least(0.99, f"{RIGHT}", "above 99 %")
        ),
        digits=True,
        flags=("--threads", "1"),
        checkpoint=True,
    ),
    Run(
        "ch08/misclassified_mnist.py",
        MnistClaim(
            "8.1.1, figure 8-2: The error rate on the test digits",
            lambda r: len(r["wrong"]) / r["samples"],
            at_most(WRONG, f"{WRONG:.4f}", "with the bundled weights; 0.0034 when they were saved"),
        ),
        Claim(
            "8.1.1, figure 8-2: The first twenty mistakes are shown with label and answer",
            shown,
            rule(
                "mistakes only",
                lambda n: n["shown"] == min(20, n["wrong"]) > 0 and n["right"] == 0,
                "20, or all if there are fewer; every answer differs from the label",
            ),
        ),
        MnistClaim(
            "8.1.1, figure 8-2: 1/7, 0/6 and 3/5 are often confused",
            confused,
            at_least(2, ", ".join(book.CONFUSED), "relative to the mean of all 45 pairs"),
            differs="Each training run makes other mistakes: too few of them "
            "to compare pairs of digits.",
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/augmentation.py",
        Claim(
            "8.1.2, figure 8-4: A small rotation or shift does not change which digit it is",
            ["accuracy/rotated/-15|15", "accuracy/shifted/-2|2"],
            at_least(0.97, "the same label", "accuracy after 15° and after 2 pixels"),
            mnist=True,
        ),
        Claim(
            "8.1.2, figure 8-4: ... a large one does",
            "accuracy/rotated/90",
            at_most(0.5, "small changes only", "accuracy after 90°"),
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/receptive_field.py",
        Claim(
            "8.1.3, figure 8-6: Two layers of 3x3 filters see the same pixels as one 5x5 filter",
            [f"{ONE}/sees", f"{TWO}/sees"],
            exactly([[5, 5], [5, 5]]),
        ),
        Claim(
            "8.1.3, figure 8-5: ... with 18 parameters instead of 25",
            [f"{ONE}/parameters", f"{TWO}/parameters"],
            exactly(book.FILTER_PARAMETERS[5]),
        ),
        Claim(
            "8.1.3, figure 8-6: Three layers see 7x7, with 27 parameters instead of 49",
            lambda r: [prod(r[THREE]["sees"]), r[THREE]["parameters"]],
            exactly(book.FILTER_PARAMETERS[7]),
        ),
        Claim(
            "8.1.3: With a ReLU in between, two layers can compute more than one layer",
            "difference",
            rule(
                "more can be expressed",
                lambda d: d["linear"] < 1e-9 < 1e-3 < d["with ReLU"],
                "difference from one 5x5 filter: none without ReLU, some with ReLU",
            ),
        ),
    ),
    Run(
        "ch08/half_float_network.py",
        Claim(
            "8.3.4: Half precision does not lower the accuracy",
            f"{TYPES}/accuracy",
            rule(
                "no loss",
                lambda acc: 0.9 < min(acc.values()) > max(acc.values()) - 0.001,
                "above 0.9, and less than 0.1 percentage points apart",
            ),
        ),
        Claim("8.3.4: Half the bits take half the bytes", f"{TYPES}/parameters", exactly(BYTES)),
        Claim(
            "8.3.4: With fewer bits computation is faster",
            f"{TYPES}/seconds",
            rule("twice as fast", lambda s: all(a > b for a, b in pairwise(s.values())), "seconds"),
            differs="NumPy has no 16-bit arithmetic; the book means GPUs.",
        ),
        digits=True,
        alone=True,
    ),
]
