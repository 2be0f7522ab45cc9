"""A tour: doctest examples, each of which is run, printed and checked against its output."""

import doctest
from collections.abc import Callable, Mapping
from typing import Any


class _Guide(doctest.DocTestRunner):
    """Prints each example with its output, like the interpreter; reports failures."""

    def __init__(self) -> None:
        super().__init__()
        self.outputs: list[tuple[str, str]] = []

    def report_start(self, out: Callable[[str], Any], test: Any, example: Any) -> None:
        """Print the input, without doctest directives."""
        first, *others = _typed(example).splitlines()
        out("".join([f">>> {first}\n", *(f"... {line}\n" for line in others)]))

    def report_success(self, out: Callable[[str], Any], test: Any, example: Any, got: str) -> None:
        """Print the output, which is the expected one, and keep it."""
        out(example.want)
        last = got.rstrip().rpartition("\n")[2]  # of a traceback: the error
        self.outputs.append((_typed(example), last if example.exc_msg else got.rstrip()))


def _typed(example: Any) -> str:
    return str(example.source).partition("  # doctest:")[0].rstrip()


def walk(
    sections: Mapping[str, str],
) -> tuple[dict[str, list[tuple[str, str]]], dict[str, Any]]:
    """Run sections of doctest examples in order, and print each example with its output.

    Parameters
    ----------
    sections : mapping
        Title: text with examples. A section can use the variables of earlier sections.

    Returns
    -------
    outputs : dict
        Title: the input and the output of each example.
    variables : dict
        The variables of the examples.

    Raises
    ------
    ValueError
        At the end of a section in which an example did not give the expected output.
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
            raise ValueError(f"{title}: {failed} of {tried} examples failed; expected 0")
    print(f"\n{sum(map(len, outputs.values()))} examples, all of them correct")
    return outputs, variables
