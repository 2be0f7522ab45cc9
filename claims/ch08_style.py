"""Claims of section 8.5.1: a picture in the style of another."""

from itertools import pairwise

from claims.claim import FullClaim, Run
from claims.expect import at_least, between, rule

RUNS = [
    Run(
        "ch08/style_transfer.py",
        FullClaim(
            "8.5.1, figure 8-23: The deviation of the style matrices is reduced",
            "pairs/style left",
            between(0, 0.05, "reduced", "Gram distance left, of that of the content: the goal"),
        ),
        FullClaim(
            "8.5.1: ... and so the image takes over the style of the style picture",
            "pairs/patches",
            at_least(0.5, "as by Van Gogh", "patches that the network takes for the style picture"),
        ),
        FullClaim(
            "8.5.1, figure 8-23: The features approach those of the content picture",
            "pairs/content distance",
            between(0, 0.9, "the same shapes", "1: as far as the style picture"),
        ),
        FullClaim(
            "8.5.1: Both are in one loss, so that more of one is less of the other",
            ["by style weight/style left", "by style weight/content distance"],
            rule(
                "both",
                lambda f: all(a > b and c < d for (a, c), (b, d) in pairwise(zip(*f, strict=True))),
                "with a larger style weight the style is nearer, and the content farther away",
            ),
        ),
        flags=("--threads", "1"),
        checkpoint=True,
    ),
]
