"""The race of `benchmarks/networks.py`: contenders take turns, and their times become tables."""

import json
import os
import platform
import subprocess
import sys
from contextlib import ExitStack
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

CONTENDERS = {
    "textbook": {"kind": "textbook"},
    "ours 1": {"kind": "ours", "threads": 1},
    "ours 2": {"kind": "ours", "threads": 2},
    "torch 1": {"kind": "torch", "threads": 1},
    "torch 2": {"kind": "torch", "threads": 2},
    "torch cl 1": {"kind": "torch, channels last", "threads": 1},
    "torch cl 2": {"kind": "torch, channels last", "threads": 2},
    "floor": {"kind": "floor"},
}
LABELS = {"textbook": "textbook", "ours 1": "ours, 1 thread", "ours 2": "ours, 2 threads"}
NUMPY = list(LABELS)


class Contender:
    """A process that runs `contender.py`."""

    def __init__(self, job, stack):
        script = str(Path(__file__).with_name("contender.py"))
        free = {key: value for key, value in os.environ.items() if "NUM_THREADS" not in key}
        self.process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, script, json.dumps(job)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=free,
            )
        )

    def answer(self):
        """Return its next answer."""
        line = self.process.stdout.readline()
        if not line:
            raise OSError(f"a contender ended: {self.process.args[2]}")
        return json.loads(line)

    def ask(self, line):
        """Send a line to the process, and return its answer."""
        print(line, file=self.process.stdin, flush=True)
        return self.answer()


def race(names, rounds, turn, **job):
    """Measure contenders in turn, so that other programs slow down all of them equally.

    Returns
    -------
    dict
        For each name the milliseconds of a step in each round, and the MB that its first three
        steps took.
    """
    with ExitStack() as stack:
        runners = {name: Contender({**job, **CONTENDERS[name]}, stack) for name in names}
        for runner in runners.values():
            runner.answer()  # it is ready
        memory = {name: runner.ask("memory") for name, runner in runners.items()}
        times = {name: [] for name in names}
        for _ in range(rounds):
            for name, runner in runners.items():
                times[name].append(1000 * np.median(runner.ask(turn)))
    return {name: {"ms": times[name], "MB": memory[name]} for name in names}


def ratio(results, above, below):
    """Return the median over rounds of the ratio of two times; NaN where one did not run."""
    if above not in results or below not in results:
        return np.nan
    return np.median(np.divide(results[above]["ms"], results[below]["ms"]))


def table(title, first, columns, rows):
    """Print numbers as a table in Markdown: three digits, and - for NaN."""
    body = [[name, *("-" if np.isnan(x) else digits(x) for x in row)] for name, row in rows.items()]
    lines = [[first, *columns], *body]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    print(f"\n{title}\n")
    for line in (lines[0], rule, *body):
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("|", " | ".join([line[0].ljust(widths[0]), *cells]), "|", flush=True)


def digits(number):
    """Return a number with three significant digits."""
    return f"{float(f'{number:.3g}'):g}"


def machine():
    """Return a description of the machine and of the software."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    blas = [
        f"{lib['internal_api']} {lib['version']} for {lib.get('architecture', '?')}"
        for lib in threadpool_info()
        if lib["user_api"] == "blas"
    ]
    torch = f"torch {version('torch')}" if find_spec("torch") else "no torch"
    return (
        f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}, NumPy {np.__version__}, "
        f"{', '.join(blas)}, {torch}"
    )
