"""Claims of section 8.4.1: object detection."""

from claims.claim import Claim, FullClaim, MnistClaim, Results, Run
from claims.expect import at_least, between, rule

R_CNN, FASTER = "R-CNN", "Faster R-CNN"


def found(results: Results) -> dict[str, dict[str, dict[str, float]]]:
    """Return for both networks the answers, and the objects found, with and without doubles."""
    rows = results["networks"]
    return {name: {key: rows[name][key] for key in ("answers", "found")} for name in rows}


def fewer_doubles(row: dict[str, dict[str, float]]) -> bool:
    """Return whether most answers were doubles, and no more than 5 % of the objects are lost."""
    answers, objects = row["answers"], row["found"]
    lost = objects["with doubles"] - objects["without"]
    return 0 < answers["without"] < 0.5 * answers["with doubles"] and lost <= 0.05


RUNS = [
    Run(
        "ch08/object_detection.py",
        MnistClaim(
            "8.4.1, figure 8-17: Several objects in an image: their classes, and where they are",
            f"networks/{FASTER}/mAP/0.5",
            at_least(0.85, "found", "mean average precision (IoU 0.5) on test scenes; the goal"),
        ),
        Claim(
            "8.4.1, figure 8-18: R-CNN proposes regions where objects may be, without learning",
            f"networks/{R_CNN}/covered",
            between(0.95, 1, "where objects are", "the share of objects that a proposal covers"),
        ),
        MnistClaim(
            "8.4.1, figure 8-18: ... and a CNN classifies each region",
            f"networks/{R_CNN}/mAP/0.5",
            at_least(0.6, "classified", "mean average precision (IoU 0.5) on test scenes"),
        ),
        FullClaim(
            "8.4.1: The same object is found many times: doubles are removed, few objects are lost",
            found,
            rule(
                "fewer answers",
                lambda rows: all(map(fewer_doubles, rows.values())),
                "both networks: less than half of the answers, at most 5 % of the objects are lost",
            ),
        ),
        FullClaim(
            "8.4.1: In Faster R-CNN a CNN proposes the regions, too: fewer are enough",
            f"networks/{R_CNN}|{FASTER}",
            rule(
                "fewer, and they cover the objects",
                lambda rows: (
                    0 < 10 * rows[FASTER]["proposals"] < rows[R_CNN]["proposals"]
                    and 0.95 <= rows[FASTER]["covered"] <= 1
                ),
                "ten times fewer regions; the share of objects that one covers: at least 0.95",
            ),
        ),
        FullClaim(
            "8.4.1: Everything in one CNN is fast",
            "times_as_fast",
            at_least(10, "fast", "the time of R-CNN for an image over that of Faster R-CNN"),
        ),
        figures=("8-17", "8-18"),
        digits=True,
        flags=("--threads", "1"),
        checkpoint=True,
    ),
]
