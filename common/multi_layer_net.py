"""MultiLayerNet: a fully connected network of any depth, with softmax at the end (6.2)."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from common.checks import as_array, in_one_line
from common.fresh_layers import affine, batch_norm
from common.layers import ELU, GELU, Dropout, Layer, LeakyReLU, ReLU, Sigmoid, Tanh
from common.network import Network
from common.protocols import LossLike
from common.randomness import Seed, random_generator

ACTIVATIONS: dict[str, Callable[[], Layer]] = {
    **{"relu": ReLU, "sigmoid": Sigmoid, "tanh": Tanh},
    **{"leaky_relu": LeakyReLU, "elu": ELU, "gelu": GELU},
}


class MultiLayerNet(Network):
    """A fully connected network (6.2, 6.4).

    Parameters
    ----------
    input_size : int
    hidden_size_list : sequence of int
        The number of neurons of each hidden layer: ``[100] * 6`` makes a network of 7 layers.
    output_size : int
    activation : 'relu', 'sigmoid', 'tanh', 'leaky_relu', 'elu' or 'gelu'
    weight_init_std : float or str, optional
        The standard deviation of the initial weights: a number, 'he' or 'xavier'. Default: the one
        that suits the activation (see `common.initializers.weight_std`). The biases start at 0.
    weight_decay_lambda : float
        The factor of the penalty for large weights; 0 for none.
    penalty : 'l2', 'l1' or 'max'
        The kind of penalty; the book has 'l2'.
    loss : loss, optional
        See `common.network.Network`.
    rng : Generator or seed, optional
        Draws the initial weights.

    Attributes
    ----------
    params : mapping
        ``W1 b1 W2 b2 ...`` in float32.
    input_size, hidden_size_list, hidden_layer_num, output_size
        The sizes of the layers, and the number of hidden layers.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size_list: Sequence[int],
        output_size: int,
        activation: str = "relu",
        weight_init_std: float | str | None = None,
        weight_decay_lambda: float = 0,
        *,
        penalty: str = "l2",
        loss: LossLike | None = None,
        rng: Seed = None,
    ) -> None:
        sizes = layer_sizes(input_size, hidden_size_list, output_size)
        super().__init__(
            fully_connected(sizes, activation, weight_init_std, rng=rng),
            weight_decay_lambda=weight_decay_lambda,
            penalty=penalty,
            loss=loss,
        )
        self.input_size, *self.hidden_size_list, self.output_size = sizes
        self.hidden_layer_num = len(self.hidden_size_list)


def layer_sizes(input_size: int, hidden_size_list: Sequence[int], output_size: int) -> list[int]:
    """Return the numbers of neurons of all layers in one list."""
    if as_array("hidden_size_list", hidden_size_list).ndim != 1:
        found = in_one_line(hidden_size_list)
        raise ValueError(f"hidden_size_list is {found}; expected a list of sizes")
    sizes = [input_size, *hidden_size_list, output_size]
    if not all(isinstance(size, int | np.integer) and 0 < size < 2**31 for size in sizes):
        found = in_one_line(sizes)
        raise ValueError(f"the layers have the sizes {found}; expected integers >= 1")
    return [int(size) for size in sizes]


def fully_connected(
    sizes: Sequence[int],
    activation: str,
    weight_init_std: float | str | None = None,
    *,
    batchnorm: bool = False,
    dropout_ratio: float | None = None,
    rng: Seed = None,
) -> dict[str, Any]:
    """Return the layers of a fully connected network, in order.

    A hidden layer is Affine, BatchNorm (if `batchnorm`), activation, Dropout (if a ratio is given);
    the last layer is Affine alone.
    """
    make_activation, rng = _activation(activation), random_generator(rng)
    init = activation if weight_init_std is None else weight_init_std
    layers: dict[str, Any] = {}
    for k, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        layers[f"Affine{k}"] = affine(inputs, outputs, rng, init)
        if k == len(sizes) - 1:
            break
        if batchnorm:
            layers[f"BatchNorm{k}"] = batch_norm(outputs)
        layers[f"Activation_function{k}"] = make_activation()
        if dropout_ratio is not None:
            layers[f"Dropout{k}"] = Dropout(dropout_ratio, rng=rng)
    return layers


def _activation(name: str) -> Callable[[], Layer]:
    if str(name).lower() not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"activation is {in_one_line(name)}; expected one of {known}")
    return ACTIVATIONS[name.lower()]
