"""Claims of chapter 5: computational graphs, layers, the gradient check, the training run."""

from functools import partial
from math import log

from claims import book
from claims.claim import Claim, FullClaim, MnistClaim, Results, Run
from claims.expect import Check, at_least, close, exactly, rule, text

E, S, Y = book.SOFTMAX_EXP, book.SOFTMAX_SUM, book.SOFTMAX_Y  # the second class is correct
SIX_STEPS = {"-t/y": [0, -1 / Y[1], 0], "-t S": [0, -S, 0], "1/S": 1 / S}
SIX_STEPS |= {"1/S for each": [1 / S] * 3, "-t/exp(a)": [0, -1 / E[1], 0]}
SIX_STEPS |= {"y - t": [Y[0], Y[1] - 1, Y[2]]}
SHAPES = {"W1": [784, 50], "b1": [50], "W2": [50, 10], "b2": [10]}
rounded = partial(close, rtol=1e-12, why="rounding")


def same(names: str) -> Check:
    """Expect differences, by name, that are 0 up to rounding."""
    return close(dict.fromkeys(names.split(), 0.0), atol=1e-12, why="rounding errors only")


def within_ten(found: dict[str, float]) -> bool:
    """Say whether each difference is within a factor of 10 of the book's."""
    return all(value / 10 < found[key] < value * 10 for key, value in book.GRADIENT_CHECK.items())


def blanks(results: Results) -> dict[str, float]:
    """Return the numbers of figure 5-15 by their names in `book.APPLE_ORANGE`."""
    graph = results["apple_orange"]
    found = graph["values"] | {f"d{name}": value for name, value in graph["derivatives"].items()}
    return {name: found[name] for name in book.APPLE_ORANGE}


RUNS = [
    Run(
        "ch05/layer_naive.py",
        Claim(
            "5.4.1: The multiplication layer swaps its inputs",
            "multiply/backward",
            rounded([2.2, 110]),
        ),
        Claim(
            "5.4.2: The addition layer passes 1.1 back to both", "add/backward", rounded([1.1, 1.1])
        ),
    ),
    Run(
        "ch05/buy_apple.py",
        Claim(
            "5.4.1, figure 5-16: Two apples at 100 yen with 10 % tax: price and derivatives",
            "|".join(book.APPLE),
            rounded(book.APPLE),
        ),
    ),
    Run(
        "ch05/buy_apple_orange.py",
        Claim(
            "5.4.2, figure 5-17: Two apples and three oranges: all values and derivatives",
            "|".join(book.APPLE_ORANGE),
            rounded(book.APPLE_ORANGE),
        ),
        figures=("5-15",),
    ),
    Run(
        "ch05/elementary_nodes.py",
        Claim("5.5.2, figure 5-20: Four nodes equal the sigmoid layer", "sigmoid", same("y dx")),
        Claim(
            "5.2.2, figure 5-7: z = (x + y)² has the derivative 2 (x + y) for both: 49, 14, 14",
            lambda r: r["(3 + 4)^2, dz/dx, dz/dy"],
            exactly([49, 14, 14]),
        ),
        Claim("5.6.2, figure 5-27: Three nodes equal Affine", "affine", same("Y dX dW db")),
        figures=("5-19", "5-21", "5-22"),
    ),
    Run(
        "ch05/softmax_with_loss_graph.py",
        Claim("A.1, figure A-2: exp, sum, 1/S and products give softmax", "y", close(Y)),
        Claim("A.1, figure A-3: log, × and + give the cross entropy", "loss", close(-log(Y[1]))),
        Claim("A.2, figure A-5: Six backward steps, from -t/y to y - t", "steps", close(SIX_STEPS)),
        Claim(
            "A.2, figure A-1: y - t for any number of classes; for a batch, divided by its size",
            "from the layer",
            same("loss gradient"),
        ),
        figures=("A-4",),
    ),
    Run(
        "ch05/draw_graphs.py",
        Claim(
            "5.1.1, figure 5-2: Two apples: 200 before tax, 220 after tax",
            ["apple/values/apples", "apple/values/price"],
            rounded([200, 220]),
        ),
        Claim(
            "5.3.3, figure 5-14: Two apples: the derivatives for price, number and tax",
            [f"apple/derivatives/{name}" for name in ("apple", "number", "tax")],
            rounded([book.APPLE[name] for name in ("dapple", "dapple_num", "dtax")]),
        ),
        Claim("5.3.3, figure 5-15: The values to fill in", blanks, rounded(book.APPLE_ORANGE)),
        figures=("5-3", "5-5", "5-8", "5-20", "5-22", "A-5"),
    ),
    Run(
        "ch05/two_layer_net.py",
        Claim(
            "5.7.2: Three layers in this order, with the parameters of chapter 4",
            ["layers", "shapes"],
            exactly([["Affine1", "Relu1", "Affine2"], SHAPES]),
        ),
    ),
    Run(
        "ch05/gradient_check.py",
        MnistClaim(
            "5.7.3: Back-propagation agrees with central differences",
            "checks/*/difference",
            rule(text(book.GRADIENT_CHECK, 2), within_ten, "within a factor of 10 (other weights)"),
        ),
        Claim(
            "5.7.3: ... for every parameter",
            "checks/*/passed",
            exactly(dict.fromkeys(book.GRADIENT_CHECK, True), "relative difference below 1e-5"),
        ),
        digits=True,
    ),
    Run(
        "ch05/train_neuralnet.py",
        MnistClaim(
            "5.7.4: The network of layers learns by back-propagation",
            "test_acc",
            at_least(0.96, "no number given", "0.9696 was measured with seed 0"),
        ),
        FullClaim(
            "5.7.4: Accuracies are measured once per epoch",
            lambda r: [len(r["train_acc_list"]), len(r["test_acc_list"])],
            exactly([17, 17]),
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
