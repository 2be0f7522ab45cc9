"""What networks that split their mini-batches share, among threads or processes (8.3.3)."""

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_array, check_batch
from common.network import Network


class SplitNetwork:
    """A network whose mini-batches are split.

    A subclass has `loss_and_gradient` and `predict_in_parts`.

    Parameters
    ----------
    network : Network
    """

    def __init__(self, network: Network) -> None:
        self.network = network

    @property
    def layers(self) -> Mapping[str, Any]:
        """The layers of the network."""
        return self.network.layers

    @property
    def params(self) -> Any:
        """The parameters of the network."""
        return self.network.params

    @params.setter
    def params(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.network.params = arrays

    @property
    def measure(self) -> str:
        """See `Network.measure`."""
        return self.network.measure

    def loss(self, x: np.ndarray, t: ArrayLike, train_flg: bool = False) -> float:
        """Return what `Network.loss` returns."""
        return self.network.loss(x, t, train_flg)

    def gradient(self, x: np.ndarray, t: ArrayLike) -> dict[str, np.ndarray]:
        """Return the gradient of `loss_and_gradient`."""
        return self.loss_and_gradient(x, t)[1]

    def loss_and_gradient(self, x: np.ndarray, t: ArrayLike) -> Any:
        """Return loss and gradient of a mini-batch."""
        raise NotImplementedError

    def predict_in_parts(self, x: np.ndarray) -> np.ndarray:
        """Return the scores of a batch, which is split up."""
        raise NotImplementedError

    def predict(self, x: np.ndarray, train_flg: bool = False) -> np.ndarray:
        """Return what `Network.predict` returns; in training, the batch is not split up."""
        if train_flg:
            return self.network.predict(x, train_flg)
        x = as_array("x", x)
        check_batch(x)
        return self.predict_in_parts(x)

    def accuracy(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return what `accuracy` of the network returns, with its predictions split up."""
        front: Any = copy.copy(self.network)
        front.predict = self.predict
        result = front.accuracy(x, t)
        del front.predict
        vars(self.network).update(vars(front))  # what it stored in the network
        return result
