"""Protocols: the attributes that a custom layer, loss, network, optimizer or trainer must have.

Custom classes need not inherit from anything: these names are enough.
"""

from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from common.batches import MiniBatches


class LayerLike(Protocol):
    """A layer: see `common.boundary`; the base class `Layer` is optional."""

    @property
    def forward(self) -> Callable[..., Any]:
        """Takes `x`, and optionally `train_flg`; returns the output."""

    @property
    def backward(self) -> Callable[..., Any]:
        """Takes `dout`; returns `dx`, and sets ``d<name>`` for each of `param_names`."""


class LossLike(Protocol):
    """A loss: see `common.layers.loss`. `measure` and `score` are optional."""

    @property
    def forward(self) -> Callable[..., Any]:
        """Takes `x` and `t`; returns the loss."""

    @property
    def backward(self) -> Callable[..., Any]:
        """Takes `dout` (default 1); returns `dx`."""


class NetworkLike(Protocol):
    """A network that can be trained: a `common.network.Network`, or a class typed from the book."""

    @property
    def params(self) -> MutableMapping[str, Any]:
        """Arrays that an optimizer changes in place."""

    def loss(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return the mean loss of a batch."""

    def gradient(self, x: np.ndarray, t: ArrayLike) -> Mapping[str, Any]:
        """Return the gradient of the loss for each of `params`."""

    def accuracy(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return the fraction of samples that are classified correctly."""


class OptimizerLike(Protocol):
    """An optimizer: see `common.optimizer`."""

    def update(self, params: MutableMapping[str, Any], grads: Mapping[str, Any]) -> None:
        """Change `params` by one step."""


class Training(Protocol):
    """A training run that can be stopped and resumed: a `common.trainer.Trainer`."""

    optimizer: OptimizerLike
    batches: MiniBatches
    schedule: Callable[..., Any] | None
    augment: Callable[..., Any] | None
    evaluate_sample_num_per_epoch: int | None
    checkpoint: str | Path | None
    early_stopping: Any  # a common.early_stopping.EarlyStopping, or None
    verbose: bool
    x_train: np.ndarray
    current_iter: int
    max_iter: int

    @property
    def network(self) -> NetworkLike:
        """The network that is trained."""

    @property
    def done(self) -> bool:
        """Whether the training run has finished."""

    def train_step(self) -> None:
        """Train on one mini-batch."""

    def resume(self) -> None:
        """Resume from the checkpoint, if there is one."""

    def save(self) -> None:
        """Write the checkpoint, if the trainer has one."""

    def finish(self) -> None:
        """Finish the training run, e.g. restore the best weights."""

    def save_if_due(self) -> None:
        """Write the checkpoint at the end of an epoch, if the last one is some seconds old."""
