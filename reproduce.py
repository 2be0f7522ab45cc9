"""Does this still show what the book says? All experiments, their claims checked, and a report.

    python reproduce.py
    python reproduce.py --quick
    python reproduce.py 6-9 7.5 ch02
    python reproduce.py --list

runs the scripts of all chapters, or those that a figure (6-9), a section (7.5) or a name (ch02,
train_convnet) asks for, checks what they return against each figure, number and statement of the
book, and writes one page, ``outputs/reproduce/<data>-seed<n>/report.html``, with all of it. A claim
that does not hold is shown with what was measured. Ctrl-C keeps what is done; the same command goes
on from there. About 17 minutes on two cores, 1 with ``--quick``.
"""

import argparse
import sys
import webbrowser
from collections import Counter
from collections.abc import Sequence

from tqdm import tqdm

from claims import gallery, report
from claims.catalogue import RUNS, select
from claims.claim import Claim, Run
from claims.execution import Job, Record, recorded, run_all
from claims.verdict import DIFFERED, HELD, NOT_RUN, Verdict, judge
from common import cli
from common.processes import available
from dataset.mnist import data_name


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the flags, and refuse a gallery of less than everything before anything is run."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("what", nargs="*", help="figures, sections, scripts or chapters (default: everything)")
    add("--list", action="store_true", help="show what there is, and run nothing")
    add("--again", action="store_true", help="run also what has been run")
    count = available()
    add("--processes", type=cli.at_least(1), default=count, help=f"at once (default: {count})")
    add("--gallery", action="store_true", help="then write docs/, from a full run on real MNIST")
    args = cli.parse(parser, argv)
    args.data = data_name(args.data)
    if args.gallery and (args.quick or args.what or args.data != "mnist"):
        raise ValueError("--gallery is of everything at full size, on real MNIST; expected no less")
    return args


def table(runs: Sequence[Run], job: Job) -> str:
    """Return a line for each run: what it shows, how long it takes, whether it is done."""
    return "\n".join(
        f"{run.name:42} {report.title(run):46} {len(run.claims):2} claims {run.seconds:5.0f} s"
        + "  done" * (recorded(job, run) is not None)
        for run in runs
    )


def main(argv: Sequence[str] | None = None) -> Counter[str]:
    """Run what has not been run, judge all claims, write the report; return the verdicts."""
    args = parse(argv)
    runs = select(args.what)
    folder = f"{args.data}-seed{args.seed}" + "-quick" * args.quick
    job = Job(args.out / "reproduce" / folder, args.data, args.seed, args.quick)
    if args.list:
        print(table(runs, job))
        return Counter()
    print(f"data: {args.data}")
    to_run = [run for run in runs if args.again or recorded(job, run) is None]
    if len(to_run) < len(runs):
        print(f"{len(runs) - len(to_run)} of {len(runs)} scripts are done (--again repeats them)")
    records = {run.name: record for run in RUNS if (record := recorded(job, run))}
    try:
        for run, record in run_all(to_run, job, args.processes) if to_run else ():
            records[run.name] = record
            line = f"{record['seconds']:6.1f} s  {run.name}: {said(run, record, job)}"
            tqdm.write(line, file=sys.stdout)
    except KeyboardInterrupt:
        print(f"what is done is in {job.folder}: the same command goes on from there")
        raise
    page, verdicts = report.write(RUNS, records, job)
    counts = summary(verdicts)
    print(f"saved {page}")
    if args.gallery:
        print(f"saved {gallery.write(RUNS, records, job)}")
    if args.show:
        webbrowser.open(page.resolve().as_uri())
    if any("error" in record for record in records.values()):
        sys.exit("reproduce.py: a script failed")
    if any(verdict.unexplained for _, verdict in verdicts):
        sys.exit("reproduce.py: a claim does not hold, and nothing explains it")
    return counts


def summary(verdicts: Sequence[tuple[Claim, Verdict]]) -> Counter[str]:
    """Print the claims that differed, and how many held or did not; return these counts."""
    for claim, verdict in verdicts:
        if verdict.status == DIFFERED:
            print(f"differed: {claim.section}, {claim.says}: {verdict.measured}")
            print(f"          {verdict.reason or 'nobody knows why'}")
    counts = Counter(verdict.status for _, verdict in verdicts)
    print(", ".join(f"{counts[status]} {status}" for status in (HELD, DIFFERED, NOT_RUN)))
    return counts


def said(run: Run, record: Record, job: Job) -> str:
    """Return how the claims of a run ended, or why it failed."""
    counts = Counter(judge(claim, record, job).status for claim in run.claims)
    return str(record.get("error") or ", ".join(f"{n} {status}" for status, n in counts.items()))


if __name__ == "__main__":
    cli.run(main)
