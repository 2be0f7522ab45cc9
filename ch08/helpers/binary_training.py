"""1-bit networks: how they are built, trained, and how much memory they take (8.3.4)."""

from collections.abc import Mapping, MutableMapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from common.fresh_layers import affine, batch_norm
from common.layers import Affine, Binarized, ReLU, Sign
from common.network import Network
from common.optimizer import Adam

KINDS = ("real-valued weights", "1-bit weights", "1-bit weights and activations")


class ClippedAdam(Adam):
    """Adam that clips the weights to [-1, 1] after each update: larger ones rarely change sign."""

    def update(self, params: MutableMapping[str, Any], grads: Mapping[str, Any]) -> None:
        """Change `params` by one step."""
        super().update(params, grads)
        for key, value in params.items():
            if key.startswith("W"):
                np.clip(value, -1, 1, out=value)


def build(kind: str, sizes: Sequence[int], rng: np.random.Generator) -> Network:
    """Return a network of (Affine - BatchNorm - activation), the last layer without activation."""
    layers: dict[str, Any] = {}
    for k, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        layer = affine(inputs, outputs, rng, "xavier")
        layers[f"Affine{k}"] = layer if kind == KINDS[0] else Binarized(layer)
        layers[f"BatchNorm{k}"] = batch_norm(outputs)
        if k < len(sizes) - 1:
            layers[f"Activation{k}"] = Sign() if kind == KINDS[2] else ReLU()
    return Network(layers)


def used_weights(network: Network) -> list[np.ndarray]:
    """Return the weights that the last forward pass used."""
    layers = [getattr(layer, "layer", layer) for layer in network.layers.values()]
    return [layer.W for layer in layers if isinstance(layer, Affine)]


def size_in_bytes(arrays: Sequence[np.ndarray]) -> int:
    """Return the bytes that weights take; where all are +1 or -1, eight are packed in a byte."""
    if all(np.isin(W, (-1, 1)).all() for W in arrays):
        arrays = [np.packbits(W > 0) for W in arrays]
    return sum(array.nbytes for array in arrays)
