"""Claims of section 8.1.2: what raises the accuracy further."""

from itertools import pairwise
from statistics import mean

from claims import book
from claims.claim import Claim, Results, Run, at_least, rule

AS_THEY_ARE, AUGMENTED = "as they are", "turned, shifted, scaled"


def gains(results: Results) -> dict[str, float]:
    """Return by how many percentage points augmentation helps, by the number of digits."""
    rows = results["accuracy"].items()
    return {n: 100 * (row[AUGMENTED] - row[AS_THEY_ARE]) for n, row in rows}


def gains_alone(results: Results) -> dict[str, float]:
    """Return by how many percentage points each change alone helps."""
    (row,) = (row for row in results["accuracy"].values() if len(row) > 2)
    return {name: 100 * (value - row[AS_THEY_ARE]) for name, value in row.items()}


RUNS = [
    Run(
        "ch08/section_8_1/augmentation_gain.py",
        Claim(
            "8.1.2: Augmentation raises the accuracy",
            gains,
            at_least(0.2, "better", "percentage points, by the number of digits; noise: 0.2"),
            full=True,
            mnist=True,
        ),
        Claim(
            "8.1.2: ... most where data are few",
            gains,
            rule(
                "the fewer, the more",
                lambda gain: all(few > more for few, more in pairwise(gain.values())),
                "the gain falls from 100 to 300 to 1,000 digits",
            ),
            full=True,
            mnist=True,
        ),
        Claim(
            "8.1.2: Turns, shifts, crops and other sizes are ways to do it",
            lambda r: {
                name: gain
                for name, gain in gains_alone(r).items()
                if name.startswith(("turned by", "shifted", "scaled", "cropped"))
            },
            rule(
                "each helps",
                lambda gain: len(gain) == 4 and 0.5 < min(gain.values()) <= max(gain.values()) < 30,
                "percentage points more with each alone: half a point at least",
            ),
            full=True,
            mnist=True,
        ),
        Claim(
            "8.1.2: Left-right flips are for images where symmetry does not matter: not for digits",
            lambda r: {name: gain for name, gain in gains_alone(r).items() if "flip" in name},
            rule(
                "no help",
                lambda gain: all(-100 < value < -1 for value in gain.values()),
                "percentage points: more than one lost",
            ),
            full=True,
            mnist=True,
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/ensemble.py",
        Claim(
            "6.4.3: Five networks, their outputs averaged, gain several percentage points",
            lambda r: {kind: 100 * (row[-1] - row[0]) for kind, row in r["by_number"].items()},
            rule(
                "several",
                lambda gain: all(2 <= value < 20 for value in gain.values()),
                "2 or more, for networks of two kinds",
            ),
            full=True,
            mnist=True,
        ),
        Claim(
            "8.1.2: An ensemble raises the accuracy: the more networks, the more",
            "by_number",
            rule(
                "better",
                lambda rows: all(0 < a < b <= 1 for row in rows.values() for a, b in pairwise(row)),
                "mean accuracy of all ensembles of 1 to 5 networks: each more than the last",
            ),
            full=True,
            mnist=True,
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/dropconnect.py",
        Claim(
            "8.1.2: DropConnect, which the best of the leader board had, works against "
            "over-fitting",
            lambda r: {method: run["gap"] for method, run in r["runs"].items()},
            rule(
                "a smaller gap",
                lambda gap: 0 < gap["DropConnect"] < gap["none"] - 0.01 < 1,
                "training less test accuracy: smaller by a percentage point at least",
            ),
            full=True,
            mnist=True,
        ),
        Claim(
            "8.1.2: ... so that more of the test digits are read",
            lambda r: {method: mean(run["test_acc"]) for method, run in r["runs"].items()},
            rule(
                "better",
                lambda acc: 0 < acc["none"] + 0.01 < acc["DropConnect"] <= 1,
                "mean accuracy of five networks: one percentage point more at least",
            ),
            full=True,
            mnist=True,
        ),
        Claim(
            "6.4.3: ... as with Dropout",
            lambda r: {method: mean(run["test_acc"]) for method, run in r["runs"].items()},
            rule(
                "better",
                lambda acc: 0 < acc["none"] + 0.01 < acc["Dropout"] <= 1,
                "mean accuracy of five networks: one percentage point more at least",
            ),
            full=True,
            mnist=True,
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/learning_rate_decay.py",
        Claim(
            "8.1.2: A learning rate that falls raises the accuracy",
            "test_acc",
            rule(
                "better than a constant one",
                lambda acc: all(
                    0 < acc["constant"] < value <= 1
                    for name, value in acc.items()
                    if name != "constant"
                ),
                "accuracy on the test digits at the end: each of three ways to fall",
            ),
            full=True,
            mnist=True,
            differs="Six epochs of 10,000 digits are a short training: a rate that falls early "
            "learns less, and the cosine alone, which falls late, ends above the constant one.",
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_1/best_accuracy.py",
        Claim(
            "8.1.2, figure 8-3: The leader board's best read 99.79 % of the test digits; here, "
            "after half an hour",
            "together, moved",
            at_least(
                0.997, f"{book.LEADER_BOARD[0]}", "the aim that was set before it was measured"
            ),
            full=True,
            mnist=True,
        ),
        Claim(
            "8.1.2, figure 8-3: An ensemble reads more than its members do",
            lambda r: {"each": r["networks"], "together": r["together"]},
            rule(
                "a higher accuracy",
                lambda acc: 1 > acc["together"] > sum(acc["each"]) / len(acc["each"]) > 0.9,
                "together more than on average alone",
            ),
            full=True,
        ),
        digits=True,
        checkpoint=True,
        alone=True,
    ),
]
