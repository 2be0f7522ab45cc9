"""Draw a digit, and watch a network classify it (section 7.6).

python ch07/live.py

A page.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from lab import windows
from lab.script import Flag, Results
from lab.server import PageServer, field, serve

FLAGS = {"port": Flag(0, "of this machine, for the page; 0: any free one", least=0)}


def experiment(args: argparse.Namespace) -> Results:
    """Show the page until Ctrl-C."""
    server = PageServer(__file__, {"hello": lambda r: {"name": field(r, "name", str)}}, args.port)
    serve(server, windows.wanted(args.show))
    return {}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS)

if __name__ == "__main__":
    script.run(main)
