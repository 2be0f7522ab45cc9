"""Network: the one way to compose layers into something that learns (5.7)."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common import functions, gradient
from common.checks import as_array, check_loss, check_name, check_range, check_whole
from common.composite import Sequential
from common.files import load_arrays, save_arrays
from common.layers import SoftmaxWithLoss
from common.parts import numbered, parts, rewinder
from common.penalties import PENALTIES
from common.util import one_blas_thread


class Network:
    """A stack of layers with a loss at the end.

    Parameters
    ----------
    layers : mapping of str to layer
        In the order of the forward pass; each layer stands there once.
    weight_decay_lambda : float
        How much the penalty for the weights ``W1``, ``W2`` ... counts in the loss (6.4.2).
    penalty : 'l2', 'l1' or 'max'
        See `common.penalties`.

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

    def __init__(
        self,
        layers: Mapping[str, Any],
        *,
        weight_decay_lambda: float = 0.0,
        penalty: str = "l2",
    ) -> None:
        self._chain = Sequential(layers)
        self.layers = dict(layers)
        self.last_layer = SoftmaxWithLoss()
        self.weight_decay_lambda = check_range("weight_decay_lambda", weight_decay_lambda, least=0)
        self.penalty = check_name("penalty", penalty, PENALTIES)
        self.grads: dict[str, np.ndarray] = {}
        self._parts = parts(self)
        self._owners = numbered(self)
        self._state_owners = numbered(self, "state_names")
        self.params = {key: getattr(*place) for key, place in self._owners.items()}
        self._shapes = {key: value.shape for key, value in {**self.params, **self.state}.items()}

    @property
    def state(self) -> Mapping[str, np.ndarray]:
        """What training changes without a gradient, to be read: ``running_mean1`` ..."""
        return MappingProxyType({key: getattr(*place) for key, place in self._state_owners.items()})

    @property
    def lastLayer(self) -> SoftmaxWithLoss:
        """The book's other name of `last_layer`."""
        return self.last_layer

    def predict(self, x: np.ndarray, train_flg: bool = False) -> np.ndarray:
        """Return the scores of a batch `x`, of shape (N, C): no softmax, which inference can spare.

        A single sample gives the scores (C,).
        """
        self._hand_out_params()
        return self._chain.forward(x, train_flg)

    def _hand_out_params(self) -> None:
        if parts(self) != self._parts:
            raise ValueError(
                "the layers were exchanged; expected those that the network began with"
            )
        for key, (layer, name) in self._owners.items():
            value: Any = self.params.get(key)
            if not isinstance(value, np.ndarray) or value.shape != self._shapes[key]:
                found = f"a {type(value).__name__}" if value is not None else "missing"
                found = f"of shape {value.shape}" if hasattr(value, "shape") else found
                raise ValueError(f"params[{key!r}] is {found}; expected {self._shapes[key]}")
            if value.dtype.kind not in "fiub" or isinstance(value, np.ma.MaskedArray):
                found = f"{type(value).__name__} of type {value.dtype}"
                raise ValueError(f"params[{key!r}] is a {found}; expected an array of real numbers")
            setattr(layer, name, value)

    def loss(self, x: np.ndarray, t: ArrayLike, train_flg: bool = False) -> float:
        """Return the mean loss of the batch `x` with targets `t` (labels or one-hot rows).

        The penalty for the weights, where there is one, is a part of it.
        """
        loss = self.last_layer.forward(self.predict(x, train_flg), t)
        return check_loss(loss + sum(value for value, _ in self._penalties().values()))

    def _penalties(self) -> dict[str, tuple[float, np.ndarray]]:
        """Return for each weight matrix what it adds to the loss, and the derivative of that."""
        if self.weight_decay_lambda == 0:
            return {}
        weights = [key for key, (_, name) in self._owners.items() if name == "W"]
        pairs = {key: PENALTIES[self.penalty](self.params[key]) for key in weights}
        factor = float(self.weight_decay_lambda)
        return {key: (factor * value, factor * grad) for key, (value, grad) in pairs.items()}

    def accuracy(self, x: np.ndarray, t: ArrayLike, batch_size: int = 100) -> float:
        """Return the fraction of samples that are classified rightly; every sample counts.

        `batch_size` bounds the memory; it does not change the result.
        """
        x = as_array("x", x)
        if x.ndim < 2 or len(x) == 0:
            raise ValueError(f"x has shape {x.shape}; expected a batch of at least one sample")
        batch_size = check_whole("batch_size", batch_size)
        starts = range(0, len(x), batch_size)
        with one_blas_thread():
            scores = [self.predict(x[start : start + batch_size]) for start in starts]
        return functions.accuracy(np.concatenate(scores), t)

    def gradient(self, x: np.ndarray, t: ArrayLike) -> dict[str, np.ndarray]:
        """Return the derivatives of the loss for every parameter, by back-propagation."""
        return self.loss_and_gradient(x, t)[1]

    def loss_and_gradient(self, x: np.ndarray, t: ArrayLike) -> tuple[float, dict[str, np.ndarray]]:
        """Return the loss, which back-propagation computes anyway, and the gradient."""
        loss = self.last_layer.forward(self.predict(x, train_flg=True), t)
        self._chain.backward(self.last_layer.backward(), wants_dx=False)
        self.grads = {key: _gradient(layer, name) for key, (layer, name) in self._owners.items()}
        for key, (value, grad) in self._penalties().items():
            loss += value
            self.grads[key] = self.grads[key] + grad
        return check_loss(loss), self.grads

    def numerical_gradient(self, x: np.ndarray, t: ArrayLike) -> dict[str, np.ndarray]:
        """Return the same as `gradient` by central differences: slow, to check the other.

        Computed in float64, whatever the type of the parameters, with the same masks of Dropout
        for every loss; the network is left as it was.
        """
        params, state, rewind = self.params, self.state, rewinder(self)
        self.params = {key: value.astype(np.float64) for key, value in params.items()}

        def f(_: np.ndarray) -> float:
            rewind()
            return self.loss(x, t, train_flg=True)

        try:
            return {
                key: gradient.numerical_gradient(f, value) for key, value in self.params.items()
            }
        finally:
            rewind()
            self.params = params
            self._set_state(state)
            self._hand_out_params()

    def save_params(self, file_name: str | Path = "params.npz") -> None:
        """Write the parameters, and the `state`, to an ``.npz`` file, whole or not at all."""
        arrays = {**self.params, **self.state}
        self._check_arrays(arrays, "not saved: the network")
        save_arrays(file_name, arrays)

    def load_params(self, file_name: str | Path = "params.npz") -> None:
        """Read what `save_params` of such a network wrote; on any error nothing is changed."""
        # Numbers that say how the weights were made (seed, accuracy) have the shape ().
        loaded = {key: value for key, value in load_arrays(file_name).items() if value.ndim > 0}
        self._check_arrays(loaded, str(file_name))
        with np.errstate(over="ignore"):  # an overflow is found in the next line
            here = {**self.params, **self.state}
            cast = {key: loaded[key].astype(value.dtype) for key, value in here.items()}
        self._check_arrays(cast, f"{file_name}, cast to the type of the network,")
        self.params = {key: cast[key] for key in self._owners}
        self._set_state(cast)
        self._hand_out_params()

    def _set_state(self, arrays: Mapping[str, np.ndarray]) -> None:
        for key, (layer, name) in self._state_owners.items():
            setattr(layer, name, arrays[key])

    def _check_arrays(self, arrays: Mapping[str, np.ndarray], what: str) -> None:
        found = {key: value.shape for key, value in arrays.items()}
        for key in {**self._shapes, **found}:
            here, there = self._shapes.get(key, "none"), found.get(key, "none")
            if here != there:
                raise ValueError(
                    f"{what} holds parameters of another network: {key} is {there}; expected {here}"
                )
        for key, value in arrays.items():
            if value.dtype.kind != "f" or not np.isfinite(value).all():
                raise ValueError(
                    f"{what} holds other than finite numbers in {key}; expected floats"
                )


def _gradient(layer: Any, name: str) -> np.ndarray:
    grad = getattr(layer, "d" + name, None)
    if grad is None:
        raise ValueError(
            f"{type(layer).__name__}.backward did not set d{name}; expected the derivative of each "
            f"parameter in param_names"
        )
    return grad
