"""Claims of chapter 5: computational graphs, layers, the gradient check, the training."""

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


RUNS = [
    Run(
        "ch05/buy_apple.py",
        0.1,
        (
            Claim(
                "5.4.1",
                "Two apples at 100 yen with 10 % tax: the price and its derivatives",
                lambda r: {key: r[key] for key in book.APPLE},
                close(book.APPLE, rtol=1e-12, why="rounding"),
                figure="5-16",
            ),
        ),
        figures=("5-16",),
    ),
    Run(
        "ch05/buy_apple_orange.py",
        0.1,
        (
            Claim(
                "5.4.2",
                "Two apples and three oranges: every number of the graph, both ways",
                lambda r: {key: r[key] for key in book.APPLE_ORANGE},
                close(book.APPLE_ORANGE, rtol=1e-12, why="rounding"),
                figure="5-17",
            ),
        ),
        figures=("5-15", "5-17"),
    ),
    Run(
        "ch05/elementary_nodes.py",
        0.1,
        (
            Claim(
                "5.5.2",
                "Four nodes one after the other are the sigmoid layer, forward and backward",
                lambda r: [
                    max(abs(a - b) for a, b in zip(r[f"{what} by nodes"], r[layer], strict=True))
                    for what, layer in (("sigmoid", "sigmoid layer"), ("dx", "dx of the layer"))
                ],
                close([0.0, 0.0], atol=1e-12, why="largest differences: rounding"),
                figure="5-20",
            ),
            Claim(
                "5.2.2",
                "z = (x + y)² has the derivative 2 (x + y) for both: here 49, 14, 14",
                lambda r: r["(3 + 4)^2, dz/dx, dz/dy"],
                exactly([49, 14, 14]),
                figure="5-7",
            ),
        ),
        figures=("5-7", "5-19", "5-20", "5-21", "5-22"),
    ),
    Run(
        "ch05/gradient_check.py",
        4,
        (
            Claim(
                "5.7.3",
                "Back-propagation agrees with central differences",
                lambda r: {key: check["difference"] for key, check in r["checks"].items()},
                same_order(book.GRADIENT_CHECK, 10),
                full=True,
                mnist=True,
            ),
            Claim(
                "5.7.3",
                "... for every parameter",
                lambda r: {key: check["passed"] for key, check in r["checks"].items()},
                exactly(dict.fromkeys(book.GRADIENT_CHECK, True), "relative difference below 1e-5"),
            ),
        ),
        digits=True,
    ),
    Run(
        "ch05/train_neuralnet.py",
        6,
        (
            Claim(
                "5.7.4",
                "The network of layers learns by back-propagation",
                lambda r: r["test_acc"],
                at_least(0.96, "no number given", "0.9696 was measured with seed 0"),
                full=True,
                mnist=True,
            ),
            Claim(
                "5.7.4",
                "Accuracies are taken once in each epoch",
                lambda r: [len(r["train_acc_list"]), len(r["test_acc_list"])],
                exactly([17, 17]),
                full=True,
            ),
            Claim(
                "5.7.4",
                "The accuracy rises",
                lambda r: [r["test_acc_list"][0], r["test_acc"]],
                rule("it rises", lambda acc: acc[1] > acc[0] + 0.5, "by more than 0.5"),
            ),
        ),
        digits=True,
    ),
    Run(
        "ch05/drawn_digits.py",
        12,
        (),
        digits=True,
    ),
]
