"""Exercise: a section of the book, a piece of the library, a task, the tests that check it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Exercise:
    """A piece of the library that the reader writes; the solution is the library itself.

    Attributes
    ----------
    section : str
        Of the book, such as ``5.6.2``.
    what : str
        The module and the functions in it that are cut out, such as
        ``common.layers.affine: Affine.forward Affine.backward``.
    task : str
        What to write, in our words.
    tests : tuple of str
        Tests of the suite, the easiest first, such as ``layers::test_affine_example``.
    hints : tuple of str
        From a nudge to nearly the solution. The last hint, which names what the library uses, is
        made from its source.
    given : int, optional
        The number of first statements that stay in the sheet. Default: those that only check or
        convert the arguments.
    letter : str
        Distinguishes the exercises of a section: ``a``, ``b`` ...
    """

    section: str
    what: str
    task: str
    tests: tuple[str, ...]
    hints: tuple[str, ...] = ()
    given: int | None = None
    letter: str = ""

    @property
    def name(self) -> str:
        """``5.6.2b``."""
        return self.section + self.letter

    @property
    def chapter(self) -> int:
        """``5``."""
        return int(self.section.partition(".")[0])

    @property
    def module(self) -> str:
        """``common.layers.affine``."""
        return self.what.partition(": ")[0]

    @property
    def targets(self) -> list[str]:
        """The functions that are cut out, such as ``Affine.backward``."""
        return self.what.partition(": ")[2].split()

    @property
    def title(self) -> str:
        """``Affine.backward``; of several methods ``MulLayer.forward, backward``."""
        first, *others = self.targets
        prefix = first.rpartition(".")[0] + "."
        return ", ".join([first, *(target.removeprefix(prefix) for target in others)])

    @property
    def file_name(self) -> str:
        """``5.6.2b_affine_backward.py``."""
        owners = {target.rpartition(".")[0] for target in self.targets}
        several = len(self.targets) > 1 and len(owners) == 1 and owners != {""}
        words = owners.pop() if several else self.targets[0]
        stem = re.sub(r"[._]+", "_", words).strip("_").lower()
        return f"{self.name}_{stem}.py"

    @property
    def node_ids(self) -> list[str]:
        """The tests as arguments of pytest."""
        pairs = (test.partition("::") for test in self.tests)
        return [f"tests/test_{file}.py::{test}" for file, _, test in pairs]
