"""The report: one self-contained HTML page with every claim next to its figure."""

import base64
import os
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

import numpy as np

from claims.claim import Claim, Run
from claims.execution import Job, Record
from claims.headings import heading
from claims.pictures import small_png
from claims.verdict import DIFFERED, HELD, NOT_RUN, Verdict, Verdicts
from common.io.files import replacing

TITLES = {
    1: "Python, NumPy and Matplotlib",
    2: "The perceptron",
    3: "Neural networks",
    4: "Learning",
    5: "Back-propagation",
    6: "Techniques for training",
    7: "Convolutional neural networks",
    8: "Deep learning",
}
MARKS = {HELD: "✔", DIFFERED: "✘", NOT_RUN: "–"}
STYLE = """
:root { color-scheme: light dark; --back: #fbfbf9; --card: #fff; --text: #1c2128; --dim: #5b6470;
  --line: #dcdfe3; --held: #1a7f37; --differed: #b35900; --notrun: #6b7280; --link: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --back: #14171b; --card: #1d2126; --text: #e4e7eb;
  --dim: #a0a8b3; --line: #363c44; --held: #4cc36b; --differed: #f0a040; --notrun: #9aa3ae;
  --link: #7db7f5; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 68rem; padding: 1rem; background: var(--back);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
h1 { line-height: 1.2; margin: 1rem 0 .5rem; }
h2 { margin: 3rem 0 1rem; padding-bottom: .3rem; border-bottom: 2px solid var(--line); }
h3 { margin: 0; font-size: 1.1rem; }
h3 code { font-weight: 400; font-size: .9rem; color: var(--dim); padding-left: .5rem; }
.dim { color: var(--dim); font-size: .9rem; }
.counts { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1rem 0; padding: 0;
  list-style: none; }
.counts li { flex: 1 1 8rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; padding: .6rem 1rem; }
.counts b { display: block; font-size: 1.8rem; line-height: 1.2; }
.held { color: var(--held); }
.differed { color: var(--differed); }
.notrun { color: var(--notrun); }
nav ol { columns: 2 20rem; padding-left: 1.3rem; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: 1rem; margin: 1rem 0; }
img { display: block; max-width: 100%; height: auto; margin: .8rem auto; background: #fff;
  border-radius: .4rem; }
table { width: 100%; border-collapse: collapse; margin-top: .8rem; font-size: .93rem;
  table-layout: fixed; }
th:nth-child(1) { width: 6.5rem; } th:nth-child(2) { width: 29%; } th:nth-child(5) { width: 21%; }
th { text-align: left; font-weight: 600; color: var(--dim); }
th, td { padding: .45rem .6rem .45rem 0; border-top: 1px solid var(--line); vertical-align: top; }
td.mark { white-space: nowrap; font-weight: 600; }
pre { overflow-x: auto; white-space: pre-wrap; font-size: .85rem; }
@media (max-width: 46rem) {
  thead { display: none; }
  tr { display: block; border-top: 1px solid var(--line); padding: .5rem 0; }
  td { display: block; border: 0; padding: .1rem 0; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--dim); }
}
"""


def write(runs: Sequence[Run], records: Mapping[str, Record], verdicts: Verdicts, job: Job) -> Path:
    """Write the report of a job; return its path."""
    chapters = [
        chapter(number, list(of), verdicts, records, job)
        for number, of in groupby(runs, key=lambda run: run.chapter)
    ]
    body = head(verdicts, records, job) + "".join(chapters)
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>Deep Learning from Scratch, reproduced</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )
    path = job.folder / "report.html"
    with replacing(path) as file:
        file.write(page.encode())
    return path


def anchor(name: str, number: int | None = None) -> str:
    """Return the HTML id of a run, or of one of its claims."""
    return name.replace("/", "-") + (f"-{number}" if number is not None else "")


def css_class(status: str) -> str:
    """Return the CSS class of a status."""
    return status.replace(" ", "")


def head(verdicts: Verdicts, records: Mapping[str, Record], job: Job) -> str:
    """Return the top of the page: the counts, the claims that differed, and the chapters."""
    pairs = [pair for of in verdicts.values() for pair in of]
    links = "".join(
        f'<li><a href="#chapter-{number}">{title}</a> '
        f'<span class="dim">{of_chapter(verdicts, number)}</span></li>'
        for number, title in TITLES.items()
    )
    seconds = sum(record["seconds"] for record in records.values())
    size = "every experiment with --quick" if job.quick else "every experiment at full size"
    return (
        "<header><h1><i>Deep Learning from Scratch</i>, reproduced</h1>"
        f"<p>{len(pairs)} figures, numbers and statements of the book, checked: {size}, on "
        f"{'real MNIST' if job.data == 'mnist' else 'drawn digits instead of MNIST'}, "
        f"seed {job.seed}.</p>{summary(verdicts)}"
        f"<nav aria-label='Chapters'><h2>Chapters</h2><ol>{links}</ol></nav>"
        f"<p class='dim'>{len(records)} of {len(verdicts)} runs, {seconds / 60:.1f} minutes of "
        f"computing in total. Python {platform.python_version()}, NumPy {np.__version__}, "
        f"{platform.machine()}, {os.cpu_count()} cores.</p></header>\n"
    )


