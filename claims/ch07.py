"""Claims of chapter 7: convolution, pooling, SimpleConvNet, learned filters, LeNet, AlexNet."""

from functools import partial
from itertools import chain, pairwise
from math import prod

from claims import book
from claims.claim import Claim, FullClaim, MnistClaim, Results, Run
from claims.expect import at_least, at_most, between, close, exactly, rule
from claims.tours import tour_claims

LENET, SMALL, MODERN = "LeNet", "AlexNet, small", "LeNet with ReLU and max pooling"
Training = partial(Run, digits=True, checkpoint=True)


def pooled_change(results: Results, *stages: str) -> list[float]:
    """Return how much a shift by a pixel changes the pooled maps, divided by that of others."""
    after = {stage: values[1] for stage, values in results["change"].items()}
    return [after["the largest of four: pooling"] / after[stage] for stage in stages]


def layers(results: Results) -> str:
    """Return the kinds of a network's layers in order, with the sizes where they change."""
    words, before = [], None
    for name, (shape, _) in results["layers"].items():
        sizes = "" if shape == before else " " + "x".join(map(str, shape))
        words.append(name.rstrip("0123456789") + sizes)
        before = shape
    return ", ".join(words)


def parameters(results: Results, network: str = "layers") -> int:
    """Return the number of parameters in all layers."""
    return sum(number for _, number in results[network].values())


def edges(results: Results) -> list[float]:
    """Return for both chosen filters the response to its edge minus twice that to the other."""
    first, second = results["chosen"]["vertical"], results["chosen"]["horizontal"]
    vertical, horizontal = results["vertical"], results["horizontal"]
    return [vertical[first] - 2 * horizontal[first], horizontal[second] - 2 * vertical[second]]


def rising(numbers: dict[str, float]) -> bool:
    """Return whether numbers are positive, and each larger than the one before."""
    return all(after > before for before, after in pairwise([0, *numbers.values()]))


def excited(responses: list[dict[str, list[float]]]) -> bool:
    """Return whether each unit responds more than twice as strongly after gradient ascent."""
    pairs = zip(*(chain(*layers.values()) for layers in responses), strict=True)
    return all(after > 2 * abs(before) + 0.5 for before, after in pairs)


def to_classes(shares: dict[str, dict[str, float]]) -> bool:
    """Return whether the share of one digit rises to 1, but not in an untrained network."""
    trained, untrained = shares["trained"], shares["untrained"]
    return rising(trained) and trained["Affine3"] > 0.95 and max(untrained.values()) < 0.55


