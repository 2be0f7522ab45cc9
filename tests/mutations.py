"""Break the code on purpose, one mistake at a time, and see whether the tests notice.

    python tests/mutations.py
    python tests/mutations.py --only optimizer --jobs 1

copies the repository, makes the mistakes of `tests/mutation_list.py` there one after the other,
runs for each the tests that should fail, and prints the first that failed, or SURVIVED. The exit
status is 1 if any survived. A quarter of an hour on two cores, at most.
"""

import argparse
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # if run by path, only the folder of this file is there

from tests.mutation_list import CHAPTERS, CLAIMS, LIBRARY  # noqa: E402

LEFT_OUT = (".git", "outputs", "__pycache__", ".*_cache", "*.egg-info", "dist", "build")
SECONDS = 600  # of one run of tests, at most


class Mutation(NamedTuple):
    """A mistake: a string of a file, its replacement, and the tests that notice it."""

    file: str
    name: str
    old: str
    new: str
    tests: tuple[str, ...]

    def problem(self, root: Path = ROOT) -> str:
        """Return why this mistake cannot be made in the current code; empty if it can."""
        number = (root / self.file).read_text(encoding="utf-8").count(self.old)
        if number != 1:
            return f"{self.file}, {self.name}: its text occurs {number} times; expected once"
        if self.old == self.new:
            return f"{self.file}, {self.name}: nothing changes"
        missing = [name for name in self.tests if not (root / name).exists()]
        return f"{self.file}, {self.name}: there is no {missing[0]}" if missing else ""


MUTATIONS = [
    Mutation(file, name, old, new, tuple(f"tests/test_{word}.py" for word in tests.split()))
    for file, mistakes in {**LIBRARY, **CLAIMS, **CHAPTERS}.items()
    for name, old, new, tests in mistakes
]


def main() -> None:
    """Make all mistakes, or the selected ones, and count those that no test noticed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default="", metavar="TEXT", help="in the name or the file")
    parser.add_argument("--jobs", type=int, default=2, help="side by side (default: 2)")
    args = parser.parse_args()
    chosen = [one for one in MUTATIONS if args.only in f"{one.file} {one.name}"]
    problems = [problem for problem in (one.problem() for one in MUTATIONS) if problem]
    if problems or not chosen:
        sys.exit("\n".join(problems) or f"no mutation has {args.only!r} in its name or file")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copies = [copy(Path(folder) / str(number)) for number in range(max(1, args.jobs))]
        check_that_the_copy_is_tested(copies[0])
        check_that_all_pass(copies, sorted({name for one in chosen for name in one.tests}))
        survived = sum(not noticed for noticed in try_all(copies, chosen))
    seconds = time.monotonic() - began
    print(f"{len(chosen) - survived} of {len(chosen)} caught, {survived} survived, {seconds:.0f} s")
    sys.exit(survived > 0)


def copy(folder: Path) -> Path:
    """Copy the repository to `folder`."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return folder


def python(root: Path, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python with the modules of `root`, also in the processes that it starts.

    No bytecode is kept: a change of equal length within a second would not be seen.
    """
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd or root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def run_tests(root: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run test files of `root` up to the first failure."""
    options = ["-n0", "-x", "-q", "-rfE", "--durations=0", "--durations-min=9999"]
    return python(root, "-m", "pytest", "-p", "no:cacheprovider", *options, *tests)


def check_that_the_copy_is_tested(root: Path) -> None:
    """Break an import in the copy: tests, and processes in other folders, must fail."""
    path = root / "common" / "checks.py"
    text = path.read_text(encoding="utf-8")
    path.write_text('raise ImportError("broken on purpose")\n', encoding="utf-8")
    tested = run_tests(root, ("tests/test_util.py",))
    elsewhere = python(root, "-c", "import common.checks", cwd=root.parent)
    path.write_text(text, encoding="utf-8")
    for what, done in (("the tests", tested), ("a process", elsewhere)):
        if done.returncode == 0 or "broken on purpose" not in done.stdout + done.stderr:
            sys.exit(f"{what} did not import the copy; nothing can be said about mutations")


def check_that_all_pass(copies: list[Path], tests: list[str]) -> None:
    """Stop if the tests fail without any mutation."""
    parts = [tuple(tests[number :: len(copies)]) for number in range(len(copies))]
    with ThreadPoolExecutor(len(copies)) as pool:
        runs = pool.map(run_tests, copies[: len(tests)], parts[: len(tests)])
        failures = [first_failure(done) for done in runs if done.returncode != 0]
    if failures:
        sys.exit(f"without any mutation {failures[0]} fails: nothing to compare with")
    print(f"without any mutation {len(tests)} test files pass")


def try_all(copies: list[Path], chosen: list[Mutation]) -> Iterator[bool]:
    """Make each mistake in a free copy; print and yield whether it was noticed."""
    free: queue.Queue[Path] = queue.Queue()
    for root in copies:
        free.put(root)

    def one(mutation: Mutation) -> tuple[bool, str, float]:
        root = free.get()
        began = time.monotonic()
        noticed, by = try_one(root, mutation)
        free.put(root)
        return noticed, by, time.monotonic() - began

    with ThreadPoolExecutor(len(copies)) as pool:
        for mutation, (noticed, by, seconds) in zip(chosen, pool.map(one, chosen), strict=True):
            what = f"caught by {by}" if noticed else f"SURVIVED {by}"
            print(f"{mutation.file}, {mutation.name}: {what}, {seconds:.1f} s", flush=True)
            yield noticed


def try_one(root: Path, mutation: Mutation) -> tuple[bool, str]:
    """Return whether a test noticed the mistake, and which one."""
    path = root / mutation.file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    try:
        done = run_tests(root, mutation.tests)
    except subprocess.TimeoutExpired:
        return False, f"(the tests did not end within {SECONDS} s)"
    finally:
        path.write_text(text, encoding="utf-8")
    if done.returncode == 0:
        return False, " ".join(mutation.tests)
    if done.returncode not in (1, 2):  # neither a failure nor a file that cannot be imported
        sys.exit(f"{mutation.name}: pytest ended with {done.returncode}\n{done.stderr}")
    return True, first_failure(done)


def first_failure(done: subprocess.CompletedProcess[str]) -> str:
    """Return the first test that failed."""
    found = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    return found[1] if found else f"pytest itself ({done.stdout[-300:] + done.stderr[-300:]})"


if __name__ == "__main__":
    main()
