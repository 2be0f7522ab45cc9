"""Claims of chapter 7: convolution and pooling, SimpleConvNet, what filters see, LeNet, AlexNet."""

from itertools import pairwise
from math import prod

from claims import book
from claims.claim import Claim, Results, Run, at_least, between, close, exactly, rule
from claims.tours import tour_claims

EDGES = ("vertical", "horizontal")


def gap(results: Results, name: str, distance: int) -> float:
    """Return by how much moved digits change what a stage of the network hands on."""
    return float(results["change"][name][distance])


def layers(results: Results) -> str:
    """Return the kinds of a network's layers in order, with the sizes where they change."""
    words: list[str] = []
    before = None
    for name, (shape, _) in results["layers"].items():
        sizes = "" if shape == before else " " + "x".join(f"{size}" for size in shape)
        words.append(name.rstrip("0123456789") + sizes)
        before = shape
    return ", ".join(words)


def of_each(results: Results, key: str) -> dict[str, float]:
    """Return one of the numbers that networks are compared in."""
    return {name: one[key] for name, one in results["networks"].items()}


RUNS = [
    Run(
        "ch07/naive_convolution.py",
        *tuple(tour_claims(book.CONVOLUTIONS, "The figures, in numbers that fit what is printed")),
        figures=(*(f"7-{n}" for n in range(3, 16)), *(f"7-{n}" for n in range(17, 23))),
    ),
    Run(
        "ch07/pooling_shift.py",
        Claim(
            "7.3, figure 7-16: An image moved by a column has the same maxima of its 3 x 3 windows",
            ["pooled_before", "pooled_after"],
            close([book.SHIFT_MAXIMA] * 2, atol=1e-9, why="whole numbers"),
        ),
        Claim(
            "7.3, figure 7-16: Pooling is robust to small shifts",
            lambda r: {
                "before pooling": gap(r, "after convolution and ReLU", 1),
                "after it": gap(r, "the largest of four: pooling", 1),
            },
            rule(
                "hardly any change",
                lambda change: change["after it"] < 0.25 * change["before pooling"],
                "digits moved by a pixel: relative change, less than a quarter of that before",
            ),
            differs="The figure's maxima stay by good luck of its numbers (the book says that "
            "this depends on the data). On digits pooling lessens the change by a quarter.",
        ),
        Claim(
            "7.3: ... in any case more robust than without",
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
        digits=True,
    ),
    Run(
        "ch07/simple_convnet.py",
        Claim(
            "7.5, figure 7-23: What pooling hands on has 4320 numbers",
            lambda r: prod(r["layers"]["Pool1"][0]),
            exactly(book.SIMPLE_CONV_SHAPES["W2"][0]),
        ),
        Claim(
            "7.5, figure 7-23: The parameters",
            lambda r: sum(number for _, number in r["layers"].values()),
            exactly(book.SIMPLE_CONV_PARAMETERS, "counted; from the book's shapes"),
        ),
    ),
    Run(
        "ch07/gradient_check.py",
        Claim(
            "7.5: Back-propagation through convolution and pooling is right",
            lambda r: {key: check["passed"] for key, check in r["checks"].items()},
            exactly(
                dict.fromkeys(book.SIMPLE_CONV_SHAPES, True),
                "all parameters agree with central differences, kinks left out",
            ),
        ),
    ),
    Run(
        "ch07/train_convnet.py",
        Claim(
            "7.5: SimpleConvNet reads the test digits",
            "test_acc",
            at_least(
                0.985,
                f"{book.SIMPLE_CONV_TEST_ACC}",
                "the book says that it varies from run to run",
            ),
            full=True,
            mnist=True,
        ),
        Claim(
            "7.5: ... and the training digits",
            "train_acc_list/-1",
            at_least(
                0.995,
                f"{book.SIMPLE_CONV_TRAIN_ACC}",
                "of the first 1,000, at the beginning of the last epoch",
            ),
            full=True,
            mnist=True,
        ),
        digits=True,
        flags=("--threads", "1"),
        checkpoint=True,
    ),
    Run(
        "ch07/visualize_filter.py",
        Claim(
            "7.6.1, figure 7-24: Before training the filters have no order",
            "smoothness_before",
            between(-0.06, 0.06, "none", "correlation of neighbours; noise reaches 0.058"),
        ),
        Claim(
            "7.6.1, figure 7-24: ... after it they have: gradients and blobs",
            lambda r: r["smoothness_after"] / r["smoothness_by_chance"],
            at_least(
                2,
                "regular",
                "the same correlation, as a multiple of the most that chance gives",
            ),
        ),
    ),
    Run(
        "ch07/apply_filter.py",
        Claim(
            "7.6.1, figure 7-25: One learned filter responds to vertical edges, another to "
            "horizontal ones",
            lambda r: {
                "first": [r[edge][r["chosen"]["vertical"]] for edge in EDGES],
                "second": [r[edge][r["chosen"]["horizontal"]] for edge in EDGES],
            },
            rule(
                "each to its own",
                lambda v: v["first"][0] > 2 * v["first"][1] and v["second"][1] > 2 * v["second"][0],
                "response to a vertical and a horizontal edge: more than twice the other",
            ),
        ),
        Claim(
            "7.6.1: A filter that is white on one side responds to vertical edges only",
            "by_hand",
            close([10.0, 0.0], atol=1e-9, why="made by hand; vertical, horizontal"),
        ),
    ),
    Run(
        "ch07/hierarchical_features.py",
        Claim(
            "7.6.2, figure 7-26: Each layer builds on the one before: its units see more of the "
            "image",
            lambda r: [r["seen"][f"Conv{n}"] for n in range(1, 6)],
            rule(
                "more from layer to layer",
                lambda seen: seen[0] > 0 and all(b > a for a, b in pairwise(seen)),
                "pixels across, convolution by convolution",
            ),
        ),
        Claim(
            "7.6.2, figure 7-26: Units respond to something",
            lambda r: [
                [before, after]
                for name, many in r["after"].items()
                for before, after in zip(r["before"][name], many, strict=True)
            ],
            rule(
                "each to something",
                lambda pairs: all(after > 2 * abs(before) + 0.5 for before, after in pairs),
                "each unit shown, before and after gradient ascent: more than twice as much",
            ),
        ),
        Claim(
            "7.6.2, figure 7-26: The last layer responds to classes: the image made for a class "
            "is read as it",
            ["units/Affine3", "read_as"],
            rule(
                "each as its own",
                lambda pair: pair[0] == pair[1] and len(set(pair[0])) == len(pair[0]) > 1,
                "the classes, and what the network reads in the images made for them",
            ),
        ),
        Claim(
            "7.6.2, figure 7-26: The deeper the layer, the more abstract what it responds to",
            "of_one_digit",
            rule(
                "from edges to classes",
                lambda found: (
                    all(b > a for a, b in pairwise(found["trained"].values()))
                    and found["trained"]["Affine3"] > 0.95
                    and max(found["untrained"].values()) < 0.55
                ),
                "part of the 20 digits that excite a unit most with the same label: rises from "
                "layer to layer up to 1; in an untrained network below 0.55",
            ),
            full=True,
        ),
        digits=True,
    ),
    Run(
        "ch07/lenet.py",
        Claim(
            "7.7.1, figure 7-27: Convolution and subsampling in turn, then fully connected "
            "layers; sigmoids",
            layers,
            exactly(
                "Conv 6x28x28, Sigmoid, Pool 6x14x14, Conv 16x10x10, Sigmoid, Pool 16x5x5, "
                "Affine 120, Sigmoid, Affine 84, Sigmoid, Affine 10",
                "with the sizes of the paper of 1998",
            ),
        ),
        Claim(
            "7.7.1, figure 7-27: The parameters",
            lambda r: sum(number for _, number in r["layers"].values()),
            between(58e3, 63e3, "60 thousand", "in the paper; here layers see all maps"),
        ),
    ),
    Run(
        "ch07/alexnet.py",
        Claim(
            "7.7.2, figure 7-28: Convolutions with ReLU, LRN and pooling, then fully connected "
            "layers with Dropout",
            layers,
            exactly(
                "Conv 10x27x27, Relu, Norm, Pool 10x13x13, Conv 24x15x15, Relu, Norm, "
                "Pool 24x7x7, Conv 32x7x7, Relu, Conv, Relu, Conv 24x7x7, Relu, Pool 24x3x3, "
                "Affine 96, Relu, Dropout, Affine, Relu, Dropout, Affine 10",
                "the order of AlexNet; the sizes are ours",
            ),
        ),
        Claim(
            "7.7.2, figure 7-28: The sizes of AlexNet itself",
            lambda r: [r["original"][name][0] for name in ("Conv1", "Conv2", "Pool3")],
            exactly([[96, 55, 55], [256, 27, 27], [256, 6, 6]], "those of the paper of 2012"),
        ),
        Claim(
            "7.7.2, figure 7-28: The parameters of AlexNet itself",
            lambda r: sum(number for _, number in r["original"].values()),
            close(60e6, rtol=0.02, why="the paper says 60 million"),
        ),
    ),
    Run(
        "ch07/train_alexnet.py",
        Claim(
            "7.7.2: The small AlexNet reads the test digits",
            "test_acc",
            at_least(0.992, "not in the book", "0.9940 where the weights were made"),
            full=True,
            mnist=True,
        ),
        digits=True,
        flags=("--augment", "--decay", "--lr", "0.002", "--threads", "1"),
        checkpoint=True,
    ),
    Run(
        "ch07/representative_cnns.py",
        Claim(
            "7.7.1: LeNet reads handwritten digits",
            "networks/LeNet/test_acc",
            at_least(0.97, "it does", "accuracy on the test digits after 4 epochs"),
            full=True,
            mnist=True,
        ),
        Claim(
            "7.7.1: Today ReLU and max pooling stand where LeNet has sigmoids and subsampling: "
            "such "
            "networks learn faster at first",
            lambda r: of_each(r, "until"),
            rule(
                "faster",
                lambda n: (
                    0 < 2 * n["LeNet with ReLU and max pooling"] < n["LeNet"]
                    and n["LeNet"] > max(n["SimpleConvNet"], n["AlexNet, small"])
                ),
                "mini-batches until the loss is half of that of guessing: with these two in "
                "LeNet's layers less than half as many, and fewer in the other networks",
            ),
            full=True,
            mnist=True,
        ),
        Claim(
            "7.7.2: What changed is how much can be computed",
            lambda r: [of_each(r, "parameters"), of_each(r, "multiply_adds")],
            rule(
                "much more",
                lambda v: (
                    0.9 < v[0]["AlexNet, small"] / v[0]["LeNet"] < 1.1
                    and v[1]["AlexNet, small"] > 5 * v[1]["LeNet"] > 0
                ),
                "with as many parameters as LeNet the small AlexNet multiplies more than five "
                "times as often",
            ),
        ),
        digits=True,
        flags=("--threads", "1"),
        alone=True,
    ),
]