RUNS = [
    Run(
        "ch07/naive_convolution.py",
        *tour_claims(book.CONVOLUTIONS, "The examples of the figures"),
        figures=(*(f"7-{n}" for n in range(3, 16)), *(f"7-{n}" for n in range(17, 23))),
    ),
    Run(
        "ch07/pooling_shift.py",
        Claim(
            "7.3, figure 7-16: An image shifted by a column has the same maxima in 3 x 3 windows",
            ["pooled_before", "pooled_after"],
            close([book.SHIFT_MAXIMA] * 2, atol=1e-9, why="integers"),
        ),
        Claim(
            "7.3, figure 7-16: Pooling is robust to small shifts",
            lambda r: pooled_change(r, "after convolution and ReLU"),
            at_most(0.25, "hardly any change", "digits shifted by a pixel: change after / before"),
            differs="It depends on the data: for digits the change is only a quarter smaller.",
        ),
        Claim(
            "7.3: ... at least more robust than without pooling",
            lambda r: pooled_change(r, "after convolution and ReLU", "subsampled by 2, no maximum"),
            at_most(0.9, "less change", "digits shifted by a pixel: change with / without pooling"),
        ),
        digits=True,
    ),
    Run(
        "ch07/simple_convnet.py",
        Claim(
            "7.5, figure 7-23: The output of pooling has 4320 numbers",
            lambda r: prod(r["layers"]["Pool1"][0]),
            exactly(book.SIMPLE_CONV_SHAPES["W2"][0]),
        ),
        Claim("7.5, figure 7-23: The parameters", parameters, exactly(book.SIMPLE_CONV_PARAMETERS)),
    ),
    Run(
        "ch07/gradient_check.py",
        Claim(
            "7.5: Back-propagation through convolution and pooling is correct",
            "checks/*/passed",
            exactly(dict.fromkeys(book.SIMPLE_CONV_SHAPES, True), "without kinks"),
        ),
    ),
    Training(
        "ch07/train_convnet.py",
        MnistClaim(
            "7.5: SimpleConvNet classifies the test digits",
            "test_acc",
            at_least(0.985, f"{book.SIMPLE_CONV_TEST_ACC}", "the training run differs"),
        ),
        MnistClaim(
            "7.5: ... and the training digits",
            "train_acc_list/-1",
            at_least(0.995, f"{book.SIMPLE_CONV_TRAIN_ACC}", "1,000 digits, last epoch"),
        ),
        flags=("--threads", "1"),
    ),
    Run(
        "ch07/visualize_filter.py",
        Claim(
            "7.6.1, figure 7-24: Before training the filters have no structure",
            "smoothness_before",
            between(-0.06, 0.06, "none", "correlation of neighbouring weights; noise: up to 0.058"),
        ),
        Claim(
            "7.6.1, figure 7-24: ... after training they show gradients and blobs",
            lambda r: r["smoothness_after"] / r["smoothness_by_chance"],
            at_least(2, "regular", "the correlation, divided by the largest of random filters"),
        ),
    ),
    Run(
        "ch07/apply_filter.py",
        Claim(
            "7.6.1, figure 7-25: One learned filter responds to vertical edges, one to horizontal",
            edges,
            at_least(0.1, "one each", "response to its edge, minus twice that to the other edge"),
        ),
        Claim("7.6.1: A filter by hand: only vertical edges", "by_hand", close([10, 0], atol=1e-9)),
    ),
    Run(
        "ch07/hierarchical_features.py",
        Claim(
            "7.6.2, figure 7-26: Each layer builds on the layer before and sees more of the image",
            "seen/Conv1|Conv2|Conv3|Conv4|Conv5",
            rule("more from layer to layer", rising, "pixels across, in each convolution"),
        ),
        Claim(
            "7.6.2, figure 7-26: Each unit responds to something",
            ["before", "after"],
            rule("each to something", excited, "twice as strongly after gradient ascent as before"),
        ),
        Claim(
            "7.6.2, figure 7-26: The last layer responds to classes",
            ["units/Affine3", "read_as"],
            rule(
                "each to one class",
                lambda pair: pair[0] == pair[1] and len(set(pair[0])) == len(pair[0]) > 1,
                "each class, and how the image made for it is classified",
            ),
        ),
        FullClaim(
            "7.6.2, figure 7-26: Deeper layers respond to more abstract features",
            "of_one_digit",
            rule("to classes", to_classes, "same label among 20 digits: up to 1; untrained < 0.55"),
        ),
        digits=True,
    ),
    Run(
        "ch07/lenet.py",
        Claim(
            "7.7.1, figure 7-27: Convolution and subsampling alternate; affine layers; sigmoids",
            layers,
            exactly(
                "Conv 6x28x28, Sigmoid, Pool 6x14x14, Conv 16x10x10, Sigmoid, Pool 16x5x5, "
                "Affine 120, Sigmoid, Affine 84, Sigmoid, Affine 10",
                "with the sizes of the paper of 1998",
            ),
        ),
        Claim(
            "7.7.1, figure 7-27: The parameters",
            parameters,
            between(58e3, 63e3, "60 thousand", "in the paper; here each filter sees all maps"),
        ),
    ),
    Run(
        "ch07/alexnet.py",
        Claim(
            "7.7.2, figure 7-28: Convolutions, ReLU, LRN and pooling; affine layers with Dropout",
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
            ["original/Conv1/0", "original/Conv2/0", "original/Pool3/0"],
            exactly([[96, 55, 55], [256, 27, 27], [256, 6, 6]], "those of the paper of 2012"),
        ),
        Claim(
            "7.7.2, figure 7-28: The parameters of AlexNet itself",
            lambda r: parameters(r, "original"),
            close(60e6, rtol=0.02, why="the paper says 60 million"),
        ),
    ),
    Training(
        "ch07/train_alexnet.py",
        MnistClaim(
            "7.7.2: The small AlexNet classifies the test digits",
            "test_acc",
            at_least(0.992, "not in the book", "0.9940 with the bundled weights"),
        ),
        flags=("--augment", "--decay", "--lr", "0.002", "--threads", "1"),
    ),
    Run(
        "ch07/representative_cnns.py",
        MnistClaim(
            "7.7.1: LeNet recognizes handwritten digits",
            "networks/LeNet/test_acc",
            at_least(0.97, "it does", "accuracy on the test digits after 4 epochs"),
        ),
        MnistClaim(
            "7.7.1: With ReLU and max pooling, as is usual today, networks learn faster at first",
            "networks/*/until",
            rule(
                "faster",
                lambda n: n[LENET] > max(2 * n[MODERN], n["SimpleConvNet"], n[SMALL]) > 0,
                "mini-batches to half the loss of guessing: LeNet over twice as many as with ReLU",
            ),
        ),
        Claim(
            "7.7.2: Since LeNet, the possible amount of computation has grown",
            [f"networks/{LENET}|{SMALL}/{key}" for key in ("parameters", "multiply_adds")],
            rule(
                "much more",
                lambda v: 0.9 < v[0][SMALL] / v[0][LENET] < 1.1 and v[1][SMALL] > 5 * v[1][LENET],
                "small AlexNet: about as many parameters, over 5 times as many multiplications",
            ),
        ),
        digits=True,
        alone=True,
    ),
]
