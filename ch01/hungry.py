"""A first script (1.4.1): one statement in a file.

    python ch01/hungry.py

You will see the line ``I'm hungry!``, at once.
"""

from collections.abc import Sequence

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


def main(argv: Sequence[str] | None = None) -> dict[str, str]:
    """Say it."""
    cli.parser(__doc__).parse_args(argv or [])
    said = "I'm hungry!"
    print(said)
    return {"said": said}


if __name__ == "__main__":
    cli.run(main)
