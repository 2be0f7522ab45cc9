"""One trial of a search, and what all trials have in common (section 6.5.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

COLUMNS = "number,accuracy,lr,weight_decay,val_acc,train_acc"

Range = tuple[float, float]  # of powers of ten
Pairs = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Trial:
    """One pair of hyperparameters, and the results of training with it.

    Attributes
    ----------
    number : int
        0, 1, 2, ...
    accuracy : float
        The last accuracy on the validation data; 0 if the training run diverged.
    lr, weight_decay : float
    val_acc, train_acc : tuple of float
        One for each epoch; they end where the training run diverged.
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


@dataclass(frozen=True)
class Experiment:
    """What the trials of a search have in common.

    Attributes
    ----------
    train, validation : pair of ndarray
        Samples (N, 784) and labels (N,) to train on, and to validate with.
    data : str
        The name of the data set, and a checksum.
    seed, epochs, batch_size : int
    lr_range, weight_decay_range : pair of float
        Powers of ten: (-6, -2) is 0.000001 to 0.01.
    """

    train: Pairs
    validation: Pairs
    data: str
    seed: int
    epochs: int
    batch_size: int
    lr_range: Range
    weight_decay_range: Range

    def __post_init__(self) -> None:
        for name in ("lr_range", "weight_decay_range"):
            limits = getattr(self, name)
            if len(limits) != 2 or not -30 <= limits[0] < limits[1] <= 30:
                found = " ".join(map(str, limits))
                raise ValueError(
                    f"{name} is {found}; expected LOW < HIGH, powers of ten from -30 to 30"
                )

    def settings(self) -> dict[str, Any]:
        """Return the settings that must be the same when a search is resumed."""
        names = ("seed", "epochs", "batch_size", "lr_range", "weight_decay_range", "data")
        parts = {"samples": [len(self.train[0]), len(self.validation[0])]}
        return parts | {name: getattr(self, name) for name in names}


def ranked(trials: Iterable[Trial]) -> list[Trial]:
    """Return the trials, the best first; equal accuracies in the order of their numbers."""
    return sorted(trials, key=lambda trial: (-trial.accuracy, trial.number))


def summary(trials: Iterable[Trial]) -> list[dict[str, float]]:
    """Return the trials without their curves."""
    names = COLUMNS.split(",")[:4]
    return [{name: getattr(trial, name) for name in names} for trial in trials]
