"""Claims of chapter 6: optimizers, first weights, batch normalization, over-fitting, searching."""

from functools import partial
from itertools import pairwise
from math import atan2, degrees, log
from statistics import fmean
from typing import Any

from claims import book
from claims.claim import (
    Claim,
    Results,
    Run,
    at_least,
    at_most,
    between,
    close,
    exactly,
    rule,
    text,
)

OTHERS = ("Momentum", "AdaGrad", "Adam")
OPTIMIZERS = ("SGD", *OTHERS)


def path(results: Results, name: str) -> list[Any]:
    """Return what the table of 6.1.7 has of an optimizer's path."""
    points = results[name]["path"]
    turns, length = results[name]["sign_changes_of_y"], results[name]["length"]
    return [points[1], points[2], points[-1], results[name]["f"][-1], turns, length]


def ends(key: str, names: tuple[str, ...] = OPTIMIZERS) -> Any:
    """Return a function of the results: by optimizer, the last of a list, or a number."""
    return lambda r: {
        name: r[name][key][-1] if isinstance(r[name][key], list) else r[name][key] for name in names
    }


def off_target(results: Results) -> float:
    """Return the angle between SGD's first step and the way to the minimum, in degrees."""
    (x, y), (x1, y1) = results["SGD"]["path"][:2]
    return degrees(abs(atan2(y1 - y, x1 - x) - atan2(-y, -x)))


def smallest(name: str) -> Any:
    """Return a function that says whether `name` has the smallest value."""
    return lambda values: min(values, key=values.get) == name


def with_dropout(values: dict[str, float]) -> dict[str, float]:
    """Return those of the networks with Dropout."""
    return {name: value for name, value in values.items() if name != "without Dropout"}


def layers(row: str, key: str) -> Any:
    """Return a function of the results: a number for each of five layers."""
    return lambda r: r[row][key]


PATHS = [
    Claim(
        f"6.1.7, figure {figure}: {name}: the point after 1, 2 and 30 updates, f there, sign "
        "changes of y, length",
        partial(path, name=name),
        close(
            [list(row[1]), list(row[2]), list(row[3]), *row[4:]],
            rtol=1e-3,
            atol=6e-5,
            why="an exact calculation, rounded to 3 or 4 digits",
        ),
    )
    for (name, row), figure in zip(book.PATHS.items(), ("6-3", "6-5", "6-6", "6-7"), strict=True)
]

