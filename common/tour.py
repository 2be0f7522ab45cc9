"""A tour: examples as one would type them, each one run, shown and compared with its output."""

import doctest
from collections.abc import Callable, Mapping
from typing import Any


class _Guide(doctest.DocTestRunner):
    """Shows each example with its output, as the interpreter would; failures it reports."""

    def report_start(self, out: Callable[[str], Any], test: Any, example: Any) -> None:
        """Show the input, without the remarks to doctest."""
        first, *others = example.source.partition("  # doctest:")[0].splitlines()
        out("".join([f">>> {first}\n", *(f"... {line}\n" for line in others)]))

    def report_success(self, out: Callable[[str], Any], test: Any, example: Any, got: str) -> None:
        """Show the output, which is what was expected."""
        out(example.want)


def walk(sections: Mapping[str, str]) -> tuple[dict[str, int], dict[str, Any]]:
    """Walk through sections of doctest examples, in order, printing each example and its output.

    Parameters
    ----------
    sections : mapping
        Title: text with examples. A section knows the variables of those before it.

    Returns
    -------
    counts : dict
        How many examples each section has.
    variables : dict
        What the examples have left.

    Raises
    ------
    ValueError
        At the end of a section in which an example gave something else than is written there.
    """
    read, guide = doctest.DocTestParser(), _Guide()
    variables: dict[str, Any] = {}
    counts = {}
    for title, text in sections.items():
        print(f"\n{title}\n{'-' * len(title)}")
        test = read.get_doctest(text, variables, title, None, None)
        failed, counts[title] = guide.run(test, clear_globs=False)[:2]
        variables = test.globs
        if failed:
            raise ValueError(f"{title}: {failed} of {counts[title]} examples do not hold")
    print(f"\n{sum(counts.values())} examples, and all of them hold")
    return counts, variables
