"""A first class (section 1.4.2): a constructor, two methods, an instance variable.

    python ch01/man.py

You will see three lines: one printed by the constructor, one by each of the two methods.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from lab.script import Results


class Man:
    """A man with a name.

    Parameters
    ----------
    name : str
        Kept as the attribute `name`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        print("Initialized!")

    def hello(self) -> None:
        """Greet the man by name."""
        print(f"Hello {self.name}!")

    def goodbye(self) -> None:
        """Say good-bye to him."""
        print(f"Good-bye {self.name}!")


def experiment(_: argparse.Namespace) -> Results:
    """Make an instance, call both methods, and return its name."""
    david = Man("David")
    david.hello()
    david.goodbye()
    return {"name": david.name}


main = script.make_main(__file__, __doc__, experiment, save=False)

if __name__ == "__main__":
    script.run(main)
