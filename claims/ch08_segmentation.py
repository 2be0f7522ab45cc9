"""Claims of section 8.4.2: a class for every pixel, in one forward pass."""

from claims import book
from claims.claim import Claim, FullClaim, MnistClaim, Results, Run
from claims.expect import at_least, between, close, exactly, rule

LARGEST = 1e-9  # the difference of two sums of the same products in float64, in another order


def less_work(results: Results) -> float:
    """Return how many times fewer multiply-adds one pass needs than a pass for each window."""
    costs = results["one pass"]["multiply-adds"]
    return float(costs["every fourth pixel"] / costs["whole scene"])


def wrong_pixels(results: Results) -> dict[str, float]:
    """Return the fraction of wrong pixels, and that of the answer "ground" for all of them."""
    scores = results["scores"]
    keys = {"network": "pixel accuracy", "all ground": "pixel accuracy, all ground"}
    return {name: 1 - scores[key] for name, key in keys.items()}


def by_sums(results: Results) -> dict[str, float]:
    """Return what the sums with earlier layers add to the mean IoU, in short training runs."""
    with_sums, without = (
        results["ablation"][name] for name in ("sums and learned upsampling", "without sums")
    )
    keys = ("mean IoU", "mean IoU near borders")
    return {key: with_sums[key] - without[key] for key in keys}


RUNS = [
    Run(
        "ch08/segmentation.py",
        Claim(
            "8.4.2: A fully connected layer for 32 x 10 x 10 with 100 outputs is a convolution "
            "with 100 filters of this size",
            ["affine/weights of the affine layer", "affine/weights of the convolution"],
            exactly([book.FCN_WEIGHTS] * 2, "the number of weights, either way"),
        ),
        Claim(
            "8.4.2: ... with the same outputs",
            "affine/difference",
            between(0, LARGEST, "the same", "the largest difference, in float64"),
        ),
        Claim(
            "8.4.2, figure 8-20: FCN classifies all of an image in one forward pass",
            "one pass/difference",
            between(0, LARGEST, "the same", "against one pass for each window: largest difference"),
        ),
        Claim(
            "8.4.2: One pass for each pixel is wasteful, since the windows share most pixels",
            less_work,
            at_least(5, "wasteful", "times as many multiply-adds, of the same results"),
        ),
        Claim(
            "8.4.2, figure 8-20: The enlargement is a bilinear interpolation, by deconvolution",
            ["upsampling/weights", "upsampling/inside"],
            close([book.BILINEAR, [1, 1]], why="weights along an axis; an image of ones, inside"),
        ),
        MnistClaim(
            "8.4.2, figure 8-19: Segmentation gives the class of each pixel",
            "scores/mean IoU",
            at_least(0.87, "each pixel", "mean IoU of 11 classes: the goal, set before"),
        ),
        FullClaim(
            "8.4.2, figure 8-19: ... also of those that are not ground",
            wrong_pixels,
            rule(
                "each pixel",
                lambda wrong: 0 <= wrong["network"] < wrong["all ground"] / 2 < 0.5,
                "wrong pixels: less than half of those with the answer 'ground' for all",
            ),
        ),
        FullClaim(
            "8.4.2: Sums with the scores of earlier layers, as in FCN, find the borders",
            by_sums,
            between(0.02, 1, "better", "mean IoU added, in short training runs; not in the book"),
        ),
        figures=("8-19", "8-20"),
        digits=True,
        flags=("--threads", "1"),
        checkpoint=True,
    ),
]
