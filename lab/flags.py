"""The flags of a script: the shared flags, and one for each setting of its experiment."""

import argparse
import difflib
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from common.io.notebook import in_notebook

DATA = ("auto", "mnist", "drawn")


@dataclass(frozen=True)
class Flag:
    """One number, choice or file of an experiment, which the reader may change.

    Attributes
    ----------
    default : int, float, str, bool, list or None
        The book's value. Its type determines what the flag takes: an integer, a positive number,
        one of `choices`, or nothing (False: the flag makes it True).
    help : str
        The text in ``--help``; the default is added to it.
    quick : same type, optional
        The default with ``--quick``.
    least : int
        The smallest integer that is accepted.
    choices : sequence of str
    kind : callable, optional
        Converts the flag's text; default: a converter for the type of the default.
    many : bool
        Whether the flag takes several values.
    dest : str
        The name in the parsed arguments, if it differs from the flag's.
    """

    default: Any
    help: str
    quick: Any = None
    least: int = 1
    choices: Sequence[str] | None = None
    kind: Callable[[str], Any] | None = None
    many: bool = False
    dest: str = ""

    def add_to(self, group: Any, name: str) -> None:
        """Add the flag to a parser or a group: ``batch_size`` becomes ``--batch-size``."""
        flag = f"--{name.replace('_', '-')}"
        dest = self.dest or name
        if isinstance(self.default, bool):
            group.add_argument(flag, action="store_true", dest=dest, help=self.help)
            return
        default = self.default
        shown = " ".join(map(str, default)) if self.many else default
        group.add_argument(
            flag,
            dest=dest,
            default=default,
            type=self.kind or self._converter(),
            metavar="FILE" if self.kind is Path else None,
            choices=self.choices,
            nargs="+" if self.many else None,
            help=self.help if default is None else f"{self.help} (default: {shown})",
        )

    def _converter(self) -> Callable[[str], Any]:
        value = self.default[0] if self.many else self.default
        return {int: at_least(self.least), float: positive}.get(type(value), str)


Flags = Mapping[str, Flag]


def quick_defaults(flags: Flags) -> dict[str, Any]:
    """Return the ``--quick`` defaults of the flags that have one."""
    return {flag.dest or name: flag.quick for name, flag in flags.items() if flag.quick is not None}


class Parser(argparse.ArgumentParser):
    """Prints an error in one line, and suggests the most similar flag."""

    def error(self, message: str) -> NoReturn:
        """End the script with the message in one line."""
        for word in re.findall(r"--[\w-]+", message if "unrecognized" in message else ""):
            near = difflib.get_close_matches(word, self._option_string_actions, n=1)
            message += f"; did you mean {near[0]}?" if near else ""
        if in_notebook():  # a notebook has no program to end
            raise ValueError(message)
        self.exit(2, f"{self.prog}: {message} (--help lists the flags)\n")


def parser(
    doc: str | None, flags: Flags | None = None, data: bool = False
) -> argparse.ArgumentParser:
    """Return a parser with the shared flags and those of the experiment.

    Parameters
    ----------
    doc : str
        The script's docstring, which ``--help`` prints.
    flags : mapping of str to Flag, optional
        By name: ``batch_size`` is ``--batch-size``.
    data : bool
        Whether the script reads digits, and so takes ``--data``.
    """
    result = Parser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    if flags:
        group = result.add_argument_group("the experiment")
        for name, flag in flags.items():
            flag.add_to(group, name)
    add = result.add_argument_group("shared flags").add_argument
    add("--seed", type=at_least(0), default=0, help="same seed, same result (default: 0)")
    add("--quick", action="store_true", help="a small form of the experiment, in seconds")
    add("--out", type=Path, default=Path("outputs"), help="where to save (default: outputs)")
    add(
        "--show",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="open a window (default: where there is a display)",
    )
    if data:
        add(
            "--data",
            type=data_source,
            default="auto",
            metavar="{auto,mnist,drawn,FOLDER}",
            help="real MNIST, the drawn digits, or MNIST if available (default: auto); or a "
            "folder with four files as MNIST's, e.g. Fashion-MNIST's",
        )
    return result


def parse(
    parser: argparse.ArgumentParser,
    argv: Sequence[str] | None,
    too_small: bool = False,
    **quick: Any,
) -> argparse.Namespace:
    """Parse the flags; with ``--quick``, the defaults in `quick` replace the others.

    If `argv` is None, there are no flags: in a notebook or a test, the command line belongs to
    another program. `too_small`: with the defaults in `quick`, the script only shows that it runs;
    then `finish` says so in the figure.
    """
    words = list(argv or [])
    if "--quick" in words:
        parser.set_defaults(**quick)
    args = parser.parse_args(words)
    if too_small and args.quick and all(getattr(args, key) == quick[key] for key in quick):
        args.too_small = True
    _make_folder(args.out)  # fail now, not after an hour of training
    return args


def _make_folder(out: Path) -> None:
    if out.is_file():
        raise NotADirectoryError(f"--out {out} is a file; name a folder")
    out.mkdir(parents=True, exist_ok=True)
    if not os.access(out, os.W_OK):
        raise PermissionError(f"--out {out} cannot be written to; name another folder")


def at_least(low: int) -> Callable[[str], int]:
    """Return a converter for flags that take an integer >= `low`."""

    def convert(text: str) -> int:
        if not re.fullmatch(r"[+-]?\d+", text) or int(text) < low:
            raise argparse.ArgumentTypeError(f"{text!r}; expected an integer >= {low}")
        return int(text)

    return convert


def positive(text: str) -> float:
    """Convert the text of a flag that takes a positive number."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r}; expected a positive number")
    return number


def data_source(text: str) -> str:
    """Return the text of ``--data``, if it names digits or a folder."""
    if text not in DATA and not os.path.isdir(os.path.expanduser(text)):
        raise argparse.ArgumentTypeError(f"{text!r}; expected {', '.join(DATA)} or a folder")
    return text
