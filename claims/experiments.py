"""The table of experiments in both READMEs, with the numbers that were measured last."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claims import measured
from claims.claim import Run, look_up
from claims.execution import ROOT, Record
from claims.words import WORDS
from common.io.files import replacing

START, END = "<!-- experiments: made by reproduce.py --gallery -->\n", "<!-- end -->\n"
PLACE = re.compile(r"\{([^{}:]+):([^{}]*)\}")  # {path:format}
HEADS = {
    "README.md": "| script | section, figure | what you will see | time |\n",
    "README.zh-CN.md": "| 脚本 | 章节、图 | 你会看到什么 | 时间 |\n",
}


def numbers(run: Run, results: Any) -> dict[str, Any]:
    """Return the numbers in the descriptions of a run, by their path."""
    places = [place for text in WORDS.get(run.name, ()) for place in PLACE.findall(text)]
    return {path: look_up(results, path) for path, _ in places}


def keep(runs: Sequence[Run], records: Mapping[str, Record]) -> None:
    """Save the seconds and numbers of runs with a record; keep the old ones of the others."""
    found = {run.name: measured.read()[run.name] for run in runs if run.name in measured.read()}
    for run in runs:
        if run.name in records:
            record = records[run.name]
            seconds = round(record["seconds"], 1)
            found[run.name] = {
                "seconds": seconds,
                "numbers": numbers(run, record["results"]),
            }
    measured.write(found)


def text(run: Run, words: str) -> str:
    """Return words with the measured numbers in place of their paths."""
    known = measured.read().get(run.name, {}).get("numbers", {})
    return PLACE.sub(lambda place: format(known[place[1]], place[2]), words)


def time(seconds: float, chinese: bool) -> str:
    """Return ``13 s`` or ``2 min``, in English or Chinese."""
    if seconds < 99:
        return f"{max(1, seconds):.0f} {'秒' if chinese else 's'}"
    return f"{seconds / 60:.0f} {'分钟' if chinese else 'min'}"


def row(run: Run, chinese: bool) -> str:
    """Return the row of a script."""
    where = ", ".join(run.sections)
    if run.figures:
        where += f"{', ' if where else ''}{'图' if chinese else 'fig.'} {', '.join(run.figures)}"
    words = text(run, WORDS[run.name][chinese])
    return f"| `{run.script}` | {where} | {words} | {time(run.seconds, chinese)} |\n"


def table(runs: Sequence[Run], page: str) -> str:
    """Return the table of a README, a row for each run that has words."""
    rows = [row(run, page != "README.md") for run in runs if run.name in WORDS]
    return "".join([START, HEADS[page], "| --- | --- | --- | --- |\n", *rows, END])


def with_table(page: str, content: str, runs: Sequence[Run]) -> str:
    """Return the text of a README with the table as it is now."""
    before, _, rest = content.partition(START)
    _, _, after = rest.partition(END)
    return before + table(runs, page) + after


def write(runs: Sequence[Run], folder: Path = ROOT) -> None:
    """Write the tables of both READMEs."""
    for page in HEADS:
        content = (folder / page).read_text(encoding="utf-8")
        with replacing(folder / page) as file:
            file.write(with_table(page, content, runs).encode())
