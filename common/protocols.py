"""What a layer, a network, an optimizer and a training must have to work with the others.

Classes of one's own need not inherit from anything: it is enough that these names are there.
"""

from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from common.batches import MiniBatches


class LayerLike(Protocol):
    """A layer: see `common.boundary`, whose class `Layer` is not needed either."""

    @property
    def forward(self) -> Callable[..., Any]:
        """Takes `x`, and `train_flg` if it likes; returns the output."""

    @property
    def backward(self) -> Callable[..., Any]:
        """Takes `dout`; returns `dx`, and sets ``d<name>`` for each of `param_names`."""


class LossLike(Protocol):
    """A loss: see `common.layers.loss`. `measure` and `score` may be missing."""

    @property
    def forward(self) -> Callable[..., Any]:
        """Takes `x` and `t`; returns the loss."""

    @property
    def backward(self) -> Callable[..., Any]:
        """Takes `dout`, 1 where there is none; returns `dx`."""


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
    """A training that can be stopped and resumed: a `common.trainer.Trainer`."""

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
        """What is trained."""

    @property
    def done(self) -> bool:
        """Whether no mini-batch is left."""

    def train_step(self) -> None:
        """Run one mini-batch."""

    def resume(self) -> None:
        """Go to where the checkpoint is, if there is one."""

    def save(self) -> None:
        """Write the checkpoint, if one is wanted."""

    def finish(self) -> None:
        """Do what is to be done at the end."""

    def save_if_due(self) -> None:
        """Write the checkpoint where an epoch ends, if the last one is some seconds old."""
