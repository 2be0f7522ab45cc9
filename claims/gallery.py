"""The gallery in docs/: the figures at full size on real MNIST, each with its claims."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby, takewhile
from pathlib import Path

from claims.claim import Claim, Run
from claims.execution import ROOT, Job, Record
from claims.headings import heading, phrase
from claims.pictures import small_png
from claims.report import MARKS, TITLES, anchor, short
from claims.verdict import DIFFERED, HELD, Verdict, Verdicts
from common.io.files import replacing

Shown = tuple[str, str]  # the seconds of a run, and the rows of its claims


def write(
    runs: Sequence[Run],
    records: Mapping[str, Record],
    verdicts: Verdicts,
    job: Job,
    folder: Path = ROOT / "docs",
) -> Path:
    """Write the figures and a page in Markdown; return the path of the page.

    Runs without a record stay unchanged on the page.

    Raises
    ------
    ValueError
        If the job is not at full size on real MNIST, or a run is neither recorded nor on the page.
    """
    if job.quick or job.data != "mnist":
        raise ValueError("--gallery: wrong size or data; expected full size and real MNIST")
    page = folder / "README.md"
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    results = {run.name: kept(run, before) for run in runs if run.name not in records}
    results |= {name: fresh(record, verdicts[name]) for name, record in records.items()}
    for run in (run for run in runs if run.name in records):
        for old in pictures(run, folder):
            old.unlink()
        for number, path in enumerate(job.pictures(run), 1):
            with replacing(folder / picture(run, number)) as file:
                file.write(small_png(path))
    chapters = [
        chapter(number, list(of), results, folder)
        for number, of in groupby(runs, key=lambda run: run.chapter)
    ]
    for path in set(folder.glob("*.png")).difference(*(pictures(run, folder) for run in runs)):
        path.unlink()
    with replacing(page) as file:
        file.write((head(runs, results, job) + "".join(chapters)).encode())
    return page


def fresh(record: Record, pairs: Sequence[tuple[Claim, Verdict]]) -> Shown:
    """Return the seconds of a run, and its claims as rows of a table."""
    return f"{record['seconds']:.0f}", "".join(row(*pair) for pair in pairs)


def kept(run: Run, page: str) -> Shown:
    """Return the seconds and the rows of a run from the existing page."""
    part = rf"^{re.escape(command(run))}, (\d+) s$(.*?)(?=^#|\Z)"
    found = re.search(part, page, re.DOTALL | re.MULTILINE)
    if not found:
        raise ValueError(f"--gallery: {run.name} is neither recorded nor in docs/; expected either")
    seconds, text = found.groups()
    lines = text.splitlines(keepends=True)
    return seconds, "".join(line for line in lines if line[2:3] in MARKS.values())


def picture(run: Run, number: int) -> str:
    """Return the file name of a figure in the gallery."""
    return f"{anchor(run.name)}{'' if number == 1 else f'-{number}'}.png"


def pictures(run: Run, folder: Path) -> list[Path]:
    """Return the figures of a run in the gallery."""
    paths = (folder / picture(run, number) for number in range(1, 10))
    return list(takewhile(Path.exists, paths))


def command(run: Run) -> str:
    """Return the command of a run, with a link to the script."""
    return " ".join([f"[`{run.script}`](../{run.script})", *run.flags])


def head(runs: Sequence[Run], results: Mapping[str, Shown], job: Job) -> str:
    """Return the introduction and the table of contents."""
    counts = Counter(line[2] for _, rows in results.values() for line in rows.splitlines())
    lines = [
        "# The figures and the measured results\n\n"
        f"Made by `python reproduce.py --gallery` on real MNIST, seed {job.seed}: of "
        f"{counts.total()} figures, numbers and statements of the book {counts[MARKS[HELD]]} held "
        f"and {counts[MARKS[DIFFERED]]} differed; each difference is explained.\n\n"
    ]
    for number, of in groupby(runs, key=lambda run: run.chapter):
        links = "; ".join(f"[{escaped(phrase(run))}](#{anchor(run.name)})" for run in of)
        lines.append(f"- [{number} {TITLES[number]}](#chapter-{number}): {links}\n")
    return "".join(lines)


def chapter(number: int, runs: Sequence[Run], results: Mapping[str, Shown], folder: Path) -> str:
    """Return a chapter as Markdown."""
    parts = [f'\n## <a id="chapter-{number}"></a>{number} {TITLES[number]}\n']
    return "".join(parts + [entry(run, *results[run.name], folder) for run in runs])


def entry(run: Run, seconds: str, rows: str, folder: Path) -> str:
    """Return a run as Markdown: its figure and its claims."""
    title = escaped(heading(run))
    lines = [f'\n### <a id="{anchor(run.name)}"></a>{title}\n\n{command(run)}, {seconds} s\n']
    lines += [f"\n![{title}]({path.name})\n" for path in pictures(run, folder)]
    if rows:
        lines.append("\n| | the book says | expected | measured | compared |\n")
        lines.append("| --- | --- | --- | --- | --- |\n")
    return "".join([*lines, rows])


def row(claim: Claim, verdict: Verdict) -> str:
    """Return a claim as a row of a table in Markdown."""
    measured = escaped(short(verdict.measured))
    if verdict.reason:
        measured += f" *{escaped(verdict.reason)}*"
    cells = [escaped(f"{claim.says} ({claim.where})"), escaped(short(claim.check.book)), measured]
    return f"| {' | '.join([MARKS[verdict.status], *cells, escaped(claim.check.rule)])} |\n"


def escaped(words: str) -> str:
    """Return a text with the special characters of Markdown escaped."""
    return re.sub(r"([\\\\`*_\[\]<>|~])", r"\\\1", words.replace("\n", " "))
