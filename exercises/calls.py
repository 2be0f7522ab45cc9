"""Record the calls of the reader's code, and compare its speed and results with the library's."""

import contextlib
import copy
import functools
import inspect
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from operator import itemgetter
from time import perf_counter
from typing import Any

import numpy as np

MOST = 40  # calls of each function
SMALL = 12  # numbers in an array that is shown in full
WORK = "buffer"  # an argument for intermediate results, which are not compared
SECONDS = 0.25  # for copying their arguments, and for repeating one call
Call = tuple[tuple[Any, ...], dict[str, Any]]
Function = Callable[..., Any]


class Calls:
    """The arguments of the first calls of each function."""

    def __init__(self) -> None:
        self.calls: dict[str, list[Call]] = {}
        self.functions: dict[str, Function] = {}
        self.spent = 0.0
        self.last: tuple[str, dict[Any, Any], Any] = ("", {}, None)  # name, arguments, result

    def watched(self, name: str) -> Callable[[Function], Function]:
        """Return a decorator that records the calls of a function."""

        def decorator(function: Function) -> Function:
            self.functions[name], self.calls[name] = function, []

            @functools.wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                self._note(name, args, kwargs)
                given = dict(enumerate(args)) | kwargs
                values = {key: a.copy() if _is_small(a) else a for key, a in given.items()}
                result = function(*args, **kwargs)
                self.last = name, values, result
                return result

            return wrapper

        return decorator

    def _note(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if len(self.calls[name]) < MOST and self.spent < SECONDS:
            began = perf_counter()
            with contextlib.suppress(Exception):  # an iterator cannot be copied
                self.calls[name].append(copy.deepcopy((args, kwargs)))
            self.spent += perf_counter() - began

    def compare(self, library: dict[str, Function]) -> dict[str, float]:
        """Return the largest relative difference of the results, and the ratio of the times."""
        gaps, times = [], []
        with _quietly():
            for name, mine in self.functions.items():
                found = list(_side_by_side(mine, library[name], list(self.calls[name])))
                gaps += [gap for gap, _, _ in found]
                if found:
                    slowest = max(found, key=itemgetter(1))
                    times.append(_times(mine, library[name], slowest[2]))
        result = {"gap": max(gaps)} if gaps else {}
        if times:
            result["ratio"] = sum(mine for mine, _ in times) / sum(own for _, own in times)
        return result


def _is_small(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.size <= SMALL


def _side_by_side(
    mine: Function, own: Function, calls: list[Call]
) -> Iterator[tuple[float, float, Call]]:
    """Yield the difference of the results of both functions, the library's time, and the call.

    Calls are left out if they fail, return no numbers, or return random ones.
    """
    names = list(inspect.signature(own).parameters)
    for call in calls:
        theirs, again, yours = (_results(function, call, names) for function in (own, own, mine))
        if theirs and again and yours and theirs[0] and _gap(theirs[0], again[0]) == 0:
            yield _gap(yours[0], theirs[0]), theirs[1], call


def _results(
    function: Function, call: Call, names: Sequence[str]
) -> tuple[list[np.ndarray], float] | None:
    """Return the numbers that a call returns or changes, and its time; None after an error."""
    args, kwargs = copy.deepcopy(call)
    try:
        began = perf_counter()
        result = function(*args, **kwargs)
        seconds = perf_counter() - began
        given = [a for a, name in zip_longest(args, names) if name != WORK]
        changed = [a for a in (*given, *kwargs.values()) if isinstance(a, np.ndarray | dict | list)]
        return list(numbers((result, changed))), seconds
    except Exception:
        return None


def _times(mine: Function, own: Function, call: Call) -> tuple[float, float]:
    """Return the shortest times of a call, of both functions in turn."""
    best, until = [np.inf, np.inf], perf_counter() + SECONDS
    while perf_counter() < until:
        for k, function in enumerate((mine, own)):
            args, kwargs = copy.deepcopy(call)
            began = perf_counter()
            function(*args, **kwargs)
            best[k] = min(best[k], perf_counter() - began)
    return best[0], best[1]


def numbers(value: Any) -> Iterator[np.ndarray]:
    """Yield the arrays and numbers in tuples, lists and dicts; objects are left out."""
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value, key=str)]
    if isinstance(value, list | tuple):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, np.ndarray | np.generic | int | float):
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            yield array.astype(np.float64)


def _gap(mine: list[np.ndarray], own: list[np.ndarray]) -> float:
    """Return the largest difference, relative to the largest number of each array."""
    if [a.shape for a in mine] != [a.shape for a in own]:
        return np.inf
    largest = 0.0
    for a, b in zip(mine, own, strict=True):
        finite = np.isfinite(b)
        if (finite != np.isfinite(a)).any():
            return np.inf
        size = np.abs(b[finite]).max(initial=1e-30)
        largest = max(largest, float(np.abs(a - b)[finite].max(initial=0.0) / size))
    return largest


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    with (
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
