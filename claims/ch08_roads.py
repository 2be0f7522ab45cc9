"""Claims of section 8.5.3: what is where on a road."""

from claims import book
from claims.claim import FullClaim, Results, Run
from claims.expect import Check, at_least, at_most, rule

WITH, WITHOUT = "with indices", "without indices"
ALL, NEAR = "mean IoU of all pixels", "mean IoU of pixels near borders"


def overlaps(results: Results) -> dict[str, float]:
    """Return the IoU of each class that the book names."""
    found = results["networks"][WITH]["all pixels"]
    return {name: found[name] for name in book.SEGNET_CLASSES}


def better(margin: float, which: str) -> Check:
    """Expect a higher mean IoU with indices, by at least `margin`."""
    return rule(
        "better",
        lambda mean: 1 >= mean[WITH] >= mean[WITHOUT] + margin > margin,
        f"mean IoU of {which}: higher by at least {margin:g}, on the same mini-batches",
    )


def mistaken(results: Results) -> float:
    """Return the fraction of the blocked roads that the prediction shows as free."""
    found = results["free_road"]
    return float(found["blocked, but predicted free"] / found["blocked"])


RUNS = [
    Run(
        "ch08/road_scenes.py",
        FullClaim(
            "8.5.3, figure 8-25: SegNet classifies every pixel of a (drawn) road scene",
            f"networks/{WITH}/{ALL}",
            at_least(0.85, "quite accurately", "mean IoU of 8 classes; the goal set beforehand"),
        ),
        FullClaim(
            "8.5.3, figure 8-25: Road, buildings, pavement, trees and vehicles are recognized",
            overlaps,
            at_least(0.8, "quite accurately", "IoU of each of these classes"),
        ),
        FullClaim(
            "8.5.3: The decoder uses the positions of the maxima: this keeps the borders",
            f"networks/*/{NEAR}",
            better(0.005, "pixels within 2 of a border"),
        ),
        FullClaim(
            "8.5.3: ... trained in minutes, even on one core",
            f"networks/{WITH}/seconds",
            at_most(600, "", "seconds; twice the goal for two cores"),
        ),
        FullClaim(
            "8.5.3: Such knowledge serves to find where to drive: the free road ahead",
            "free_road/same direction",
            at_least(0.9, "", "the direction is that of the true classes; no car is driven by it"),
        ),
        FullClaim(
            "8.5.3: ... but higher accuracy is needed before it is put to practical use",
            mistaken,
            rule(
                "not yet accurate enough",
                lambda part: 0 < part < 0.2,
                "blocked roads that are predicted as free: more than none, less than a fifth",
            ),
        ),
        flags=("--threads", "1"),
        checkpoint=True,
    ),
]
