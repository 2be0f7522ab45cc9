"""Record the calls of the reader's code, and compare its speed and results with the library's."""

import contextlib
import copy
import functools
import io
import warnings
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import numpy as np

MOST = 40  # calls of each function
SECONDS = 0.5  # for copying their arguments, and for repeating them
Call = tuple[tuple[Any, ...], dict[str, Any]]
Function = Callable[..., Any]


class Calls:
    """The arguments of the first calls of each function."""

    def __init__(self) -> None:
        self.calls: dict[str, list[Call]] = {}
        self.functions: dict[str, Function] = {}
        self.spent = 0.0

    def watched(self, name: str) -> Callable[[Function], Function]:
        """Return a decorator that records the calls of a function."""

        def decorator(function: Function) -> Function:
            self.functions[name], self.calls[name] = function, []

            @functools.wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                self._note(name, args, kwargs)
                return function(*args, **kwargs)

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
            for name, calls in list(self.calls.items()):
                mine, own, slowest = self.functions[name], library[name], (0.0, 0)
                for number, call in enumerate(list(calls)):
                    theirs, again, yours = (_results(one, call) for one in (own, own, mine))
                    if theirs and again and yours and _gap(theirs[0], again[0]) == 0:
                        gap = _gap(yours[0], theirs[0])
                        gaps += [] if gap is None else [gap]
                        slowest = max(slowest, (theirs[1], number))
                if slowest[0]:
                    times.append(_times(mine, own, calls[slowest[1]]))
        found = {"gap": max(gaps)} if gaps else {}
        if times:
            found["ratio"] = sum(mine for mine, _ in times) / sum(own for _, own in times)
        return found


def _results(function: Function, call: Call) -> tuple[list[np.ndarray], float] | None:
    """Return the numbers that a call returns or changes, and its time; None after an error."""
    args, kwargs = copy.deepcopy(call)
    try:
        began = perf_counter()
        result = function(*args, **kwargs)
        seconds = perf_counter() - began
        return list(numbers((result, args, kwargs))), seconds
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
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, np.ndarray | np.generic | int | float):
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            yield array.astype(np.float64)


def _gap(mine: list[np.ndarray], own: list[np.ndarray]) -> float | None:
    if not own or [a.shape for a in mine] != [a.shape for a in own]:
        return None
    largest = 0.0
    for a, b in zip(mine, own, strict=True):
        gap = np.abs(a - b)[np.isfinite(a) & np.isfinite(b)].max(initial=0.0)
        largest = max(largest, float(gap / max(np.abs(b[np.isfinite(b)]).max(initial=0.0), 1e-30)))
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
