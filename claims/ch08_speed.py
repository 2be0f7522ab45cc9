"""Claims of section 8.3: the time of each layer, and how to save time."""

from claims import book
from claims.claim import Claim, FullClaim, Results, Run
from claims.expect import between, close, exactly

BITS = ("1-bit weights", "1-bit weights and activations")
GPU, CPU = (f"{book.CONVOLUTION_SHARES[where]:g} on a {where}" for where in ("GPU", "CPU"))
REAL, EACH = "real-valued weights", "|".join(BITS)
DAYS, FEWER = book.TRAINING_DAYS
HOURS, FEW = book.DISTRIBUTED_HOURS


def lost(results: Results) -> list[float]:
    """Return by how much the accuracies of the 1-bit networks are lower."""
    rows = results["networks"]
    return [rows[REAL]["accuracy"] - rows[kind]["accuracy"] for kind in BITS]


RUNS = [
    Run(
        "ch08/section_8_3/layer_times.py",
        Claim(
            "8.3.1, figure 8-14: Convolutions take most of the time",
            "shares/forward|backward/Convolution",
            between(0.5, 1, f"{GPU}, {CPU}", "more than half; the book: AlexNet, forward"),
        ),
        Claim(
            "8.3.1, figure 8-14: ... because they do most of the multiply-adds",
            "shares/multiply-adds/Convolution",
            close(0.9941, atol=1e-4, why="counted from the sizes of DeepConvNet's layers"),
        ),
        FullClaim(
            "8.3.1, figure 8-14: The times of the layers add up to that of the whole pass",
            lambda r: r["sum"] / r["whole"],
            between(0.7, 1.3, "1", "the ratio of both; other programs may disturb the measurement"),
        ),
        alone=True,
    ),
    Run(
        "ch08/section_8_3/im2col_against_loops.py",
        Claim(
            "7.4.2: Unfolded by im2col, a convolution is a matrix product: the same result",
            "difference/float64",
            between(0, 1e-10, "the same", "largest difference in float64; order of sums differs"),
        ),
        Claim(
            "7.4.2: im2col takes more memory than the images",
            "copies",
            close(24 * 24 * 25 / 28**2, why="24 x 24 windows of 25 pixels from 28 x 28"),
        ),
        Claim(
            "7.4.2: Loops over the elements are slow in NumPy",
            "speed_up/loop over every number|loop over every output|loop over every window",
            between(3, 1e8, "slow", "time, relative to im2col"),
        ),
        Claim(
            "8.3.2, figure 8-15: Many multiply-adds at once are much faster than one by one",
            "speed_up/loop over every number",
            between(DAYS / FEWER, 1e8, f"{DAYS} days become {FEWER}", "at least the GPU's factor"),
        ),
        alone=True,
    ),
    Run(
        "ch08/section_8_3/distributed_learning.py",
        Claim(
            "8.3.3: The mean of the gradients of equal parts is the gradient of the mini-batch",
            "difference",
            between(0, 1e-12, "the same", "largest difference, relative to the largest gradient"),
        ),
        FullClaim(
            "8.3.3: More workers are faster, but n workers are not n times as fast",
            "best/2",
            between(1.1, 2.2, "faster", "two threads, with the best size of the mini-batch"),
            differs="Other programs keep the processor cores busy, or there is only one core.",
        ),
        Claim(
            "8.3.3, figure 8-16: With 100 GPUs 7 days become 3 hours",
            "hours",
            close(FEW, why=f"arithmetic, nothing measured: {HOURS} hours / {book.DISTRIBUTED[1]}"),
        ),
        alone=True,
    ),
    Run(
        "ch08/section_8_3/binarized_network.py",
        Claim(
            "8.3.4: Weights can have 1 bit: +1 or -1",
            [f"networks/{EACH}/{key}" for key in ("different_weights", "smallest", "largest")],
            exactly([dict.fromkeys(BITS, n) for n in (2, 1, 1)], "number; min and max of |w|"),
        ),
        Claim(
            "8.3.4: ... which take much less memory",
            lambda r: [
                r["networks"][kind]["bytes"] / r["networks"][REAL]["bytes"] for kind in BITS
            ],
            close([1 / 32] * 2, why="1 bit instead of 32"),
        ),
        FullClaim(
            "8.3.4: Networks are robust: 1-bit weights are nearly as accurate",
            lambda r: lost(r)[0],
            between(-0.02, 0.02, "robust", "accuracy lost: 2 percentage points at most"),
        ),
        FullClaim(
            "8.3.4: ... and so are networks with 1-bit activations",
            lambda r: lost(r)[1],
            between(-0.02, 0.04, "robust", "accuracy lost: 4 percentage points at most"),
        ),
        digits=True,
    ),
]
