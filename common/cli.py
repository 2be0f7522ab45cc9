"""The chapter scripts' shared flags, and what they all do at the end: save, print, show."""

import argparse
import difflib
import json
import math
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from matplotlib.figure import Figure

from common import plots
from common.files import replacing
from common.notebook import in_notebook

DATA = ("auto", "mnist", "drawn")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with the nearest flag there is."""

    def error(self, message: str) -> NoReturn:
        for word in re.findall(r"--[\w-]+", message if "unrecognized" in message else ""):
            near = difflib.get_close_matches(word, self._option_string_actions, n=1)
            message += f"; did you mean {near[0]}?" if near else ""
        if in_notebook():  # where there is no program that could end
            raise ValueError(message)
        self.exit(2, f"{self.prog}: {message} (--help lists the flags)\n")


def parser(doc: str | None, data: bool = False) -> argparse.ArgumentParser:
    """Return a parser with the shared flags; `doc` is the script's docstring.

    Parameters
    ----------
    doc : str
        What ``--help`` says.
    data : bool
        Whether the script reads digits, and so takes ``--data``.
    """
    result = _Parser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
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
            help="real MNIST, the drawn digits, or MNIST where it can be had (default: auto); or a "
            "folder with four files as MNIST's, e.g. Fashion-MNIST's",
        )
    return result


def parse(
    parser: argparse.ArgumentParser,
    argv: Sequence[str] | None,
    too_small: bool = False,
    **quick: Any,
) -> argparse.Namespace:
    """Parse the flags; with ``--quick`` the defaults named in `quick` take the place of others.

    None is no flags: ``main()`` may stand in a notebook or a test, whose command line is not ours.
    `too_small` says that with these a script only shows that it runs, and `finish` that it is so.
    """
    words = list(argv or [])
    if "--quick" in words:
        parser.set_defaults(**quick)
    args = parser.parse_args(words)
    if too_small and args.quick and all(getattr(args, key) == quick[key] for key in quick):
        args.too_small = True
    _make_folder(args.out)  # better now than after an hour of training
    if args.show is None:
        args.show = plots.may_show()
    return args


def _make_folder(out: Path) -> None:
    if out.is_file():
        raise NotADirectoryError(f"--out {out} is a file; name a folder")
    out.mkdir(parents=True, exist_ok=True)
    if not os.access(out, os.W_OK):
        raise PermissionError(f"--out {out} cannot be written to; name another folder")


def add_training_flags(
    parser: argparse.ArgumentParser, iters: int, batch_size: int, lr: float
) -> None:
    """Add the flags of a training, with the book's numbers as defaults."""
    add = parser.add_argument_group("training").add_argument
    add("--iters", type=at_least(1), default=iters, help=f"mini-batches (default: {iters})")
    add(
        "--batch-size",
        type=at_least(1),
        default=batch_size,
        help=f"samples in each (default: {batch_size})",
    )
    add("--lr", type=positive, default=lr, help=f"learning rate (default: {lr})")


def at_least(low: int) -> Callable[[str], int]:
    """Return a converter for flags that take a whole number from `low` on."""

    def convert(text: str) -> int:
        if not re.fullmatch(r"[+-]?\d+", text) or int(text) < low:
            raise argparse.ArgumentTypeError(f"{text!r}; expected a whole number from {low} on")
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
    """Convert the text of a flag that names digits, or a folder."""
    if text not in DATA and not os.path.isdir(os.path.expanduser(text)):
        raise argparse.ArgumentTypeError(f"{text!r}; expected {', '.join(DATA)} or a folder")
    return text


def finish(
    args: argparse.Namespace, script: str, results: dict[str, Any], figure: Figure | None = None
) -> dict[str, Any]:
    """Save the numbers (JSON) and the figure (PNG), print where, show, and return the results.

    Parameters
    ----------
    args : Namespace
        From `parse`; its settings are saved with the numbers.
    script : str
        The script's ``__file__``: ``ch04/gradient_1d.py`` saves ``<out>/ch04/gradient_1d.png``.
    results : dict
        Numbers, strings, lists, arrays.
    figure : Figure, optional
    """
    stem = args.out / Path(script).parent.name / Path(script).stem
    settings = {key: value for key, value in vars(args).items() if key not in ("out", "show")}
    with replacing(stem.with_suffix(".json")) as file:
        file.write(json.dumps(plain({"settings": settings, **results}), indent=1).encode())
    print(f"saved {stem.with_suffix('.json')}")
    if figure is not None:
        png = stem.with_suffix(".png")
        if "too_small" in args:
            plots.add_title(figure, "--quick: too small to show anything")
        with replacing(png) as file:
            figure.savefig(file, format="png", dpi=plots.STYLE["savefig.dpi"])
        print(f"saved {png}")
        if args.show:
            plots.show(figure, png)
    return results


def plain(value: Any) -> Any:
    """Return results as JSON has them: arrays are lists, keys are texts, and NaN is None."""
    return json.loads(json.dumps(value, default=_plain), parse_constant=lambda _: None)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return str(value)


def run(main: Callable[[Sequence[str]], object]) -> None:
    """Run a script's `main` on the command line: an error is one line, Ctrl-C is no traceback.

    ``python -X dev script.py`` shows the traceback all the same.
    """
    try:
        main(sys.argv[1:])
        sys.stdout.flush()  # a reader that has gone is noticed here, not while Python ends
    except KeyboardInterrupt:
        _end("interrupted")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except (ValueError, OSError, MemoryError) as error:
        if sys.flags.dev_mode:
            raise
        _end(f"{Path(sys.argv[0]).name}: {error}")


def _end(message: str) -> None:
    if not in_notebook():
        sys.exit(message)
    print(message, file=sys.stderr)  # %run would explain how to leave Python
