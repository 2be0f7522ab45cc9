"""The ways to check a measured value: the expected value, the tolerance, and the verdict."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lab.script import plain


@dataclass(frozen=True)
class Check:
    """The expected value of a claim, and the rule that compares the measured value with it.

    Attributes
    ----------
    book : str
        The expected value in short: the book's number, if there is one.
    rule : str
        The compared quantity, the tolerance, and the reason.
    holds : callable
        Takes the measured value; returns whether the claim holds.
    digits : int
        The number of significant digits to show.
    """

    book: str
    rule: str
    holds: Callable[[Any], bool]
    digits: int = 6


def exactly(book: Any, rule: str = "the same") -> Check:
    """Expect exactly this value."""
    expected = plain(book)
    return Check(text(expected), rule, lambda measured: measured == expected)


def close(book: Any, rtol: float = 0, atol: float = 0, why: str = "") -> Check:
    """Expect each number within `atol` + `rtol` times the book's number, and the same shape.

    Without tolerances, `rtol` is 1e-6: the book prints eight digits.
    """
    if not rtol and not atol:
        rtol, why = 1e-6, why or "printed with 8 digits"
    expected = plain(book)
    limit = " + ".join([f"{rtol:g} of it"] * (rtol > 0) + [f"{atol:g}"] * (atol > 0))
    rule = f"within {limit}" + (f": {why}" if why else "")
    digits = 6 if atol else max(6, 2 - math.floor(math.log10(rtol)))

    def holds(measured: Any) -> bool:
        pairs = zip(leaves(measured), leaves(expected), strict=True)
        return shape(measured) == shape(expected) and all(
            is_number(value) and abs(value - wanted) <= atol + rtol * abs(wanted)
            for value, wanted in pairs
        )

    return Check(text(expected, digits), rule, holds, digits)


def between(low: float, high: float, book: str, why: str) -> Check:
    """Expect all numbers from `low` to `high`."""
    if math.isinf(high):
        limits = f"at least {low:g}"
    else:
        limits = f"at most {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"

    def holds(measured: Any) -> bool:
        values = list(leaves(measured))
        return bool(values) and all(is_number(value) and low <= value <= high for value in values)

    return Check(book, f"{limits}: {why}", holds)


def at_least(low: float, book: str, why: str) -> Check:
    """Expect numbers of at least `low`."""
    return between(low, math.inf, book, why)


def at_most(high: float, book: str, why: str) -> Check:
    """Expect numbers of at most `high`."""
    return between(-math.inf, high, book, why)


def rule(book: str, holds: Callable[[Any], bool], compared: str) -> Check:
    """Expect that a function of the measured value is true; `compared` says it in words."""
    return Check(book, compared, lambda measured: bool(holds(measured)))


def leaves(value: Any) -> Iterator[Any]:
    """Yield the values of nested lists and dicts."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves(part)
    else:
        yield value


def shape(value: Any) -> Any:
    """Return the structure of nested lists and dicts, without their values."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    return [shape(part) for part in value] if isinstance(value, list) else None


def is_number(value: Any) -> bool:
    """Return whether a value is a finite number, and not a bool."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def text(value: Any, digits: int = 6) -> str:
    """Return a measured value as text: rounded numbers, with their names."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text(part, digits)}" for key, part in value.items())
    if isinstance(value, list):
        parts = [text(part, digits) for part in value]
        return f"[{', '.join(parts if len(parts) <= 12 else [*parts[:6], '…', *parts[-2:]])}]"
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return "yes" if value is True else "no" if value is False else str(value)
