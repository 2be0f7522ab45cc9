"""The first thing that is wrong, in plain words: what was checked, found and expected."""

import ast
import linecache
import re
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from exercises.placing import FAR
from exercises.source import ROOT

Line = tuple[str, str]  # a label, and what is said
NO_RETURN = " (a function without return gives None)"
MOST = 250  # characters


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
        self.frames = list(traceback.walk_tb(error.__traceback__))
        self.tests = [pair for pair in self.frames if _is_test(pair[0])]
        self.mine: list[tuple[FrameType, int]] = []
        cause: BaseException | None = error  # a layer gives an error another message
        while cause is not None and not self.mine:
            pairs = traceback.walk_tb(cause.__traceback__)
            self.mine = [(frame, line % FAR) for frame, line in pairs if self._is_mine(frame, line)]
            cause = cause.__cause__

    def lines(self) -> list[Line]:
        """Return the explanation, line by line."""
        error, where = self.error, f" in line {self.mine[-1][1]} of your file" if self.mine else ""
        if isinstance(error, RecursionError):
            return [("wrong", f"The code calls itself without end{where}.")]
        if isinstance(error, MemoryError):
            return [("wrong", f"The code needs too much memory{where}. {error}")]
        if isinstance(error, SystemExit):
            return [("wrong", f"The code ends Python{where}: remove exit() or sys.exit().")]
        if isinstance(error, KeyboardInterrupt):
            return [("wrong", f"The code was interrupted{where}.")]
        in_mine = bool(self.frames) and self._is_mine(*self.frames[-1])
        if not in_mine and (pair := self._compared_by_numpy()):
            return [*self._checked(), *difference(*pair)]
        if not in_mine and self.tests and isinstance(error, AssertionError):
            return [*self._checked(), *self._compared_by_assert()]
        if self.tests and type(error).__name__ == "Failed":  # of pytest.raises
            return [*self._checked(), ("found", _no_error(str(error)))]
        return [*self._checked(), *self._line(), ("found", self._message())]

    def call(self, name: str, arguments: Mapping[Any, Any], result: Any) -> list[Line]:
        """Return the reader's last call, if its result is what was found to be wrong."""
        pair = self._compared_by_numpy() or (self.compared or ())[1:]
        if not name or not pair or self.mine:
            return []
        same = pair[0] is result or (result is None and _is_none(pair[0]))
        return [("call", called(name, arguments))] if same else []

    def _is_mine(self, frame: FrameType, line: int) -> bool:
        return frame.f_code.co_filename == self.path or line > FAR

    def _message(self) -> str:
        text = one_line(f"{type(self.error).__name__}: {self.error}")
        return text + NO_RETURN * ("NoneType" in text)

    def _line(self) -> list[Line]:
        """Return the line of the reader's file that ran last, and the shapes of its arrays."""
        if not self.mine:
            return self._library_line()
        frame, line = self.mine[-1]
        text = linecache.getline(self.path, line).strip()
        lines = [("line", f"{line} of your file: {one_line(text)}")]
        return lines + [("with", sizes) for sizes in [shapes(text, frame.f_locals)] if sizes]

    def _library_line(self) -> list[Line]:
        """Return the line of the library that ran last, if the error was not meant there."""
        own = [pair for pair in self.frames if _path(pair[0]).is_relative_to(ROOT)]
        own = [pair for pair in own if "site-packages" not in _path(pair[0]).parts]
        if not own or _is_test(own[-1][0]):
            return []
        path, line = _path(own[-1][0]), own[-1][1]
        text = statement(str(path), line)
        place = f"{line} of {path.relative_to(ROOT).as_posix()}"
        return [] if text.startswith("raise") else [("line", f"{place}: {one_line(text)}")]

    def _checked(self) -> list[Line]:
        """Return the statement of the test that failed."""
        if not self.tests:
            return []
        frame, line = self.tests[-1]
        return [("checks", one_line(statement(frame.f_code.co_filename, line)))]

    def _compared_by_numpy(self) -> tuple[Any, Any] | None:
        """Return the two arrays that `numpy.testing` compared."""
        for frame, _ in self.frames:
            values = frame.f_locals
            if "numpy" in frame.f_code.co_filename and {"actual", "desired"} <= set(values):
                return values["actual"], values["desired"]
        return None

    def _compared_by_assert(self) -> list[Line]:
        frame, line = self.tests[-1]
        if bad := _failed_gradient(frame):
            return bad
        if not self.compared and self.frames[-1][0] is not frame:  # an error with another message
            return [("found", one_line(str(self.error)))]
        if not self.compared:
            return [("found", "this is false"), *_variables(frame, line)]
        operator, left, right = self.compared
        if operator == "==":
            return difference(left, right)
        return [("found", shown(left)), ("expected", f"{operator} {shown(right)}")]


def _path(frame: FrameType) -> Path:
    return Path(frame.f_code.co_filename)


def _is_test(frame: FrameType) -> bool:
    path = _path(frame)
    return path.parent == ROOT / "tests" and path.name.startswith("test_")


