"""Reproduce the book: run all experiments, check its claims, and write a report.

    python reproduce.py
    python reproduce.py --quick
    python reproduce.py 6-9 7.5 ch02
    python reproduce.py --budget 10
    python reproduce.py --list

Runs the scripts of all chapters, or those selected by a figure (6-9), a section (7.5) or a name
(ch02, train_convnet). It compares their results with each figure, number and statement of the book,
and writes one page, ``outputs/reproduce/<data>-seed<n>/report.html``. A claim that does not hold is
shown with the measured value. Scripts that compare times run alone, after the others. After Ctrl-C,
the same command resumes. ``--budget 10`` runs what takes ten minutes, the scripts with most claims
per second first; the same command again runs the next ones. Everything takes about three hours on
two cores, more than half of it ``best_accuracy.py``; 1 minute with ``--quick``. ``--list`` shows
the times of the last run, and why some sections of the book have no script.
"""

import argparse
import math
import sys
import webbrowser
from collections import Counter
from collections.abc import Mapping, Sequence

try:
    from lab import flags, script, windows
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from tqdm import tqdm

from claims import experiments, gallery, report
from claims.catalogue import RUNS, duration, select, within
from claims.claim import Claim, Run
from claims.execution import Job, Record, recorded, run_all
from claims.sections import NO_SCRIPT, without_script
from claims.verdict import DIFFERED, HELD, NOT_RUN, Verdict, judge, judge_all
from dataset.mnist import data_name
from lab.processes import available


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the flags; reject a gallery that is not at full size on real MNIST."""
    parser = flags.parser(__doc__, data=True)
    add = parser.add_argument
    add("what", nargs="*", help="figures, sections, scripts or chapters (default: everything)")
    add("--list", action="store_true", help="list the scripts, and run nothing")
    add("--budget", type=flags.positive, metavar="MINUTES", help="run only what fits into a time")
    add("--again", action="store_true", help="also repeat finished scripts")
    count = available()
    add(
        "--processes",
        type=flags.at_least(1),
        default=count,
        help=f"at a time (default: {count})",
    )
    add("--gallery", action="store_true", help="then write docs/ and the tables of the READMEs")
    args = flags.parse(parser, argv)
    if args.data not in flags.DATA:
        raise ValueError(
            f"--data is {args.data}; expected {', '.join(flags.DATA)}: the claims are about digits"
        )
    if args.budget and args.quick:
        raise ValueError("--budget: not with --quick, which takes a minute")
    args.runs = select(args.what)
    if not args.list:
        args.data = data_name(args.data)
    if args.gallery and (args.quick or args.data != "mnist"):
        raise ValueError("--gallery: wrong size or data; expected full size and real MNIST")
    return args


def table(runs: Sequence[Run], processes: int) -> str:
    """Return one line for each run: sections and figures, number of claims, seconds."""
    lines = [f"{'script':42} {'what it shows':46} claims  seconds"]
    for run in runs:
        line = f"{run.name:42} {run.title:46} {len(run.claims):6} {run.seconds:8.0f}"
        lines.append(line + " alone" * run.alone)
    lines += [f"{section}: no script: {NO_SCRIPT[section]}" for section in without_script(RUNS)]
    lines.append(f"in total about {duration(runs, processes)} on {processes} cores")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> Counter[str]:
    """Run the remaining scripts, check the claims, write the report; count the verdicts."""
    args = parse(argv)
    if args.list:
        print(table(fitting(args, args.runs), args.processes))
        return Counter()
    folder = f"{args.data}-seed{args.seed}" + "-quick" * args.quick
    job = Job(args.out / "reproduce" / folder, args.data, args.seed, args.quick)
    print(f"data: {args.data}")
    records = {run.name: record for run in RUNS if (record := recorded(job, run))}
    records |= run_what_is_left(args, job, records)
    verdicts = judge_all(RUNS, records, job)
    counts = summary([pair for run in args.runs for pair in verdicts[run.name]])
    print(f"saved {report.write(RUNS, records, verdicts, job)}")
    failed = [name for name, record in records.items() if "error" in record]
    if args.gallery and not failed:
        experiments.keep(RUNS, records, verdicts)
        experiments.write(RUNS)
        print(f"saved {gallery.write(RUNS, records, verdicts, job)}")
    if windows.wanted(args.show):
        webbrowser.open((job.folder / "report.html").resolve().as_uri())
    if failed:
        sys.exit(f"reproduce.py: {', '.join(failed)} failed: see the report")
    if any(verdict.unexplained for run in args.runs for _, verdict in verdicts[run.name]):
        sys.exit("reproduce.py: a claim does not hold, for an unknown reason")
    return counts


def run_what_is_left(
    args: argparse.Namespace, job: Job, records: Mapping[str, Record]
) -> dict[str, Record]:
    """Run the scripts without a record, and return the new records by name."""
    left = [run for run in args.runs if args.again or run.name not in records]
    if len(left) < len(args.runs):
        done = f"{len(args.runs) - len(left)} of {len(args.runs)} scripts are done"
        print(f"{done} (--again repeats them)")
    left = fitting(args, left)
    found = {}
    try:
        for run, record in run_all(left, job, args.processes) if left else ():
            found[run.name] = record
            counts = Counter(judge(claim, record, job).status for claim in run.claims)
            said = ", ".join(f"{number} {status}" for status, number in counts.items())
            line = f"{record['seconds']:6.1f} s  {run.name}: {record.get('error') or said}"
            tqdm.write(line, file=sys.stdout)
    except (KeyboardInterrupt, OSError):
        command = "the same command without --again" if args.again else "the same command"
        print(f"finished results are in {job.folder}: {command} resumes from there")
        raise
    return found


def fitting(args: argparse.Namespace, runs: Sequence[Run]) -> list[Run]:
    """Return the runs that fit into ``--budget``."""
    chosen = within(runs, args.budget or math.inf, args.processes)
    if len(chosen) < len(runs):
        print(f"{len(chosen)} of {len(runs)} scripts fit into {args.budget:g} minutes")
    return chosen


def summary(verdicts: Sequence[tuple[Claim, Verdict]]) -> Counter[str]:
    """Print the claims that differed, and count the verdicts; return these counts."""
    for claim, verdict in verdicts:
        if verdict.status == DIFFERED:
            print(f"differed: {claim.section}, {claim.says}: {verdict.measured}")
            print(f"          {verdict.reason or 'the reason is unknown'}")
    counts = Counter(verdict.status for _, verdict in verdicts)
    print(", ".join(f"{counts[status]} {status}" for status in (HELD, DIFFERED, NOT_RUN)))
    return counts


if __name__ == "__main__":
    script.run(main)
