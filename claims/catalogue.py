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
    "ch08_captions",
    "ch08_boltzmann",
    "ch08_detection",
    "ch08_generation",
    "ch08_games",
    "ch08_history",
    "ch08_roads",
    "ch08_segmentation",
    "ch08_self_play",
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


def seconds(runs: Sequence[Run], processes: int) -> float:
    """Estimate how long runs take at full size, in `processes` processes.

    Some runs must run alone; the others are split, and take at least as long as the longest.
    """
    shared = [run.seconds for run in runs if not run.alone]
    alone = sum(run.seconds for run in runs if run.alone)
    return alone + max([sum(shared) / processes, *shared])


def duration(runs: Sequence[Run], processes: int) -> str:
    """Return the estimated duration of runs, such as ``55 minutes``."""
    time = seconds(runs, processes)
    if time < 90:
        return f"{time:.0f} seconds"
    minutes = time / 60
    return f"{5 * round(minutes / 5) if minutes > 20 else round(minutes)} minutes"


def within(runs: Sequence[Run], minutes: float, processes: int) -> list[Run]:
    """Return those of the runs that fit into a time, the ones with most claims per second first."""
    chosen: list[Run] = []
    for run in sorted(runs, key=lambda run: -len(run.claims) / (1 + run.seconds)):
        if seconds([*chosen, run], processes) <= 60 * minutes:
            chosen.append(run)
    return [run for run in runs if run in chosen]


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
