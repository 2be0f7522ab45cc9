"""Random, grid and Bayesian search for the learning rate and the weight decay (section 6.5).

A search is a list of trials with numbers. Each trial draws all that is random in it from a
generator of its own, made of the seed and its number, so that its result depends neither on the
order of the trials, nor on how many run at once, nor on whether the search was interrupted.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np

from ch06.helpers import trial_log
from ch06.helpers.gaussian_process import suggest
from ch06.helpers.trial_log import Trial
from common.io.progress import progress
from common.multi_layer_net import MultiLayerNet
from common.threads import one_blas_thread
from common.train_together import train_together
from common.trainer import Trainer
from lab.processes import runner

METHODS = ("random", "grid", "bayes")
HIDDEN_SIZES = [100] * 6
# The Bayesian search begins with 8 random trials; then it looks at all results after every 4, so
# that 4 can run at once, and the same 4 whatever the number of processes.
FIRST, TOGETHER = 8, 4

Range = tuple[float, float]  # of powers of ten
Point = tuple[float, float]  # learning rate, weight decay
Pairs = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Experiment:
    """What the trials of a search have in common.

    Attributes
    ----------
    train, validation : pair of ndarray
        Samples (N, 784) and labels (N,) to train with, and to judge by.
    data : str
        Which digits they are.
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
            low, high = getattr(self, name)
            if not -30 <= low < high <= 30:
                raise ValueError(
                    f"{name} is {low} {high}; expected LOW < HIGH, powers of ten from -30 to 30"
                )

    def settings(self) -> dict[str, Any]:
        """Return what must be the same where a search is taken up again."""
        names = ("seed", "epochs", "batch_size", "lr_range", "weight_decay_range", "data")
        parts = {"samples": [len(self.train[0]), len(self.validation[0])]}
        return parts | {name: getattr(self, name) for name in names}


def log_uniform(
    low: float, high: float, rng: np.random.Generator, size: int | None = None
) -> np.ndarray | float:
    """Return 10 ** uniform(low, high): every power of ten in between is as likely (6.5.3)."""
    return 10 ** rng.uniform(low, high, size)


def random_point(experiment: Experiment, rng: np.random.Generator) -> Point:
    """Return a learning rate and a weight decay, each log-uniform in its range."""
    weight_decay = log_uniform(*experiment.weight_decay_range, rng)
    return float(log_uniform(*experiment.lr_range, rng)), float(weight_decay)


def grid_points(experiment: Experiment, trials: int) -> list[Point]:
    """Return the largest square grid of at most `trials` points, corners included, shuffled."""
    side = isqrt(trials)
    if side < 2:
        raise ValueError(f"{trials} trials; expected 4 or more for a grid")
    ranges = (experiment.lr_range, experiment.weight_decay_range)
    points = list(product(*(np.logspace(*limits, side).tolist() for limits in ranges)))
    return [points[k] for k in np.random.default_rng(experiment.seed).permutation(len(points))]


def bayes_points(experiment: Experiment, numbers: range, trials: Sequence[Trial]) -> list[Point]:
    """Return points of great expected improvement, given the trials so far (6.5.2)."""
    low, high = np.transpose([experiment.lr_range, experiment.weight_decay_range])
    x = np.array([[trial.lr, trial.weight_decay] for trial in trials])
    x = (np.log10(x) - low) / (high - low)  # the unit square
    rng = np.random.default_rng([experiment.seed, numbers[0], 1])
    values = np.array([trial.accuracy for trial in trials])
    with one_blas_thread():
        x = suggest(x, values, len(numbers), rng)
    return [(lr, decay) for lr, decay in (10 ** (low + (high - low) * x)).tolist()]


def rounds(method: str, trials: int) -> list[range]:
    """Return the numbers of the trials that may run side by side, one round after the other."""
    ends = [*range(FIRST, trials, TOGETHER), trials] if method == "bayes" else [trials]
    return [range(start, end) for start, end in zip([0, *ends], ends, strict=False)]


