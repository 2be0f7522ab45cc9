"""Claims of chapter 3: activation functions, the forward pass, classifying digits."""

from collections.abc import Sequence

from claims import book
from claims.claim import Claim, FullClaim, MnistClaim, Results, Run
from claims.expect import Check, at_least, between, close, exactly, rule

PRODUCTS, SIGNALS, REACHED = book.MATRIX_PRODUCTS, book.THREE_LAYERS, book.SAMPLE_WEIGHT_ACCURACY
E, S, Y, SIGMOID = book.SOFTMAX_EXP, book.SOFTMAX_SUM, book.SOFTMAX_Y, book.SIGMOID_Y
FITTED = "fitted to training digits, measured on test digits"
RAW, PREPARED = "0 to 255", ("divided by 255", "mean 0, std 1", "whitened")


def range_of_both(results: Results) -> dict[str, list[float]]:
    """Return the lowest and highest value of step and sigmoid, and the number of different ones."""
    return {name: [min(y := results[name]), max(y), len(set(y))] for name in ("step", "sigmoid")}


def all_between(found: dict[str, list[float]]) -> bool:
    """Say whether the step has the values 0 and 1, and the sigmoid 100 values between them."""
    low, high, number = found["sigmoid"]
    return found["step"] == [0, 1, 2] and 0 < low < 0.01 and 0.99 < high < 1 and number == 100


def at_first(results: Results) -> dict[str, float]:
    """Return the mean of ten test accuracies, after 101 to 1001 mini-batches."""
    firsts = {way: run["test_acc_list"][1:11] for way, run in results["best"].items()}
    return {way: sum(values) / len(values) for way, values in firsts.items()}


def ahead(better: Sequence[str], of: str, by: float, expected: str, compared: str) -> Check:
    """Expect the accuracies of some ways of preprocessing to be higher than that of another."""
    return rule(
        expected,
        lambda acc: min(acc[way] for way in better) > acc[of] + by,
        f"accuracy {compared}, each higher by more than {by:g}",
    )


