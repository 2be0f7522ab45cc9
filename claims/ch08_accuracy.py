"""Claims of section 8.1.2: techniques that raise the accuracy further."""

from itertools import pairwise
from statistics import mean

from claims import book
from claims.claim import FullClaim, MnistClaim, Results, Run
from claims.expect import Check, at_least, between, rule

UNCHANGED, AUGMENTED = "unchanged", "rotated, shifted, scaled"
FALLING = ("step", "exponential", "cosine")


def gains(results: Results) -> dict[str, float]:
    """Return by how many percentage points augmentation helps, by the number of digits."""
    rows = results["accuracy"].items()
    return {n: 100 * (row[AUGMENTED] - row[UNCHANGED]) for n, row in rows}


def gains_alone(results: Results, *beginnings: str) -> dict[str, float]:
    """Return by how many percentage points single changes help, selected by name."""
    (row,) = (row for row in results["accuracy"].values() if len(row) > 2)
    names = [name for name in row if name.startswith(beginnings)]
    return {name: 100 * (row[name] - row[UNCHANGED]) for name in names}


def mean_accuracy(results: Results) -> dict[str, float]:
    """Return the mean test accuracy of the networks by each method."""
    return {method: mean(run["test_acc"]) for method, run in results["runs"].items()}


def better_than_none(method: str) -> Check:
    """Expect a method to raise the mean accuracy by at least one percentage point."""
    return rule(
        "better",
        lambda acc: 0 < acc["none"] + 0.01 < acc[method] <= 1,
        "mean accuracy of five networks: at least one percentage point higher",
    )


RUNS = [
    Run(
        "ch08/section_8_1/augmentation_gain.py",
        MnistClaim(
            "8.1.2: Augmentation raises the accuracy",
            gains,
            at_least(0.2, "better", "percentage points, by the number of digits; noise: 0.2"),
        ),
        MnistClaim(
            "8.1.2: ... most when there are few data",
            gains,
            rule(
                "more for fewer",
                lambda gain: all(few > more for few, more in pairwise(gain.values())),
                "the gain falls from 100 to 300 to 1,000 digits",
            ),
        ),
        MnistClaim(
            "8.1.2: Rotations, shifts, crops and scaling are kinds of augmentation",
            lambda r: gains_alone(r, "rotated by", "shifted by", "scaled by", "cropped"),
            rule(
                "each helps",
                lambda gain: len(gain) == 4 and 0.5 < min(gain.values()) <= max(gain.values()) < 30,
                "the gain of each change alone: at least half a percentage point",
            ),
        ),
        MnistClaim(
            "8.1.2: Left-right flips suit only images that may be mirrored: not digits",
            lambda r: gains_alone(r, "half of them flipped"),
            between(-100, -1, "no help", "percentage points: at least one lost"),
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/ensemble.py",
        MnistClaim(
            "6.4.3: Averaging the outputs of five networks gains several percentage points",
            lambda r: {kind: 100 * (row[-1] - row[0]) for kind, row in r["by_number"].items()},
            between(2, 20, "several", "for networks of two kinds"),
        ),
        MnistClaim(
            "8.1.2: An ensemble raises the accuracy: more networks, higher accuracy",
            "by_number",
            rule(
                "better",
                lambda rows: all(0 < a < b <= 1 for row in rows.values() for a, b in pairwise(row)),
                "mean accuracy of all ensembles of 1 to 5 networks: higher with each added network",
            ),
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/dropconnect.py",
        MnistClaim(
            "8.1.2: DropConnect, used by the best network on MNIST, reduces overfitting",
            "runs/*/gap",
            rule(
                "a smaller gap",
                lambda gap: 0 < gap["DropConnect"] < gap["none"] - 0.01 < 1,
                "training minus test accuracy: smaller by at least one percentage point",
            ),
        ),
        MnistClaim(
            "8.1.2: ... and raises the accuracy", mean_accuracy, better_than_none("DropConnect")
        ),
        MnistClaim("6.4.3: ... as with Dropout", mean_accuracy, better_than_none("Dropout")),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/learning_rate_decay.py",
        MnistClaim(
            "8.1.2: A falling learning rate raises the accuracy",
            "test_acc",
            rule(
                "better than a constant one",
                lambda acc: all(0 < acc["constant"] < acc[name] <= 1 for name in FALLING),
                "final test accuracy, for each of three schedules",
            ),
            differs="In only six epochs the exponential schedule is worse, the cosine schedule is "
            "better.",
        ),
        digits=True,
    ),
    Run(
        "ch08/fast_99.py",
        MnistClaim(
            "8.1.1: More than 99 % of the test digits, after seconds of training on two cores",
            "mean/moved test digits",
            at_least(0.99, "0.9938 by DeepConvNet", "the mean of 30 seeds"),
        ),
        digits=True,
        alone=True,
    ),
    Run(
        "ch08/section_8_1/best_accuracy.py",
        MnistClaim(
            "8.1.2, figure 8-3: The best accuracy on MNIST is 99.79 %; here, in 31 to 37 minutes",
            "mean/together, moved",
            at_least(0.997, f"{book.LEADER_BOARD[0]}", "the goal, set before the measurement"),
        ),
        FullClaim(
            "8.1.2, figure 8-3: An ensemble has a higher accuracy than its members",
            "networks|together",
            rule(
                "a higher accuracy",
                lambda acc: all(
                    1 > together > mean(networks) > 0.9
                    for networks, together in zip(acc["networks"], acc["together"], strict=True)
                ),
                "each ensemble: higher than the mean of its members",
            ),
        ),
        MnistClaim(
            "6.5.1: What is chosen by the test digits looks better than it is",
            "mean",
            rule(
                "higher, by choice alone",
                lambda acc: 1 > acc["chosen"] > acc["together, moved"] > 0.9,
                "the best of 255 ensembles on the test digits, and the one that was planned",
            ),
        ),
        digits=True,
        checkpoint=True,
        alone=True,
    ),
]
