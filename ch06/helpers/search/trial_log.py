"""The trials of a search in a CSV file: one line for each trial; a search resumes from it.

The first line holds the settings that all trials share, the second the names of the columns. The
accuracies of all epochs are in one column, separated by spaces.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ch06.helpers.search.trial import COLUMNS, Trial
from common.io.files import replacing


def as_line(trial: Trial) -> str:
    """Return a trial as a line, from which exactly the same numbers can be read back."""
    numbers = f"{trial.number},{trial.accuracy!r},{trial.lr!r},{trial.weight_decay!r}"
    lists = (" ".join(map(repr, values)) for values in (trial.val_acc, trial.train_acc))
    return ",".join([numbers, *lists]) + "\n"


def begin(path: Path, settings: Mapping[str, Any]) -> None:
    """Write a file without trials; an old one is replaced."""
    with replacing(path) as file:
        file.write(f"# {json.dumps(settings)}\n{COLUMNS}\n".encode())


def read(path: Path, settings: Mapping[str, Any]) -> dict[int, Trial]:
    """Return the trials of a file by their numbers; an incomplete last line is removed.

    Raises
    ------
    ValueError
        If the file belongs to a search with other settings, or is damaged.
    """
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    lines = whole.decode("utf-8", errors="replace").split("\n")[:-1]
    _check_settings(path, lines, settings)
    trials: dict[int, Trial] = {}
    for place, line in enumerate(lines[2:], start=3):
        trial = _trial(line, settings)
        if trial is None or trials.get(trial.number, trial) != trial:
            raise ValueError(f"{path}, line {place} is not a trial of this search: remove the line")
        trials[trial.number] = trial
    if whole != content:  # killed while a line was being written
        with replacing(path) as file:
            file.write(whole)
    return trials


def _check_settings(path: Path, lines: Sequence[str], settings: Mapping[str, Any]) -> None:
    saved = _settings(lines[0]) if len(lines) >= 2 and lines[1] == COLUMNS else None
    if saved is None:
        raise ValueError(f"{path} is not a list of trials; --restart overwrites it")
    here = json.loads(json.dumps(settings))
    keys = [key for key in {**saved, **here} if saved.get(key) != here.get(key)]
    if keys:
        differ = ", ".join(f"{key} {_short(saved, key)} (now {_short(here, key)})" for key in keys)
        raise ValueError(
            f"{path} belongs to a search with {differ}: resume with the same settings, "
            "start over with --restart, or name another folder with --out"
        )


def _settings(line: str) -> dict[str, Any] | None:
    try:
        settings = json.loads(line.removeprefix("# "))
    except (ValueError, RecursionError):
        return None
    return settings if isinstance(settings, dict) else None


def _short(settings: Mapping[str, Any], key: str) -> str:
    return str(settings.get(key, "not given"))[:60]


def _trial(line: str, settings: Mapping[str, Any]) -> Trial | None:
    """Return the trial of a line, or None if `as_line` cannot have written the line."""
    try:
        number, accuracy, lr, weight_decay, *lists = line.split(",")
        val_acc, train_acc = (tuple(map(float, words.split())) for words in lists)
        numbers = int(number), float(accuracy), float(lr), float(weight_decay)
    except ValueError:
        return None
    trial = Trial(*numbers, val_acc, train_acc)
    return trial if as_line(trial) == f"{line}\n" and _is_possible(trial, settings) else None


def _is_possible(trial: Trial, settings: Mapping[str, Any]) -> bool:
    """Return whether a search with these settings can contain this trial."""
    val_acc, train_acc, epochs = trial.val_acc, trial.train_acc, settings["epochs"]
    finished = len(val_acc) == epochs
    return (
        trial.number >= 0
        and len(val_acc) == len(train_acc) <= epochs
        and all(0 <= value <= 1 for value in val_acc + train_acc)
        and trial.accuracy == (val_acc[-1] if finished else 0)
        and _in_range(trial.lr, settings["lr_range"])
        and _in_range(trial.weight_decay, settings["weight_decay_range"])
    )


def _in_range(value: float, powers: Sequence[float]) -> bool:
    low, high = powers
    return bool(10**low * (1 - 1e-9) <= value <= 10**high * (1 + 1e-9))
