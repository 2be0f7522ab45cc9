"""Run the tests of an exercise with the reader's code in the library's place.

    python -c "from exercises import examiner; examiner.main()" REQUEST.json

A separate process, started by `exercises.trial`: an endless loop, ``exit()`` or too much memory
in the reader's code ends this process only.
"""

import contextlib
import importlib
import io
import json
import os
import sys
import threading
from operator import attrgetter
from pathlib import Path
from typing import Any

from exercises.calls import Calls
from exercises.catalogue import EXERCISES
from exercises.failure import Failure, Line, one_line
from exercises.placing import FAR, LIBRARY, Placing
from exercises.source import Source

OPTIONS = ["-x", "-s", "-n0", "-o", "addopts=", "-m", "not slow"]
OPTIONS += ["-p", "no:cacheprovider", "-p", "no:terminal"]
PRINTED = 600  # characters of what the reader's code prints


class Prints(io.TextIOBase):
    """Keeps the first characters that the code of a file prints, and drops all others.

    Parameters
    ----------
    path : str, optional
        The file. None: any code.
    """

    def __init__(self, path: str | None = None) -> None:
        self.path, self.text = path, ""

    def write(self, text: str) -> int:
        """Keep what fits."""
        if self.path in (None, sys._getframe(1).f_code.co_filename):
            self.text = (self.text + text)[:PRINTED]
        return len(text)


class Report:
    """The result, which is written to a file once."""

    def __init__(self, path: Path, prints: Prints) -> None:
        self.path, self.prints, self.lock = path, prints, threading.Lock()

    def write(self, **result: Any) -> None:
        """Write the result, if none was written before."""
        with self.lock:
            if not self.path.exists():
                partial = self.path.with_suffix(".part")
                partial.write_text(json.dumps({"printed": self.prints.text, **result}))
                partial.replace(self.path)


class Watcher:
    """A plugin of pytest: keeps the first failure in plain words, and counts the tests."""

    def __init__(self, path: str, prints: Prints, calls: Calls) -> None:
        self.path, self.prints, self.calls = path, prints, calls
        self.compared: Any = None
        self.lines: list[Line] | None = None
        self.test, self.passed = "", 0

    def pytest_runtest_setup(self, item: Any) -> None:
        """Forget what the last test printed and compared."""
        self.compared, self.prints.text = None, ""

    def pytest_assertrepr_compare(self, op: str, left: Any, right: Any) -> None:
        """Keep the two sides of a comparison that is false."""
        self.compared = op, left, right

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        """Explain the first error."""
        if self.lines is None:
            self.test = node.nodeid
            failure = Failure(call.excinfo.value, self.path, self.compared)
            self.lines = [*failure.lines(), *failure.call(*self.calls.last)]

    def pytest_keyboard_interrupt(self, excinfo: Any) -> None:
        """Explain an interrupt, which the reader's code raised: this process gets none."""
        self.lines = Failure(excinfo.value, self.path).lines()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Count the tests that passed."""
        self.passed += report.when == "call" and report.passed


def main() -> None:
    """Run the tests that a file requests, and write the result."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    prints, errors = Prints(request["path"]), Prints()
    report = Report(Path(request["result"]), prints)
    limit_memory(request["memory"])
    watch_the_time(request["seconds"], request["path"], report)
    with contextlib.redirect_stdout(prints), contextlib.redirect_stderr(errors):
        try:
            result = examine(request, prints)
        except Exception as error:
            result = {"lines": [("wrong", f"The check itself failed: {error!r}.")]}
        if not result:
            result = {"lines": [("wrong", f"The tests did not run. {one_line(errors.text)}")]}
        report.write(**result)


def examine(request: dict[str, Any], prints: Prints) -> dict[str, Any]:
    """Return the failure in plain words, or how the code compares; empty if no test ran."""
    import pytest

    source, calls, path = Source(EXERCISES[request["name"]]), Calls(), request["path"]
    text = Path(path).read_text(encoding="utf-8-sig")
    try:
        Placing(source, text, path, calls.watched).install()
        module = importlib.import_module(source.exercise.module)
    except BaseException as error:
        return {"lines": Failure(error, path).lines()}
    watcher = Watcher(path, prints, calls)
    ended = pytest.main([*OPTIONS, *source.exercise.node_ids], plugins=[watcher])
    if watcher.lines is not None:
        return {"test": watcher.test, "lines": watcher.lines}
    if ended != 0 or not watcher.passed:
        return {}
    return {"passed": watcher.passed, **calls.compare(own_versions(source, module))}


def own_versions(source: Source, module: Any) -> dict[str, Any]:
    """Return the library's own versions of the functions, by the names of the reader's."""
    found = {}
    for target in source.functions:
        owner, dot, name = target.rpartition(".")
        found[target] = attrgetter(f"{owner}{dot}{LIBRARY}{name}")(module)
    return found


def limit_memory(most: int) -> None:
    """Limit the memory of this process, where the system can; files, too."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most // 16, most // 16))


def watch_the_time(seconds: float, path: str, report: Report) -> None:
    """End this process after some time, and report the line of the reader's that was running."""
    main_thread = threading.get_ident()

    def stop() -> None:
        frame, line = sys._current_frames().get(main_thread), None
        while frame is not None and line is None:
            at = frame.f_lineno or 0
            if frame.f_code.co_filename == path or at > FAR:
                line = at % FAR
            frame = frame.f_back
        report.write(stuck=line)
        os._exit(0)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
