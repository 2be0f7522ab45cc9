"""The stored results at full size: the seconds of each script, and the numbers in the READMEs."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from common.io.files import replacing

FILE = Path(__file__).with_name("measured.json")


@cache
def read() -> dict[str, dict[str, Any]]:
    """Return, by the name of each run, its seconds and its numbers by their path."""
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def write(found: dict[str, dict[str, Any]]) -> None:
    """Replace the stored numbers by those that were measured."""
    with replacing(FILE) as file:
        file.write((json.dumps(found, indent=1, sort_keys=True) + "\n").encode())
    read.cache_clear()
