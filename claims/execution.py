"""Run scripts in processes, and save a record of each, so that finished ones do not run again."""

import ast
import hashlib
import importlib
import io
import json
import re
import sys
import time
import traceback
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from claims.claim import Run
from claims.progress import Progress
from common.io.files import replacing
from common.threads import one_blas_thread
from lab.processes import Runner, runner
from lab.script import plain

ROOT = Path(__file__).parents[1]
Record = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """The settings of a reproduction, and the folder for its results.

    Attributes
    ----------
    folder : Path
        For records, figures, results and the report.
    data : str
        ``mnist`` or ``drawn``.
    seed : int
    quick : bool
    """

    folder: Path
    data: str
    seed: int
    quick: bool

    def out(self, run: Run) -> Path:
        """Return the ``--out`` of a run."""
        return self.folder / run.variant

    def pictures(self, run: Run) -> list[Path]:
        """Return the paths of its figures, if any."""
        folder, stem = self.out(run) / run.package, Path(run.script).stem
        names = [path.name for path in folder.glob(f"{stem}*.png")]
        pattern = re.compile(rf"{re.escape(stem)}(-\d+)?\.png")
        names = sorted(filter(pattern.fullmatch, names))
        return [folder / name for name in sorted(names, key=len)]  # without a number, 2, 3 ... 10

    def argv(self, run: Run) -> list[str]:
        """Return the flags of the run, as a person would type them."""
        words = [] if "--seed" in run.flags else ["--seed", str(self.seed)]
        words += ["--quick"] * self.quick + ["--data", self.data] * run.digits
        return words + list(run.flags)

    def settings(self, run: Run) -> dict[str, Any]:
        """Return the settings that must be the same for a record to be valid."""
        return {"argv": self.argv(run), "code": fingerprint(run.script)}


def names(paths: Sequence[Path]) -> list[str]:
    """Return the names of files, without their folders."""
    return [path.name for path in paths]


@cache  # of the code when this process started
def fingerprint(script: str, root: Path = ROOT) -> str:
    """Return a checksum of everything that the results depend on: code, weights, NumPy."""
    sums = hashlib.sha256(f"{np.__version__} {sys.version_info[:2]}".encode())
    for path in sorted(depends_on(root / script, root)):
        content = path.read_bytes()
        content = _without_words(content.decode()).encode() if path.suffix == ".py" else content
        sums.update(path.name.encode() + b"\0" + content)
    return sums.hexdigest()[:16]


def depends_on(script: Path, root: Path) -> set[Path]:
    """Return a script, our modules that it imports, directly or indirectly, and weights.

    Weights are ``.npz`` files whose names are in a module in the same folder.
    """
    found, to_read = set[Path](), {script}
    while to_read:
        path = to_read.pop()
        found.add(path)
        text = path.read_text(encoding="utf-8")
        names = {path.with_name(name) for name in re.findall(r"\"(\w+\.npz)\"", text)}
        found |= {path for path in names if path.exists()}
        places = [root / name.replace(".", "/") for name in _imported(text)]
        modules = {place.with_suffix(".py") for place in places}
        modules |= {place / "__init__.py" for place in places}  # of a package
        to_read |= {path for path in modules if path.exists()} - found
    return found


@cache
def _without_words(text: str) -> str:
    """Return the code of a module without comments and docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for first in node.body[:1]:
                if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                    first.value.value = ""  # the docstring
    return ast.dump(tree)


@cache
def _imported(text: str) -> set[str]:
    """Return the names that a module imports: modules, or names in modules."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}", *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return found


def record_path(job: Job, run: Run) -> Path:
    """Return the path of the record that a finished run saves."""
    return job.folder / f"{run.name}.record.json"


def recorded(job: Job, run: Run) -> Record | None:
    """Return the record of a run, if its settings, code and figures are still the same."""
    try:
        record = json.loads(record_path(job, run).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    same = isinstance(record, dict) and record.get("settings") == job.settings(run)
    return record if same and names(job.pictures(run)) == record.get("pictures") else None


@dataclass(frozen=True)
class Task:
    """The part of a run that is passed to a process."""

    name: str
    module: str
    words: tuple[str, ...]
    checkpoint: str


def task(job: Job, run: Run) -> Task:
    """Return the task of a run; each version of the code has a separate checkpoint."""
    words = [*job.argv(run), "--no-show", "--out", str(job.out(run))]
    checkpoint = ""
    if run.checkpoint:
        checkpoint = str(job.folder / f"{run.name}.{fingerprint(run.script)}.checkpoint.npz")
        words += ["--checkpoint", checkpoint]
    return Task(run.name, run.module, tuple(words), checkpoint)


def execute(task: Task) -> tuple[str, Record]:
    """Run a script's `main`; return its name, and its results or the error in one line."""
    printed, start = io.StringIO(), time.perf_counter()
    record: Record = {"when": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")}
    try:
        with redirect_stdout(printed), redirect_stderr(printed), one_blas_thread():
            record["results"] = plain(importlib.import_module(task.module).main(task.words))
    except SystemExit as error:
        record["error"] = " ".join((str(error) or printed.getvalue()).split())
    except Exception as error:
        record["error"] = " ".join(traceback.format_exception_only(error)[-1].split())
        printed.write(traceback.format_exc())
    else:
        path = Path(task.checkpoint)
        for used in path.parent.glob(f"{path.stem}*") if task.checkpoint else ():  # of each network
            used.unlink()
    return task.name, {
        **record,
        "seconds": time.perf_counter() - start,
        "printed": printed.getvalue(),
    }


def _in_turn(
    work: Runner, order: Sequence[Run], job: Job
) -> Generator[tuple[str, Record], None, None]:
    """Run the scripts that may run in parallel, and then the others one by one."""
    alone = [[run] for run in order if run.alone]
    for turn in [[run for run in order if not run.alone], *alone]:
        with closing(work([(task(job, run),) for run in turn])) as records:
            yield from records


def run_all(runs: Sequence[Run], job: Job, processes: int) -> Iterator[tuple[Run, Record]]:
    """Run scripts, the longest first, and yield each with its record as soon as it has finished.

    Scripts that must run alone come last, one after the other. The record is saved before it is
    yielded. A script that failed has no record, and runs again next time.
    """
    order = sorted(runs, key=lambda run: (run.alone, -run.seconds))
    by_name = {run.name: run for run in order}
    settings = {run.name: job.settings(run) for run in order}  # of the code as it is now
    processes = min(processes, len(order))
    for old in (path for run in order for path in job.pictures(run)):
        old.unlink()
    with (
        runner(execute, processes) as work,
        closing(_in_turn(work, order, job)) as records,
        Progress(order, job.quick, processes) as progress,
    ):
        for name, record in records:
            run = by_name[name]
            record |= {"settings": settings[name], "pictures": names(job.pictures(run))}
            if "error" not in record:
                with replacing(record_path(job, run)) as file:
                    file.write(json.dumps(record, indent=1).encode())
            progress.ended(run, record["seconds"])
            yield run, record
