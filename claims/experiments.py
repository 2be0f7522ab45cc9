"""The generated parts of both READMEs: the table of experiments, and the counts of claims."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claims import measured
from claims.catalogue import duration
from claims.claim import Run, look_up, span
from claims.execution import ROOT, Record
from claims.verdict import DIFFERED, HELD, Verdicts
from claims.words import WORDS
from common.io.files import replacing

PLACE = re.compile(r"\{([^{}:]+):([^{}]*)\}")  # {path:format}
CORES = 2  # for the times in the READMEs
COUNTS = {
    "README.md": "Of the {} claims, on real MNIST with seed 0, {} hold and {} differ; the report "
    "says why. All runs take about {} on two cores.\n",
    "README.zh-CN.md": "书中的 {} 条说法，在真实的 MNIST 上、随机种子为 0 时，有 {} 条成立，"
    "{} 条与书中不符；报告中说明了原因。在两个核心上全部运行大约需要 {}。\n",
}
HEADS = {
    "README.md": "| script | section, figure | what you will see | time |\n",
    "README.zh-CN.md": "| 脚本 | 章节、图 | 你会看到什么 | 时间 |\n",
}
UNITS = {"minutes": "分钟", "seconds": "秒", "s": "秒", "min": "分钟"}


def keep(runs: Sequence[Run], records: Mapping[str, Record], verdicts: Verdicts) -> None:
    """Store the measured numbers of the runs that have a record; keep those of the others."""
    before = measured.read()
    found = {run.name: before[run.name] for run in runs if run.name in before}
    for run in (run for run in runs if run.name in records):
        counts = Counter(verdict.status for _, verdict in verdicts[run.name])
        found[run.name] = {
            "seconds": round(records[run.name]["seconds"], 1),
            "numbers": numbers(run, records[run.name]["results"]),
            HELD: counts[HELD],
            DIFFERED: counts[DIFFERED],
        }
    measured.write(found)


def numbers(run: Run, results: Any) -> dict[str, Any]:
    """Return the numbers in the row of a run, by their path."""
    places = [place for words in WORDS.get(run.name, ()) for place in PLACE.findall(words)]
    return {path: look_up(results, path) for path, _ in places}


def row(run: Run, chinese: bool) -> str:
    """Return the row of a run in the table."""
    known = measured.read().get(run.name, {}).get("numbers", {})
    words = PLACE.sub(lambda place: format(known[place[1]], place[2]), WORDS[run.name][chinese])
    to, figure = (" 至 ", "图 ") if chinese else (" to ", "fig. ")
    places = [("", run.sections), (figure, run.figures)]
    where = ", ".join(kind + span(some, to) for kind, some in places if some)
    seconds = run.seconds
    time = f"{max(1, seconds):.0f} s" if seconds < 99 else f"{seconds / 60:.0f} min"
    return f"| `{run.script}` | {where} | {words} | {translated(time) if chinese else time} |\n"


def translated(time: str) -> str:
    """Return ``13 秒`` for ``13 s``."""
    number, unit = time.split()
    return f"{number} {UNITS[unit]}"


def blocks(runs: Sequence[Run], page: str) -> dict[str, str]:
    """Return the generated parts of a README, by their names."""
    chinese = page != "README.md"
    rows = [row(run, chinese) for run in runs if run.name in WORDS]
    held, differed = (
        sum(measured.read()[r.name].get(s, 0) for r in runs) for s in (HELD, DIFFERED)
    )
    time = duration(runs, CORES)
    told = held + differed, held, differed, translated(time) if chinese else time
    return {
        "counts": COUNTS[page].format(*told),
        "experiments": "".join([HEADS[page], "| --- | --- | --- | --- |\n", *rows]),
    }


def rewritten(page: str, content: str, runs: Sequence[Run]) -> str:
    """Return the text of a README with its generated parts up to date."""
    for name, block in blocks(runs, page).items():
        start = f"<!-- {name}: made by reproduce.py --gallery -->\n"
        before, _, rest = content.partition(start)
        _, end, after = rest.partition("<!-- end -->\n")
        content = before + start + block + end + after
    return content


def write(runs: Sequence[Run], folder: Path = ROOT) -> None:
    """Write the generated parts into both READMEs."""
    for page in HEADS:
        content = (folder / page).read_text(encoding="utf-8")
        with replacing(folder / page) as file:
            file.write(rewritten(page, content, runs).encode())
