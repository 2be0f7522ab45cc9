"""The steps of all scripts: parse the flags, run the experiment, save and show the results."""

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from common.io.files import replacing
from common.io.notebook import in_notebook
from dataset.mnist import data_name
from lab import plots, windows
from lab.flags import Flag, Flags, parse, parser, quick_defaults
from lab.plots import Figure

__all__ = ["Flag", "make_main", "run"]

Results = dict[str, Any]
Main = Callable[..., Results]


def make_main(
    file: str,
    doc: str | None,
    experiment: Callable[[argparse.Namespace], Results],
    draw: Callable[[Results], Figure | Sequence[Figure]] | None = None,
    flags: Flags | None = None,
    *,
    data: bool = False,
    too_small: bool = False,
    save: bool = True,
) -> Main:
    """Return the `main` of a script: parse the flags, run the experiment, draw, save, show.

    Parameters
    ----------
    file, doc : str
        The script's ``__file__``, which determines where to save, and ``__doc__``, for ``--help``.
    experiment : callable
        Takes the parsed flags, and returns results: numbers, strings, lists, arrays by name.
    draw : callable, optional
        Takes these results, with the flags as ``results["settings"]``; returns one figure or more.
    flags : mapping of str to Flag, optional
        Flags besides the shared ones, by name: ``{"batch_size": Flag(100, "samples in each")}``.
    data : bool
        Whether the script reads digits: it then takes ``--data``; ``args.data`` and
        ``results["data"]`` name the data found.
    too_small : bool
        Whether ``--quick`` only shows that the script runs; its figure then says so.
    save : bool
        False: the script only prints, and leaves no files.

    Returns
    -------
    callable
        ``main(argv=None)`` returns the results. If `argv` is None, there are no flags: in a
        notebook or a test, the command line belongs to another program.
    """
    flags = flags or {}

    def main(argv: Sequence[str] | None = None) -> Results:
        """Run the experiment; save, print, draw and return its results."""
        if not save:
            return experiment(parser(doc, flags, data).parse_args(list(argv or [])))
        args = parse(parser(doc, flags, data), argv, too_small, **quick_defaults(flags))
        if draw:  # if this fails, then before hours of training
            args.show = windows.wanted(args.show)
        if data:
            args.data = data_name(args.data)
            print(f"data: {args.data}")
        results = experiment(args)
        if data and results:
            results = {"data": args.data, **results}
        return finish(args, file, results, draw)

    return main


def finish(
    args: argparse.Namespace,
    file: str,
    results: Results,
    draw: Callable[[Results], Figure | Sequence[Figure]] | None = None,
) -> Results:
    """Save the numbers (JSON) and the figures (PNG), print where, show; return the results.

    ``ch04/gradient_1d.py`` saves ``<out>/ch04/gradient_1d.json`` and ``.png``; a second
    figure is ``gradient_1d-2.png``. Without results nothing is saved.
    """
    if not results:
        return results
    stem = args.out / chapter(file) / Path(file).stem
    settings = {key: value for key, value in vars(args).items() if key not in ("out", "show")}
    everything = {"settings": settings, **results}
    with replacing(stem.with_suffix(".json")) as to:
        to.write(json.dumps(plain(everything), indent=1).encode())
    print(f"saved {stem.with_suffix('.json')}")
    drawn = draw(everything) if draw else ()
    for number, figure in enumerate(drawn if isinstance(drawn, Sequence) else [drawn], 1):
        png = stem.with_name(f"{stem.name}{'' if number == 1 else f'-{number}'}.png")
        if "too_small" in args:
            plots.add_title(figure, "--quick: too small to show anything")
        with replacing(png) as to:
            figure.savefig(to, format="png", dpi=plots.STYLE["savefig.dpi"])
        print(f"saved {png}")
        if args.show:
            windows.show(figure, png)
    return results


def chapter(file: str) -> str:
    """Return the chapter of a script, such as ``ch08``; without one, the name of its folder."""
    names = [folder.name for folder in Path(file).parents]
    return next((name for name in names if re.fullmatch(r"ch\d\d", name)), names[0])


def plain(value: Any) -> Any:
    """Convert results to the types of JSON: arrays to lists, keys to strings, NaN to None."""
    return json.loads(json.dumps(value, default=_plain), parse_constant=lambda _: None)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return str(value)


def run(main: Callable[[Sequence[str]], object]) -> None:
    """Run a script's `main` with its command line: an error prints one line, Ctrl-C no traceback.

    ``python -X dev script.py`` shows the traceback.
    """
    try:
        main(sys.argv[1:])
        sys.stdout.flush()  # a closed pipe raises its error here, not at exit
    except KeyboardInterrupt:
        _end("interrupted")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except (ValueError, OSError, MemoryError) as error:
        if sys.flags.dev_mode:
            raise
        _end(f"{Path(sys.argv[0]).name}: {_in_words(error)}")


def _in_words(error: Exception) -> str:
    """Return the message of an error; of a file without the number that Python adds."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _end(message: str) -> None:
    if not in_notebook():
        sys.exit(message)
    print(message, file=sys.stderr)  # after sys.exit, %run would explain how to exit IPython
