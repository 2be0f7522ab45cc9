"""Trainer: the mini-batch loop of section 4.5, for any network and any optimizer (6.4.3)."""

import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from common.optimizer import SGD
from common.util import Seed, check_pairs, mini_batches, one_blas_thread


class Trainer:
    """Draw a mini-batch, take its gradient, update the parameters, and again.

    Parameters
    ----------
    network : Network
        Anything with `params`, `loss(x, t)`, `gradient(x, t)` and `accuracy(x, t)`.
    x_train, t_train, x_test, t_test : ndarray
        Samples along the first axis; targets as labels or one-hot rows.
    epochs : float
        An epoch is as many batches as hold as many samples as there are for training.
    mini_batch_size : int
    optimizer : object with `update(params, grads)`, optional
        SGD() where none is given.
    verbose : bool
        Print a line per epoch, and show the time left where there is a terminal.
    max_iter : int, optional
        The number of mini-batches, instead of `epochs`.
    shuffle : bool
        See `common.util.mini_batches`.
    rng : Generator or seed, optional
        Draws the mini-batches.

    Attributes
    ----------
    train_loss_list : list of float
        The loss of each mini-batch, before the update that it leads to.
    train_acc_list, test_acc_list : list of float
        Accuracies on all samples after the first update of each epoch.
    current_iter : int
        How many mini-batches have been used.
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
        optimizer: Any = None,
        *,
        verbose: bool = True,
        max_iter: int | None = None,
        shuffle: bool = False,
        rng: Seed = None,
    ) -> None:
        self.network = network
        self.x_train, self.t_train = np.asarray(x_train), np.asarray(t_train)
        self.x_test, self.t_test = np.asarray(x_test), np.asarray(t_test)
        check_pairs(self.x_train, self.t_train)
        check_pairs(self.x_test, self.t_test)
        self.optimizer = SGD() if optimizer is None else optimizer
        if isinstance(self.optimizer, type) or not hasattr(self.optimizer, "update"):
            raise ValueError(
                f"optimizer is {self.optimizer!r}; expected an object, e.g. SGD(lr=0.1)"
            )
        self.verbose = verbose
        self.batches = mini_batches(
            len(x_train), mini_batch_size, np.random.default_rng(rng), shuffle
        )
        self.iter_per_epoch = -(-len(x_train) // mini_batch_size)  # rounded up: the tail counts
        iters = epochs * self.iter_per_epoch if max_iter is None else max_iter
        if not 1 <= iters < float("inf"):
            raise ValueError(f"{iters} mini-batches to train with; expected 1 or more")
        self.max_iter = int(iters)
        self.current_iter = 0
        self.train_loss_list: list[float] = []
        self.train_acc_list: list[float] = []
        self.test_acc_list: list[float] = []

    def train(self) -> None:
        """Run all mini-batches that are still to come."""
        steps = range(self.current_iter, self.max_iter)
        bar = tqdm(steps, "training", unit="batch", disable=None if self.verbose else True)
        # Where it diverges, the loss says so; NumPy need not warn of every overflow before.
        with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
            for _ in bar:
                self.train_step()

    def train_step(self) -> None:
        """Run one mini-batch, and evaluate where an epoch begins."""
        batch = next(self.batches)
        loss, grads = self._loss_and_gradient(self.x_train[batch], self.t_train[batch])
        self.optimizer.update(self.network.params, grads)
        self.train_loss_list.append(loss)
        self.current_iter += 1
        if (self.current_iter - 1) % self.iter_per_epoch == 0:
            self._evaluate()

    def _loss_and_gradient(self, x: np.ndarray, t: np.ndarray) -> tuple[float, Any]:
        if hasattr(self.network, "loss_and_gradient"):
            return self.network.loss_and_gradient(x, t)
        return self.network.loss(x, t), self.network.gradient(x, t)  # forward twice

    def _evaluate(self) -> None:
        train_acc = self.network.accuracy(self.x_train, self.t_train)
        test_acc = self.network.accuracy(self.x_test, self.t_test)
        self.train_acc_list.append(train_acc)
        self.test_acc_list.append(test_acc)
        if self.verbose:
            epoch = (self.current_iter - 1) // self.iter_per_epoch
            line = f"epoch {epoch} | train acc: {train_acc:.4f}, test acc: {test_acc:.4f}"
            tqdm.write(line, file=sys.stdout)
