"""Trainer: the mini-batch loop of section 4.5, for any network and any optimizer (6.4.3)."""

import math
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from common import checkpoint as checkpoints
from common.augment import Augment
from common.checks import (
    NotFiniteError,
    as_array,
    check_loss,
    check_mapping,
    check_range,
    check_whole,
    in_one_line,
)
from common.data_parallel import DataParallel
from common.optimizer import optimizer_by_name
from common.schedules import Schedule
from common.util import (
    MiniBatches,
    Seed,
    check_pairs,
    interrupt_asked,
    one_blas_thread,
    random_generator,
)

SECONDS_BETWEEN_CHECKPOINTS = 10
NETWORK = ("params", "loss", "gradient", "accuracy")


class Trainer:
    """Draw a mini-batch, take its gradient, update the parameters, and again.

    Parameters
    ----------
    network : Network
        Anything with `params`, `loss(x, t)`, `gradient(x, t)` and `accuracy(x, t)`.
    x_train, t_train, x_test, t_test : ndarray
        Samples along the first axis; targets as labels or one-hot rows.
    epochs : float
        How often the training samples are gone through.
    mini_batch_size : int
    optimizer : str or object with `update(params, grads)`
        'sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop' or 'adam', in capitals or not; or one
        of your own.
    optimizer_param : mapping, optional
        The parameters of the optimizer that is named, e.g. ``{"lr": 0.1}``; its own defaults where
        none are given.
    evaluate_sample_num_per_epoch : int, optional
        Measure the accuracies on so many samples only, the first ones of each set.
    verbose : bool
        Print a line per epoch, and show the time left where there is a terminal.
    max_iter : int, optional
        The number of mini-batches, instead of `epochs`.
    shuffle : bool
        True: an epoch sees every sample once, and its last mini-batch may be smaller. False: each
        mini-batch is drawn at random with replacement, as in the book's listings.
    rng : Generator or seed, optional
        Draws the mini-batches.
    schedule : callable, optional
        Takes the number of the mini-batch and returns the learning rate: see `common.schedules`.
    checkpoint : str or Path, optional
        An ``.npz`` file: written after epochs (every 10 seconds at most), at the end and at Ctrl-C;
        `train` goes on from it if it is there, and ends bit for bit as if never interrupted. It
        must be of a training with the same settings, data and seed; only `epochs` may grow.
    augment : callable, optional
        Takes the images of a mini-batch and the generator, and returns others in their place: see
        `common.augment`.
    threads : int
        Share each mini-batch out to so many threads, a core for each: see `common.data_parallel`.

    Attributes
    ----------
    train_loss_list : list of float
        The loss of each mini-batch, before the update that it leads to; of a network with a `loss`
        or `gradient` of its own, what `loss(x, t)` says.
    train_acc_list, test_acc_list : list of float
        Accuracies after the first update of each epoch.
    test_acc : float
        The accuracy on all test samples at the end, where `verbose`.
    current_iter, max_iter, iter_per_epoch : int
        How many mini-batches have been used, will be, and make an epoch.
    """

    def __init__(
        self,
        network: Any,
        x_train: np.ndarray,
        t_train: np.ndarray,
        x_test: np.ndarray,
        t_test: np.ndarray,
        epochs: float = 20,
        mini_batch_size: int = 100,
        optimizer: Any = "SGD",
        optimizer_param: Mapping[str, float] | None = None,
        evaluate_sample_num_per_epoch: int | None = None,
        verbose: bool = True,
        *,
        max_iter: int | None = None,
        shuffle: bool = True,
        rng: Seed = None,
        schedule: Schedule | None = None,
        checkpoint: str | Path | None = None,
        augment: Augment | None = None,
        threads: int = 1,
    ) -> None:
        missing = [name for name in NETWORK if not hasattr(network, name)]
        if missing:
            found = f"a {type(network).__name__}, without {', '.join(missing)}"
            raise ValueError(f"the network is {found}; expected e.g. a common.network.Network")
        self.network = network
        self.parallel = _in_parallel(network, threads)
        self.x_train, self.t_train = as_array("x_train", x_train), as_array("t_train", t_train)
        self.x_test, self.t_test = as_array("x_test", x_test), as_array("t_test", t_test)
        check_pairs(self.x_train, self.t_train)
        check_pairs(self.x_test, self.t_test)
        self.optimizer = _optimizer(optimizer, optimizer_param)
        self.evaluate_sample_num_per_epoch = evaluate_sample_num_per_epoch
        if evaluate_sample_num_per_epoch is not None:
            check_whole("evaluate_sample_num_per_epoch", evaluate_sample_num_per_epoch)
        self.verbose = verbose
        self.batches = MiniBatches(
            len(self.x_train), mini_batch_size, random_generator(rng), shuffle
        )
        self.iter_per_epoch = math.ceil(len(self.x_train) / mini_batch_size)  # the tail counts
        if max_iter is None:
            max_iter = int(check_range("epochs", epochs, above=0) * self.iter_per_epoch)
        self.max_iter = check_whole("the number of mini-batches", max_iter)
        self.current_iter = 0
        self.train_loss_list: list[float] = []
        self.train_acc_list: list[float] = []
        self.test_acc_list: list[float] = []
        self.test_acc = math.nan
        if schedule is not None and not callable(schedule):
            found = in_one_line(schedule)
            raise ValueError(f"schedule is {found}; expected a function, see common.schedules")
        if schedule is not None and not hasattr(self.optimizer, "lr"):
            raise ValueError("the optimizer has no lr; expected one, for the schedule to set")
        self.schedule = schedule
        if augment is not None and not callable(augment):
            found = in_one_line(augment)
            raise ValueError(f"augment is {found}; expected a function, see common.augment")
        self.augment = augment
        self.checkpoint = checkpoint
        self._settings: dict[str, Any] = {}
        self._saved_at = 0.0
        if checkpoint is not None:
            self._settings = checkpoints.settings(self, seeded=rng is not None)

    @property
    def current_epoch(self) -> int:
        """How many epochs have begun."""
        return -(-self.current_iter // self.iter_per_epoch)

    @property
    def done(self) -> bool:
        """Whether no mini-batch is left."""
        return self.current_iter >= self.max_iter

    def train(self) -> None:
        """Run all mini-batches that are still to come.

        Raises
        ------
        NotFiniteError
            If the loss is NaN or infinite.
        KeyboardInterrupt
            After Ctrl-C, which waits for the end of a mini-batch; the checkpoint is saved.
        """
        train_together(self)
        if self.verbose:
            network = self.network if self.parallel is None else self.parallel
            self.test_acc = network.accuracy(self.x_test, self.t_test)
            print(f"test accuracy after {self.current_iter} mini-batches: {self.test_acc:.4f}")

    def train_step(self) -> None:
        """Run one mini-batch, and evaluate where an epoch begins."""
        number = self.current_iter
        try:
            self._step(next(self.batches))
        except NotFiniteError as error:
            raise NotFiniteError(f"mini-batch {number}: {error}") from error

    def _step(self, batch: np.ndarray) -> None:
        x, t = self.x_train[batch], self.t_train[batch]
        if self.augment is not None:
            x = self.augment(x, self.batches.rng)
        loss, grads = self._loss_and_gradient(x, t)
        if self.schedule is not None:
            lr = self.schedule(self.current_iter)
            self.optimizer.lr = check_range("the learning rate of the schedule", lr, least=0)
        self.optimizer.update(self.network.params, grads)
        self.train_loss_list.append(loss)
        self.current_iter += 1
        if (self.current_iter - 1) % self.iter_per_epoch == 0:
            self._evaluate()

    def _loss_and_gradient(self, x: np.ndarray, t: np.ndarray) -> tuple[float, Any]:
        if self.parallel is not None:
            return self.parallel.loss_and_gradient(x, t)
        if _has_both_in_one(self.network):
            return self.network.loss_and_gradient(x, t)
        return check_loss(self.network.loss(x, t)), self.network.gradient(x, t)  # forward twice

    def _evaluate(self) -> None:
        n = self.evaluate_sample_num_per_epoch  # None: all
        network = self.network if self.parallel is None else self.parallel
        train_acc = network.accuracy(self.x_train[:n], self.t_train[:n])
        test_acc = network.accuracy(self.x_test[:n], self.t_test[:n])
        self.train_acc_list.append(train_acc)
        self.test_acc_list.append(test_acc)
        if self.verbose:
            epoch = (self.current_iter - 1) // self.iter_per_epoch
            line = f"epoch {epoch} | train acc: {train_acc:.4f}, test acc: {test_acc:.4f}"
            tqdm.write(line, file=sys.stdout)

    def resume(self) -> None:
        """Go to where the checkpoint is, if there is one."""
        if self.checkpoint is None or self.current_iter > 0:
            return
        checkpoints.check_writable(self.checkpoint)
        if Path(self.checkpoint).exists():
            checkpoints.load(self.checkpoint, self, self._settings)
            if self.verbose:
                print(f"going on from mini-batch {self.current_iter} of {self.checkpoint}")

    def save(self) -> None:
        """Write the checkpoint, if one is wanted."""
        if self.checkpoint is not None:
            checkpoints.save(self.checkpoint, self, self._settings)
            self._saved_at = time.monotonic()

    def save_if_due(self) -> None:
        """Write the checkpoint at the end of an epoch, if the last one is some seconds old."""
        age = time.monotonic() - self._saved_at
        if self.current_iter % self.iter_per_epoch == 0 and age >= SECONDS_BETWEEN_CHECKPOINTS:
            self.save()


def train_together(
    *trainers: Trainer, leave_out_diverged: bool = False, threads: int = 1
) -> list[str]:
    """Train several networks side by side, a mini-batch each in turn, under one progress line.

    Trainers that were given the same seed see the same mini-batches.

    Parameters
    ----------
    trainers : Trainer
    leave_out_diverged : bool
        A loss that is NaN or infinite ends all of the training (False), or only that of its
        network, whose lists end there (True).
    threads : int
        How many networks compute at the same time, a core for each; the results are the same.

    Returns
    -------
    list of str
        A message for each network that was left out.

    Raises
    ------
    NotFiniteError
        If a loss is NaN or infinite.
    KeyboardInterrupt
        After Ctrl-C, when the step is done and the checkpoints are saved.
    """
    _refuse_shared(trainers)
    check_whole("threads", threads, most=1024)
    for trainer in trainers:
        trainer.resume()
    running = [trainer for trainer in trainers if not trainer.done]
    messages: list[str] = []
    diverged: list[Trainer] = []
    done = min((trainer.current_iter for trainer in trainers), default=0)
    total = max((trainer.max_iter for trainer in trainers), default=0)
    quiet = not any(trainer.verbose for trainer in trainers) and len(trainers) == 1
    with (
        one_blas_thread(),
        tqdm(
            initial=done, total=total, desc="training", unit="batch", disable=quiet or None
        ) as bar,
        interrupt_asked() as asked,
        ThreadPoolExecutor(threads) as pool,
    ):
        while running and not asked.is_set():
            errors = (map if threads == 1 else pool.map)(_step_or_error, running)
            for trainer, error in zip(running, errors, strict=True):
                if error is not None and not leave_out_diverged:
                    raise error
                if error is not None:
                    messages.append(str(error))
                    diverged.append(trainer)
            running = [one for one in running if one not in diverged and not one.done]
            bar.update()
    for trainer in trainers:
        if trainer not in diverged:  # its mini-batch is used up: from there it would go on without
            trainer.save()
    if asked.is_set():
        kept = [str(trainer.checkpoint) for trainer in trainers if trainer.checkpoint is not None]
        if kept:
            print(f"saved {', '.join(kept)}: the same command goes on from there")
        raise KeyboardInterrupt
    return messages


def _step_or_error(trainer: Trainer) -> NotFiniteError | None:
    # Where it diverges, the loss says so; NumPy need not warn of every overflow before. What is
    # ignored belongs to a thread.
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            trainer.train_step()
            trainer.save_if_due()
        except NotFiniteError as error:
            return error
    return None


def _refuse_shared(trainers: Sequence[Trainer]) -> None:
    for trainer in trainers:
        if not isinstance(trainer, Trainer):
            raise ValueError(f"{in_one_line(trainer)} is to be trained; expected a Trainer")
    for kind in ("network", "optimizer"):
        if len({id(getattr(trainer, kind)) for trainer in trainers}) < len(trainers):
            raise ValueError(f"two trainings share one {kind}; expected one for each")


def _in_parallel(network: Any, threads: int) -> DataParallel | None:
    if check_whole("threads", threads, most=1024) == 1:
        return None
    if not _has_both_in_one(network):
        raise ValueError(
            f"{type(network).__name__} has a loss or a gradient of its own; expected those of "
            "common.network.Network, or one thread"
        )
    return DataParallel(network, threads)


def _has_both_in_one(network: Any) -> bool:
    """Say whether there is a `loss_and_gradient`, and no `loss` or `gradient` is newer than it."""
    if {"loss", "gradient"} & getattr(network, "__dict__", {}).keys():
        return False
    for kind in type(network).__mro__:
        if "loss_and_gradient" in vars(kind):
            return True
        if "loss" in vars(kind) or "gradient" in vars(kind):
            return False
    return False


def _optimizer(optimizer: Any, parameters: Mapping[str, float] | None) -> Any:
    if isinstance(optimizer, str):
        parameters = {} if parameters is None else parameters
        check_mapping("optimizer_param", parameters)
        return optimizer_by_name(optimizer, **{str(key): v for key, v in parameters.items()})
    if isinstance(optimizer, type) or not hasattr(optimizer, "update"):
        found = in_one_line(optimizer)
        raise ValueError(f"optimizer is {found}; expected a name or e.g. SGD(lr=0.1)")
    if parameters is not None:
        raise ValueError("optimizer_param is for an optimizer by its name; expected None here")
    return optimizer
