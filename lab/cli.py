"""For scripts that have not got their new shape yet."""

import argparse
from typing import Any

from lab import flags, script

DATA = flags.DATA
at_least, positive, data_source = flags.at_least, flags.positive, flags.data_source
parse, parser = flags.parse, flags.parser
plain, run = script.plain, script.run


def finish(args: Any, file: str, results: Any, figure: Any = None) -> Any:
    """Save, show."""
    return script.finish(args, file, results, None if figure is None else lambda _: figure)


def add_training_flags(
    parser: argparse.ArgumentParser, iters: int, batch_size: int, lr: float
) -> None:
    """Add the flags of a training run, with the book's numbers as defaults."""
    add = parser.add_argument_group("training").add_argument
    add("--iters", type=at_least(1), default=iters, help=f"mini-batches (default: {iters})")
    add(
        "--batch-size",
        type=at_least(1),
        default=batch_size,
        help=f"samples in each (default: {batch_size})",
    )
    add("--lr", type=positive, default=lr, help=f"learning rate (default: {lr})")
