"""The gallery in docs/: the figures of a full run on real MNIST, each with its claims."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from claims.claim import Claim, Run
from claims.execution import ROOT, Job, Record
from claims.pictures import small_png
from claims.report import MARKS, TITLES, anchor, short
from claims.verdict import DIFFERED, HELD, Verdict, Verdicts
from common.files import replacing


def write(
    runs: Sequence[Run],
    records: Mapping[str, Record],
    verdicts: Verdicts,
    job: Job,
    folder: Path = ROOT / "docs",
) -> Path:
    """Write the pictures and a page in Markdown; return where the page is.

    Raises
    ------
    ValueError
        If not all runs are there at full size, on real MNIST.
    """
    missing = [run.name for run in runs if run.name not in records]
    if job.quick or job.data != "mnist" or missing:
        what = f"without {', '.join(missing[:3])}" if missing else "of another kind"
        raise ValueError(f"--gallery: this run is {what}; expected a full one on real MNIST")
    counts = Counter(verdict.status for pairs in verdicts.values() for _, verdict in pairs)
    parts = [
        "# The figures, and what was measured\n\n"
        f"Made by `python reproduce.py --gallery` on real MNIST, seed {job.seed}: of "
        f"{counts.total()} figures, numbers and statements of the book {counts[HELD]} held and "
        f"{counts[DIFFERED]} differed; each of the latter says why.\n"
    ]
    old = set(folder.glob("*.png"))
    for number, of in groupby(runs, key=lambda run: run.chapter):
        parts.append(f"\n## {number} {TITLES[number]}\n")
        for run in of:
            path = folder / f"{anchor(run.name)}.png"
            if job.picture(run).exists():
                with replacing(path) as file:
                    file.write(small_png(job.picture(run)))
                old.discard(path)
            parts.append(entry(run, records[run.name], verdicts[run.name], job))
    for path in old:
        path.unlink()
    page = folder / "README.md"
    with replacing(page) as file:
        file.write("".join(parts).encode())
    return page


def entry(run: Run, record: Record, pairs: Sequence[tuple[Claim, Verdict]], job: Job) -> str:
    """Return a run as Markdown: its figure and its claims."""
    command = " ".join([f"[`{run.script}`](../{run.script})", *run.flags])
    lines = [f"\n### {run.title}\n\n{command}, {record['seconds']:.0f} s\n"]
    if job.picture(run).exists():
        lines.append(f"\n![{run.title}]({anchor(run.name)}.png)\n")
    if pairs:
        lines.append("\n| | the book says | expected | measured | compared |\n")
        lines.append("| --- | --- | --- | --- | --- |\n")
    return "".join([*lines, *(row(*pair) for pair in pairs)])


def row(claim: Claim, verdict: Verdict) -> str:
    """Return a claim as a row of a table in Markdown."""
    measured = escaped(short(verdict.measured))
    if verdict.reason:
        measured += f" *{escaped(verdict.reason)}*"
    cells = [escaped(f"{claim.says} ({claim.where})"), escaped(short(claim.check.book)), measured]
    return f"| {' | '.join([MARKS[verdict.status], *cells, escaped(claim.check.rule)])} |\n"


def escaped(words: str) -> str:
    """Return a text whose stars, brackets and bars mean nothing to Markdown."""
    return re.sub(r"([\\\\`*_\[\]<>|~])", r"\\\1", words.replace("\n", " "))
