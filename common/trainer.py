"""Trainer: the training loop of section 4.5, for any network and any optimizer (6.4.3)."""

import math
import sys
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import numpy as np
from tqdm import tqdm

from common import checkpoint as checkpoints
from common import trainer_arguments as arguments
from common.augment import Augment
from common.batches import MiniBatches, take
from common.checks import (
    NotFiniteError,
    check_loss,
    check_range,
    check_whole,
)
from common.data_parallel import DataParallel
from common.early_stopping import EarlyStopping
from common.mpi import MPIParallel
from common.params import check_not_diverged
from common.protocols import NetworkLike, OptimizerLike
from common.randomness import Seed
from common.schedules import Schedule
from common.train_together import train_together as train_together

SECONDS_BETWEEN_CHECKPOINTS = 10
AnyNetwork = TypeVar("AnyNetwork", bound=NetworkLike)


class Trainer(Generic[AnyNetwork]):
    """Draw a mini-batch, compute its gradient, update the parameters; repeat (4.5, 6.4.3).

    Parameters
    ----------
    network : Network
        Anything with `params`, `loss(x, t)`, `gradient(x, t)` and `accuracy(x, t)`, such as a
        `common.data_parallel.DataParallel` or a `common.mpi.MPIParallel`.
    x_train, t_train : ndarray
        Samples along the first axis, or a `common.streams.Stream`; targets as the loss takes them.
        Samples in float64 are converted if all parameters are float32: float64 takes twice as long.
    x_test, t_test : ndarray, optional
        To evaluate the network on, after each epoch and at the end.
    epochs : float
        The number of passes over the training samples.
    mini_batch_size : int
    optimizer : str or object with `update(params, grads)`
        'sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam', in any case; or an optimizer.
    optimizer_param : mapping, optional
        The parameters of an optimizer given by name, e.g. ``{"lr": 0.1}``.
    evaluate_sample_num_per_epoch : int, optional
        Compute the accuracies on the first samples of each set only, this many; 0: not at all.
        Default: on all, or on 1,000 of a `Stream`.
    verbose : bool
        Print a line per epoch, and show the remaining time in a terminal or a notebook.
    max_iter : int, optional
        The number of mini-batches, instead of `epochs`.
    shuffle : bool
        True: an epoch uses every sample once, and its last mini-batch may be smaller. False: each
        mini-batch is drawn at random with replacement, as in the book's listings.
    rng : Generator or seed, optional
        Draws the mini-batches.
    schedule : callable, optional
        Takes the number of the mini-batch and returns the learning rate: see `common.schedules`.
    checkpoint : str or Path, optional
        An ``.npz`` file, saved after epochs (every 10 seconds at most), at the end and at Ctrl-C.
        `train` resumes from it if it exists; the result is bit for bit that of an uninterrupted
        run. Settings, data and seed must be the same; only `epochs` may grow.
    augment : callable, optional
        Takes the images of a mini-batch and the generator, and returns changed images: see
        `common.augment`.
    threads : int
        Split each mini-batch among this many threads, one core for each: trains
        ``DataParallel(network, threads)`` in place of the network.
    in_order : bool
        True: mini-batches of consecutive samples, instead of random ones: for a `Stream`.
    early_stopping : EarlyStopping, optional
        Stops when the validation accuracy no longer improves; restores the best weights.

    Attributes
    ----------
    train_loss_list : list of float
        The loss of each mini-batch, before its update; if the network overrides `loss` or
        `gradient`, the result of `loss(x, t)`.
    train_acc_list, test_acc_list : list of float
        Accuracies after the first update of each epoch; or another score, if the loss of the
        network has one: see `measure`.
    test_acc : float
        The accuracy on all test samples after `train`; NaN without test samples.
    current_iter, max_iter, iter_per_epoch : int
        The number of mini-batches so far, in total, and in one epoch.
    epochs, current_epoch : float, int
        The number of epochs in total, and the number that have begun.
    train_size, batch_size : int
        The number of training samples, and of samples in a mini-batch.
    evaluate_every : int
        The number of mini-batches between two evaluations; default: one epoch.
    """

    def __init__(
        self,
        network: AnyNetwork,
        x_train: np.ndarray,
        t_train: np.ndarray,
        x_test: np.ndarray | None = None,
        t_test: np.ndarray | None = None,
        epochs: float = 20,
        mini_batch_size: int = 100,
        optimizer: str | OptimizerLike = "SGD",
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
        early_stopping: EarlyStopping | None = None,
        in_order: bool = False,
    ) -> None:
        arguments.check_network(network)
        threads = check_whole("threads", threads, most=1024)
        self.network = network
        if threads > 1:
            self.network = cast(Any, DataParallel(cast(Any, network), threads))
        self.x_train, self.t_train = arguments.pairs("train", x_train, t_train, network)
        self.x_test, self.t_test = arguments.pairs("test", x_test, t_test, network)
        self.optimizer = arguments.optimizer(optimizer, optimizer_param)
        self.train_size, self.batch_size = len(self.x_train), mini_batch_size
        self.batches = MiniBatches(self.train_size, mini_batch_size, rng, shuffle, in_order)
        self.iter_per_epoch = math.ceil(self.train_size / mini_batch_size)  # last one smaller
        self.evaluate_every = self.iter_per_epoch
        if max_iter is None:
            max_iter = int(check_range("epochs", epochs, above=0) * self.iter_per_epoch)
        self.max_iter = check_whole("the number of mini-batches", max_iter)
        self.evaluate_sample_num_per_epoch = arguments.count(evaluate_sample_num_per_epoch, x_train)
        self.schedule = arguments.function(schedule, "schedule")
        self.augment = arguments.function(augment, "augment")
        if schedule is not None and not hasattr(self.optimizer, "lr"):
            raise ValueError("the optimizer has no lr; expected one, for the schedule to set")
        self.verbose, self.checkpoint = verbose, checkpoint
        self.early_stopping = arguments.stopping(early_stopping)
        self.current_iter, self.test_acc = 0, math.nan
        self.train_loss_list: list[float] = []
        self.train_acc_list: list[float] = []
        self.test_acc_list: list[float] = []
        self._saved_at = 0.0
        self._settings = {} if checkpoint is None else checkpoints.settings(self, rng is not None)

    @property
    def measure(self) -> str:
        """The name of what `accuracy` of the network returns; "R^2" for a regression."""
        return getattr(self.network, "measure", "accuracy")

    @property
    def epochs(self) -> float:
        """The number of epochs in total."""
        return self.max_iter / self.iter_per_epoch

    @property
    def current_epoch(self) -> int:
        """The number of epochs that have begun."""
        return -(-self.current_iter // self.iter_per_epoch)

    @property
    def done(self) -> bool:
        """Whether no mini-batch is left, or early stopping has stopped the training."""
        stopped = self.early_stopping is not None and self.early_stopping.exhausted
        return stopped or self.current_iter >= self.max_iter

    def train(self) -> None:
        """Train the network: run all remaining mini-batches.

        Raises
        ------
        NotFiniteError
            If the loss is NaN or infinite.
        KeyboardInterrupt
            After Ctrl-C, at the end of the mini-batch; the checkpoint is saved.
        """
        train_together(self)
        self._check_parameters()
        if len(self.x_test):
            self.test_acc = self.network.accuracy(self.x_test, self.t_test)
            if self.verbose:
                what = f"test {self.measure} after {self.current_iter} mini-batches"
                print(f"{what}: {self.test_acc:.4f}")

    def train_step(self) -> None:
        """Train on one mini-batch; evaluate the network at the first one of an epoch."""
        number = self.current_iter
        try:
            self._set_learning_rate()
            self._step()
            if number % self.evaluate_every == 0 and self.evaluate_sample_num_per_epoch != 0:
                self._evaluate()
            if self.early_stopping is not None and self.current_iter % self.iter_per_epoch == 0:
                self.early_stopping.measure(self.network)
        except NotFiniteError as error:
            raise NotFiniteError(f"mini-batch {number}: {error}") from error

    def _step(self) -> None:
        x, t = self._mini_batch()  # 1. a mini-batch
        loss, grads = self._loss_and_gradient(x, t)  # 2. its gradient
        self.optimizer.update(self.network.params, grads)  # 3. a small step against the gradient
        self.train_loss_list.append(loss)
        self.current_iter += 1  # 4. repeat

    def _mini_batch(self) -> tuple[np.ndarray, np.ndarray]:
        batch, rng = next(self.batches), self.batches.rng
        if isinstance(self.network, MPIParallel):
            batch = self.network.part(batch)
            rng = rng if self.augment is None else self.network.rng_of_rank(rng)
        x, t = take(self.x_train, batch), take(self.t_train, batch)
        return (x if self.augment is None else self.augment(x, rng)), t

    def _loss_and_gradient(self, x: np.ndarray, t: np.ndarray) -> tuple[float, Mapping[str, Any]]:
        both = getattr(self.network, "loss_and_gradient", None)
        if both is not None:
            loss, grads = both(x, t)
            return check_loss(loss), grads
        return check_loss(self.network.loss(x, t)), self.network.gradient(x, t)  # forward twice

    def _set_learning_rate(self) -> None:
        if self.schedule is not None:
            lr = self.schedule(self.current_iter)
            self.optimizer.lr = check_range("the learning rate of the schedule", lr, least=0)

    def _evaluate(self) -> None:
        n = self.evaluate_sample_num_per_epoch  # None: all
        name = {"accuracy": "acc"}.get(self.measure, self.measure)
        self.train_acc_list.append(self.network.accuracy(self.x_train[:n], self.t_train[:n]))
        found = f"train {name}: {self.train_acc_list[-1]:.4f}"
        if len(self.x_test):
            self.test_acc_list.append(self.network.accuracy(self.x_test[:n], self.t_test[:n]))
            found += f", test {name}: {self.test_acc_list[-1]:.4f}"
        if self.verbose:
            epoch = (self.current_iter - 1) // self.iter_per_epoch
            tqdm.write(f"epoch {epoch} | {found}", file=sys.stdout)

    def _check_parameters(self) -> None:
        """Raise a NotFiniteError if the last update made a parameter NaN or infinite.

        Also if the optimizer's squares of gradients overflowed: then all its steps are 0.
        """
        names = getattr(self.optimizer, "state_names", ())
        for arrays in (self.network.params, *(getattr(self.optimizer, name) for name in names)):
            check_not_diverged(arrays or {}, self.current_iter - 1)

    def finish(self) -> None:
        """Restore the best weights, if early stopping is used."""
        stopping = self.early_stopping
        if stopping is None:
            return
        epochs = -(-self.current_iter // self.iter_per_epoch)
        if len(stopping.scores) < epochs and not stopping.exhausted:
            stopping.measure(self.network)  # an incomplete epoch at the end
        stopping.restore(self.network)
        if not stopping.best:
            what = f"the {self.measure} on the validation data was always NaN"
            warnings.warn(f"{what}; the last weights are kept", RuntimeWarning, stacklevel=2)
        elif self.verbose:
            best = f"{self.measure} {max(stopping.scores):.4f} on the validation data"
            print(f"best weights: after {stopping.best_epoch} epochs, {best}")

    def resume(self) -> None:
        """Resume from the checkpoint, if there is one."""
        scores = [] if self.early_stopping is None else self.early_stopping.scores
        if scores and self.current_iter == 0:
            raise ValueError("early_stopping was used in another training run; expected a new one")
        if self.checkpoint is not None and self.current_iter == 0:
            if getattr(self.network, "rank", 0) == 0:  # see `save`
                checkpoints.check_writable(self.checkpoint)
            if Path(self.checkpoint).exists():
                checkpoints.load(self.checkpoint, self, self._settings)
                if self.verbose:
                    print(f"resuming from mini-batch {self.current_iter} of {self.checkpoint}")
        if isinstance(self.network, MPIParallel):
            self.network.check_training(self)

    def save(self) -> None:
        """Write the checkpoint, if the trainer has one; of several ranks, only rank 0 writes."""
        if self.checkpoint is not None and getattr(self.network, "rank", 0) == 0:
            checkpoints.save(self.checkpoint, self, self._settings)
            self._saved_at = time.monotonic()

    def save_if_due(self) -> None:
        """Write the checkpoint at the end of an epoch, if the last one is some seconds old."""
        age = time.monotonic() - self._saved_at
        if self.current_iter % self.iter_per_epoch == 0 and age >= SECONDS_BETWEEN_CHECKPOINTS:
            self.save()
