"""Claims of section 8.5.2: learning without labels, by Boltzmann machines."""

from claims.claim import Claim, FullClaim, MnistClaim, Run
from claims.expect import at_least, between, rule

RUNS = [
    Run(
        "ch08/restricted_boltzmann.py",
        Claim(
            "8.5.2: A Boltzmann machine learns without labels: positive minus negative phase",
            "tiny machine/gradient apart",
            between(0, 1e-7, "the gradient", "the formula minus the numerical gradient, at most"),
        ),
        Claim(
            "8.5.2: ... and raises the probability of the data",
            "tiny machine/log-likelihood",
            rule(
                "higher",
                lambda found: found["before"] + 0.5 < found["after"] <= found["best possible"],
                "log-likelihood, exactly: at least 0.5 higher",
            ),
        ),
        FullClaim(
            "8.5.2: ... of images: it fills in what is covered",
            "errors of the covered half",
            rule(
                "filled in",
                lambda error: 0 < error["machine"] < 0.8 * error["mean image"] < 1,
                "mean squared error: less than 0.8 of that of the mean image",
            ),
        ),
        MnistClaim(
            "8.5.2: A deep belief network learns without labels what helps with few labels",
            "gain/Xavier",
            at_least(1, "helps", "percentage points over Xavier initial weights, by labels"),
        ),
        MnistClaim(
            "8.5.2: ... where the gradients of deep sigmoid layers vanish (6.2.2)",
            "gain/Gaussian 0.01",
            at_least(10, "helps", "percentage points over a Gaussian of 0.01, by labels"),
        ),
        MnistClaim(
            "8.5.2: ... more than ReLU and He initial weights alone, which came later",
            "gain/ReLU, He/1000",
            at_least(0.5, "helps", "percentage points, with 1,000 labels; not in the book"),
        ),
        digits=True,
        flags=("--processes", "1"),
    )
]