def statement(file: str, line: int) -> str:
    """Return the simple statement, or the head of a block, at a line of a file."""
    found = ""
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            found = ast.unparse(node).partition("\n")[0]
    return found.removeprefix("assert ")


def shapes(text: str, variables: Mapping[str, Any]) -> str:
    """Return the shapes of the arrays in a line of code, such as ``x (2, 3), self.W (3, 4)``."""
    found = {}
    for owner, attribute in re.findall(r"\b([^\W\d]\w*)(?:\.(\w+))?", text):
        value = variables.get(owner)
        name = f"{owner}.{attribute}" if owner == "self" else owner
        value = getattr(value, "__dict__", {}).get(attribute) if owner == "self" else value
        if isinstance(value, np.ndarray):
            found[name] = f"{name} {value.shape}"
    return ", ".join(found.values())


def difference(found: Any, expected: Any) -> list[Line]:
    """Return what was found and expected; of large arrays the first element that differs."""
    expected = getattr(expected, "expected", expected)  # of pytest.approx
    try:
        a, b = np.asarray(found), np.asarray(expected)
        plain = a.dtype.kind in "biuf" and b.dtype.kind in "biuf"
    except ValueError:  # a list of lists of unequal lengths
        plain = False
    arrays = isinstance(found, np.ndarray) or isinstance(expected, np.ndarray)
    if plain and arrays and a.shape != b.shape and () not in (a.shape, b.shape):
        return [("found", f"the shape {a.shape}"), ("expected", f"the shape {b.shape}")]
    if plain and a.size > 12 and a.shape == b.shape:
        wrong = ~np.isclose(a, b, rtol=1e-6, atol=1e-12, equal_nan=True)
        if wrong.any():
            at = tuple(int(k) for k in np.argwhere(wrong)[0])
            place = f"at {list(at)} of {a.shape}; {wrong.sum()} of {a.size} differ"
            return [("found", f"{a[at]:.8g} {place}"), ("expected", f"{b[at]:.8g}")]
    return [("found", shown(found)), ("expected", shown(expected))]


def shown(value: Any) -> str:
    """Return a value in one line."""
    if _is_none(value):
        return f"None{NO_RETURN}"
    if not isinstance(value, np.ndarray):
        return one_line(repr(plain(value)))
    text = np.array2string(value, precision=6, threshold=12, separator=", ")
    return one_line(text if value.size <= 12 else f"{text}, of shape {value.shape}")


def called(name: str, arguments: Mapping[Any, Any]) -> str:
    """Return a call in one line: numbers in full, other values by their name or type.

    The keys of `arguments` are numbers or names; that of ``self``, which is left out, is 0.
    """
    words = []
    for key, value in list(arguments.items())["." in name :]:
        named = getattr(value, "__name__", type(value).__name__)
        known = isinstance(value, np.ndarray | np.generic | int | float | str | list | tuple | None)
        large = isinstance(value, np.ndarray) and value.size > 12
        word = f"array {value.shape}" if large else shown(value) if known else named
        words.append(f"{key}={word}" if isinstance(key, str) else word)
    return one_line(f"{name}({', '.join(words)})")


def _is_none(value: Any) -> bool:
    inside = value.item() if isinstance(value, np.ndarray) and value.shape == () else value
    return inside is None  # NumPy's tests make an array of None


def plain(value: Any) -> Any:
    """Return a value with Python's numbers in the place of NumPy's, which print their type."""
    if isinstance(value, np.generic):
        return value.item()
    if type(value) in (list, tuple, set):
        return type(value)(map(plain, value))
    if type(value) is dict:
        return {key: plain(one) for key, one in value.items()}
    return value


def one_line(text: str) -> str:
    """Return the text in one line of limited length."""
    text = " ".join(text.split())
    return text if len(text) <= MOST else f"{text[: MOST - 4]} ..."


def _no_error(message: str) -> str:
    named = re.search(r"DID NOT RAISE <class '(?:\w+\.)*(\w+)'>", message)
    return f"no error; expected {named[1] if named else 'one'}"


def _failed_gradient(frame: FrameType) -> list[Line]:
    """Return which gradient of a gradient check in a test is wrong, if one is."""
    for value in frame.f_locals.values():
        for name, check in value.items() if isinstance(value, dict) else ():
            if type(check).__name__ == "GradientCheck" and not check.passed:
                return [
                    ("found", f"the gradient of {name} has a relative error of {check.error:.2g}"),
                    ("expected", "1e-05 at most: the numerical gradient is different"),
                ]
    return []


def _variables(frame: FrameType, line: int) -> Iterator[Line]:
    """Yield some variables of the statement that failed."""
    kinds = np.ndarray | np.generic | int | float | list | tuple | dict | str
    try:
        tree = ast.parse(statement(frame.f_code.co_filename, line))
    except SyntaxError:  # the head of a block
        return
    names = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})
    values = [(name, frame.f_locals.get(name)) for name in names]
    yield from [(f"with {k}", shown(value)) for k, value in values if isinstance(value, kinds)][:3]
