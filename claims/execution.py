"""Scripts run in processes, one record on disk for each: what is done is not done again."""

import hashlib
import importlib
import io
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from claims.claim import Run
from common.cli import plain
from common.files import replacing
from common.processes import runner
from common.util import one_blas_thread

ROOT = Path(__file__).parents[1]
Record = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """How scripts are run, and where what they leave is kept.

    Attributes
    ----------
    folder : Path
        For records, pictures, numbers and the report.
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

    def picture(self, run: Run) -> Path:
        """Return where its figure is, if it draws one."""
        return self.out(run) / Path(run.script).with_suffix(".png")

    def argv(self, run: Run) -> list[str]:
        """Return the flags that show the run to a person."""
        words = ["--seed", str(self.seed)] + ["--quick"] * self.quick
        return words + ["--data", self.data] * run.digits + list(run.flags)

    def settings(self, run: Run) -> dict[str, Any]:
        """Return what must be the same where a record is to count."""
        return {"argv": self.argv(run), "code": fingerprint(run.package)}


@cache  # of the code as it was when this process began
def fingerprint(chapter: str, root: Path = ROOT) -> str:
    """Return a checksum of all that a chapter's results depend on: code, weights, NumPy."""
    sums = hashlib.sha256(f"{np.__version__} {sys.version_info[:2]}".encode())
    for package in ("common", "dataset", chapter):
        for path in sorted((root / package).glob("*")):
            if path.suffix in (".py", ".npz"):
                sums.update(path.name.encode() + b"\0" + path.read_bytes())
    return sums.hexdigest()[:16]


def record_path(job: Job, run: Run) -> Path:
    """Return the file that a run leaves when it is done."""
    return job.folder / f"{run.name}.record.json"


def recorded(job: Job, run: Run) -> Record | None:
    """Return the record of a run, unless it is of other settings or of code that has changed."""
    try:
        record = json.loads(record_path(job, run).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    same = isinstance(record, dict) and record.get("settings") == job.settings(run)
    return record if same else None


@dataclass(frozen=True)
class Task:
    """What a process needs to know of a run, in plain words."""

    name: str
    script: str
    module: str
    words: tuple[str, ...]
    checkpoint: str


def task(job: Job, run: Run) -> Task:
    """Return the task that a run is; the checkpoint of other code is left alone."""
    words = [*job.argv(run), "--no-show", "--out", str(job.out(run))]
    checkpoint = ""
    if run.checkpoint:
        checkpoint = str(job.folder / f"{run.name}.{fingerprint(run.package)}.checkpoint.npz")
        words += ["--checkpoint", checkpoint]
    return Task(run.name, run.script, run.module, tuple(words), checkpoint)


def execute(task: Task) -> tuple[str, Record]:
    """Run a script's `main`; return its name, and its results or in one line why there are none."""
    printed, start = io.StringIO(), time.perf_counter()
    record: Record = {"when": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")}
    try:
        with redirect_stdout(printed), redirect_stderr(printed), one_blas_thread():
            record["results"] = plain(importlib.import_module(task.module).main(task.words))
    except (Exception, SystemExit) as error:
        reason = " ".join((str(error) or printed.getvalue()).split())
        record["error"] = f"{task.script}: {type(error).__name__}: {reason}"
    else:
        if task.checkpoint:
            Path(task.checkpoint).unlink(missing_ok=True)
    return task.name, {
        **record,
        "seconds": time.perf_counter() - start,
        "printed": printed.getvalue(),
    }


def run_all(runs: Sequence[Run], job: Job, processes: int) -> Iterator[tuple[Run, Record]]:
    """Run scripts, the longest first, and yield each with its record as soon as it has ended.

    The record is on disk by then; one that failed leaves none, and is run again next time.
    """
    order = sorted(runs, key=lambda run: -run.seconds)
    by_name = {run.name: run for run in order}
    processes = min(processes, len(order))
    with (
        runner(execute, processes) as work,
        closing(work([(task(job, run),) for run in order])) as records,
        Progress(order, job.quick, processes) as progress,
    ):
        for name, record in records:
            run = by_name[name]
            record["settings"] = job.settings(run)
            if "error" not in record:
                with replacing(record_path(job, run)) as file:
                    file.write(json.dumps(record, indent=1).encode())
            progress.ended(run, record["seconds"])
            yield run, record


class Progress:
    """One line with the scripts that are done and the time left, which it keeps up to date.

    Parameters
    ----------
    order : sequence of Run
        In which they start.
    quick : bool
    processes : int
        How many run at once.
    """

    QUICK = 3.0  # seconds that the small form of a script takes at most, about

    def __init__(self, order: Sequence[Run], quick: bool, processes: int) -> None:
        self.expected = {
            run.name: min(run.seconds, self.QUICK) if quick else run.seconds for run in order
        }
        self.waiting = list(self.expected)
        self.started: dict[str, float] = {}
        self.taken = self.foreseen = 30.0  # as if so many seconds had gone as foreseen
        for _ in range(processes):
            self._start()
        form = "{n_fmt} of {total_fmt} scripts |{bar:30}| {elapsed}{postfix}"
        self.bar = tqdm(total=len(order), bar_format=form, disable=None)
        self.over = threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Progress":
        self.ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.ticker.join()
        self.bar.close()

    def ended(self, run: Run, seconds: float) -> None:
        """Take note that a script has ended; the next one starts."""
        self.started.pop(run.name, None)
        self.taken += seconds
        self.foreseen += self.expected[run.name]
        self._start()
        self.bar.update()

    def left(self) -> float:
        """Return how many seconds it will take, if the others go as those before."""
        speed, now = self.taken / self.foreseen, time.monotonic()
        ends = [max(speed * self.expected[k] - (now - t), 1) for k, t in self.started.items()]
        for name in self.waiting:
            ends = sorted(ends or [0.0])
            ends[0] += speed * self.expected[name]
        return max(ends, default=0)

    def _start(self) -> None:
        if self.waiting:
            self.started[self.waiting.pop(0)] = time.monotonic()

    def _tick(self) -> None:
        while not self.over.wait(1):
            left = self.left()
            text = f"{left / 60:.0f} min" if left > 90 else f"{left:.0f} s"
            self.bar.set_postfix_str(f"about {text} left")
