"""Claims of section 8.5.1: a picture in the style of another."""

from itertools import pairwise

from claims.claim import FullClaim, Results, Run
from claims.expect import at_least, at_most, between, rule

TRAINED, UNTRAINED = "trained filters", "untrained filters"


def of_pairs(results: Results, key: str) -> dict[str, float]:
    """Return a number of the image of each pair, with the usual style weight."""
    images = {name: one for name, one in results["images"].items() if one["factor"] == 1}
    return {name: one[key] for name, one in images.items() if one["filters"] == TRAINED}


def by_weight(results: Results) -> dict[str, list[float]]:
    """Return the numbers of the first pair, from the smallest style weight to the largest."""
    images = list(results["images"].values())
    first = [one for one in images if one["filters"] == TRAINED]
    first = [one for one in first if all(one[k] == images[0][k] for k in ("content", "style"))]
    first.sort(key=lambda one: one["factor"])
    return {key: [one[key] for one in first] for key in ("style left", "content distance")}


def rising(values: list[float]) -> bool:
    """Return whether each value is larger than the one before."""
    return all(one < other for one, other in pairwise(values)) and len(values) > 1


RUNS = [
    Run(
        "ch08/style_transfer.py",
        FullClaim(
            "8.5.1, figure 8-23: The deviation of the style matrices is reduced",
            lambda results: of_pairs(results, "style left"),
            at_most(0.05, "reduced", "Gram distance left, of that of the content: the goal"),
        ),
        FullClaim(
            "8.5.1: ... and so the image takes over the style of the style picture",
            lambda results: of_pairs(results, "patches"),
            at_least(0.5, "as by Van Gogh", "patches that the network takes for the style picture"),
        ),
        FullClaim(
            "8.5.1, figure 8-23: The features approach those of the content picture",
            lambda results: of_pairs(results, "content distance"),
            between(0, 0.9, "the same shapes", "1: as far as the style picture"),
        ),
        FullClaim(
            "8.5.1: Both are in one loss, so that more of one is less of the other",
            by_weight,
            rule(
                "both",
                lambda found: (
                    rising(found["style left"][::-1]) and rising(found["content distance"])
                ),
                "with a larger style weight the style is nearer, and the content farther away",
            ),
        ),
        alone=True,
        checkpoint=True,
    ),
]
