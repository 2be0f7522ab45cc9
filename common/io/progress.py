"""The progress line with the time left: in a terminal and in a notebook, but not in a log."""

import sys
from collections.abc import Iterable
from typing import Any

from tqdm import tqdm

from common.io.notebook import in_notebook


def visible() -> bool:
    """Say whether anybody sees a line that is written over again and again."""
    return in_notebook() or sys.stderr.isatty()


def progress(
    iterable: Iterable[Any] | None = None,
    desc: str | None = None,
    *,
    quiet: bool = False,
    **options: Any,
) -> "tqdm[Any]":
    """Return a bar of tqdm, which yields from `iterable` and shows how far it is.

    Parameters
    ----------
    iterable : iterable, optional
        Without one, call the bar's `update` after each step.
    desc : str, optional
        What stands before the bar.
    quiet : bool
        Show no bar in any case.
    **options
        Of tqdm, such as `total` and `unit`.
    """
    if in_notebook():
        # Printed lines and the bar share one stream, so that the cell keeps them in order.
        options |= {"file": sys.stdout, "ncols": 80, "mininterval": 0.5}
    return tqdm(iterable, desc, disable=quiet or not visible(), **options)
