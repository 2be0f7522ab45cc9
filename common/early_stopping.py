"""EarlyStopping: stops when the validation accuracy no longer improves; keeps the best weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from common.checks import as_array, check_pairs, check_whole, on_gpu
from common.gpu import beside
from common.parts import numbered
from common.protocols import NetworkLike


class EarlyStopping:
    """Evaluates a network on validation data after each epoch, and keeps the best weights.

    Pass a new one to each `Trainer`: it ends with the best weights in its network.

    Parameters
    ----------
    x_val, t_val : ndarray
        Samples and targets held out from the training data, e.g. by
        `common.batches.split_validation`. Not the test data: if a network is chosen by its
        test accuracy, this accuracy is no longer a fair measure.
    patience : int, optional
        Stop after this many epochs without improvement; None: never.

    Attributes
    ----------
    scores : list of float
        The `network.accuracy` after each epoch.
    best : dict of str to ndarray
        Parameters, and running averages, at the largest of `scores`.

    Examples
    --------
    >>> stopping = EarlyStopping(np.ones((5, 4)), np.zeros(5, int), patience=3)
    >>> stopping.scores, stopping.exhausted
    ([], False)
    """

    def __init__(self, x_val: np.ndarray, t_val: np.ndarray, patience: int | None = None) -> None:
        self.x_val, self.t_val = as_array("x_val", x_val), as_array("t_val", t_val)
        check_pairs(self.x_val, self.t_val)
        self.patience = None if patience is None else check_whole("patience", patience)
        self.scores: list[float] = []
        self.best: dict[str, np.ndarray] = {}

    @property
    def best_epoch(self) -> int:
        """The number of the epoch with the best score, from 1; 0: none yet."""
        known = [score for score in self.scores if score == score]  # NaN is never the best
        return self.scores.index(max(known)) + 1 if known else 0

    @property
    def exhausted(self) -> bool:
        """Whether the last `patience` epochs brought no improvement."""
        return self.patience is not None and len(self.scores) - self.best_epoch >= self.patience

    def measure(self, network: NetworkLike) -> None:
        """Evaluate the network; if it is the best so far, keep its weights."""
        self.scores.append(network.accuracy(self.x_val, self.t_val))
        if self.best_epoch == len(self.scores):
            self.best = {key: _copy(value) for key, value in arrays(network).items()}

    def load(
        self, network: NetworkLike, scores: list[float], best: Mapping[str, np.ndarray]
    ) -> None:
        """Resume from the scores and the best weights of a checkpoint."""
        shapes = {key: np.shape(value) for key, value in arrays(network).items()}
        if best and {key: value.shape for key, value in best.items()} != shapes:
            raise ValueError("the best weights are those of another network; expected the same")
        self.scores, self.best = scores, dict(best)

    def restore(self, network: NetworkLike) -> None:
        """Put the best parameters back into the network, if there are any."""
        if self.best:
            for key, W in network.params.items():
                if isinstance(W, np.ndarray) or on_gpu(W):
                    # In place: a layer typed from the book holds this array, too.
                    W[...] = beside(W, self.best[key])
                else:
                    network.params[key] = self.best[key].item()
            for key, (layer, name) in numbered(network, "state_names").items():
                setattr(layer, name, beside(getattr(layer, name), self.best[key]))


def _copy(value: Any) -> Any:
    return value.copy() if on_gpu(value) else np.array(value)


def arrays(network: NetworkLike) -> Mapping[str, np.ndarray]:
    """Return the parameters of a network, and the other arrays that training changes."""
    states = numbered(network, "state_names")
    return {**network.params, **{key: getattr(*place) for key, place in states.items()}}
