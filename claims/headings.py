"""Headings of the report and the gallery: the first words of each script's docstring."""

import ast
import re
from functools import cache

from claims.claim import Run
from claims.execution import ROOT


def heading(run: Run) -> str:
    """Return ``The NAND gate (sections 2.2.2, 2.3.3)``."""
    return f"{phrase(run)} ({run.title[0].lower()}{run.title[1:]})"


def phrase(run: Run) -> str:
    """Return the first line of a script's docstring, without section numbers and explanations."""
    first = re.sub(r" \([^()]*(\d\.\d|section|figure)[^()]*\)", "", _first_line(run.script))
    words = re.split(r": |\. |(?<=\?) ", first)[0].removesuffix(".")
    return words + (f": {run.variant}" if run.variant else "")


@cache
def _first_line(script: str) -> str:
    doc = ast.get_docstring(ast.parse((ROOT / script).read_text(encoding="utf-8")))
    return (doc or script).partition("\n")[0]
