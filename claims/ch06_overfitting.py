"""Claims of section 6.4: overfitting, weight decay and Dropout."""

from claims.ch06 import each
from claims.claim import Claim, FullClaim, Results, Run
from claims.expect import at_least, between, rule


def memorized_after(results: Results) -> int:
    """Return the first epoch with a training accuracy of 0.99."""
    accuracies = results["runs"]["no penalty"]["train_acc_list"]
    return next(epoch for epoch, accuracy in enumerate(accuracies) if accuracy >= 0.99)


def against_overfitting(where: str, what: str, free: str, others: str = "") -> tuple[Claim, Claim]:
    """Return the two claims about weight decay or Dropout; `free` is the run without it."""

    def most(values: dict[str, float]) -> float:
        return max(value for name, value in values.items() if name != free)

    return (
        Claim(
            f"{where}: {what} makes the gap smaller",
            "runs/*/gap",
            rule("smaller", lambda gaps: gaps[free] > most(gaps) + 0.02, f"by over 0.02{others}"),
        ),
        FullClaim(
            f"{where}: ... and keeps the training accuracy below 1",
            each(max, "runs/*/train_acc_list"),
            rule(
                "below 1",
                lambda top: 0.5 < most(top) < 0.99 < top[free],
                f"the highest of all epochs; {free}: above 0.99",
            ),
        ),
    )


RUNS = [
    Run(
        "ch06/overfit_weight_decay.py",
        FullClaim(
            "6.4.1, figure 6-20: After about 100 epochs 300 digits are memorized",
            memorized_after,
            between(70, 130, "about 100", "the first epoch with a training accuracy of 0.99"),
        ),
        Claim(
            "6.4.1, figure 6-20: ... but the test accuracy is far lower",
            "runs/no penalty/gap",
            at_least(0.1, "far lower", "training accuracy minus test accuracy"),
        ),
        *against_overfitting("6.4.2, figure 6-21", "Weight decay", "no penalty"),
        digits=True,
    ),
    Run(
        "ch06/overfit_dropout.py",
        *against_overfitting(
            "6.4.3, figure 6-23", "Dropout", "without Dropout", ", with either ratio"
        ),
        digits=True,
    ),
]
