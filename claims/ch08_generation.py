"""Claims of section 8.5.2: two networks compete, and one learns to make images."""

from claims.claim import FullClaim, MnistClaim, Run
from claims.expect import at_least, between, rule

ACCURACIES = ["one number/accuracy at most", "one number/accuracy at last"]

RUNS = [
    Run(
        "ch08/dcgan.py",
        FullClaim(
            "8.5.2: The generator learns to imitate data: first, numbers from a Gaussian",
            "one number/error of the mean",
            between(0, 0.1, "like the data", "difference of the means, in deviations"),
        ),
        FullClaim(
            "8.5.2: ... with their deviation",
            "one number/relative deviation",
            between(0.9, 1.1, "like the data", "deviation, divided by that of the data"),
        ),
        FullClaim(
            "8.5.2: Both improve by competing: in the end, the discriminator can only guess",
            ACCURACIES,
            rule(
                "guessing",
                lambda found: found[0] > found[1] and 0.45 < found[1] < 0.58,
                "accuracy at the end: 0.45 to 0.58, and lower than at most",
            ),
        ),
        MnistClaim(
            "8.5.2, figure 8-24: DCGAN makes images that look real: here, digits",
            "scores/confident",
            at_least(0.8, "look real", "classified with more than 0.9: the goal, set before"),
        ),
        MnistClaim(
            "8.5.2, figure 8-24: ... of all kinds",
            "scores/classes",
            between(0.05, 0.15, "all kinds", "fraction of each of the ten classes"),
        ),
        MnistClaim(
            "8.5.2: The images are new: they are not in the training data",
            "relative distance",
            at_least(0.75, "new", "to the nearest training digit, divided by that of test digits"),
        ),
        digits=True,
        flags=("--threads", "1"),
        checkpoint=True,
    ),
]
