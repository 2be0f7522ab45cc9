"""Claims of chapter 5: computational graphs, layers, the gradient check, the training."""

import math
from typing import Any

from claims import book
from claims.claim import Claim, Run, at_least, close, exactly, rule


def same_order(wanted: dict[str, float], factor: float) -> Any:
    """Expect each difference within `factor` of the book's, which had other random weights."""
    return rule(
        ", ".join(f"{key}: {value:.2g}" for key, value in wanted.items()),
        lambda found: all(wanted[k] / factor < found[k] < wanted[k] * factor for k in wanted),
        f"each within a factor of {factor:g}: other random weights",
    )


E, S, Y = book.SOFTMAX_EXP, book.SOFTMAX_SUM, book.SOFTMAX_Y  # the second class is right
SIX_STEPS = {
    "-t/y": [0, -1 / Y[1], 0],
    "-t S": [0, -S, 0],
    "1/S": 1 / S,
    "1/S for each": [1 / S] * 3,
    "-t/exp(a)": [0, -1 / E[1], 0],
    "y - t": [Y[0], Y[1] - 1, Y[2]],
}
ROUNDING = "largest differences: rounding"

RUNS = [
    Run(
        "ch05/buy_apple.py",
        Claim(
            "5.4.1, figure 5-16: Two apples at 100 yen with 10 % tax: the price and its "
            "derivatives",
            lambda r: {key: r[key] for key in book.APPLE},
            close(book.APPLE, rtol=1e-12, why="rounding"),
        ),
    ),
    Run(
        "ch05/buy_apple_orange.py",
        Claim(
            "5.4.2, figure 5-17: Two apples and three oranges: every number of the graph, both "
            "ways",
            lambda r: {key: r[key] for key in book.APPLE_ORANGE},
            close(book.APPLE_ORANGE, rtol=1e-12, why="rounding"),
        ),
        figures=("5-15",),
    ),
    Run(
        "ch05/elementary_nodes.py",
        Claim(
            "5.5.2, figure 5-20: Four nodes one after the other are the sigmoid layer, forward "
            "and backward",
            lambda r: [
                max(abs(a - b) for a, b in zip(r[f"{what} by nodes"], r[layer], strict=True))
                for what, layer in (("sigmoid", "sigmoid layer"), ("dx", "dx of the layer"))
            ],
            close([0.0, 0.0], atol=1e-12, why="largest differences: rounding"),
        ),
        Claim(
            "5.2.2, figure 5-7: z = (x + y)² has the derivative 2 (x + y) for both: here 49, 14, "
            "14",
            lambda r: r["(3 + 4)^2, dz/dx, dz/dy"],
            exactly([49, 14, 14]),
        ),
        Claim(
            "5.6.2, figure 5-27: A product of matrices, the bias for each sample, and a sum are "
            "the Affine layer",
            "affine",
            close(dict.fromkeys(("Y", "dX", "dW", "db"), 0.0), atol=1e-12, why=ROUNDING),
        ),
        figures=(
            "5-19",
            "5-21",
            "5-22",
        ),
    ),
    Run(
        "ch05/softmax_with_loss_graph.py",
        Claim(
            "A.1, figure A-2: exp, sum, 1/S and products are the softmax of (0.3, 2.9, 4.0)",
            "y",
            close(book.SOFTMAX_Y),
        ),
        Claim(
            "A.1, figure A-3: Logarithms, products and a sum are the cross entropy error; the "
            "second is right",
            "loss",
            close(-math.log(book.SOFTMAX_Y[1]), rtol=1e-6, why="y is printed with 8 digits"),
        ),
        Claim(
            "A.2, figure A-5: What comes back at each of the six steps, from -t/y to y - t",
            "steps",
            close(SIX_STEPS, rtol=1e-6, why="exp(a) is printed with 9 digits or 10"),
        ),
        Claim(
            "A.2, figure A-1: y - t for any number of classes; for a batch divided by its size "
            "(5.6.3)",
            "from the layer",
            close({"loss": 0.0, "gradient": 0.0}, atol=1e-12, why=ROUNDING),
        ),
        figures=("A-4",),
    ),
    Run(
        "ch05/draw_graphs.py",
        Claim(
            "5.1.1, figure 5-2: Two apples: 200 on the edge between, 220 with the tax",
            lambda r: [r["apple"]["values"][name] for name in ("apples", "price")],
            close([200, 220], rtol=1e-12, why="rounding"),
        ),
        Claim(
            "5.3.3, figure 5-14: Two apples: the derivatives for the price of one, their number "
            "and the tax",
            lambda r: [r["apple"]["derivatives"][name] for name in ("apple", "number", "tax")],
            close(
                [book.APPLE[name] for name in ("dapple", "dapple_num", "dtax")],
                rtol=1e-12,
                why="rounding",
            ),
        ),
        Claim(
            "5.3.3, figure 5-15: The blanks of the exercise: every value and every derivative",
            lambda r: {
                key: r["apple_orange"]["derivatives"][key[1:]]
                if key.startswith("d")
                else r["apple_orange"]["values"][key]
                for key in book.APPLE_ORANGE
            },
            close(book.APPLE_ORANGE, rtol=1e-12, why="rounding"),
        ),
        figures=(
            "5-3",
            "5-5",
            "5-8",
            "5-20",
            "5-22",
            "A-5",
        ),
    ),
    Run(
        "ch05/gradient_check.py",
        Claim(
            "5.7.3: Back-propagation agrees with central differences",
            lambda r: {key: check["difference"] for key, check in r["checks"].items()},
            same_order(book.GRADIENT_CHECK, 10),
            full=True,
            mnist=True,
        ),
        Claim(
            "5.7.3: ... for every parameter",
            lambda r: {key: check["passed"] for key, check in r["checks"].items()},
            exactly(dict.fromkeys(book.GRADIENT_CHECK, True), "relative difference below 1e-5"),
        ),
        digits=True,
    ),
    Run(
        "ch05/train_neuralnet.py",
        Claim(
            "5.7.4: The network of layers learns by back-propagation",
            "test_acc",
            at_least(0.96, "no number given", "0.9696 was measured with seed 0"),
            full=True,
            mnist=True,
        ),
        Claim(
            "5.7.4: Accuracies are taken once in each epoch",
            lambda r: [len(r["train_acc_list"]), len(r["test_acc_list"])],
            exactly([17, 17]),
            full=True,
        ),
        Claim(
            "5.7.4: The accuracy rises",
            ["test_acc_list/0", "test_acc"],
            rule("it rises", lambda acc: acc[1] > acc[0] + 0.5, "by more than 0.5"),
        ),
        digits=True,
    ),
    Run("ch05/drawn_digits.py", digits=True),
]
