"""Claims of section 8.2: the networks that won, and what made them deep."""

from itertools import pairwise
from statistics import fmean
from typing import Any

from claims import book
from claims.claim import Claim, Results, Run, at_least, close, exactly, rule

REAL = ("VGG16", "VGG19")
SMALL_WEIGHTS = "weights half of He's"


def change(values: dict[str, float]) -> float:
    """Return by how much the last value, of the deepest network, is larger than the first."""
    first, *_, last = values.values()
    return last - first


def gains(results: Results) -> dict[str, float]:
    """Return by number of samples how much accuracy fine-tuning is ahead of a training anew."""
    tuned, scratch = (results["accuracy"][key] for key in ("all layers tuned", "from scratch"))
    return {number: fmean(tuned[number]) - fmean(scratch[number]) for number in tuned}


def by_kind(key: str, kind: str) -> Any:
    """Return a function of the results: by depth, the numbers of networks of a kind."""
    return lambda r: r[key][kind]


def deepest(key: str) -> Any:
    """Return a function of the results: by kind, the number of the deepest network."""
    return lambda r: {kind: list(values.values())[-1] for kind, values in r[key].items()}


RUNS: list[Run] = [
    Run(
        "ch08/section_8_2/ilsvrc.py",
        Claim(
            "8.2.1, figure 8-8: ResNet's top-5 error in 2015",
            lambda r: next(row["error"] for row in r["winners"] if row["name"] == "ResNet"),
            close(book.ILSVRC_RESNET, atol=0.1, why="published as 3.57; quoted, not measured"),
        ),
        Claim(
            "8.2.1, figure 8-8: From 2012 on the best are always deep networks, and none was "
            "before",
            lambda r: {
                word: [row["year"] for row in r["winners"] if (row["deep"] is True) == deep]
                for word, deep in (("deep", True), ("others", False))
            },
            rule(
                f"from {book.ILSVRC_DEEP_SINCE} on",
                lambda years: max(years["others"]) < book.ILSVRC_DEEP_SINCE == min(years["deep"]),
                "the years, as published",
            ),
        ),
        Claim(
            "8.2.1, figure 8-8: AlexNet won in 2012 by a wide margin",
            lambda r: {
                str(after["year"]): before["error"] - after["error"]
                for before, after in pairwise(r["winners"])
                if before["year"] != after["year"]
            },
            rule(
                "the largest step of all years",
                lambda step: step["2012"] == max(step.values()) > 5,
                "percentage points gained on the best of the year before: most in 2012, over 5",
            ),
        ),
        Claim(
            "8.2.1: An answer is right if the true class is among the best five: one of one is the "
            "accuracy",
            lambda r: r["accuracy"] + r["error"]["1"],
            close(1, atol=1e-9, why="the error with k = 1, and the accuracy, add up to 1"),
        ),
        Claim(
            "8.2.1: ... and with more to choose from fewer answers are wrong",
            "error",
            rule(
                "less with k = 5 than with k = 1",
                lambda e: e["1"] >= e["2"] >= e["3"] >= e["4"] >= e["5"] < e["1"] < 0.1,
                "never more with a larger k, and less with 5 than with 1",
            ),
            full=True,
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_2/vgg.py",
        Claim(
            "8.2.2, figure 8-9: VGG16 and VGG19 have 16 and 19 layers with weights",
            lambda r: {name: r[name]["layers with weights"] for name in REAL},
            exactly(book.VGG_DEPTHS),
        ),
        Claim(
            "8.2.2, figure 8-9: Blocks of 3x3 convolutions, each followed by a pooling that "
            "halves the maps",
            lambda r: [shape[1] for name, shape in r["VGG16"]["shapes"].items() if name[0] == "P"],
            exactly([112, 56, 28, 14, 7], "from 224 pixels across"),
        ),
        Claim(
            "8.2.2, figure 8-9: Their parameters",
            lambda r: {name: r[name]["parameters"] for name in REAL},
            exactly(book.VGG_PARAMETERS, "counted; the book draws the layers only"),
        ),
    ),
    Run(
        "ch08/section_8_2/googlenet.py",
        Claim(
            "8.2.3, figure 8-11: An Inception module joins what filters of several sizes and a "
            "pooling make",
            lambda r: [
                r["3a"]["out"],
                sum(shape[0] for shape in r["3a"]["branches"].values()),
            ],
            exactly([[256, 28, 28], 256], "module 3a: the channels are added up, maps kept"),
        ),
        Claim(
            "8.2.3, figure 8-11: 1x1 filters take channels away first, and with them parameters",
            "3a/weights/5x5",
            exactly(
                {"with 1x1": 192 * 16 + 16 * 32 * 25, "without": 192 * 32 * 25},
                "weights of the 5x5 branch of module 3a",
            ),
        ),
        figures=("8-10",),
    ),
    Run(
        "ch08/section_8_2/resnet.py",
        Claim(
            "8.2.4, figure 8-12: A shortcut adds x: where F is 0, a block hands on ReLU(x)",
            "with a shortcut|without a shortcut/off from ReLU(x)",
            rule(
                "F(x) + x",
                lambda off: 0 == off["with a shortcut"] < 1 < off["without a shortcut"],
                "the largest difference from ReLU(x): none with it, more than 1 without",
            ),
        ),
        Claim(
            "8.2.4, figure 8-12: The gradient passes the shortcut unchanged",
            "with a shortcut/sent back where x > 0",
            exactly(1.0, "sent back for each 1, where F is 0 and x > 0"),
        ),
        Claim(
            "8.2.4, figure 8-13: Shortcuts over every two convolutions",
            "convolutions under each shortcut",
            exactly([2] * 6, "counted, in a ResNet of 14 layers"),
        ),
    ),
    Run(
        "ch08/section_8_2/resnet_against_plain.py",
        Claim(
            "8.2.4, figure 8-12: Shortcuts keep gradients from vanishing",
            lambda r: {kind: g[0] for kind, g in r["gradients"][SMALL_WEIGHTS].items()},
            rule(
                "much larger with shortcuts",
                lambda g: g["with shortcuts"] > 100 * g["plain"] > 0,
                "in the first layer of the deepest, from weights half of He's: 100 times",
            ),
        ),
        Claim(
            "8.2.4: Too many layers ordinarily make learning worse",
            by_kind("final_loss", "plain"),
            rule(
                "worse with depth",
                lambda loss: change(loss) > 0.1,
                "the loss at the end, by depth: higher by more than 0.1 in the deepest",
            ),
            full=True,
        ),
        Claim(
            "8.2.4: With shortcuts more layers learn better",
            by_kind("final_loss", "with shortcuts"),
            rule(
                "better with depth",
                lambda loss: change(loss) < -0.1 and min(loss.values()) > 0,
                "the loss at the end, by depth: lower by more than 0.1 in the deepest",
            ),
            full=True,
        ),
        Claim(
            "8.2.4: ... and read better",
            deepest("test_acc"),
            rule(
                "better with shortcuts",
                lambda acc: 1 >= acc["with shortcuts"] > acc["plain"] + 0.1,
                "accuracy of the deepest: ahead by more than 0.1",
            ),
            full=True,
        ),
        digits=True,
    ),
    Run(
        "ch08/section_8_2/famous_networks.py",
        Claim(
            "8.2: VGG, GoogLeNet and ResNet all read the digits",
            lambda r: {name: row["test_acc"] for name, row in r["networks"].items()},
            at_least(0.9, "deep networks do well", "after three epochs of 10,000 digits"),
            full=True,
            mnist=True,
        ),
        Claim(
            "8.2.3: GoogLeNet's 1x1 filters make it small and spare work",
            lambda r: {
                key: r["networks"]["GoogLeNet"][key] / r["networks"]["VGG"][key]
                for key in ("parameters", "multiply_adds")
            },
            rule(
                "less of both",
                lambda part: 0 < part["parameters"] < 0.2 and 0 < part["multiply_adds"] < 0.6,
                "as a part of VGG's: a fifth of the parameters, little more than half the work",
            ),
        ),
        digits=True,
        alone=True,
    ),
    Run(
        "ch08/section_8_2/transfer_learning.py",
        Claim(
            "8.2.4: What was learned on other data helps where there are few",
            gains,
            rule(
                "ahead",
                lambda gain: 1 > fmean(gain.values()) > 0.01,
                "accuracy of the fine-tuned minus that of one trained anew, by samples of "
                "each class: more than 0.01 on average",
            ),
            full=True,
        ),
        Claim(
            "8.2.4: ... most where there are fewest",
            gains,
            rule(
                "most with 5 samples of each class",
                lambda gain: gain["5"] == max(gain.values()) > 0.02,
                "the gain with 5 is the largest, and more than 0.02",
            ),
            full=True,
        ),
        digits=True,
    ),
]
