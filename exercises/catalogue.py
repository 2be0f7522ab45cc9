"""All exercises by name, in the order of the book, and those that a word of the reader selects."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from exercises import (
    chapter_2,
    chapter_3,
    chapter_4,
    chapter_5,
    chapter_6,
    chapter_7,
    chapter_8,
)
from exercises.exercise import Exercise

CHAPTERS = (chapter_2, chapter_3, chapter_4, chapter_5, chapter_6, chapter_7, chapter_8)


def lettered(rows: Iterable[Exercise]) -> dict[str, Exercise]:
    """Return exercises by name; if a section has several, they are ``a``, ``b`` ..."""
    rows = list(rows)
    numbers, seen = Counter(row.section for row in rows), Counter[str]()
    named = []
    for row in rows:
        letter = "abcdefghij"[seen[row.section]] if numbers[row.section] > 1 else ""
        seen[row.section] += 1
        named.append(replace(row, letter=letter))
    return {exercise.name: exercise for exercise in named}


EXERCISES = lettered(row for chapter in CHAPTERS for row in chapter.ROWS)


def select(words: Sequence[str]) -> list[Exercise]:
    """Return the exercises of names (``5.6.2a``), sections (``5.6``), chapters (``5``) or files."""
    chosen: dict[str, Exercise] = {}
    for word in words:
        asked = Path(word).name.partition("_")[0]  # of a file the name of its exercise
        found = {
            name: one
            for name, one in EXERCISES.items()
            if asked == name or f"{one.section}.".startswith(f"{asked.rstrip('.')}.")
        }
        if not found:
            raise ValueError(f"there is no exercise {word!r}: python practice.py lists them")
        chosen |= found
    return list(chosen.values())
