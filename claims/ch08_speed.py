"""Claims of section 8.3: where the time goes, and how to need less of it."""

from claims import book
from claims.claim import Claim, Results, Run, between, close, exactly

BITS = ("weights of 1 bit", "weights and signals of 1 bit")


def convolutions(results: Results) -> dict[str, float]:
    """Return the part of the convolutions, forward and backward."""
    return {key: results["shares"][key]["Convolution"] for key in ("forward", "backward")}


def lost(results: Results, kind: str) -> float:
    """Return by how much the accuracy of a network of one bit is lower."""
    networks = results["networks"]
    return float(networks["real numbers"]["accuracy"] - networks[kind]["accuracy"])


RUNS = [
    Run(
        "ch08/section_8_3/layer_times.py",
        Claim(
            "8.3.1, figure 8-14: Convolutions take most of the time",
            convolutions,
            between(
                *(
                    0.5,
                    1,
                    "{GPU:g} on a GPU, {CPU:g} on a CPU".format(**book.CONVOLUTION_SHARES),
                ),
                "more than half of the pass; the book: AlexNet, forward",
            ),
        ),
        Claim(
            "8.3.1, figure 8-14: ... because they make the multiply-adds",
            "shares/multiply-adds/Convolution",
            close(0.9941, atol=1e-4, why="counted from the sizes of DeepConvNet's layers"),
        ),
        Claim(
            "8.3.1, figure 8-14: The times of the layers add up to that of the whole pass",
            lambda r: r["sum"] / r["whole"],
            between(0.7, 1.3, "1", "a part of it; the machine may be busy meanwhile"),
            full=True,
        ),
        alone=True,
    ),
    Run(
        "ch08/section_8_3/im2col_against_loops.py",
        Claim(
            "7.4.2: Unfolded by im2col, a convolution is a product of matrices: the same numbers",
            "difference/float64",
            between(0, 1e-10, "the same", "largest difference in float64; sums in other orders"),
        ),
        Claim(
            "7.4.2: im2col takes more memory than the images",
            "copies",
            close(24 * 24 * 25 / 28**2, why="24 x 24 windows of 25 pixels from 28 x 28"),
        ),
        Claim(
            "7.4.2: Loops over the elements are slow in NumPy",
            lambda r: {key: r["speed_up"][key] for key in r["speed_up"] if "loop" in key},
            between(3, 1e8, "slow", "time, as a multiple of that of im2col"),
        ),
        Claim(
            "8.3.2, figure 8-15: Much is won where many numbers are multiplied and added at once",
            "speed_up/loop over every number",
            between(
                book.TRAINING_DAYS[0] / book.TRAINING_DAYS[1],
                1e8,
                "{} days on a CPU become {} on a GPU".format(*book.TRAINING_DAYS),
                "loops against one product, on this processor: at least as much as by the GPU",
            ),
        ),
        alone=True,
    ),
    Run(
        "ch08/section_8_3/distributed_learning.py",
        Claim(
            "8.3.3: The mean of the gradients of equal parts is the gradient of the mini-batch",
            "difference",
            between(0, 1e-12, "the same", "largest difference beside the largest number"),
        ),
        Claim(
            "8.3.3: More workers are faster, but not as many times as there are workers",
            "best/2",
            between(
                1.1,
                2.2,
                "faster",
                "two threads, at the size of the mini-batch that suits them best",
            ),
            full=True,
            differs="Other programs keep the processors busy, or there is but one.",
        ),
        Claim(
            "8.3.3, figure 8-16: 100 GPUs make 3 hours of 7 days",
            "hours",
            close(
                book.DISTRIBUTED_HOURS[1],
                why=f"arithmetic, nothing measured: {book.DISTRIBUTED_HOURS[0]} hours / "
                f"{book.DISTRIBUTED[1]}",
            ),
        ),
        alone=True,
    ),
    Run(
        "ch08/section_8_3/binarized_network.py",
        Claim(
            "8.3.4: The weights can be of 1 bit: +1 and -1",
            lambda r: [
                [r["networks"][kind][key] for key in ("different_weights", "smallest", "largest")]
                for kind in BITS
            ],
            exactly([[2, 1, 1]] * 2, "how many different ones, the smallest and largest size"),
        ),
        Claim(
            "8.3.4: ... which is a small part of the memory",
            lambda r: [
                r["networks"][kind]["bytes"] / r["networks"]["real numbers"]["bytes"]
                for kind in BITS
            ],
            close([1 / 32] * 2, why="1 bit for 32"),
        ),
        Claim(
            "8.3.4: Networks are robust: weights of 1 bit do nearly as well",
            lambda r: lost(r, BITS[0]),
            between(-0.02, 0.02, "robust", "accuracy lost: 2 percentage points at most"),
            full=True,
        ),
        Claim(
            "8.3.4: ... and so do signals of 1 bit",
            lambda r: lost(r, BITS[1]),
            between(-0.02, 0.04, "robust", "accuracy lost: 4 percentage points at most"),
            full=True,
        ),
        digits=True,
    ),
]
