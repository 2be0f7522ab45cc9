"""Exercises: write pieces of the library yourself, section by section, and check them.

    python practice.py
    python practice.py 5.6.2
    python practice.py check 5.6.2
    python practice.py 5.6.2 --hint
    python practice.py 5.6.2 --solution

The first command lists the exercises, and which are done. With a name (5.6.2b), a section (5.6.2)
or a chapter (5) it writes a file for each exercise into ``practice/``: the task, the arguments, the
docstring, and a body for you to write. ``check``, with a name or your file, runs the library's
tests with your code in the place of the library's, says in plain words what is wrong first, and
when all is right how your code compares with the library's. Your files are never changed. A check
takes about two seconds.
"""

import argparse
import shlex
import sys
import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

try:
    from lab import flags, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from exercises import sheets, trial
from exercises.catalogue import EXERCISES, select
from exercises.exercise import Exercise
from exercises.source import Source

MARKS = {sheets.DONE: "[x]", sheets.NEW: "[ ]"}
FOLDER = Path("practice")
WIDE = 96


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the flags, and select the exercises."""
    parser = flags.Parser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("what", nargs="*", metavar="[check] NAME", help="exercises, sections or chapters")
    add("--hint", type=flags.at_least(1), metavar="[NUMBER]", help="show a hint: 1, 2 ...")
    add("--solution", action="store_true", help="show the library's own lines")
    add("--folder", type=Path, default=FOLDER, help="your files (default: practice)")
    add(
        "--seconds",
        type=flags.positive,
        default=trial.SECONDS,
        help=f"time limit of a check (default: {trial.SECONDS:g})",
    )
    args = parser.parse_args(numbered(argv or []))
    args.check = args.what[:1] == ["check"]
    args.chosen = select(args.what[args.check :])
    if (args.check or args.hint or args.solution) and not args.chosen:
        raise ValueError("which exercise? for example 5.6.2; python practice.py lists them")
    if args.folder.is_file():
        raise NotADirectoryError(f"--folder {args.folder} is a file; name a folder")
    return args


def numbered(words: Sequence[str]) -> list[str]:
    """Return the words of the command with a number after ``--hint``."""
    result: list[str] = []
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        result.append(word)
        if word == "--hint" and not following.isdigit():
            result.append("1")
    return result


def main(argv: Sequence[str] | None = None) -> None:
    """List exercises, write their files, check them, or show hints and solutions."""
    args = parse(argv)
    if not args.chosen:
        print(listing(args))
    elif args.hint or args.solution:
        for exercise in args.chosen:
            text = solution(exercise) if args.solution else hint(exercise, args.hint)
            print(f"{exercise.name}  {exercise.title}\n{text}")
    elif args.check:
        results = [check(exercise, args) for exercise in begun(args)]
        if not all(results):
            sys.exit(1)
    else:
        for exercise in args.chosen:
            write(exercise, args)


def listing(args: argparse.Namespace) -> str:
    """Return the list of all exercises by chapter, with what is done."""
    lines: list[str] = []
    states = {name: sheets.state(exercise, args.folder) for name, exercise in EXERCISES.items()}
    for chapter in sorted({exercise.chapter for exercise in EXERCISES.values()}):
        rows = [exercise for exercise in EXERCISES.values() if exercise.chapter == chapter]
        done = sum(states[row.name] == sheets.DONE for row in rows)
        lines.append(f"Chapter {chapter}: {done} of {len(rows)} done")
        for row in rows:
            mark = MARKS.get(states[row.name], "[~]")
            said = f"  ({states[row.name]})" if mark == "[~]" else ""
            lines.append(f"  {mark} {row.name:7} {row.title:40} {row.module}{said}")
    example = next((name for name, state in states.items() if state != sheets.DONE), "5.6.2a")
    return "\n".join([*lines, f"Next: {command(args, example)}"])


def command(args: argparse.Namespace, words: str) -> str:
    """Return a command for the reader, with ``--folder`` if this one has it."""
    folder = "" if args.folder == FOLDER else f" --folder {shlex.quote(str(args.folder))}"
    return f"python practice.py {words}{folder}"


def write(exercise: Exercise, args: argparse.Namespace) -> None:
    """Write the file of an exercise, if it is not there, and say where."""
    path = sheets.path_of(exercise, args.folder)
    written = sheets.write(exercise, args.folder)
    print(f"{'wrote' if written else 'it is there already:'} {path}")
    print(f"  then {command(args, f'check {exercise.name}')}")


def begun(args: argparse.Namespace) -> list[Exercise]:
    """Return the selected exercises that have a file."""
    found = [one for one in args.chosen if sheets.path_of(one, args.folder).exists()]
    if not found:
        first = args.chosen[0]
        path = sheets.path_of(first, args.folder)
        raise ValueError(f"{path} is not there: {command(args, first.name)} writes it")
    return found


def check(exercise: Exercise, args: argparse.Namespace) -> bool:
    """Check the reader's file, print what was found, and return whether it is right."""
    path = sheets.path_of(exercise, args.folder)
    verdict = trial.check(exercise, path, args.seconds)
    print(f"{exercise.name}  {exercise.title}: {'right' if verdict.passed else 'not right yet'}")
    next_step = "--solution" if verdict.passed else "--hint"
    for label, text in [
        *verdict.lines,
        ("see also", f"python practice.py {exercise.name} {next_step}"),
    ]:
        print(textwrap.fill(text, WIDE, initial_indent=f"  {label:9} ", subsequent_indent=" " * 12))
    if verdict.passed:
        sheets.keep_done(exercise, args.folder)
    return verdict.passed


def hint(exercise: Exercise, number: int) -> str:
    """Return a hint; the last one names what the library's own lines use."""
    source = Source(exercise)
    words = ", ".join(source.words()) or "no function"
    count = sum(map(len, source.missing_lines()))
    last = f"The library's own code has {count} line{'s' * (count > 1)} and calls {words}."
    hints = [*exercise.hints, last]
    if number > len(hints):
        raise ValueError(f"--hint {number}: {exercise.name} has {len(hints)}; then --solution")
    more = f"--hint {number + 1}" if number < len(hints) else "--solution"
    return f"  {hints[number - 1]}\n  (hint {number} of {len(hints)}; more: {more})"


def solution(exercise: Exercise) -> str:
    """Return the library's own lines, and where they are."""
    source = Source(exercise)
    place = source.path.relative_to(source.path.parents[len(exercise.module.split(".")) - 1])
    lines = "\n".join(f"    {line}".rstrip() for line in source.solution().splitlines())
    return f"{lines}\n  from line {source.missing_lines()[0][0]} of {place.as_posix()}"


if __name__ == "__main__":
    script.run(main)