def points(
    experiment: Experiment, method: str, trials: int, numbers: range, done: Mapping[int, Trial]
) -> list[Point]:
    """Return what to try in a round, given the trials before it."""
    if method == "grid":
        return grid_points(experiment, trials)
    if method == "bayes" and numbers[0] > 0:
        return bayes_points(experiment, numbers, [done[k] for k in range(numbers[0])])
    return [random_point(experiment, np.random.default_rng([experiment.seed, k])) for k in numbers]


def run_trial(experiment: Experiment, number: int, point: Point) -> Trial:
    """Train a network with a learning rate and a weight decay, and return how it went."""
    lr, weight_decay = point
    rng = np.random.default_rng([experiment.seed, number])
    random_point(experiment, rng)  # whatever the method, the same network goes with the number
    x, t = experiment.train
    sizes = (x.shape[1], HIDDEN_SIZES, 10)
    net = MultiLayerNet(*sizes, weight_decay_lambda=weight_decay, rng=rng)
    trainer = Trainer(
        *(net, x, t, *experiment.validation),
        epochs=experiment.epochs,
        mini_batch_size=experiment.batch_size,
        optimizer="SGD",
        optimizer_param={"lr": lr},
        verbose=False,
        rng=rng,
    )
    diverged = train_together(trainer, leave_out_diverged=True)
    val_acc, train_acc = trainer.test_acc_list, trainer.train_acc_list
    accuracy = 0.0 if diverged else val_acc[-1]
    return Trial(number, accuracy, lr, weight_decay, tuple(val_acc), tuple(train_acc))


def search(
    experiment: Experiment,
    method: str,
    trials: int,
    path: Path,
    processes: int = 1,
    restart: bool = False,
) -> list[Trial]:
    """Run the trials that are not in the file yet, and return all, in the order of their numbers.

    Parameters
    ----------
    experiment : Experiment
    method : 'random', 'grid' or 'bayes'
    trials : int
        How many; a grid has the nearest square below.
    path : Path
        A CSV file: each trial is written there when it is done, so that little is lost where the
        search is killed, and the next call goes on from it.
    processes : int
        How many trials run at once.
    restart : bool
        Begin anew, and overwrite the file.
    """
    settings = {"method": method, **experiment.settings()}
    if method == "grid":
        trials = len(grid_points(experiment, trials))
        settings["trials"] = trials
    if restart or not path.exists():
        trial_log.begin(path, settings)
    done = {k: trial for k, trial in trial_log.read(path, settings).items() if k < trials}
    if done:
        print(f"{len(done)} of {trials} trials found in {path}")
    try:
        with (
            path.open("a", encoding="utf-8", newline="\n") as file,
            progress(desc=method, initial=len(done), total=trials, unit="trial") as bar,
            closing(_missing_trials(experiment, method, trials, processes, done)) as missing,
        ):
            for trial in missing:
                file.write(trial_log.as_line(trial))
                file.flush()
                done[trial.number] = trial
                bar.update()
    except KeyboardInterrupt:
        command = "the same command without --restart" if restart else "the same command"
        print(f"{len(done)} of {trials} trials are in {path}: {command} goes on from there")
        raise
    return [done[k] for k in range(trials)]


def _missing_trials(
    experiment: Experiment, method: str, trials: int, processes: int, done: Mapping[int, Trial]
) -> Generator[Trial, None, None]:
    """Run the trials that are not in `done` yet, which the caller fills, and yield them."""
    with runner(partial(run_trial, experiment), min(processes, trials - len(done))) as run:
        for numbers in rounds(method, trials):
            if all(k in done for k in numbers):
                continue
            found = zip(numbers, points(experiment, method, trials, numbers, done), strict=True)
            yield from run([(k, point) for k, point in found if k not in done])
