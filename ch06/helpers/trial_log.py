"""The trials of a search in a CSV file that grows by a line each, and that a search takes up again.

The first line says what the trials have in common, the second names the columns; the accuracies of
the epochs stand in one column each, with spaces between.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.io.files import replacing

COLUMNS = "number,accuracy,lr,weight_decay,val_acc,train_acc"


@dataclass(frozen=True)
class Trial:
    """One pair of hyper-parameters, and how the training with it went.

    Attributes
    ----------
    number : int
        From 0 on.
    accuracy : float
        The last one on the validation data; 0 if the training diverged.
    lr, weight_decay : float
    val_acc, train_acc : tuple of float
        One for each epoch; they end where the training diverged.
    """

    number: int
    accuracy: float
    lr: float
    weight_decay: float
    val_acc: tuple[float, ...]
    train_acc: tuple[float, ...]

    def __str__(self) -> str:
        point = f"lr:{self.lr:.3g}, weight decay:{self.weight_decay:.3g}"
        return f"(val acc:{self.accuracy:.2f}) | {point}"


def ranked(trials: Iterable[Trial]) -> list[Trial]:
    """Return the trials with the best first; of equal ones, the earlier."""
    return sorted(trials, key=lambda trial: (-trial.accuracy, trial.number))


def summary(trials: Iterable[Trial]) -> list[dict[str, float]]:
    """Return the trials without their curves."""
    names = COLUMNS.split(",")[:4]
    return [{name: getattr(trial, name) for name in names} for trial in trials]


def as_line(trial: Trial) -> str:
    """Return the line of a trial, from which the same numbers can be read again."""
    numbers = f"{trial.number},{trial.accuracy!r},{trial.lr!r},{trial.weight_decay!r}"
    lists = (" ".join(map(repr, values)) for values in (trial.val_acc, trial.train_acc))
    return ",".join([numbers, *lists]) + "\n"


def begin(path: Path, settings: Mapping[str, Any]) -> None:
    """Write a file without trials; an old one is replaced."""
    with replacing(path) as file:
        file.write(f"# {json.dumps(settings)}\n{COLUMNS}\n".encode())


def read(path: Path, settings: Mapping[str, Any]) -> dict[int, Trial]:
    """Return the trials of a file by their numbers; a last line without an end is cut off.

    Raises
    ------
    ValueError
        If the file is of a search with other settings, or has been garbled.
    """
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    lines = whole.decode("utf-8", errors="replace").split("\n")[:-1]
    saved = _settings(lines[0]) if len(lines) >= 2 and lines[1] == COLUMNS else None
    if saved is None:
        raise ValueError(f"{path} is no list of trials; --restart overwrites it")
    here = json.loads(json.dumps(settings))
    keys = [key for key in {**saved, **here} if saved.get(key) != here.get(key)]
    if keys:
        differ = ", ".join(f"{key} {_short(saved, key)} (now {_short(here, key)})" for key in keys)
        raise ValueError(
            f"{path} is of a search with {differ}: go on with the same settings, "
            "begin anew with --restart, or name another folder with --out"
        )
    trials: dict[int, Trial] = {}
    for place, line in enumerate(lines[2:], start=3):
        trial = _trial(line, settings)
        if trial is None or trials.get(trial.number, trial) != trial:
            raise ValueError(f"{path}, line {place} is no trial of this search: remove the line")
        trials[trial.number] = trial
    if whole != content:  # killed in the middle of a line
        with replacing(path) as file:
            file.write(whole)
    return trials


def _settings(line: str) -> dict[str, Any] | None:
    try:
        settings = json.loads(line.removeprefix("# "))
    except (ValueError, RecursionError):
        return None
    return settings if isinstance(settings, dict) else None


def _short(settings: Mapping[str, Any], key: str) -> str:
    return str(settings.get(key, "not given"))[:60]


def _trial(line: str, settings: Mapping[str, Any]) -> Trial | None:
    """Return the trial of a line, or None if `as_line` cannot have written it."""
    try:
        number, accuracy, lr, weight_decay, *lists = line.split(",")
        val_acc, train_acc = (tuple(map(float, words.split())) for words in lists)
        trial = Trial(
            int(number), float(accuracy), float(lr), float(weight_decay), val_acc, train_acc
        )
    except ValueError:
        return None
    finished = len(val_acc) == settings["epochs"]
    sound = (
        as_line(trial) == f"{line}\n"
        and trial.number >= 0
        and len(val_acc) == len(train_acc) <= settings["epochs"]
        and all(0 <= value <= 1 for value in val_acc + train_acc)
        and trial.accuracy == (val_acc[-1] if finished else 0)
        and all(
            10**low * (1 - 1e-9) <= value <= 10**high * (1 + 1e-9)
            for value, (low, high) in (
                (trial.lr, settings["lr_range"]),
                (trial.weight_decay, settings["weight_decay_range"]),
            )
        )
    )
    return trial if sound else None
