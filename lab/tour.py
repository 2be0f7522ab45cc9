"""A tour: examples as one would type them; each is run, shown and compared with its output."""

import doctest
from collections.abc import Callable, Mapping
from typing import Any


class _Guide(doctest.DocTestRunner):
    """Shows each example with its output, as the interpreter would, and reports failures."""

    def __init__(self) -> None:
        super().__init__()
        self.outputs: list[tuple[str, str]] = []

    def report_start(self, out: Callable[[str], Any], test: Any, example: Any) -> None:
        """Show the input, without the comments for doctest."""
        first, *others = _typed(example).splitlines()
        out("".join([f">>> {first}\n", *(f"... {line}\n" for line in others)]))

    def report_success(self, out: Callable[[str], Any], test: Any, example: Any, got: str) -> None:
        """Show the output, which is the expected one, and keep it."""
        out(example.want)
        last = got.rstrip().rpartition("\n")[2]  # of a traceback, the error
        self.outputs.append((_typed(example), last if example.exc_msg else got.rstrip()))


def _typed(example: Any) -> str:
    return str(example.source).partition("  # doctest:")[0].rstrip()


def walk(
    sections: Mapping[str, str],
) -> tuple[dict[str, list[tuple[str, str]]], dict[str, Any]]:
    """Walk through sections of doctest examples, in order, printing each example and its output.

    Parameters
    ----------
    sections : mapping
        By title, strings with examples. A section can use the variables of those before it.

    Returns
    -------
    outputs : dict
        By title, the input and the output of each example.
    variables : dict
        Those that the examples have defined.

    Raises
    ------
    ValueError
        At the end of a section in which an example gave another output than the expected one.
    """
    variables: dict[str, Any] = {}
    outputs = {}
    for title, text in sections.items():
        print(f"\n{title}\n{'-' * len(title)}")
        test = doctest.DocTestParser().get_doctest(text, variables, title, None, None)
        guide = _Guide()
        failed, tried = guide.run(test, clear_globs=False)[:2]
        variables, outputs[title] = test.globs, guide.outputs
        if failed:
            raise ValueError(f"{title}: {failed} of {tried} examples do not hold")
    print(f"\n{sum(map(len, outputs.values()))} examples, and all of them hold")
    return outputs, variables
