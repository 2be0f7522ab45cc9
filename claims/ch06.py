"""Claims of sections 6.1 to 6.3: optimizers, initial weights, BatchNorm."""

from collections.abc import Callable
from itertools import pairwise
from math import atan2, degrees, log
from statistics import fmean
from typing import Any

from claims import book
from claims.claim import Claim, FullClaim, Results, Run, look_up
from claims.expect import Check, at_least, at_most, between, close, exactly, rule, text

THREE = "Momentum|AdaGrad|Adam"
FOUR = f"SGD|{THREE}"
EQUAL = ("all weights 0", "all weights 0.5")
RANDOM = "random (Xavier)"


def each(function: Callable[[Any], Any], path: str) -> Callable[[Results], Any]:
    """Return a function of the results: it applies `function` to each value at a path."""
    return lambda r: {name: function(value) for name, value in look_up(r, path).items()}


def lowest(name: str, compared: str) -> Check:
    """Expect `name` to have the smallest of several values, or the first of equal ones."""
    return rule(name, lambda values: min(values, key=values.get) == name, compared)


def highest(name: str, compared: str) -> Check:
    """Expect `name` to have the largest of several values, or the first of equal ones."""
    return rule(name, lambda values: max(values, key=values.get) == name, compared)


def off_target(results: Results) -> float:
    """Return the angle between SGD's first step and the direction of the minimum, in degrees."""
    (x, y), (x1, y1) = results["SGD"]["path"][:2]
    return degrees(abs(atan2(y1 - y, x1 - x) - atan2(-y, -x)))


def wider(results: Results) -> list[float]:
    """Return by layer the sigmoid's standard deviation with Xavier, divided by that with 0.01."""
    narrow, wide = (results[f"sigmoid, std {std}"]["std"] for std in ("0.01", "xavier"))
    return [high / low for low, high in zip(narrow, wide, strict=True)]


def like_the_footnote(means: list[float]) -> bool:
    """Return whether each layer's mean, divided by the book's, is in the range of 200 seeds."""
    rows = zip(means, book.RELU_MEANS, book.RELU_RATIOS, strict=True)
    return all(low * book_s <= mean <= high * book_s for mean, book_s, (low, high) in rows)


def faster_with_batch_norm(results: Results) -> float:
    """Return the fraction of the scales for which a network learns faster with BatchNorm."""
    faster = [
        fmean(row["with BatchNorm"]) > fmean(row["without"]) + 0.05
        or "without" in row["diverged_at"]
        for row in results["scales"]
    ]
    return sum(faster) / len(faster)


PATHS = [
    Claim(
        f"6.1.7, figure {figure}: {name}: the point after 1, 2 and 30 updates, f there, sign "
        "changes of y, length",
        [
            f"{name}/{path}"
            for path in ("path/1", "path/2", "path/-1", "f/-1", "sign_changes_of_y", "length")
        ],
        close(row[1:], rtol=1e-3, atol=6e-5, why="an exact calculation, rounded to 3 or 4 digits"),
    )
    for (name, row), figure in zip(book.PATHS.items(), ("6-3", "6-5", "6-6", "6-7"), strict=True)
]