RUNS = [
    Run(
        "ch03/step_function.py",
        Claim(
            "3.2.3, figure 3-6: The step function is 0 up to x = 0 and 1 above it",
            lambda r: [y for x, y in zip(r["x"], r["y"], strict=True) if abs(x) > 1e-9],
            exactly([0] * 50 + [1] * 49, "at 100 points from -5 to 4.9, without the point 0"),
        ),
    ),
    Run(
        "ch03/sigmoid.py",
        Claim(
            "3.2.4: A number and an array: 1.0 + t and 1.0 / t for t = (1, 2, 3)",
            ["sum", "quotient"],
            close([book.BROADCAST_SUM, book.BROADCAST_QUOTIENT]),
        ),
        Claim("3.2.4, figure 3-7: Sigmoid of -1, 1, 2", ["y/40", "y/60", "y/70"], close(SIGMOID)),
    ),
    Run(
        "ch03/sig_step_compare.py",
        Claim(
            "3.2.5, figure 3-8: Both are within 0 and 1; the sigmoid takes all values between them",
            range_of_both,
            rule("two values; all between", all_between, "lowest, highest, number at 100 points"),
        ),
    ),
    Run(
        "ch03/relu.py",
        Claim(
            "3.2.7, figure 3-9: ReLU is 0 up to x = 0, and x above it",
            lambda r: max(abs(y - max(x, 0)) for x, y in zip(r["x"], r["y"], strict=True)),
            close(0.0, atol=1e-12, why="largest difference at 100 points"),
        ),
    ),
    Run(
        "ch03/arrays.py",
        Claim("3.3.2: Products of matrices", "square|mixed|with_vector|Y", exactly(PRODUCTS)),
        Claim(
            "3.6.3: Where batches of three start; the argmax of four rows; which ones are correct",
            lambda r: [r["starts"], r["y"], r["right_or_not"], sum(r["right_or_not"])],
            exactly([book.BATCH_STARTS, book.ARGMAX_ROWS, book.RIGHT_OR_NOT, book.NUMBER_RIGHT]),
        ),
    ),
    Run(
        "ch03/three_layer_network.py",
        Claim("3.4.2: The signals of each layer", "|".join(SIGNALS), close(SIGNALS)),
        Claim(
            "3.2.6: With a linear activation three layers are equal to one",
            lambda r: [a - b for a, b in zip(r["linear"], r["collapsed"], strict=True)],
            close([0.0, 0.0], atol=1e-12, why="rounding"),
        ),
    ),
    Run(
        "ch03/softmax.py",
        Claim("3.5.1: exp of three scores, sum, softmax", ["exp", "sum", "y"], close([E, S, Y])),
        Claim("3.5.2: softmax of (1010, 1000, 990) overflows", "naive", exactly(["nan"] * 3)),
        Claim("3.5.2: ... but not of a - max(a)", "guarded", close(book.SOFTMAX_LARGE_Y)),
        Claim(
            "3.5.3: The outputs sum to 1",
            lambda r: [sum(r["y"]), sum(r["guarded"])],
            close([1.0, 1.0], atol=1e-12, why="rounding"),
        ),
    ),
    Run(
        "ch03/mnist_show.py",
        Claim("3.6.1, figure 3-25: First image: 5", "label", exactly(book.FIRST_LABEL), mnist=True),
        figures=("3-24",),
        digits=True,
    ),
    Run(
        "ch03/neuralnet_mnist.py",
        MnistClaim(
            "3.6.2: A trained network classifies the test digits",
            "accuracy",
            at_least(REACHED, f"{REACHED}", "with our weights, made by train_sample_weight.py"),
        ),
        digits=True,
    ),
    Run(
        "ch03/neuralnet_mnist_batch.py",
        Claim(
            "3.6.3: The accuracy in batches is the same as one by one",
            lambda r: r["accuracy"] - r["accuracy_one_by_one"],
            close(0.0, atol=1e-12, why="the same digits"),
        ),
        Claim("3.6.3: ... and faster", "time_ratio", at_least(1.5, "faster", "ratio of two times")),
        digits=True,
        alone=True,
    ),
    Run(
        "ch03/my_digits.py",
        Claim(
            "3.6.2: A network trained on MNIST classifies handwriting on a page, too",
            lambda r: r["right"] / len(r["labels"]),
            at_least(0.8, "most are correct", "20 test digits drawn on a page; no number given"),
            mnist=True,
        ),
        digits=True,
    ),
    Run(
        "ch03/preprocessing.py",
        Claim("3.6.2: Scaling: mean, std", ["mean", "std"], close([0, 1], atol=0.05, why=FITTED)),
        Claim("3.6.2: Whitening: variance", "white_variance", between(0.9, 1.1, "1", FITTED)),
        Claim("3.6.2: ... largest covariance", "white_covariance", between(0, 0.2, "0", FITTED)),
        digits=True,
    ),
    Run(
        "ch03/preprocessing_accuracy.py",
        Claim(
            "3.6.2: Preprocessing improves the accuracy",
            "best/*/test_acc_list/-1",
            ahead(PREPARED, RAW, 0.1, "better", "at the end, with the best learning rate for each"),
        ),
        Claim(
            "3.6.2: ... and the speed of learning",
            at_first,
            ahead(PREPARED, RAW, 0.2, "faster", "on average over the first 1001 mini-batches"),
        ),
        MnistClaim(
            "3.6.2: ... centring with scaling, and whitening, more than division by 255",
            at_first,
            ahead(PREPARED[1:], PREPARED[0], 0.003, "faster", "on average over 1001 mini-batches"),
        ),
        MnistClaim(
            "3.6.2: ... and more accurate in the end",
            "best/*/test_acc_list/-1",
            ahead(PREPARED[1:], PREPARED[0], 0, "more accurate", "after 2500 mini-batches"),
            differs="All three reach 0.966 to 0.969: centring and whitening make learning faster, "
            "but pixels divided by 255 do equally well in the end.",
        ),
        FullClaim(
            "3.6.2: With the learning rate 0.1 and these initial weights, learning needs "
            "preprocessing",
            "same/*/test_acc_list/-1",
            rule(
                "needed",
                lambda acc: acc[RAW] < 0.2 and min(acc[way] for way in PREPARED) > 0.9,
                "final accuracy below 0.2 without, above 0.9 with preprocessing",
            ),
        ),
        digits=True,
    ),
    Run(
        "ch03/train_sample_weight.py",
        MnistClaim(
            "3.6.2: Such weights can be obtained by training",
            "accuracy",
            at_least(0.975, f"{REACHED}", "higher than the book's"),
        ),
        digits=True,
    ),
]
