"""Claims of the book, the script runs that test them, and the kinds of checks."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from claims import measured
from lab.script import plain

Results = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """The expected value of a claim, and the rule that compares the measured value with it.

    Attributes
    ----------
    book : str
        What is expected, short: the book's number if it has one.
    rule : str
        What is compared, how closely, and why.
    holds : callable
        Takes the measured value; returns whether the claim holds.
    digits : int
        The number of significant digits to show.
    """

    book: str
    rule: str
    holds: Callable[[Any], bool]
    digits: int = 6


@dataclass(frozen=True)
class Claim:
    """One claim of the book.

    Attributes
    ----------
    told : str
        Where the book says it, and what, in our words: "6.1.4, figure 6-5: Momentum swings less".
    measure : str, list of str or callable
        How to get the measured value from the results of a script: a path (see `look_up`), several
        paths, or a function that takes the results, as `lab.script.plain` makes them, and returns a
        number, a string, or lists and dicts of these.
    check : Check
    full, mnist : bool
        Whether it is only about the full size, only about real MNIST.
    differs : str
        Why it does not hold here, if that is known; shown if it does not hold.
    """

    told: str
    measure: str | list[str] | Callable[[Results], Any]
    check: Check
    full: bool = False
    mnist: bool = False
    differs: str = ""

    @property
    def where(self) -> str:
        """``6.1.8, figure 6-9``."""
        return self.told.partition(": ")[0]

    @property
    def section(self) -> str:
        """``6.1.8``."""
        return self.where.partition(", figure ")[0]

    @property
    def figure(self) -> str:
        """``6-9``, the figure that shows it, or an empty string."""
        return self.where.partition(", figure ")[2]

    @property
    def says(self) -> str:
        """What the book says, without the section."""
        return self.told.partition(": ")[2]

    def measured(self, results: Results) -> Any:
        """Return the measured value, from the results of the script."""
        if callable(self.measure):
            return self.measure(results)
        if isinstance(self.measure, list):
            return [look_up(results, path) for path in self.measure]
        return look_up(results, self.measure)


def look_up(results: Any, path: str) -> Any:
    """Return the value at a path in the results of a script.

    ``runs/Adam/test_acc/-1`` goes from key to key; a number is an index of a list.
    ``runs/SGD|Adam/test_acc`` returns a dict of these two values, ``runs/*/test_acc`` of all.
    """
    key, _, rest = path.partition("/")
    if not path:
        return results
    if isinstance(results, list):
        if key == "*":
            return [look_up(one, rest) for one in results]
        return look_up(results[int(key)], rest)
    if key == "*" or "|" in key:
        names = results if key == "*" else key.split("|")
        return {name: look_up(results[name], rest) for name in names}
    return look_up(results[key], rest)


class Run:
    """A script with its flags, and the claims that are checked with its results.

    Parameters
    ----------
    script : str
        Such as ``ch04/gradient_1d.py``.
    *claims : Claim
    figures : tuple of str
        The figures of the book that it shows, besides those of its claims.
    digits : bool
        Whether it loads digits, and so takes ``--data``.
    flags : tuple of str
        Its flags, besides the shared ones.
    variant : str
        A name, if there is another run of the same script.
    checkpoint : bool
        Whether it takes ``--checkpoint``, to resume after an interruption.
    alone : bool
        Whether no other script may run at the same time: it measures times, or uses all cores.
    """

    def __init__(
        self,
        script: str,
        *claims: Claim,
        figures: tuple[str, ...] = (),
        digits: bool = False,
        flags: tuple[str, ...] = (),
        variant: str = "",
        checkpoint: bool = False,
        alone: bool = False,
    ) -> None:
        self.script, self.claims = script, claims
        shown = {*figures, *(claim.figure for claim in claims)} - {""}
        self.figures = sorted(shown, key=natural)
        self.digits, self.flags, self.variant = digits, flags, variant
        self.checkpoint, self.alone = checkpoint, alone

    @property
    def name(self) -> str:
        """``ch04/gradient_1d``, also for a subfolder of ch04; with the variant, if any."""
        place = f"{self.package}/{PurePosixPath(self.script).stem}"
        return place + (f"-{self.variant}" if self.variant else "")

    @property
    def seconds(self) -> float:
        """The expected duration at full size: as measured last time."""
        return float(measured.read().get(self.name, {}).get("seconds", 60))

    @property
    def module(self) -> str:
        """``ch04.gradient_1d``."""
        return ".".join(PurePosixPath(self.script).with_suffix("").parts)

    @property
    def package(self) -> str:
        """``ch04`` of ``ch04/gradient_1d.py``."""
        return self.script.partition("/")[0]

    @property
    def chapter(self) -> int:
        """4 of ``ch04/gradient_1d.py``."""
        return int(self.package.removeprefix("ch"))

    @property
    def sections(self) -> list[str]:
        """The sections of its claims, in order."""
        return sorted({claim.section for claim in self.claims}, key=natural)

    @property
    def title(self) -> str:
        """``Section 6.1.8, figure 6-9``; of many numbers the first and the last."""
        words = [
            f"{kind}{'s' * (len(numbers) > 1)} {span(numbers, ' to ')}"
            for kind, numbers in (("section", self.sections), ("figure", self.figures))
            if numbers
        ]
        title = ", ".join(words) or "not in the book"
        return title[0].upper() + title[1:]


def span(numbers: Sequence[str], to: str) -> str:
    """Return numbers of sections or figures; of many the first and the last."""
    return f"{numbers[0]}{to}{numbers[-1]}" if len(numbers) > 5 else ", ".join(numbers)


def natural(number: str) -> list[int]:
    """Return the sorting key of sections and figures: 4.10 after 4.9, A.2 after the chapters."""
    parts = number.replace("A", "99").replace("-", ".").split(".")
    return [int(part) for part in parts if part.isdigit()]


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
    """Return whether it is a finite number, and not a bool."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def text(value: Any, digits: int = 6) -> str:
    """Return a measured value as text: short numbers, with their names."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text(part, digits)}" for key, part in value.items())
    if isinstance(value, list):
        parts = [text(part, digits) for part in value]
        return f"[{', '.join(parts if len(parts) <= 12 else [*parts[:6], '…', *parts[-2:]])}]"
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return "yes" if value is True else "no" if value is False else str(value)
