"""Claims of chapter 4: losses, numerical derivatives, gradient descent, the first training run."""

from itertools import pairwise
from math import hypot
from statistics import fmean

import numpy as np

from claims import book
from claims.claim import Claim, FullClaim, MnistClaim, Results, Run
from claims.expect import at_least, close, exactly, rule

CURVES = ("train_acc_list", "test_acc_list")
SHAPES = {"W1": [784, 100], "b1": [100], "W2": [100, 10], "b2": [10]}
GUARD = "the printed numbers are without the 1e-7 in the logarithm"


def together(results: Results) -> dict[str, float]:
    """Return by how much both accuracies rise, and how far they are apart at most."""
    train, test = (results[key] for key in CURVES)
    gaps = (abs(a - b) for a, b in zip(train, test, strict=True))
    return {"rise": min(train[-1] - train[0], test[-1] - test[0]), "gap": max(gaps)}


RUNS = [
    Run(
        "ch04/loss_functions.py",
        Claim(
            "4.2.1: The squared error of a good and of a bad prediction",
            ["squared error, predicts 2", "squared error, predicts 7"],
            close(book.SQUARED_ERRORS, rtol=1e-12, why="rounding"),
        ),
        Claim(
            "4.2.2, figure 4-3: The cross entropy of both",
            ["cross entropy, predicts 2", "cross entropy, predicts 7"],
            close(book.CROSS_ENTROPIES, rtol=1e-12, why="printed in full"),
        ),
        Claim(
            "4.2.4: Labels and one-hot rows give the same loss, the mean over the batch",
            ["cross entropy of the batch, one-hot", "cross entropy of the batch, labels"],
            close([fmean(book.CROSS_ENTROPIES)] * 2, rtol=1e-12, why="rounding"),
        ),
    ),
    Run(
        "ch04/why_not_accuracy.py",
        Claim(
            "4.2.5: The derivative of the accuracy is 0, and learning would stop",
            "largest derivative of the accuracy",
            exactly(0.0, "of all weights, numerically"),
        ),
        Claim(
            "4.2.5, figure 4-4: ... the derivative of the loss is not",
            "largest derivative of the loss",
            at_least(1e-3, "not 0", "of all weights, numerically"),
        ),
    ),
    Run(
        "ch04/numerical_diff.py",
        Claim("4.3.1: 1e-50 is 0 in float32", "1e-50 in float32", exactly(0.0)),
        Claim("4.3.1: A step of 10e-50 gives a slope of 0", "forward, h = 10e-50", exactly(0.0)),
        Claim(
            "4.3.1, figure 4-5: The central difference is closer to the slope than the forward one",
            lambda r: [abs(r[f"{way}, h = 1e-4"] - 10) for way in ("central", "forward")],
            rule("smaller error", lambda e: e[0] < 1e-8 < 1e-5 < e[1], "below 1e-8; above 1e-5"),
        ),
    ),
    Run(
        "ch04/gradient_1d.py",
        Claim(
            "4.3.2, figure 4-7: The slope of 0.01 x² + 0.1 x at 5 and at 10",
            ["slope at 5", "slope at 10"],
            close(book.FUNCTION_1_SLOPES, rtol=1e-14, why="printed in full"),
        ),
        figures=("4-6",),
    ),
    Run(
        "ch04/partial_derivatives.py",
        Claim(
            "4.3.3, figure 4-8: The partial derivatives of x0² + x1² at (3, 4)",
            lambda r: [r["df/dx0 at (3, 4)"], r["df/dx1 at (3, 4)"]],
            close(book.FUNCTION_2_PARTIALS, rtol=1e-14, why="printed in full"),
        ),
    ),
    Run(
        "ch04/gradient_2d.py",
        Claim(
            "4.4, figure 4-9: The gradient of x0² + x1² at three points",
            [f"gradient at {point}" for point in book.FUNCTION_2_GRADIENTS],
            close(list(book.FUNCTION_2_GRADIENTS.values()), atol=1e-9, why="printed as integers"),
        ),
    ),
    Run(
        "ch04/gradient_method.py",
        Claim(
            "4.4.1: A learning rate of 0.1 reaches the minimum", "lr 0.1", close(book.DESCENT[0.1])
        ),
        Claim(
            "4.4.1: ... with 10 the descent diverges",
            lambda r: hypot(*r["lr 10"]),
            at_least(1e10, f"{hypot(*book.DESCENT[10.0]):.3g}", "distance from 0"),
        ),
        Claim(
            "4.4.1: ... with 1e-10 hardly anything changes",
            "lr 1e-10",
            close(book.DESCENT[1e-10], rtol=1e-8, why="printed with 9 digits"),
        ),
        Claim(
            "4.4.1, figure 4-10: The path gets closer to the minimum with each step",
            lambda r: [hypot(*point) for point in r["path"]],
            rule(
                "from (-3, 4) towards (0, 0)",
                lambda d: abs(d[0] - 5) < 1e-9 and all(a > b for a, b in pairwise(d)),
                "the distance from (0, 0) falls from 5 with every step",
            ),
        ),
    ),
    Run(
        "ch04/gradient_simplenet.py",
        Claim("4.4.2: The scores", "scores", close(book.SIMPLE_SCORES)),
        Claim("4.4.2: The class with the highest score", "best class", exactly(2)),
        Claim("4.4.2: The loss", "loss", close(book.SIMPLE_LOSS, rtol=1e-6, why=GUARD)),
        Claim("4.4.2: The gradient dL/dW", "dW", close(book.SIMPLE_DW, atol=1e-6, why=GUARD)),
        flags=("--seed", "0"),
    ),
    Run(
        "ch04/two_layer_net.py",
        Claim(
            "4.5.1: The shapes of the parameters and of their gradients",
            lambda r: {key: [r["shapes"][key], r["shapes"][f"gradient {key}"]] for key in SHAPES},
            exactly({key: [shape, shape] for key, shape in SHAPES.items()}),
        ),
    ),
    Run(
        "ch04/train_neuralnet.py",
        Claim(
            "4.5.2, figure 4-11: The loss falls during training",
            lambda r: [float(part.mean()) for part in np.array_split(r["train_loss_list"], 3)],
            rule("it falls", lambda v: v[0] > v[1] > v[2], "means of three equal parts"),
        ),
        FullClaim(
            "4.5.3: An epoch is 600 mini-batches: the accuracies are measured 17 times",
            lambda r: [len(r[key]) for key in CURVES],
            exactly([17, 17]),
        ),
        Claim(
            "4.5.3, figure 4-12: Both accuracies rise together: no overfitting",
            together,
            rule("the same", lambda v: v["gap"] < 0.02 < 0.5 < v["rise"], "gap < 0.02; rise > 0.5"),
        ),
        MnistClaim(
            "4.5.3, figure 4-12: The network learns to classify digits",
            "test_acc",
            at_least(0.93, "no number given", "0.9471 was measured with seed 0"),
        ),
        digits=True,
    ),
]