RUNS = [
    Run(
        "ch06/optimizer_compare_naive.py",
        Claim(
            "6.1.3, figure 6-2: The gradient does not point to the minimum",
            off_target,
            at_least(45, "it does not", "degrees from SGD's first step to the direction of (0, 0)"),
        ),
        *PATHS,
        Claim(
            "6.1.3, figure 6-3: SGD oscillates: y changes its sign with every update",
            "SGD/sign_changes_of_y",
            exactly(30),
        ),
        Claim(
            "6.1.4, figure 6-5: Momentum oscillates less than SGD",
            "Momentum/sign_changes_of_y",
            at_most(29, "less", "sign changes of y; SGD has 30"),
        ),
        Claim(
            "6.1.5, figure 6-6: AdaGrad does not oscillate",
            "AdaGrad/sign_changes_of_y",
            exactly(0, "sign changes of y"),
        ),
        Claim(
            "6.1.6, figure 6-7: Adam's oscillations are smaller than Momentum's",
            each(lambda path: min(y for _, y in path), "Momentum|Adam/path"),
            close(book.LOWEST_Y, atol=0.006, why="the lowest y, rounded to 2 digits"),
        ),
        Claim(
            "6.1.7, figure 6-8: On this function AdaGrad looks best: its final f is the lowest",
            f"{FOUR}/f/-1",
            lowest("AdaGrad", "f after 30 updates, the smallest of four"),
        ),
        Claim(
            "6.1.7, figure 6-8: ... by the shortest path",
            f"{FOUR}/length",
            lowest("AdaGrad", "the length of the path"),
        ),
        figures=("6-1",),
    ),
    Run(
        "ch06/optimizer_compare_mnist.py",
        Claim(
            "6.1.8, figure 6-9: Momentum, AdaGrad and Adam learn faster than SGD",
            f"{FOUR}/final_loss",
            rule(
                "SGD is slowest",
                lambda losses: losses["SGD"] > 1.5 * sorted(losses.values())[-2],
                "the mean of the last 100 losses: SGD's is more than 1.5 times each of the others",
            ),
        ),
        Claim(
            "6.1.8, figure 6-9: ... and these three about equally fast",
            f"{THREE}/final_loss",
            rule(
                "about equal",
                lambda losses: max(losses.values()) < 2 * min(losses.values()),
                "the mean of the last 100 losses, within a factor of 2",
            ),
        ),
        FullClaim(
            "6.1.8, figure 6-9: AdaGrad is the fastest, by a small margin",
            each(fmean, f"{FOUR}/train_loss_list"),
            lowest("AdaGrad", "the mean loss of the whole training run"),
        ),
        Claim(
            "6.1.8: Sometimes the final accuracies of these three are higher, too",
            f"{THREE}|SGD/test_acc",
            lowest("SGD", "accuracy on the test data, the lowest of four"),
        ),
        digits=True,
    ),
    Run(
        "ch06/weight_init_zero.py",
        Claim(
            "6.2.1: Equal initial weights stay equal: all columns of W1 are the same in the end",
            [f"{start}/columns of W1 differ by" for start in EQUAL],
            exactly([0.0, 0.0], "exactly equal, after hundreds of updates"),
        ),
        Claim(
            "6.2.1: ... although training has changed them; columns of random weights differ",
            ["all weights 0/W1 moved by", f"{RANDOM}/columns of W1 differ by"],
            at_least(1e-3, "above 0", "the largest change; the largest difference"),
        ),
        Claim(
            "6.2.1: So random weights are needed to learn",
            f"{'|'.join(EQUAL)}|{RANDOM}/test_acc",
            highest(RANDOM, "accuracy on the test data"),
        ),
        digits=True,
    ),
    Run(
        "ch06/weight_init_activation_histogram.py",
        Claim(
            "6.2.2, figure 6-10: Standard deviation 1: the sigmoid's outputs are near 0 and 1",
            "sigmoid, std 1/outside 0.1 to 0.9",
            at_least(0.65, "most of them", "the fraction outside [0.1, 0.9] in each layer"),
        ),
        Claim(
            "6.2.2, figure 6-11: With 0.01 they are near 0.5",
            "sigmoid, std 0.01/inside 0.4 to 0.6",
            at_least(0.999, "all of them", "the fraction inside [0.4, 0.6] in each layer"),
        ),
        Claim(
            "6.2.2, figure 6-13: With Xavier they spread more widely",
            wider,
            at_least(5, "wider", "the standard deviation, as a multiple of that with 0.01"),
        ),
        Claim(
            "6.2.2: With tanh the distribution is symmetric around 0",
            "tanh, std xavier/skewness",
            between(-0.1, 0.1, "symmetric", "the skewness, 0 if symmetric"),
        ),
        Claim(
            "6.2.2: ... with these standard deviations",
            "tanh, std xavier/std",
            close(book.TANH_STDS, atol=0.05, why="recomputed, another seed"),
        ),
        Claim(
            "6.2.3, figure 6-14: ReLU with 0.01: the mean activations in the footnote",
            "relu, std 0.01/mean",
            rule(
                text(list(book.RELU_MEANS)),
                like_the_footnote,
                "in the range of 200 seeds: times 0.98 to 1.03 in layer 1, 0.63 to 1.63 in layer 5",
            ),
        ),
        Claim(
            "6.2.3, figure 6-14: ReLU with Xavier: they shrink from layer to layer",
            "relu, std xavier/mean",
            rule(
                "they shrink",
                lambda means: all(0.5 * a < b < a for a, b in pairwise(means)),
                f"from each layer to the next; over many seeds {text(list(book.XAVIER_MEANS))}",
            ),
        ),
        Claim(
            "6.2.3, figure 6-14: ReLU with He: they stay the same",
            "relu, std he/mean",
            rule(
                "the same",
                lambda means: min(means) > 0.3 and max(means) < 2 * min(means),
                f"within a factor of 2 (Xavier: 4); over many seeds {text(list(book.HE_MEANS))}",
            ),
        ),
    ),
    Run(
        "ch06/weight_init_compare.py",
        Claim(
            "6.2.4, figure 6-15: With a standard deviation of 0.01 nothing is learned",
            "final_loss/std=0.01",
            close(log(10), atol=0.05, why="the loss of random guessing, ln 10"),
        ),
        FullClaim(
            "6.2.4, figure 6-15: With Xavier and He the network learns well",
            ["final_loss/Xavier", "final_loss/He"],
            at_most(1, "well", "the loss at the end"),
        ),
        Claim(
            "6.2.4, figure 6-15: He is the faster of the two",
            "mean_loss/Xavier|He",
            lowest("He", "the mean loss of the whole training run"),
        ),
        digits=True,
    ),
    Run(
        "ch06/batch_norm_gradient_check.py",
        Claim(
            "6.3.1: Back-propagation through BatchNorm is correct",
            lambda r: [check["passed"] for check in r["checks"].values()],
            exactly([True] * 10, "all ten parameters agree with central differences"),
        ),
        digits=True,
    ),
    Run(
        "ch06/batch_norm_test.py",
        Claim(
            "6.3.2, figure 6-19: In nearly every case learning is faster with BatchNorm",
            faster_with_batch_norm,
            at_least(0.75, "nearly all", "fraction of the scales with a mean accuracy 0.05 higher"),
        ),
        FullClaim(
            "6.3.2, figure 6-19: Without BatchNorm, nothing is learned from badly scaled weights",
            [f"scales/{k}/without/-1" for k, std in enumerate(book.SCALES) if std <= 0.01],
            at_most(0.15, "0.1, by chance", "the accuracy, for scales of at most 0.01"),
        ),
        FullClaim(
            "6.3.2, figure 6-19: With it, networks learn from all of these scales",
            "scales/*/with BatchNorm/-1",
            at_least(0.3, "robust", "the accuracy at the end"),
        ),
        FullClaim(
            "6.3.2, figure 6-18: BatchNorm speeds up learning",
            each(fmean, "scales/4/without|with BatchNorm"),
            highest("with BatchNorm", "the mean accuracy over all epochs"),
        ),
        FullClaim(
            "6.3.2, figure 6-19: The sixteen scales",
            "scales/*/std",
            close(book.SCALES, rtol=5e-3, why="rounded to 3 digits"),
        ),
        digits=True,
    ),
]
