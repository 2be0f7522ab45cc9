"""Claims of chapter 3: activation functions, the forward pass, reading digits."""

from typing import Any

from claims import book
from claims.claim import Claim, Results, Run, at_least, between, close, exactly, rule

PREPARED = ("divided by 255", "mean 0, std 1", "whitened")


def at_the_end(choice: str) -> Any:
    """Return what measures the test accuracies at the end, for a choice of learning rates."""
    return lambda r: {way: run["test_acc_list"][-1] for way, run in r[choice].items()}


def at_first(results: Results) -> dict[str, float]:
    """Return the mean of ten test accuracies, after 101 to 1001 mini-batches."""
    accuracies = {way: run["test_acc_list"][1:11] for way, run in results["suited"].items()}
    return {way: sum(values) / len(values) for way, values in accuracies.items()}


def prepared_ahead(margin: float, compared: str) -> Any:
    """Expect all three ways of preprocessing ahead of pixels from 0 to 255."""
    return rule(
        "better with preprocessing",
        lambda acc: min(acc[way] for way in PREPARED) > acc["0 to 255"] + margin,
        f"accuracy {compared}, each ahead by more than {margin:g}",
    )


RUNS = [
    Run(
        "ch03/step_function.py",
        Claim(
            "3.2.3, figure 3-6: The step function is 0 up to x = 0 and 1 above it",
            lambda r: [y for x, y in zip(r["x"], r["y"], strict=True) if abs(x) > 1e-9],
            exactly([0] * 50 + [1] * 49, "at 100 points from -5 to 4.9, without that at 0"),
        ),
    ),
    Run(
        "ch03/sigmoid.py",
        Claim(
            "3.2.4: A number and an array: 1.0 + t and 1.0 / t for t = (1, 2, 3)",
            ["sum", "quotient"],
            close([book.BROADCAST_SUM, book.BROADCAST_QUOTIENT]),
        ),
        Claim(
            "3.2.4, figure 3-7: The sigmoid of -1, 1 and 2",
            ["y/40", "y/60", "y/70"],
            close(book.SIGMOID_Y),
        ),
    ),
    Run(
        "ch03/sig_step_compare.py",
        Claim(
            "3.2.5, figure 3-8: Both stay between 0 and 1; the step knows two values, the "
            "sigmoid all between",
            lambda r: {
                name: [min(r[name]), max(r[name]), len(set(r[name]))]
                for name in ("step", "sigmoid")
            },
            rule(
                "two values; all between",
                lambda v: (
                    v["step"] == [0, 1, 2]
                    and 0 < v["sigmoid"][0] < 0.01
                    and 0.99 < v["sigmoid"][1] < 1
                    and v["sigmoid"][2] == 100
                ),
                "lowest, highest, and how many different ones at 100 points",
            ),
        ),
    ),
    Run(
        "ch03/relu.py",
        Claim(
            "3.2.7, figure 3-9: ReLU is 0 up to x = 0, and x above it",
            lambda r: max(abs(y - max(x, 0)) for x, y in zip(r["x"], r["y"], strict=True)),
            close(0.0, atol=1e-12, why="largest difference from that at 100 points"),
        ),
    ),
    Run(
        "ch03/arrays.py",
        Claim(
            "3.3.2: Products of matrices, and of a matrix and a vector",
            "square|mixed|with_vector|Y",
            exactly(book.MATRIX_PRODUCTS),
        ),
        Claim(
            "3.6.3: Where batches of three begin, the best class of four rows, which are right",
            lambda r: [r["starts"], r["y"], r["right_or_not"], sum(r["right_or_not"])],
            exactly([book.BATCH_STARTS, book.ARGMAX_ROWS, book.RIGHT_OR_NOT, book.NUMBER_RIGHT]),
        ),
    ),
    Run(
        "ch03/three_layer_network.py",
        Claim(
            "3.4.2: The signals of a 2-3-2-2 network, layer by layer",
            lambda r: {name: r[name] for name in book.THREE_LAYERS},
            close(book.THREE_LAYERS),
        ),
        Claim(
            "3.2.6: With a linear activation three layers are but one",
            lambda r: [a - b for a, b in zip(r["linear"], r["collapsed"], strict=True)],
            close([0.0, 0.0], atol=1e-12, why="rounding"),
        ),
    ),
    Run(
        "ch03/softmax.py",
        Claim(
            "3.5.1: exp of (0.3, 2.9, 4.0), their sum, and softmax",
            ["exp", "sum", "y"],
            close([book.SOFTMAX_EXP, book.SOFTMAX_SUM, book.SOFTMAX_Y]),
        ),
        Claim(
            "3.5.2: As written, it overflows for (1010, 1000, 990)", "naive", exactly(["nan"] * 3)
        ),
        Claim(
            "3.5.2: With the largest score subtracted it does not",
            "guarded",
            close(book.SOFTMAX_LARGE_Y),
        ),
        Claim(
            "3.5.3: The outputs sum to 1",
            lambda r: [sum(r["y"]), sum(r["guarded"])],
            close([1.0, 1.0], atol=1e-12, why="rounding"),
        ),
    ),
    Run(
        "ch03/mnist_show.py",
        Claim(
            "3.6.1, figure 3-25: The first training image is a 5",
            "label",
            exactly(book.FIRST_LABEL),
            mnist=True,
        ),
        figures=("3-24",),
        digits=True,
    ),
    Run(
        "ch03/neuralnet_mnist.py",
        Claim(
            "3.6.2: A trained network reads the test digits",
            "accuracy",
            at_least(
                book.SAMPLE_WEIGHT_ACCURACY,
                f"{book.SAMPLE_WEIGHT_ACCURACY}",
                "the weights are ours, made by train_sample_weight.py; the book's are not",
            ),
            full=True,
            mnist=True,
        ),
        digits=True,
    ),
    Run(
        "ch03/neuralnet_mnist_batch.py",
        Claim(
            "3.6.3: In batches the accuracy is the same as one by one",
            lambda r: r["accuracy"] - r["accuracy_one_by_one"],
            close(0.0, atol=1e-12, why="the same digits"),
        ),
        Claim(
            "3.6.3: ... and the reading is faster",
            "time_ratio",
            at_least(1.5, "faster", "so many times; a time, so the floor is low"),
        ),
        digits=True,
        alone=True,
    ),
    Run(
        "ch03/my_digits.py",
        Claim(
            "3.6.2: A network trained on MNIST reads handwriting on a page, too",
            lambda r: r["right"] / len(r["labels"]),
            at_least(0.8, "digits are read", "20 test digits drawn on one page; no number"),
            mnist=True,
        ),
        digits=True,
    ),
    Run(
        "ch03/preprocessing.py",
        Claim(
            "3.6.2: Centring and scaling: mean 0 and standard deviation 1",
            ["mean", "std"],
            close([0.0, 1.0], atol=0.05, why="fitted to other digits than those measured"),
        ),
        Claim(
            "3.6.2: Whitening: every direction varies as much",
            "white_variance",
            between(0.9, 1.1, "1", "variance, fitted to other digits than those measured"),
        ),
        Claim(
            "3.6.2: ... and none together with another",
            "white_covariance",
            between(0, 0.2, "0", "the largest covariance, of either sign; other digits"),
        ),
        digits=True,
    ),
    Run(
        "ch03/preprocessing_accuracy.py",
        Claim(
            "3.6.2: Preprocessing improves the accuracy",
            at_the_end("suited"),
            prepared_ahead(0.1, "at the end, with the learning rate that suits each"),
        ),
        Claim(
            "3.6.2: ... and the speed of learning",
            at_first,
            prepared_ahead(0.2, "on average over the first 1001 mini-batches"),
        ),
        Claim(
            "3.6.2: ... centring with scaling and whitening more so than a mere division",
            at_first,
            rule(
                "faster",
                lambda acc: min(acc[way] for way in PREPARED[1:]) > acc[PREPARED[0]] + 0.003,
                "accuracy on average over 1001 mini-batches, ahead by more than 0.003",
            ),
            full=True,
            mnist=True,
        ),
        Claim(
            "3.6.2: ... and more accurate in the end",
            at_the_end("suited"),
            rule(
                "more accurate",
                lambda acc: min(acc[way] for way in PREPARED[1:]) > acc[PREPARED[0]],
                "after 2500 mini-batches",
            ),
            full=True,
            mnist=True,
            differs="The three end as equals, at 0.966 to 0.969: what centring and whitening "
            "gain is speed, and pixels divided by 255 have caught up by then.",
        ),
        Claim(
            "3.6.2: At the learning rate 0.1, with these first weights, it is needed to learn at "
            "all",
            at_the_end("same"),
            rule(
                "needed",
                lambda acc: acc["0 to 255"] < 0.2 and min(acc[way] for way in PREPARED) > 0.9,
                "at the end below 0.2 without, above 0.9 with",
            ),
            full=True,
        ),
        digits=True,
    ),
    Run(
        "ch03/train_sample_weight.py",
        Claim(
            "3.6.2: Such weights can be had by training",
            "accuracy",
            at_least(0.975, f"{book.SAMPLE_WEIGHT_ACCURACY}", "better than the book's, as shipped"),
            full=True,
            mnist=True,
        ),
        digits=True,
    ),
]
