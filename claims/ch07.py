"""Claims of chapter 7: convolution and pooling, SimpleConvNet, what its filters see."""

from math import prod

from claims import book
from claims.claim import Claim, Results, Run, at_least, between, close, exactly, rule
from claims.tours import tour_claims

EDGES = ("vertical", "horizontal")


def gap(results: Results, name: str, distance: int) -> float:
    """Return by how much moved digits change what a stage of the network hands on."""
    return float(results["change"][name][distance])


RUNS = [
    Run(
        "ch07/naive_convolution.py",
        0.6,
        tuple(tour_claims(book.CONVOLUTIONS, "The figures, in numbers that fit what is printed")),
        figures=(*(f"7-{n}" for n in range(3, 16)), *(f"7-{n}" for n in range(17, 23))),
    ),
    Run(
        "ch07/pooling_shift.py",
        2.2,
        (
            Claim(
                "7.3",
                "An image moved by a column has the same 3 x 3 maxima",
                lambda r: [r["pooled_before"], r["pooled_after"]],
                close([book.SHIFT_MAXIMA] * 2, atol=1e-9, why="whole numbers"),
                figure="7-16",
            ),
            Claim(
                "7.3",
                "Pooling is robust to small shifts",
                lambda r: {
                    "before pooling": gap(r, "after convolution and ReLU", 1),
                    "after it": gap(r, "the largest of four: pooling", 1),
                },
                rule(
                    "hardly any change",
                    lambda change: change["after it"] < 0.25 * change["before pooling"],
                    "digits moved by a pixel: relative change, less than a quarter of that before",
                ),
                figure="7-16",
                differs="The figure's maxima stay by good luck of its numbers (the book says that "
                "this depends on the data). On digits pooling lessens the change by a quarter.",
            ),
            Claim(
                "7.3",
                "... in any case more robust than without",
                lambda r: {
                    "before pooling": gap(r, "after convolution and ReLU", 1),
                    "every second pixel": gap(r, "subsampled by 2, no maximum", 1),
                    "after it": gap(r, "the largest of four: pooling", 1),
                },
                rule(
                    "less change",
                    lambda change: (
                        change["after it"]
                        < 0.9 * min(change["before pooling"], change["every second pixel"])
                    ),
                    "digits moved by a pixel: relative change, at least a tenth less",
                ),
            ),
        ),
        figures=("7-16",),
        digits=True,
    ),
    Run(
        "ch07/simple_convnet.py",
        0.1,
        (
            Claim(
                "7.5",
                "What pooling hands on has 4320 numbers",
                lambda r: prod(r["layers"]["Pool1"][0]),
                exactly(book.SIMPLE_CONV_SHAPES["W2"][0]),
                figure="7-23",
            ),
            Claim(
                "7.5",
                "The parameters",
                lambda r: sum(number for _, number in r["layers"].values()),
                exactly(book.SIMPLE_CONV_PARAMETERS, "counted; from the book's shapes"),
                figure="7-23",
            ),
        ),
        figures=("7-23",),
    ),
    Run(
        "ch07/gradient_check.py",
        0.5,
        (
            Claim(
                "7.5",
                "Back-propagation through convolution and pooling is right",
                lambda r: {key: check["passed"] for key, check in r["checks"].items()},
                exactly(
                    dict.fromkeys(book.SIMPLE_CONV_SHAPES, True),
                    "all parameters agree with central differences, kinks left out",
                ),
            ),
        ),
    ),
    Run(
        "ch07/train_convnet.py",
        197,
        (
            Claim(
                "7.5",
                "SimpleConvNet reads the test digits",
                lambda r: r["test_acc"],
                at_least(
                    0.985,
                    f"{book.SIMPLE_CONV_TEST_ACC}",
                    "the book says that it varies from run to run",
                ),
                full=True,
                mnist=True,
            ),
            Claim(
                "7.5",
                "... and the training digits",
                lambda r: r["train_acc_list"][-1],
                at_least(
                    0.995,
                    f"{book.SIMPLE_CONV_TRAIN_ACC}",
                    "of the first 1,000, at the beginning of the last epoch",
                ),
                full=True,
                mnist=True,
            ),
        ),
        digits=True,
        flags=("--threads", "1"),
        checkpoint=True,
    ),
    Run(
        "ch07/visualize_filter.py",
        0.1,
        (
            Claim(
                "7.6.1",
                "Before training the filters have no order",
                lambda r: r["smoothness_before"],
                between(-0.06, 0.06, "none", "correlation of neighbours; noise reaches 0.058"),
                figure="7-24",
            ),
            Claim(
                "7.6.1",
                "... after it they have: gradients and blobs",
                lambda r: r["smoothness_after"] / r["smoothness_by_chance"],
                at_least(
                    2,
                    "regular",
                    "the same correlation, as a multiple of the most that chance gives",
                ),
                figure="7-24",
            ),
        ),
        figures=("7-24",),
    ),
    Run(
        "ch07/apply_filter.py",
        0.3,
        (
            Claim(
                "7.6.1",
                "One learned filter responds to vertical edges, another to horizontal ones",
                lambda r: {
                    "first": [r[edge][r["chosen"]["vertical"]] for edge in EDGES],
                    "second": [r[edge][r["chosen"]["horizontal"]] for edge in EDGES],
                },
                rule(
                    "each to its own",
                    lambda v: (
                        v["first"][0] > 2 * v["first"][1] and v["second"][1] > 2 * v["second"][0]
                    ),
                    "response to a vertical and a horizontal edge: more than twice the other",
                ),
                figure="7-25",
            ),
            Claim(
                "7.6.1",
                "A filter that is white on one side responds to vertical edges only",
                lambda r: r["by_hand"],
                close([10.0, 0.0], atol=1e-9, why="made by hand; vertical, horizontal"),
            ),
        ),
        figures=("7-25",),
    ),
]
