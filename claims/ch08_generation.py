"""Claims of section 8.5.2: two networks compete, and one learns to make images."""

from claims.claim import FullClaim, MnistClaim, Results, Run
from claims.expect import at_least, at_most, between, rule


def error_of_mean(results: Results) -> float:
    """Return how far the mean of the generated numbers is from that of the data, in deviations."""
    found = results["one number"]
    data = found["data"]
    return float(abs(found["mean"][-1] - data["mean"]) / data["deviation"])


def ratio_of_deviations(results: Results) -> float:
    """Return the deviation of the generated numbers, divided by that of the data."""
    found = results["one number"]
    return float(found["deviation"][-1] / found["data"]["deviation"])


def accuracies(results: Results) -> list[float]:
    """Return the highest mean accuracy of the discriminator of numbers, and that at the end."""
    found = results["one number"]
    return [found["accuracy at most"], found["accuracy at last"]]


def ratio_of_distances(results: Results) -> float:
    """Return the distance of samples to the nearest training digit, divided by that of others."""
    found = results["distances"]
    return float(found["generated"] / found["test digits"])


RUNS = [
    Run(
        "ch08/dcgan.py",
        FullClaim(
            "8.5.2: The generator learns to imitate data: first, numbers from a Gaussian",
            error_of_mean,
            at_most(0.1, "like the data", "difference of the means, in deviations"),
        ),
        FullClaim(
            "8.5.2: ... with their deviation",
            ratio_of_deviations,
            between(0.9, 1.1, "like the data", "deviation, divided by that of the data"),
        ),
        FullClaim(
            "8.5.2: Both improve by competing: in the end, the discriminator can only guess",
            accuracies,
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
            ratio_of_distances,
            at_least(
                0.75,
                "new",
                "median distance to the nearest training digit, divided by that of test digits",
            ),
        ),
        figures=("8-24",),
        digits=True,
        checkpoint=True,
        alone=True,
    ),
]
