"""Run the trials of a search, several in parallel, and save each when it is finished (6.5.3)."""

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ch06.helpers.search import trial_log
from ch06.helpers.search.methods import Point, grid_points, points, random_point, rounds
from ch06.helpers.search.trial import Experiment, Trial
from common.io.progress import progress
from common.multi_layer_net import MultiLayerNet
from common.optimizer import SGD
from common.train_together import train_together
from common.trainer import Trainer
from lab.processes import Runner, mpi_runner, retrying_runner

HIDDEN_SIZES = [100] * 6


def run_trial(experiment: Experiment, number: int, point: Point) -> Trial:
    """Train a network with a learning rate and a weight decay, and return the trial."""
    lr, weight_decay = point
    rng = np.random.default_rng([experiment.seed, number])
    random_point(experiment, rng)  # so the network depends only on the number, not on the method
    x, t = experiment.train
    sizes = (x.shape[1], HIDDEN_SIZES, 10)
    net = MultiLayerNet(*sizes, weight_decay_lambda=weight_decay, rng=rng)
    how: dict[str, Any] = {"epochs": experiment.epochs, "mini_batch_size": experiment.batch_size}
    how |= {"optimizer": SGD(lr), "verbose": False, "rng": rng}
    trainer = Trainer(net, x, t, *experiment.validation, **how)
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
    workers: str = "processes",
) -> list[Trial]:
    """Run the trials that are not in the file yet, and return all, ordered by number.

    Parameters
    ----------
    experiment : Experiment
    method : 'random', 'grid' or 'bayes'
    trials : int
        Their number; a grid uses the largest square number up to this.
    path : Path
        A CSV file: each trial is written there when it is finished. If the search is killed, little
        is lost, and the next call resumes from the file.
    processes : int
        How many trials run in parallel. If a process is killed, its trial is repeated.
    workers : 'processes' or 'mpi'
        Where they run: in processes, or on the ranks of MPI, see `lab.processes.mpi_runner`.
    restart : bool
        Start over, and overwrite the file.
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
        with _runner(experiment, workers, min(processes, trials - len(done))) as run:
            _fill(done, experiment, method, trials, path, run)
    except KeyboardInterrupt:
        command = "the same command without --restart" if restart else "the same command"
        print(f"{len(done)} of {trials} trials are in {path}: {command} resumes from there")
        raise
    return [done[k] for k in range(trials)]


def _fill(
    done: dict[int, Trial],
    experiment: Experiment,
    method: str,
    trials: int,
    path: Path,
    run: Runner,
) -> None:
    """Run the missing trials; add each to `done` and to the file."""
    with (
        path.open("a", encoding="utf-8", newline="\n") as file,
        progress(desc=method, initial=len(done), total=trials, unit="trial") as bar,
        closing(_missing_trials(experiment, method, trials, run, done)) as missing,
    ):
        for trial in missing:
            file.write(trial_log.as_line(trial))
            file.flush()
            done[trial.number] = trial
            bar.update()


def _missing_trials(
    experiment: Experiment, method: str, trials: int, run: Runner, done: Mapping[int, Trial]
) -> Generator[Trial, None, None]:
    """Run the trials that are not in `done` yet, and yield them; the caller adds them to it."""
    for numbers in rounds(method, trials):
        if all(k in done for k in numbers):
            continue
        found = zip(numbers, points(experiment, method, trials, numbers, done), strict=True)
        yield from run([(k, point) for k, point in found if k not in done])


def _runner(experiment: Experiment, workers: str, processes: int) -> AbstractContextManager[Runner]:
    """Return what runs trials."""
    work = partial(run_trial, experiment)
    return mpi_runner(work) if workers == "mpi" else retrying_runner(work, processes)
