"""Claims of section 8.2: the networks that won ILSVRC, and what made them deep."""

from collections.abc import Callable
from operator import sub
from statistics import fmean

from claims import book
from claims.claim import Claim, FullClaim, MnistClaim, Results, Run
from claims.expect import at_least, close, exactly, rule

YEARS = [2010, 2011, 2012, 2013, 2014, 2014, 2015]
DEEP = [year >= book.ILSVRC_DEEP_SINCE for year in YEARS]
BRANCH_5X5 = {"with 1x1": 192 * 16 + 16 * 32 * 25, "without": 192 * 32 * 25}


def of_two(holds: Callable[[float, float], bool]) -> Callable[[dict[str, float]], bool]:
    """Return a function of a dict: it passes its two values, in order, to `holds`."""
    return lambda values: holds(*values.values())


def change(values: dict[str, float]) -> float:
    """Return the last value, that of the deepest network, minus the first."""
    first, *_, last = values.values()
    return last - first


def costs(results: Results) -> dict[str, float]:
    """Return the costs of GoogLeNet, relative to VGG."""
    small, large = (results["networks"][name] for name in ("GoogLeNet", "VGG"))
    return {key: small[key] / large[key] for key in ("parameters", "multiply_adds")}


def gains(results: Results) -> dict[str, float]:
    """Return by number of samples the accuracy of fine-tuning minus that from scratch."""
    tuned, scratch = (results["accuracy"][key] for key in ("all layers tuned", "from scratch"))
    return {number: fmean(tuned[number]) - fmean(scratch[number]) for number in tuned}


RUNS: list[Run] = [
    Run(
        "ch08/section_8_2/ilsvrc.py",
        Claim(
            "8.2.1, figure 8-8: ResNet's top-5 error in 2015",
            "winners/-1/error",
            close(book.ILSVRC_RESNET, atol=0.1, why="published as 3.57; quoted, not measured"),
        ),
        Claim(
            "8.2.1, figure 8-8: Since 2012 the winners are deep networks; earlier winners were not",
            ["winners/*/year", "winners/*/deep"],
            exactly([YEARS, DEEP], "the years, and whether the network is deep, as published"),
        ),
        Claim(
            "8.2.1, figure 8-8: AlexNet won in 2012 by a wide margin",
            "winners/*/error",
            rule(
                "most",
                lambda e: e[1] - e[2] == max(map(sub, e, e[1:])) > 5,
                "over 5 points lower",
            ),
        ),
        Claim(
            "8.2.1: The true class must be among the k best; with k = 1 this is the accuracy",
            lambda r: r["accuracy"] + r["error"]["1"],
            close(1, atol=1e-9, why="the error with k = 1, and the accuracy, add up to 1"),
        ),
        FullClaim(
            "8.2.1: ... and with a larger k fewer answers are wrong",
            "error",
            rule(
                "fewer with k = 5 than with k = 1",
                lambda e: e["1"] >= e["2"] >= e["3"] >= e["4"] >= e["5"] < e["1"] < 0.1,
                "never more with a larger k, and fewer with 5 than with 1",
            ),
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_2/vgg.py",
        Claim(
            "8.2.2, figure 8-9: VGG16 and VGG19 have 16 and 19 layers with weights",
            "VGG16|VGG19/layers with weights",
            exactly(book.VGG_DEPTHS),
        ),
        Claim(
            "8.2.2, figure 8-9: Blocks of 3x3 convolutions end with pooling that halves the maps",
            lambda r: [shape[1] for name, shape in r["VGG16"]["shapes"].items() if name[0] == "P"],
            exactly([112, 56, 28, 14, 7], "from 224 pixels across"),
        ),
        Claim(
            "8.2.2, figure 8-9: Their parameters",
            "VGG16|VGG19/parameters",
            exactly(book.VGG_PARAMETERS, "counted; the book draws the layers only"),
        ),
    ),
    Run(
        "ch08/section_8_2/googlenet.py",
        Claim(
            "8.2.3, figure 8-11: An Inception module joins filters of several sizes and a pooling",
            lambda r: [r["3a"]["out"], sum(shape[0] for shape in r["3a"]["branches"].values())],
            exactly([[256, 28, 28], 256], "module 3a: channels add up, the maps keep their size"),
        ),
        Claim(
            "8.2.3, figure 8-11: 1x1 filters first reduce the channels, and so the parameters",
            "3a/weights/5x5",
            exactly(BRANCH_5X5, "weights of the 5x5 branch of module 3a"),
        ),
        figures=("8-10",),
    ),
    Run(
        "ch08/section_8_2/resnet.py",
        Claim(
            "8.2.4, figure 8-12: A shortcut adds x: if F is 0, a block outputs ReLU(x)",
            "with a shortcut|without a shortcut/difference from ReLU(x)",
            rule(
                "F(x) + x",
                of_two(lambda a, b: 0 == a < 1 < b),
                "difference: 0 with it, else over 1",
            ),
        ),
        Claim(
            "8.2.4, figure 8-12: The gradient passes through the shortcut unchanged",
            "with a shortcut/gradient where x > 0",
            exactly(1.0, "the mean of dx where dout is 1, F is 0 and x > 0"),
        ),
        Claim(
            "8.2.4, figure 8-13: Shortcuts over every two convolutions",
            "convolutions under each shortcut",
            exactly([2] * 6, "counted in a ResNet of 14 layers"),
        ),
    ),
    Run(
        "ch08/section_8_2/resnet_against_plain.py",
        Claim(
            "8.2.4, figure 8-12: Shortcuts keep gradients from vanishing",
            "gradients/weights half of He's/*/0",
            rule("larger", of_two(lambda a, b: a > 100 * b > 0), "first layer: 100 times"),
        ),
        FullClaim(
            "8.2.4: Without shortcuts too many layers make learning worse",
            "final_loss/plain",
            rule("worse", lambda loss: change(loss) > 0.1, "final loss 0.1 higher"),
        ),
        FullClaim(
            "8.2.4: With shortcuts more layers learn better",
            "final_loss/with shortcuts",
            rule("better", lambda y: change(y) < -0.1 and min(y.values()) > 0, "0.1 lower"),
        ),
        FullClaim(
            "8.2.4: ... and are more accurate",
            lambda r: {kind: [*of.values()][-1] for kind, of in r["test_acc"].items()},
            rule("better", of_two(lambda a, b: 1 >= a > b + 0.1), "accuracy 0.1 higher"),
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_2/famous_networks.py",
        MnistClaim(
            "8.2: VGG, GoogLeNet and ResNet all classify the digits well",
            "networks/*/test_acc",
            at_least(0.9, "deep networks do well", "accuracy after three epochs of 10,000 digits"),
        ),
        Claim(
            "8.2.3: GoogLeNet's 1x1 filters save parameters and multiplications",
            costs,
            rule("less", of_two(lambda a, b: 0 < a < 0.2 and 0 < b < 0.6), "< 0.2, 0.6 of VGG's"),
        ),
        digits=True,
        alone=True,
    ),
    Run(
        "ch08/section_8_2/transfer_learning.py",
        FullClaim(
            "8.2.4: Weights learned from other data help when there are few data",
            gains,
            rule("better", lambda gain: 1 > fmean(gain.values()) > 0.01, "over 0.01 on average"),
        ),
        FullClaim(
            "8.2.4: ... most when there are fewest",
            gains,
            rule(
                "most",
                lambda gain: gain["5"] == max(gain.values()) > 0.02,
                "5 samples: over 0.02",
            ),
        ),
        digits=True,
    ),
]
