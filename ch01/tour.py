"""A tour of Python and NumPy (sections 1.3 and 1.5): each example is run and checked.

    python ch01/tour.py

You will see the examples of `ch01/helpers/examples.py` section by section, each with its input and
its output. If an output differs on your machine, the tour stops there and shows the expected output
and yours. About a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch01.helpers.examples import SECTIONS
from lab.script import Results
from lab.tour import walk


def experiment(_: argparse.Namespace) -> Results:
    """Run all sections; raise a ValueError if an output differs."""
    return {"outputs": walk(SECTIONS)[0]}


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
