"""A first class (1.4.2): a constructor, two methods, an instance variable.

    python ch01/man.py

You will see David being made, greeted and sent off, in three lines, at once.
"""

from collections.abc import Sequence

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


class Man:
    """Somebody with a name.

    Parameters
    ----------
    name : str
        Kept as the attribute `name`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        print("Initialized!")

    def hello(self) -> None:
        """Greet by name."""
        print(f"Hello {self.name}!")

    def goodbye(self) -> None:
        """Take leave."""
        print(f"Good-bye {self.name}!")


def main(argv: Sequence[str] | None = None) -> dict[str, str]:
    """Make one man and call both methods."""
    cli.parser(__doc__).parse_args(argv or [])
    david = Man("David")
    david.hello()
    david.goodbye()
    return {"name": david.name}


if __name__ == "__main__":
    cli.run(main)
