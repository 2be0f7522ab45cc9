"""The runs of all chapters, and their selection by figure, section or name."""

import difflib
import re
from collections.abc import Sequence
from importlib import import_module

from claims.claim import Run

CHAPTERS = (
    "ch01",
    "ch02",
    "ch03",
    "ch04",
    "ch05",
    "ch06",
    "ch06_overfitting",
    "ch06_search",
    "ch07",
    "ch08",
    "ch08_accuracy",
    "ch08_detection",
    "ch08_history",
    "ch08_roads",
    "ch08_segmentation",
    "ch08_speed",
    "ch08_style",
)
MODULES = [import_module(f"claims.{chapter}") for chapter in CHAPTERS]
RUNS: list[Run] = [run for module in MODULES for run in module.RUNS]


def names(run: Run) -> set[str]:
    """Return all words that select a run: ``6-9``, ``6.1.8``, ``6.1``, ``6``, ``ch06`` ..."""
    result = {run.name, run.script, run.module, run.package, f"{run.chapter}"}
    result |= {run.name.partition("/")[2], run.script.partition("/")[2]}
    result |= {run.variant} - {""}
    result |= set(run.figures)
    for section in run.sections:
        parts = section.split(".")
        result |= {".".join(parts[: n + 1]) for n in range(len(parts))}
    return {name.lower() for name in result}


def duration(runs: Sequence[Run], processes: int) -> str:
    """Estimate the duration of runs at full size, such as ``55 minutes``, in `processes` processes.

    Some runs must run alone; the others are split, and take at least as long as the longest.
    """
    shared = [run.seconds for run in runs if not run.alone]
    seconds = sum(run.seconds for run in runs if run.alone)
    seconds += max([sum(shared) / processes, *shared])
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    minutes = seconds / 60
    return f"{5 * round(minutes / 5) if minutes > 20 else round(minutes)} minutes"


def select(words: Sequence[str]) -> list[Run]:
    """Return the runs that at least one of the words selects; without words, all runs.

    Raises
    ------
    ValueError
        If a word selects nothing.
    """
    known = {name for run in RUNS for name in names(run)}
    kinds = r"^(figure|fig\.?|section|chapter) *(?=[\da])"
    wanted = {word: re.sub(kinds, "", word.lower()) for word in words}
    for word, name in wanted.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise ValueError(f"unknown name {word!r}; {hint}--list shows all names")
    return [run for run in RUNS if not words or names(run) & set(wanted.values())]
