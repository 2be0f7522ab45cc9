"""A first script (section 1.4.1): one statement in a file.

    python ch01/hungry.py

You will see the line ``I'm hungry!``. Less than a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from lab.script import Results


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the line."""
    said = "I'm hungry!"
    print(said)
    return {"said": said}


main = script.make_main(__file__, __doc__, experiment, save=False)

if __name__ == "__main__":
    script.run(main)
