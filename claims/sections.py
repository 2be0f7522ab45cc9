"""The sections of the book, and why some of them have no script."""

from collections.abc import Sequence

from claims.catalogue import names
from claims.claim import Run

LAST = {1: 7, 2: 7, 3: 7, 4: 6, 5: 8, 6: 6, 7: 8, 8: 6}  # the last section of each chapter
PARTS = {"8.1": 3, "8.2": 4, "8.3": 4, "8.4": 3, "8.5": 4}  # of the chapter without listings
SECTIONS = [
    *(f"{chapter}.{n}" for chapter, last in LAST.items() for n in range(1, last + 1)),
    *(f"{section}.{n}" for section, last in PARTS.items() for n in range(1, last + 1)),
]
# Why a section has no script
NO_SCRIPT = {
    "1.1": "what Python is",
    "1.2": "installing Python",
    "2.1": "defines the perceptron; 2.3 computes it",
    "3.1": "a repetition of chapter 2; 3.2 computes the activation function",
    "7.1": "the order of the layers; 7.5 builds this network",
    **{f"{chapter}.{last}": "a summary" for chapter, last in LAST.items()},
}


def without_script(runs: Sequence[Run]) -> list[str]:
    """Return the sections of the book that none of the runs is about."""
    covered = {name for run in runs for name in names(run)}
    return [section for section in SECTIONS if section not in covered]
