"""Claims of section 6.5: the search for hyperparameters."""

from statistics import fmean

from claims import book
from claims.ch06 import each, highest
from claims.claim import FullClaim, Run
from claims.expect import at_least, between, rule


def best_five(name: str) -> list[str]:
    """Return the paths of this value in the best five random trials."""
    return [f"best/random/{rank}/{name}" for rank in range(5)]


RUNS = [
    Run(
        "ch06/hyperparameter_optimization.py",
        FullClaim(
            "6.5.3, figure 6-24: The best of 100 random trials",
            "best/random/0/accuracy",
            at_least(0.7, f"{book.BEST_FIVE[0][0]}", "validation accuracy; other trials"),
        ),
        FullClaim(
            "6.5.3, figure 6-24: The best trials, about five, learn well",
            "best/random/4/accuracy",
            at_least(0.6, f"{book.BEST_FIVE[4][0]}", "validation accuracy; other trials"),
        ),
        FullClaim(
            "6.5.3, figure 6-24: Good learning rates lie between 0.001 and 0.01",
            best_five("lr"),
            between(0.001, 0.01, "0.001 to 0.01", "the values of the best five"),
        ),
        FullClaim(
            "6.5.3, figure 6-24: Good weight decays lie between 1e-8 and 1e-6",
            best_five("weight_decay"),
            between(1e-8, 1e-6, "1e-8 to 1e-6", "the values of the best five"),
            differs="Three of the book's best five are above this range, too. At 50 epochs of 500 "
            "digits a weight decay of this size hardly changes anything: any value works.",
        ),
        FullClaim(
            "6.5.2: Some hyperparameters matter more than others: here it is the learning rate",
            "lr|weight_decay/rank_correlation",
            rule(
                "the learning rate",
                lambda rho: rho["lr"] > 0.4 > abs(rho["weight_decay"]),
                "rank correlation with the accuracy, over 100 trials",
            ),
        ),
        digits=True,
        flags=("--processes", "1"),
    ),
    Run(
        "ch06/hyperparameter_optimization.py",
        FullClaim(
            "6.5.2: Random trials find better values than a grid",
            "best/grid|random/0/accuracy",
            highest("random", "validation accuracy of the best of 100 trials"),
            differs="The best learning rates lie at the upper end of the range, and a grid has "
            "a whole column there.",
        ),
        FullClaim(
            "6.5.2: Bayesian optimization is more efficient",
            each(fmean, "best/random|bayes/*/accuracy"),
            rule(
                "Bayes",
                lambda mean: mean["bayes"] > mean["random"] + 0.1,
                "mean validation accuracy of 100 trials, by more than 0.1",
            ),
        ),
        digits=True,
        flags=("--processes", "1", "--method", "compare"),
        variant="compare",
    ),
]
