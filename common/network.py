"""Network: the one way to compose layers into something that learns (5.7)."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common import functions, gradient
from common.files import load_arrays, save_arrays
from common.layers import SoftmaxWithLoss


class Network:
    """A stack of layers with a loss at the end.

    Parameters
    ----------
    layers : mapping of str to layer
        In the order of the forward pass; each layer stands there once.

    Attributes
    ----------
    layers : dict
    last_layer : SoftmaxWithLoss
        The loss; also as `lastLayer`.
    params : dict of str to ndarray
        ``W1 b1 W2 b2 ...``: the k-th ``W`` of the stack is ``W<k>``. The dict is the truth and the
        layers follow it: change an array in place, put another in its place, both work.
    grads : dict of str to ndarray
        What `gradient` returned last.

    Examples
    --------
    >>> import numpy as np
    >>> from common.layers import Affine, ReLU
    >>> rng = np.random.default_rng(0)
    >>> net = Network({
    ...     "Affine1": Affine(rng.standard_normal((4, 3)), np.zeros(3)),
    ...     "Relu1": ReLU(),
    ...     "Affine2": Affine(rng.standard_normal((3, 2)), np.zeros(2)),
    ... })
    >>> list(net.params)
    ['W1', 'b1', 'W2', 'b2']
    >>> net.predict(np.ones((5, 4))).shape
    (5, 2)
    """

    def __init__(self, layers: Mapping[str, Any]) -> None:
        _check_layers(layers)
        self.layers = dict(layers)
        self.last_layer = SoftmaxWithLoss()
        self.params: dict[str, np.ndarray] = {}
        self.grads: dict[str, np.ndarray] = {}
        self._stack = list(self.layers.values())
        self._owners: dict[str, tuple[Any, str]] = {}
        self._shapes: dict[str, tuple[int, ...]] = {}
        count: Counter[str] = Counter()
        for layer in self._stack:
            for name in layer.param_names:
                count[name] += 1
                key = f"{name}{count[name]}"
                self.params[key] = getattr(layer, name)
                self._owners[key] = (layer, name)
                self._shapes[key] = self.params[key].shape

    @property
    def lastLayer(self) -> SoftmaxWithLoss:
        """The book's other name of `last_layer`."""
        return self.last_layer

    def predict(self, x: np.ndarray, train_flg: bool = False) -> np.ndarray:
        """Return the scores of a batch `x`, of shape (N, C): no softmax, which inference can spare.

        A single sample gives the scores (C,).
        """
        self._hand_out_params()
        for layer in self._stack:
            x = layer.forward(x, train_flg)
        return x

    def _hand_out_params(self) -> None:
        if list(self.layers.values()) != self._stack:
            raise ValueError(
                "the layers were exchanged; expected those that the network began with"
            )
        for key, (layer, name) in self._owners.items():
            value: Any = self.params.get(key)
            if np.shape(value) != self._shapes[key]:
                found = "missing" if value is None else f"of shape {np.shape(value)}"
                raise ValueError(f"params[{key!r}] is {found}; expected {self._shapes[key]}")
            setattr(layer, name, value)

    def loss(self, x: np.ndarray, t: ArrayLike, train_flg: bool = False) -> float:
        """Return the mean loss of the batch `x` with targets `t` (labels or one-hot rows)."""
        return self.last_layer.forward(self.predict(x, train_flg), t)

    def accuracy(self, x: np.ndarray, t: ArrayLike, batch_size: int = 1000) -> float:
        """Return the fraction of samples that are classified rightly; every sample counts.

        `batch_size` bounds the memory; it does not change the result.
        """
        if np.ndim(x) < 2 or len(x) == 0:
            raise ValueError(f"x has shape {np.shape(x)}; expected a batch of at least one sample")
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; expected 1 or more")
        starts = range(0, len(x), batch_size)
        scores = [self.predict(x[start : start + batch_size]) for start in starts]
        return functions.accuracy(np.concatenate(scores), t)

    def gradient(self, x: np.ndarray, t: ArrayLike) -> dict[str, np.ndarray]:
        """Return the derivatives of the loss for every parameter, by back-propagation."""
        return self.loss_and_gradient(x, t)[1]

    def loss_and_gradient(self, x: np.ndarray, t: ArrayLike) -> tuple[float, dict[str, np.ndarray]]:
        """Return the loss, which back-propagation computes anyway, and the gradient."""
        loss = self.loss(x, t, train_flg=True)
        dout = self.last_layer.backward()
        for layer in reversed(self._stack):
            dout = layer.backward(dout)
        self.grads = {
            key: getattr(layer, "d" + name) for key, (layer, name) in self._owners.items()
        }
        return loss, self.grads

    def numerical_gradient(self, x: np.ndarray, t: ArrayLike) -> dict[str, np.ndarray]:
        """Return the same as `gradient` by central differences: slow, to check the other.

        Computed in float64, whatever the type of the parameters.
        """
        params = self.params
        self.params = {key: value.astype(np.float64) for key, value in params.items()}
        try:
            return {
                key: gradient.numerical_gradient(lambda _: self.loss(x, t, train_flg=True), value)
                for key, value in self.params.items()
            }
        finally:
            self.params = params
            self._hand_out_params()

    def save_params(self, file_name: str | Path = "params.npz") -> None:
        """Write the parameters to an ``.npz`` file, whole or not at all."""
        self._check_params(self.params, "not saved: the network")
        save_arrays(file_name, self.params)

    def load_params(self, file_name: str | Path = "params.npz") -> None:
        """Read the parameters of a network of the same shape; on any error nothing is changed."""
        # Numbers that say how the weights were made (seed, accuracy) have the shape ().
        loaded = {key: value for key, value in load_arrays(file_name).items() if value.ndim > 0}
        self._check_params(loaded, str(file_name))
        with np.errstate(over="ignore"):  # an overflow is found in the next line
            cast = {key: loaded[key].astype(value.dtype) for key, value in self.params.items()}
        self._check_params(cast, f"{file_name}, cast to the type of the network,")
        self.params = cast

    def _check_params(self, params: Mapping[str, np.ndarray], what: str) -> None:
        found = {key: value.shape for key, value in params.items()}
        if found != self._shapes:
            raise ValueError(f"{what} holds parameters {found}; expected {self._shapes}")
        for key, value in params.items():
            if value.dtype.kind != "f" or not np.isfinite(value).all():
                raise ValueError(f"{what} holds other than finite numbers in {key}")


def _check_layers(layers: Mapping[str, Any]) -> None:
    if not isinstance(layers, Mapping):
        raise ValueError(f"layers is a {type(layers).__name__}; expected a layer for each name")
    for name, layer in layers.items():
        if not isinstance(getattr(layer, "param_names", None), tuple):
            raise ValueError(
                f"{name} is of type {type(layer).__name__}; expected a layer, with forward, "
                "backward and a tuple param_names"
            )
    if len({id(layer) for layer in layers.values()}) < len(layers):
        raise ValueError("a layer stands twice in the network; expected a layer for each place")
