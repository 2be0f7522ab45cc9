"""Network: layers in order, with a loss at the end; forward, back-propagation, accuracy (5.7)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common import functions, gradient, summary
from common.checks import (
    as_array,
    check_batch,
    check_name,
    check_range,
    check_same_device,
    check_whole,
    warn_of_loss,
)
from common.layers import Sequential, SoftmaxWithLoss
from common.params import Params, check_arrays, load, save
from common.parts import described, numbered, rewinder
from common.penalties import PENALTIES
from common.pooling_first import pooling_first
from common.protocols import LayerLike, LossLike
from common.threads import one_blas_thread
from common.typed import call_with_flag, check_head

WEIGHTS = ("W", "Wx", "Wh")  # the parameters that a penalty keeps small


class Network:
    """A neural network: layers in order, with a loss at the end.

    Parameters
    ----------
    layers : mapping of str to layer
        In the order of the forward pass; no layer may occur twice.
    loss : loss, optional
        `SoftmaxWithLoss` (the default), `SigmoidWithLoss` or `IdentityWithLoss`.
    weight_decay_lambda : float
        The factor of the penalty for large weights ``W1``, ``W2`` ... in the loss (6.4.2); also for
        ``Wx1``, ``Wh1`` ... of recurrent layers.
    penalty : 'l2', 'l1' or 'max'
        See `common.penalties`.

    Attributes
    ----------
    layers : dict
        Layers may be added, replaced and removed.
    last_layer : loss
        The loss; also as `lastLayer`.
    params : mapping of str to ndarray
        ``W1 b1 W2 b2 ...``: the k-th ``W`` is ``W<k>``. The arrays are those of the layers: you can
        change an array in place, or replace it.
    grads : dict of str to ndarray
        The last result of `gradient`.

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

    setting_names = ("weight_decay_lambda", "penalty")

    def __init__(
        self,
        layers: Mapping[str, LayerLike],
        *,
        loss: LossLike | None = None,
        weight_decay_lambda: float = 0.0,
        penalty: str = "l2",
    ) -> None:
        self._chain = Sequential(layers)
        self._chain.wants_dx = False  # the gradient of the images is not needed
        self.layers = self._chain.layers
        self.last_layer = check_head(SoftmaxWithLoss() if loss is None else loss)
        self.weight_decay_lambda = check_range("weight_decay_lambda", weight_decay_lambda, least=0)
        self.penalty = check_name("penalty", penalty, PENALTIES)
        self.grads: dict[str, np.ndarray] = {}
        self.last_loss: float | None = None  # of the last `gradient`

    @property
    def params(self) -> Params:
        """The parameters of all layers."""
        return Params(self) if "_chain" in vars(self) else self._before

    @params.setter
    def params(self, arrays: Mapping[str, np.ndarray]) -> None:
        if "_chain" not in vars(self):
            self._before: Any = arrays  # as in the book, params first; the layers hold the arrays
            return
        if isinstance(arrays, Params):
            raise ValueError("params is a view of these or other layers; expected params.copy()")
        check_arrays(arrays, self.params, "params")
        self.params.update(arrays)

    @property
    def state(self) -> Mapping[str, np.ndarray]:
        """The arrays that training changes without a gradient, read-only: ``running_mean1`` ..."""
        places = numbered(self, "state_names")
        return MappingProxyType({key: getattr(*place) for key, place in places.items()})

    @property
    def lastLayer(self) -> LossLike:
        """The book's other name for `last_layer`."""
        return self.last_layer

    @lastLayer.setter
    def lastLayer(self, layer: LossLike) -> None:
        self.last_layer = layer

    @property
    def measure(self) -> str:
        """The name of what `accuracy` returns, which depends on the loss, e.g. "accuracy"."""
        return getattr(self.last_layer, "measure", "accuracy")

    def predict(self, x: np.ndarray, train_flg: bool = False) -> np.ndarray:
        """Return the scores of a batch `x`, of shape (N, C), without softmax.

        For a single sample: scores of shape (C,).
        """
        return self._run(x, train_flg, self.layers)

    def loss(self, x: np.ndarray, t: ArrayLike, train_flg: bool = False) -> float:
        """Return the mean loss of the batch `x` with targets `t` (labels or one-hot rows).

        It includes the penalty for the weights. Warns (RuntimeWarning) if it is NaN or infinite.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            loss = self._loss(self._scores(x, train_flg), t)
            loss += sum(value for value, _ in self._penalties().values())
        return warn_of_loss(loss)

    def gradient(self, x: np.ndarray, t: ArrayLike, share: float = 1.0) -> dict[str, np.ndarray]:
        """Return the gradient of the loss for each parameter, by back-propagation.

        Parameters
        ----------
        x, t : array_like
            See `loss`.
        share : float
            If `x` is a part of a larger mini-batch, its fraction; multiplies the gradients.
        """
        places, chain = numbered(self), self._made()
        chain._out_shape = None  # an overridden `predict` may not use the chain
        with np.errstate(over="ignore", invalid="ignore"):
            loss = self._loss(self._scores(x, True, quick=True), t)
            dout = self.last_layer.backward()
            dout = dout if share == 1 else dout * dout.dtype.type(share)
            (chain.backward if chain._out_shape else self._layers_backward)(dout)
            self.grads = _gradients(places)
            for key, (value, grad) in self._penalties().items():
                loss += value
                self.grads[key] = self.grads[key] + share * grad
        self.last_loss = warn_of_loss(loss)
        return self.grads

    def loss_and_gradient(self, x: np.ndarray, t: ArrayLike) -> tuple[float, dict[str, np.ndarray]]:
        """Return `loss` and `gradient` in one pass.

        If a subclass overrides `loss` or `gradient`, its methods are used.
        """
        self.last_loss = None
        grads = self.gradient(x, t)
        loss = None if has_own(self, "loss") else self.last_loss
        return self.loss(x, t) if loss is None else loss, grads

    def numerical_gradient(self, x: np.ndarray, t: ArrayLike) -> dict[str, np.ndarray]:
        """Return the same as `gradient`, by central differences: slow, for gradient checks.

        Computed in float64, whatever the type of the parameters, with the same Dropout masks for
        every loss; the network is not changed.
        """
        self._made()
        if not all(map(np.ndim, self.params.values())):
            self.predict(x)  # BatchNorm(1.0, 0.0) turns its numbers into arrays
        params, state, rewind = self.params.copy(), self.state, rewinder(self)
        self.params = {key: value.astype(np.float64) for key, value in params.items()}
        f = partial(self._loss_with_the_same_masks, rewind, x, t)
        try:
            return {key: gradient.numerical_gradient(f, W) for key, W in self.params.items()}
        finally:
            rewind()
            self.params = params
            self._set_state(state)

    def accuracy(self, x: np.ndarray, t: ArrayLike, batch_size: int = 100) -> float:
        """Return the fraction of samples that are classified correctly.

        Or another score, if the loss has one: see `measure`. `batch_size` limits the memory; it
        does not change the result.
        """
        x = as_array("x", x)
        check_batch(x)
        batch_size = check_whole("batch_size", batch_size)
        starts = range(0, len(x), batch_size)
        with one_blas_thread():
            batches = (x[start : start + batch_size] for start in starts)
            scores = [self._scores(batch, False, quick=True) for batch in batches]
        score = getattr(self.last_layer, "score", functions.accuracy)
        y = np.concatenate(scores)
        check_same_device(y, t)
        return score(y, t)

    def __repr__(self) -> str:
        return f"{described(self)}\n  last_layer: {type(self.last_layer).__name__}"

    def summary(self, x: Sequence[int] | np.ndarray, depth: int | None = None) -> str:
        """Return a table of the layers, for samples of shape `x`: see `common.summary.table`."""
        return summary.table(self, x, depth)

    def save_params(self, file_name: str | Path = "params.npz") -> None:
        """Save the parameters and the `state` in an ``.npz`` file (atomically)."""
        save({**self.params, **self.state}, file_name)

    def load_params(self, file_name: str | Path = "params.npz") -> None:
        """Load what `save_params` wrote; on any error the network is not changed."""
        self._made()
        loaded = load({**self.params, **self.state}, file_name)
        self.params = {key: loaded[key] for key in self.params}
        self._set_state(loaded)

    def _loss(self, scores: np.ndarray, t: ArrayLike) -> float:
        try:
            return self.last_layer.forward(scores, t)
        except TypeError:
            check_same_device(scores, t)
            raise

    def _loss_with_the_same_masks(
        self, rewind: Callable[[], None], x: np.ndarray, t: ArrayLike, _: np.ndarray
    ) -> float:
        rewind()
        return call_with_flag(self.loss, True, x, t)

    def _scores(self, x: np.ndarray, train_flg: bool, quick: bool = False) -> np.ndarray:
        """Return what `predict` returns, even if it was typed from the book, without a flag."""
        # Only where no one else calls backward: another order of the layers, which is faster.
        if getattr(self.predict, "__func__", None) is Network.predict:
            return self._run(x, train_flg, pooling_first(self.layers) if quick else self.layers)
        return call_with_flag(self.predict, train_flg, x)

    def _run(self, x: np.ndarray, train_flg: bool, layers: dict[str, Any]) -> np.ndarray:
        self._made().layers = layers
        with np.errstate(over="ignore", invalid="ignore"):  # `loss` warns where it is NaN
            return self._chain.forward(x, train_flg)

    def _made(self) -> Sequential:
        """Return the layers as one `Sequential`, if `Network.__init__` was called."""
        chain = vars(self).get("_chain")
        if chain is None:
            what = f"{type(self).__name__} did not call Network.__init__"
            raise ValueError(f"{what}; expected super().__init__(layers) in its __init__")
        return chain

    def _layers_backward(self, dout: np.ndarray) -> None:
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)

    def _penalties(self) -> dict[str, tuple[float, np.ndarray]]:
        """Return for each weight matrix its penalty, and the gradient of the penalty."""
        if self.weight_decay_lambda == 0:
            return {}
        weights = {k: getattr(*place) for k, place in numbered(self).items() if place[1] in WEIGHTS}
        pairs = {key: PENALTIES[self.penalty](W) for key, W in weights.items()}
        factor = float(self.weight_decay_lambda)
        return {key: (factor * value, factor * grad) for key, (value, grad) in pairs.items()}

    def _set_state(self, arrays: Mapping[str, np.ndarray]) -> None:
        for key, (layer, name) in numbered(self, "state_names").items():
            setattr(layer, name, arrays[key])


def has_own(network: Network, method: str) -> bool:
    """Return whether a subclass, or this network object, overrides a method of Network."""
    return getattr(getattr(network, method), "__func__", None) is not getattr(Network, method)


def _gradients(places: Mapping[str, tuple[Any, str]]) -> dict[str, np.ndarray]:
    try:
        return {key: getattr(layer, "d" + name) for key, (layer, name) in places.items()}
    except AttributeError as error:
        what = "expected backward to set d<name> of each parameter"
        raise ValueError(f"{error}; {what}") from None
