"""The first thing that is wrong, in plain words: what was checked, what came, what was expected."""

import ast
import linecache
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from exercises.placing import FAR
from exercises.source import ROOT

Line = tuple[str, str]  # a label, and what is said
WIDE = 88


class Failure:
    """An error in a test, or at import, that is to be explained.

    Parameters
    ----------
    error : BaseException
    path : str
        The reader's file.
    compared : tuple of (operator, left, right), optional
        The last comparison that an ``assert`` found to be false.
    """

    def __init__(self, error: BaseException, path: str, compared: Any = None) -> None:
        self.error, self.path, self.compared = error, path, compared
        self.frames = list(frames(error.__traceback__))
        self.mine = [line for frame, line in self.frames if self._is_mine(frame, line)]
        self.tests = [pair for pair in self.frames if _is_test(pair[0])]

    def lines(self) -> list[Line]:
        """Return the explanation, line by line."""
        error, where = self.error, self._where()
        if isinstance(error, RecursionError):
            return [("wrong", f"The code calls itself without end{where}.")]
        if isinstance(error, MemoryError):
            return [("wrong", f"The code needs more memory than is allowed{where}. {error}")]
        if isinstance(error, SystemExit):
            return [("wrong", f"The code ends Python{where}: leave out exit() and sys.exit().")]
        if isinstance(error, KeyboardInterrupt):
            return [("wrong", f"The code was interrupted{where}.")]
        in_mine = self.frames and self._is_mine(*self.frames[-1])
        if isinstance(error, AssertionError) and self.tests and not in_mine:
            return [*self._checked(), *self._came()]
        if type(error).__name__ == "Failed" and self.tests:  # of pytest.raises
            return [*self._checked(), ("came", one_line(_plain(str(error))))]
        message = f"{type(error).__name__}: {one_line(str(error))}"
        if self.mine:
            text = linecache.getline(self.path, self.mine[-1]).strip()
            return [*self._checked(), (f"line {self.mine[-1]}", one_line(text)), ("came", message)]
        return [*self._checked(), ("came", message)]

    def _is_mine(self, frame: FrameType, line: int) -> bool:
        return frame.f_code.co_filename == self.path or line > FAR

    def _where(self) -> str:
        return f" in line {self.mine[-1] % FAR} of your file" if self.mine else ""

    def _checked(self) -> list[Line]:
        """Return the statement of the test that failed."""
        if not self.tests:
            return []
        frame, line = self.tests[-1]
        return [("checked", one_line(statement(frame.f_code.co_filename, line), 2 * WIDE))]

    def _came(self) -> list[Line]:
        frame = self.tests[-1][0]
        for inner, _ in self.frames[::-1]:
            values = inner.f_locals
            if "numpy" in inner.f_code.co_filename and {"actual", "desired"} <= set(values):
                return difference(values["actual"], values["desired"])
        for value in frame.f_locals.values():
            bad = [pair for pair in _gradient_checks(value) if not pair[1].passed]
            if bad:
                name, check = bad[0]
                return [
                    ("came", f"the gradient of {name}: relative error {check.error:.2g}"),
                    ("expected", "that of the numerical gradient, within 1e-05"),
                ]
        if self.compared:
            operator, left, right = self.compared
            if operator == "==":
                return difference(left, right)
            return [("came", shown(left)), ("expected", f"{operator} {shown(right)}")]
        return [("came", "this is false"), *_values(frame, *self.tests[-1][1:])]


def frames(tb: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    """Yield the frames of a traceback, with the lines that ran."""
    for frame, line in traceback.walk_tb(tb):
        yield frame, line


def _is_test(frame: FrameType) -> bool:
    path = Path(frame.f_code.co_filename)
    return path.parent == ROOT / "tests" and path.name.startswith("test_")


def statement(file: str, line: int) -> str:
    """Return the simple statement, or the head of a block, at a line of a file."""
    found = ""
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            found = ast.unparse(node).partition("\n")[0]
    return found.removeprefix("assert ")


def difference(came: Any, expected: Any) -> list[Line]:
    """Return what came and what was expected; of large arrays, the first place that differs."""
    expected = getattr(expected, "expected", expected)  # of pytest.approx
    try:
        a, b = np.asarray(came), np.asarray(expected)
        plain = a.dtype.kind in "biuf" and b.dtype.kind in "biuf"
    except ValueError:
        plain = False
    if plain and a.shape != b.shape and () not in (a.shape, b.shape):
        return [("came", f"the shape {a.shape}"), ("expected", f"the shape {b.shape}")]
    if plain and a.size > 12 and a.shape == b.shape:
        wrong = ~np.isclose(a, b, rtol=1e-6, atol=1e-12, equal_nan=True)
        if wrong.any():
            at = tuple(int(k) for k in np.argwhere(wrong)[0])
            place = f"at {list(at)} of {a.shape} ({wrong.sum()} of {a.size} differ)"
            return [("came", f"{a[at]:.8g} {place}"), ("expected", f"{b[at]:.8g}")]
    return [("came", shown(came)), ("expected", shown(expected))]


def shown(value: Any) -> str:
    """Return a value in one line."""
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=6, threshold=12, separator=", ")
        text = re.sub(r"\s*\n\s*", " ", text)
        return one_line(text if value.size <= 12 else f"{text}, of shape {value.shape}")
    return one_line(repr(value))


def one_line(text: str, most: int = 3 * WIDE) -> str:
    """Return the text in one line of limited length."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 4]} ..."


def _plain(message: str) -> str:
    message = re.sub(r"DID NOT RAISE <class '(?:\w+\.)*(\w+)'>", r"no error; expected \1", message)
    return re.sub(r"DID NOT RAISE (?:<.*>|\w+)", "no error; expected one", message)


def _gradient_checks(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return []
    return [(str(k), v) for k, v in value.items() if type(v).__name__ == "GradientCheck"]


def _values(frame: FrameType, line: int) -> list[Line]:
    """Return up to three variables of the statement that failed."""
    text = statement(frame.f_code.co_filename, line)
    try:
        names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    except SyntaxError:
        return []
    kinds = np.ndarray | np.generic | int | float | list | tuple | dict | str
    found = [(n, frame.f_locals[n]) for n in sorted(names) if n in frame.f_locals]
    return [(f"with {n}", shown(value)) for n, value in found if isinstance(value, kinds)][:3]
