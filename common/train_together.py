"""The training loop, for one network or for several side by side, with one progress bar (4.5)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from tqdm import tqdm

from common.checks import NotFiniteError, check_whole, in_one_line
from common.interrupts import interrupt_asked
from common.io.progress import progress
from common.protocols import Training
from common.threads import one_blas_thread


def train_together(
    *trainers: Training, leave_out_diverged: bool = False, threads: int = 1
) -> list[str]:
    """Train several networks side by side, one mini-batch each in turn, with one progress bar.

    Trainers with the same seed use the same mini-batches.

    Parameters
    ----------
    trainers : Trainer
    leave_out_diverged : bool
        If a loss is NaN or infinite: False stops everything; True stops only this network, and the
        others continue.
    threads : int
        How many networks train at the same time, one core for each; the results are the same.

    Returns
    -------
    list of str
        A message for each network that diverged.

    Raises
    ------
    NotFiniteError
        If a loss is NaN or infinite.
    KeyboardInterrupt
        After Ctrl-C, once the step is done and the checkpoints are saved.
    """
    _refuse_shared(trainers)
    check_whole("threads", threads, most=1024)
    for trainer in trainers:
        trainer.resume()
    running = [trainer for trainer in trainers if not trainer.done]
    diverged: dict[Training, str] = {}
    with (
        one_blas_thread(),
        _progress_bar(trainers) as bar,
        interrupt_asked() as asked,
        ThreadPoolExecutor(threads) as pool,
    ):
        while running and not asked.is_set():
            errors = (map if threads == 1 else pool.map)(_step_or_error, running)
            for trainer, error in zip(running, errors, strict=True):
                if error is not None and not leave_out_diverged:
                    raise error
                if error is not None:
                    diverged[trainer] = str(error)
            running = [one for one in running if one not in diverged and not one.done]
            bar.update()
    sound = [trainer for trainer in trainers if trainer not in diverged]
    for trainer in sound:  # others have skipped a mini-batch
        trainer.save()
    if asked.is_set():
        _say_what_was_saved(trainers)
        raise KeyboardInterrupt
    for trainer in sound:
        trainer.finish()
    return list(diverged.values())


def _progress_bar(trainers: Sequence[Training]) -> "tqdm[Any]":
    done = min((trainer.current_iter for trainer in trainers), default=0)
    total = max((trainer.max_iter for trainer in trainers), default=0)
    quiet = len(trainers) == 1 and not trainers[0].verbose
    return progress(desc="training", initial=done, total=total, unit="batch", quiet=quiet)


def _step_or_error(trainer: Training) -> NotFiniteError | None:
    # If a training run diverges, its loss is not finite: no NumPy warnings of overflows are needed.
    # `errstate` is per thread.
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            trainer.train_step()
            trainer.save_if_due()
        except NotFiniteError as error:
            return error
    return None


def _say_what_was_saved(trainers: Sequence[Training]) -> None:
    kept = [str(trainer.checkpoint) for trainer in trainers if trainer.checkpoint is not None]
    if kept:
        print(f"saved {', '.join(kept)}: run the same command again to resume")


def _refuse_shared(trainers: Sequence[Training]) -> None:
    for trainer in trainers:
        if not hasattr(trainer, "train_step") or isinstance(trainer, type):
            raise ValueError(f"got {in_one_line(trainer)}; expected a Trainer")
    for kind in ("network", "optimizer", "early_stopping"):
        given = [one for one in (getattr(trainer, kind) for trainer in trainers) if one is not None]
        if len(set(map(id, given))) < len(given):
            raise ValueError(f"two trainers share one {kind}; expected one for each")
