"""Claims about the examples of a tour (`lab.tour`): their inputs and outputs."""

import re
from functools import partial
from itertools import groupby
from typing import Any

from claims.claim import Claim, Results
from claims.expect import exactly


def answers(section: str, results: Results) -> list[tuple[str, str]]:
    """Return the inputs and outputs of a section of a tour (`lab.tour`), in order."""
    return [
        (typed.partition("  #")[0], came)
        for title, outputs in results["outputs"].items()
        if section in re.findall(r"\d\.\d(?:\.\d)?", title)
        for typed, came in outputs
    ]


def prints(section: str, results: Results) -> list[str]:
    """Return the printed outputs of a section, in order."""
    return [came for typed, came in answers(section, results) if "print(" in typed and came]


def tour_claims(examples: list[tuple[str, str, str]], says: str) -> list[Claim]:
    """Return a claim for each section of a tour: each input gives the book's output."""
    claims = []
    for section, group in groupby(examples, key=lambda example: example[0]):
        wanted = {typed: came for _, typed, came in group}

        def measure(results: Results, section: str, wanted: dict[str, str]) -> dict[str, Any]:
            found = dict(answers(section, results))  # the last one of equal inputs
            return {typed: found.get(typed) for typed in wanted}

        of_section = partial(measure, section=section, wanted=wanted)
        check = exactly(wanted, "exactly the same text")
        claims.append(Claim(f"{section}: {says}", of_section, check))
    return claims
