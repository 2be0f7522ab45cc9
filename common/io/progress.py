"""The progress bar with the remaining time: in a terminal and in a notebook, but not in a log."""

import sys
from collections.abc import Iterable
from typing import Any

from tqdm import tqdm

from common.io.notebook import in_notebook


def visible() -> bool:
    """Return whether a progress bar is visible: in a notebook or a terminal."""
    return in_notebook() or sys.stderr.isatty()


def progress(
    iterable: Iterable[Any] | None = None,
    desc: str | None = None,
    *,
    quiet: bool = False,
    **options: Any,
) -> "tqdm[Any]":
    """Return a progress bar of tqdm, which iterates over `iterable`.

    Parameters
    ----------
    iterable : iterable, optional
        Without one, call the bar's `update` after each step.
    desc : str, optional
        The text in front of the bar.
    quiet : bool
        Never show the bar.
    **options
        Options of tqdm, such as `total` and `unit`.
    """
    if in_notebook():
        # Printed lines and the bar use one stream, so that the cell keeps their order.
        options |= {"file": sys.stdout, "ncols": 80, "mininterval": 0.5}
    return tqdm(iterable, desc, disable=quiet or not visible(), **options)
