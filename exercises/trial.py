"""Check the reader's code in another process, with limits of time and memory."""

import contextlib
import importlib.util
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exercises.exercise import Exercise
from exercises.placing import problem
from exercises.source import ROOT, Source, code_lines

SECONDS = 30.0
MEMORY = 2 * 2**30
EXAMINE = "from exercises import examiner; examiner.main()"
NO_PYTEST = 'the checks need pytest: first run python -m pip install -e ".[dev]"'


@dataclass
class Verdict:
    """What a check found.

    Attributes
    ----------
    passed : bool
    lines : list of (label, text)
        What is wrong, or how the code compares with the library's.
    """

    passed: bool
    lines: list[tuple[str, str]] = field(default_factory=list)


def check(exercise: Exercise, path: Path, seconds: float = SECONDS) -> Verdict:
    """Check the reader's file: read it, run the tests with it, compare it with the library."""
    source = Source(exercise)
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows begins files with a mark
    except UnicodeDecodeError:
        return Verdict(
            False, [("wrong", "The file is not text in UTF-8; save it with this encoding.")]
        )
    if wrong := problem(source, text):
        return Verdict(False, [("wrong", wrong)])
    if importlib.util.find_spec("pytest") is None or importlib.util.find_spec("xdist") is None:
        raise ValueError(NO_PYTEST)
    result = run(exercise, path, seconds)
    if "passed" in result and "lines" not in result:
        return Verdict(True, comparison(source, text, result))
    return Verdict(False, explanation(result, seconds))


def run(exercise: Exercise, path: Path, seconds: float) -> dict[str, Any]:
    """Run the examiner; return its result, or how it ended without one."""
    with tempfile.TemporaryDirectory(prefix="practice-") as folder:
        request, result = Path(folder) / "request.json", Path(folder) / "result.json"
        asked = {"name": exercise.name, "path": str(path.resolve()), "result": str(result)}
        request.write_text(json.dumps({**asked, "seconds": seconds, "memory": MEMORY}))
        paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
        process = subprocess.Popen(
            [sys.executable, "-c", EXAMINE, str(request)],
            cwd=ROOT,
            env={**os.environ, **threads, "PYTHONPATH": paths, "MPLBACKEND": "agg"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds + 5)  # the examiner itself ends after `seconds`
        except subprocess.TimeoutExpired:
            code = None
        finally:
            end(process)
        if result.exists():
            return dict(json.loads(result.read_text()))
    return {"stuck": None} if code is None else {"ended": code}


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, and those that it started, where the system has groups of processes."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def explanation(result: dict[str, Any], seconds: float) -> list[tuple[str, str]]:
    """Return what is wrong, line by line."""
    lines = [(label, text) for label, text in result.get("lines", ())]
    if "stuck" in result:
        line = result["stuck"]
        where = f": line {line} of your file was running" if line else ""
        lines = [("wrong", f"It did not end within {seconds:g} seconds{where}. An endless loop?")]
    if (code := result.get("ended")) is not None:
        how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
        lines = [("wrong", f"The code ended Python ({how}).")]
    if test := result.get("test"):
        file, _, name = test.partition("::")
        lines.insert(0, ("test", f"{name.removeprefix('test_').replace('_', ' ')} ({file})"))
    printed = result.get("printed", "").strip().splitlines()
    return lines + [("printed", line) for line in printed[:8]]


def comparison(source: Source, text: str, result: dict[str, Any]) -> list[tuple[str, str]]:
    """Return how the reader's code compares with the library's: length, speed, exactness."""
    blank, number = code_lines(source.sheet()), len(source.functions)
    mine = code_lines(text) - blank + number
    own = code_lines(source.sheet(filled=True)) - blank + number
    lines = [("lines", f"{mine}; the library's own has {own}")]
    if ratio := result.get("ratio"):
        said = "about as fast as the library's"
        if not 0.8 < ratio < 1.25:
            times = f"{max(ratio, 1 / ratio):.2g}"
            said = f"{times} times as {'long' if ratio > 1 else 'fast'} as the library's"
        lines.append(("time", said))
    if (gap := result.get("gap")) is not None:
        said = "the same numbers to the last digit"
        if gap == math.inf:
            said = "not compared: other shapes, or not finite in other places"
        elif gap:
            said = f"differs from the library's by {gap:.1g} of the largest number, at most"
        lines.append(("exact", said))
    return lines