RUNS = [
    Run(
        "ch06/optimizer_compare_naive.py",
        Claim(
            "6.1.3, figure 6-2: The gradient does not point to the minimum: the first step of "
            "SGD misses it",
            off_target,
            at_least(45, "it does not", "degrees between the step and the way to (0, 0)"),
        ),
        *PATHS,
        Claim(
            "6.1.3, figure 6-3: SGD swings from side to side: y changes its sign with every update",
            "SGD/sign_changes_of_y",
            exactly(30),
        ),
        Claim(
            "6.1.4, figure 6-5: Momentum swings less than SGD",
            "Momentum/sign_changes_of_y",
            at_most(29, "fewer", "sign changes of y; SGD has 30"),
        ),
        Claim(
            "6.1.5, figure 6-6: AdaGrad does not swing",
            "AdaGrad/sign_changes_of_y",
            exactly(0, "sign changes of y"),
        ),
        Claim(
            "6.1.6, figure 6-7: Adam swings less far than Momentum",
            lambda r: {name: min(y for _, y in r[name]["path"]) for name in ("Momentum", "Adam")},
            close(book.LOWEST_Y, atol=0.006, why="the lowest y, rounded to 2 digits"),
        ),
        Claim(
            "6.1.7, figure 6-8: On this function AdaGrad looks best: it ends lowest",
            ends("f"),
            rule("AdaGrad", smallest("AdaGrad"), "f after 30 updates, the smallest of four"),
        ),
        Claim(
            "6.1.7, figure 6-8: ... by the shortest way",
            ends("length"),
            rule("AdaGrad", smallest("AdaGrad"), "the length of the path"),
        ),
        figures=("6-1",),
    ),
    Run(
        "ch06/optimizer_compare_mnist.py",
        Claim(
            "6.1.8, figure 6-9: Momentum, AdaGrad and Adam learn faster than SGD",
            ends("last_loss"),
            rule(
                "SGD is slowest",
                lambda losses: losses["SGD"] > 1.5 * max(losses[name] for name in OTHERS),
                "the mean of the last 100 losses: SGD's more than 1.5 times each other",
            ),
        ),
        Claim(
            "6.1.8, figure 6-9: ... and these three about equally fast",
            ends("last_loss", OTHERS),
            rule(
                "about equal",
                lambda losses: max(losses.values()) < 2 * min(losses.values()),
                "the mean of the last 100 losses, within a factor of 2",
            ),
        ),
        Claim(
            "6.1.8, figure 6-9: AdaGrad is marginally the fastest",
            lambda r: {name: fmean(r[name]["train_loss_list"]) for name in OPTIMIZERS},
            rule("AdaGrad", smallest("AdaGrad"), "the mean loss of the whole training"),
            full=True,
        ),
        Claim(
            "6.1.8: Sometimes the three end with a better accuracy, too",
            ends("test_acc"),
            rule(
                "better than SGD",
                lambda acc: acc["SGD"] < min(acc[name] for name in OTHERS),
                "on the test data",
            ),
        ),
        digits=True,
    ),
    Run(
        "ch06/weight_init_zero.py",
        Claim(
            "6.2.1: Equal first weights stay equal: all columns of W1 are the same after training",
            lambda r: [
                r[start]["columns of W1 differ by"]
                for start in ("all weights 0", "all weights 0.5")
            ],
            exactly([0.0, 0.0], "not a bit of difference, after hundreds of updates"),
        ),
        Claim(
            "6.2.1: ... although they have moved, and random ones part",
            ["all weights 0/W1 moved by", "random (Xavier)/columns of W1 differ by"],
            at_least(1e-3, "above 0", "the largest change; the largest difference"),
        ),
        Claim(
            "6.2.1: So random weights are needed to learn",
            lambda r: {start: r[start]["test_acc"] for start in r if start != "data"},
            rule(
                "random is best",
                lambda acc: max(acc, key=acc.get) == "random (Xavier)",
                "accuracy on the test data",
            ),
        ),
        digits=True,
    ),
    Run(
        "ch06/weight_init_activation_histogram.py",
        Claim(
            "6.2.2, figure 6-10: Standard deviation 1: sigmoids pile up at 0 and 1",
            layers("sigmoid, std 1", "outside 0.1 to 0.9"),
            at_least(0.65, "most of them", "the part outside [0.1, 0.9] in each layer"),
        ),
        Claim(
            "6.2.2, figure 6-11: 0.01: they crowd around 0.5",
            layers("sigmoid, std 0.01", "inside 0.4 to 0.6"),
            at_least(0.999, "all of them", "the part inside [0.4, 0.6] in each layer"),
        ),
        Claim(
            "6.2.2, figure 6-13: Xavier: they spread more widely",
            lambda r: [
                wide / narrow
                for wide, narrow in zip(
                    r["sigmoid, std xavier"]["std"], r["sigmoid, std 0.01"]["std"], strict=True
                )
            ],
            at_least(5, "wider", "the standard deviation, as a multiple of that with 0.01"),
        ),
        Claim(
            "6.2.2: With tanh the distribution is even on both sides",
            layers("tanh, std xavier", "skewness"),
            between(-0.1, 0.1, "even", "the mean of the cubes, 0 where it is even"),
        ),
        Claim(
            "6.2.2: ... and spread like this",
            layers("tanh, std xavier", "std"),
            close(book.TANH_STDS, atol=0.05, why="recomputed, another seed"),
        ),
        Claim(
            "6.2.3, figure 6-14: ReLU with 0.01: the mean activations of the footnote",
            layers("relu, std 0.01", "mean"),
            rule(
                text(list(book.RELU_MEANS)),
                lambda means: all(
                    low * wanted <= mean <= high * wanted
                    for mean, wanted, (low, high) in zip(
                        means, book.RELU_MEANS, book.RELU_RATIOS, strict=True
                    )
                ),
                "within what 200 seeds gave: 0.98 to 1.03 of it in layer 1, 0.63 to 1.63 in 5",
            ),
        ),
        Claim(
            "6.2.3, figure 6-14: ReLU with Xavier: they shrink from layer to layer",
            layers("relu, std xavier", "mean"),
            rule(
                "they shrink",
                lambda means: all(0.5 * a < b < a for a, b in pairwise(means)),
                f"from each layer to the next; over many seeds {text(list(book.XAVIER_MEANS))}",
            ),
        ),
        Claim(
            "6.2.3, figure 6-14: ReLU with He: they stay the same",
            layers("relu, std he", "mean"),
            rule(
                "the same",
                lambda means: min(means) > 0.3 and max(means) < 2 * min(means),
                "none twice another (with Xavier the first is 4 times the last); over many "
                f"seeds {text(list(book.HE_MEANS))}",
            ),
        ),
    ),
    Run(
        "ch06/weight_init_compare.py",
        Claim(
            "6.2.4, figure 6-15: With a standard deviation of 0.01 nothing is learned",
            "final_loss/std=0.01",
            close(log(10), atol=0.05, why="the loss of a guess, ln 10"),
        ),
        Claim(
            "6.2.4, figure 6-15: With Xavier and He it goes well",
            lambda r: [r["final_loss"][name] for name in ("Xavier", "He")],
            at_most(1, "well", "the loss at the end"),
            full=True,
        ),
        Claim(
            "6.2.4, figure 6-15: He is the faster of the two",
            "mean_loss/Xavier|He",
            rule("He", smallest("He"), "the mean loss of the whole training"),
        ),
        digits=True,
    ),
    Run(
        "ch06/batch_norm_gradient_check.py",
        Claim(
            "6.3.1: Back-propagation through BatchNorm is right",
            lambda r: {key: check["passed"] for key, check in r["checks"].items()},
            rule(
                "right",
                lambda passed: len(passed) == 10 and all(passed.values()),
                "all ten parameters agree with central differences",
            ),
        ),
        digits=True,
    ),
    Run(
        "ch06/batch_norm_test.py",
        Claim(
            "6.3.2, figure 6-19: In nearly every case BatchNorm learns faster",
            lambda r: (
                sum(
                    fmean(row["with BatchNorm"]) > fmean(row["without"]) + 0.05
                    or "without" in row["diverged_at"]
                    for row in r["scales"]
                )
                / len(r["scales"])
            ),
            at_least(0.75, "nearly all", "the part of the scales; by mean accuracy, by 0.05"),
        ),
        Claim(
            "6.3.2, figure 6-19: Without it, nothing is learned from badly scaled weights",
            lambda r: [row["without"][-1] for row in r["scales"] if row["std"] <= 0.01],
            at_most(0.15, "by chance, 0.1", "the accuracy, from scales of 0.01 and less"),
            full=True,
        ),
        Claim(
            "6.3.2, figure 6-19: With it, something is learned from all of them",
            lambda r: min(row["with BatchNorm"][-1] for row in r["scales"]),
            at_least(0.3, "robust", "the least accuracy at the end"),
            full=True,
        ),
        Claim(
            "6.3.2, figure 6-18: It speeds learning up",
            lambda r: [
                fmean(row[name])
                for row in r["scales"]
                if 0.05 < row["std"] < 0.1
                for name in ("with BatchNorm", "without")
            ],
            rule("its curve is above", lambda acc: acc[0] > acc[1], "the mean accuracy"),
            full=True,
        ),
        Claim(
            "6.3.2, figure 6-19: The sixteen scales",
            lambda r: [row["std"] for row in r["scales"]],
            close(book.SCALES, rtol=5e-3, why="rounded to 3 digits"),
            full=True,
        ),
        digits=True,
    ),
    Run(
        "ch06/overfit_weight_decay.py",
        Claim(
            "6.4.1, figure 6-20: After about 100 epochs 300 digits are known by heart",
            lambda r: next(
                i for i, a in enumerate(r["runs"]["no penalty"]["train_acc_list"]) if a >= 0.99
            ),
            between(70, 130, "about 100", "the first epoch with a training accuracy of 0.99"),
            full=True,
        ),
        Claim(
            "6.4.1, figure 6-20: ... and the test data are far from it",
            "runs/no penalty/gap",
            at_least(0.1, "far", "training accuracy less test accuracy"),
        ),
        Claim(
            "6.4.2, figure 6-21: Weight decay makes the gap smaller",
            lambda r: {name: run["gap"] for name, run in r["runs"].items()},
            rule(
                "smaller",
                lambda gaps: gaps["l2 penalty, 0.1"] < gaps["no penalty"] - 0.02,
                "by more than 0.02",
            ),
        ),
        Claim(
            "6.4.2, figure 6-21: ... and keeps the training accuracy below 1",
            lambda r: {name: max(run["train_acc_list"]) for name, run in r["runs"].items()},
            rule(
                "below 1",
                lambda top: 0.5 < top["l2 penalty, 0.1"] < 0.99 < top["no penalty"],
                "the highest of all epochs; without a penalty above 0.99",
            ),
            full=True,
        ),
        digits=True,
    ),
    Run(
        "ch06/overfit_dropout.py",
        Claim(
            "6.4.3, figure 6-23: Dropout makes the gap smaller",
            lambda r: {name: run["gap"] for name, run in r["runs"].items()},
            rule(
                "smaller",
                lambda gaps: gaps["without Dropout"] > max(with_dropout(gaps).values()) + 0.02,
                "by more than 0.02, with either ratio",
            ),
        ),
        Claim(
            "6.4.3, figure 6-23: ... and keeps the training accuracy below 1",
            lambda r: {name: max(run["train_acc_list"]) for name, run in r["runs"].items()},
            rule(
                "below 1",
                lambda top: (
                    0.5 < max(with_dropout(top).values()) < 0.99 and top["without Dropout"] > 0.99
                ),
                "the highest of all epochs; without Dropout above 0.99",
            ),
            full=True,
        ),
        digits=True,
    ),
    Run(
        "ch06/hyperparameter_optimization.py",
        Claim(
            "6.5.3, figure 6-24: The best of 100 random trials",
            "best/random/0/accuracy",
            at_least(0.7, f"{book.BEST_FIVE[0][0]}", "validation accuracy; other trials"),
            full=True,
        ),
        Claim(
            "6.5.3, figure 6-24: Down to about the fifth best, training goes well",
            "best/random/4/accuracy",
            at_least(0.6, f"{book.BEST_FIVE[4][0]}", "validation accuracy; other trials"),
            full=True,
        ),
        Claim(
            "6.5.3, figure 6-24: Good learning rates lie between 0.001 and 0.01",
            lambda r: [trial["lr"] for trial in r["best"]["random"][:5]],
            between(0.001, 0.01, "0.001 to 0.01", "those of the best five"),
            full=True,
        ),
        Claim(
            "6.5.3, figure 6-24: Good weight decays lie between 1e-8 and 1e-6",
            lambda r: [trial["weight_decay"] for trial in r["best"]["random"][:5]],
            between(1e-8, 1e-6, "1e-8 to 1e-6", "those of the best five"),
            full=True,
            differs="Three of the book's own best five lie above it, too. At 50 epochs of 500 "
            "digits a weight decay of this size hardly changes anything: any will do.",
        ),
        Claim(
            "6.5.2: Hyper-parameters differ in how much they matter: here it is the learning rate",
            "lr|weight_decay/rank_correlation",
            rule(
                "the learning rate",
                lambda rho: rho["lr"] > 0.4 > abs(rho["weight_decay"]),
                "rank correlation with the accuracy, over 100 trials",
            ),
            full=True,
        ),
        digits=True,
        flags=("--processes", "1"),
    ),
    Run(
        "ch06/hyperparameter_optimization.py",
        Claim(
            "6.5.2: Random trials find better values than a grid",
            "best/random|grid/0/accuracy",
            rule(
                "random",
                lambda best: best["random"] > best["grid"],
                "validation accuracy of the best of 100 trials",
            ),
            full=True,
            differs="The best learning rates lie at the upper end of the range, and a grid has "
            "a whole column there.",
        ),
        Claim(
            "6.5.2: Bayesian optimization is more efficient",
            lambda r: {
                method: fmean(trial["accuracy"] for trial in r["best"][method])
                for method in ("random", "bayes")
            },
            rule(
                "Bayes",
                lambda mean: mean["bayes"] > mean["random"] + 0.1,
                "mean validation accuracy of 100 trials, by more than 0.1",
            ),
            full=True,
        ),
        digits=True,
        flags=("--processes", "1", "--method", "compare"),
        variant="compare",
    ),
]
