"""Claims of the book, and the script runs that test them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from claims import measured
from claims.expect import Check

Results = dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """One claim of the book.

    Attributes
    ----------
    told : str
        The place in the book, and our wording: "6.1.4, figure 6-5: Momentum swings less".
    measure : str, list of str or callable
        How to get the measured value from the results of a script: a path (see `look_up`), several
        paths, or a function that takes the results, as `lab.script.plain` makes them, and returns a
        number, a string, or lists and dicts of these.
    check : Check
    full, mnist : bool
        Whether it is checked only at full size, only on real MNIST.
    differs : str
        Why the claim does not hold here, if known; shown only when it does not hold.
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
        """The statement, without its place in the book."""
        return self.told.partition(": ")[2]

    def measured(self, results: Results) -> Any:
        """Return the measured value, from the results of the script."""
        if callable(self.measure):
            return self.measure(results)
        if isinstance(self.measure, list):
            return [look_up(results, path) for path in self.measure]
        return look_up(results, self.measure)


FullClaim = partial(Claim, full=True)  # about the experiment at full size
MnistClaim = partial(Claim, full=True, mnist=True)  # and about real MNIST


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
        Whether no other script may run at the same time: it compares times, or uses all cores.
        Long training runs that can use two cores get ``--threads 1`` instead: two such scripts
        side by side take about a quarter less time than one after the other. The seconds that they
        tell are those on one core, beside another script.
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
        """The expected duration at full size: that of the last stored run."""
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
        """``Section 6.1.8, figure 6-9``; of more than five numbers the first and the last."""
        words = [
            f"{kind}{'s' * (len(numbers) > 1)} {span(numbers, ' to ')}"
            for kind, numbers in (("section", self.sections), ("figure", self.figures))
            if numbers
        ]
        title = ", ".join(words) or "not in the book"
        return title[0].upper() + title[1:]


def span(numbers: Sequence[str], to: str) -> str:
    """Return numbers of sections or figures; of more than five the first and the last."""
    return f"{numbers[0]}{to}{numbers[-1]}" if len(numbers) > 5 else ", ".join(numbers)


def natural(number: str) -> list[int]:
    """Return the sorting key of sections and figures: 4.10 after 4.9, A.2 after the chapters."""
    parts = number.replace("A", "99").replace("-", ".").split(".")
    return [int(part) for part in parts if part.isdigit()]