def summary(verdicts: Verdicts) -> str:
    """Return how many claims have each status, which ones differed, and why some were not run."""
    pairs = [(name, i, *pair) for name, of in verdicts.items() for i, pair in enumerate(of)]
    counts = Counter(verdict.status for *_, verdict in pairs)
    boxes = "".join(
        f'<li class="{css_class(status)}"><b>{counts[status]}</b>{MARKS[status]} {status}</li>'
        for status in (HELD, DIFFERED, NOT_RUN)
    )
    differed = "".join(
        f'<li><a href="#{anchor(name, i)}">{escape(claim.section)}: '
        f"{escape(claim.says)}</a>. Measured: {escape(short(verdict.measured))}. "
        f"<em>{escape(verdict.reason or 'The reason is unknown.')}</em></li>"
        for name, i, claim, verdict in pairs
        if verdict.status == DIFFERED
    )
    reasons = Counter(verdict.reason for *_, verdict in pairs if verdict.status == NOT_RUN)
    not_run = "".join(f"<li>{n}: {escape(reason)}</li>" for reason, n in reasons.most_common())
    return (
        f"<ul class='counts'>{boxes}</ul>"
        + (f"<h2>Claims that differed</h2><ul>{differed}</ul>" if differed else "")
        + (f"<h2>Claims that were not run</h2><ul>{not_run}</ul>" if not_run else "")
    )


def of_chapter(verdicts: Verdicts, number: int) -> str:
    """Return the counts of the verdicts in a chapter."""
    found = Counter(
        verdict.status
        for name, pairs in verdicts.items()
        for _, verdict in pairs
        if name.startswith(f"ch{number:02}/")
    )
    return ", ".join(f"{found[s]} {s}" for s in (HELD, DIFFERED, NOT_RUN) if found[s])


def chapter(
    number: int,
    runs: Sequence[Run],
    verdicts: Verdicts,
    records: Mapping[str, Record],
    job: Job,
) -> str:
    """Return a chapter: each run with its figures, its claims and its command."""
    parts = [section(run, verdicts[run.name], records.get(run.name), job) for run in runs]
    name = f"{number} {TITLES[number]}"
    return f'<section><h2 id="chapter-{number}">{name}</h2>\n{"".join(parts)}</section>\n'


def section(
    run: Run, pairs: Sequence[tuple[Claim, Verdict]], record: Record | None, job: Job
) -> str:
    """Return one run: figures, claims, command, time and printed output."""
    rows = "".join(row(anchor(run.name, i), *pair) for i, pair in enumerate(pairs))
    table = (
        "<table><thead><tr><th></th><th>The book says</th><th>Expected</th><th>Measured</th>"
        f"<th>Compared</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    command = " ".join(["python", run.script, *job.argv(run)])
    made = f"<p class='dim'><code>{escape(command)}</code>"
    printed = ""
    if record is not None:
        made += f": {record['seconds']:.1f} s, {escape(record['when'])}"
        if record["printed"].strip():
            lines = escape(record["printed"].strip())
            printed = f"<details><summary>Printed output</summary><pre>{lines}</pre></details>"
    shown = pictures(run, job) if record and "results" in record else ""
    return (
        f'<article id="{anchor(run.name)}">'
        f"<h3>{escape(heading(run))} <code>{run.script}</code></h3>"
        f"{shown}{table if rows else ''}{made}</p>{printed}</article>\n"
    )


def pictures(run: Run, job: Job) -> str:
    """Return the figures of a run, embedded in the page."""
    alt = f"{escape(heading(run))}, as {run.script} draws it"
    coded = [base64.b64encode(small_png(path)).decode() for path in job.pictures(run)]
    return "".join(f'<img alt="{alt}" src="data:image/png;base64,{png}">' for png in coded)


def row(identity: str, claim: Claim, verdict: Verdict) -> str:
    """Return one claim as a row of the table; a narrow screen shows it as a card."""
    measured = escape(short(verdict.measured))
    if verdict.reason:
        measured += f"{'<br>' if measured else ''}<em>{escape(verdict.reason)}</em>"
    return (
        f'<tr id="{identity}"><td class="mark {css_class(verdict.status)}">'
        f"{MARKS[verdict.status]} {verdict.status}</td>"
        f'<td>{escape(claim.says)} <span class="dim">({claim.where})</span></td>'
        f'<td data-label="Expected">{escape(short(claim.check.book))}</td>'
        f'<td data-label="Measured">{measured}</td>'
        f'<td class="dim" data-label="Compared">{escape(claim.check.rule)}</td></tr>'
    )


def short(words: str, length: int = 240) -> str:
    """Return a text, shortened if it is very long."""
    return words if len(words) <= length else f"{words[: length - 2]} …"
