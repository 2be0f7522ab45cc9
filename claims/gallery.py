"""The gallery in docs/: the figures of a full run on real MNIST, each with its claims."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from claims.claim import Claim, Run
from claims.execution import ROOT, Job, Record
from claims.pictures import small_png
from claims.report import MARKS, TITLES, anchor, short, title, where
from claims.verdict import DIFFERED, HELD, judge
from common.files import replacing


def write(
    runs: Sequence[Run], records: Mapping[str, Record], job: Job, folder: Path = ROOT / "docs"
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
    pairs = [(claim, judge(claim, records[run.name], job)) for run in runs for claim in run.claims]
    counts = Counter(verdict.status for _, verdict in pairs)
    parts = [
        "# The figures, and what was measured\n\n"
        f"Made by `python reproduce.py --gallery` on real MNIST, seed {job.seed}: of {len(pairs)} "
        f"figures, numbers and statements of the book {counts[HELD]} held and {counts[DIFFERED]} "
        "differed; each of the latter says why.\n"
    ]
    old = set(folder.glob("*.png"))
    for number, of in groupby(runs, key=lambda run: run.chapter):
        parts.append(f"\n## {number} {TITLES[number]}\n")
        for run in of:
            path = folder / f"{anchor(run)}.png"
            if job.picture(run).exists():
                with replacing(path) as file:
                    file.write(small_png(job.picture(run)))
                old.discard(path)
            parts.append(entry(run, records[run.name], job))
    for path in old:
        path.unlink()
    page = folder / "README.md"
    with replacing(page) as file:
        file.write("".join(parts).encode())
    return page


def entry(run: Run, record: Record, job: Job) -> str:
    """Return a run as Markdown: its figure and its claims."""
    what = title(run)
    command = " ".join([f"[`{run.script}`](../{run.script})", *run.flags])
    lines = [f"\n### {what}\n\n{command}, {record['seconds']:.0f} s\n"]
    if job.picture(run).exists():
        lines.append(f"\n![{what}]({anchor(run)}.png)\n")
    lines.append("\n| | the book says | its number | measured |\n| --- | --- | --- | --- |\n")
    lines += [row(claim, record, job) for claim in run.claims]
    return "".join(lines)


def row(claim: Claim, record: Record, job: Job) -> str:
    """Return a claim as a row of a table in Markdown."""
    verdict = judge(claim, record, job)
    measured = plain(short(verdict.measured))
    if verdict.reason:
        measured += f" *{plain(verdict.reason)}*"
    says = plain(f"{claim.says} ({where(claim)})")
    return f"| {MARKS[verdict.status]} | {says} | {plain(short(claim.check.book))} | {measured} |\n"


def plain(words: str) -> str:
    """Return a text whose stars, brackets and bars mean nothing to Markdown."""
    return re.sub(r"([\\\\`*_\[\]<>|~])", r"\\\1", words.replace("\n", " "))
