"""Layers with He's first weights, for the networks of section 8.2, and what these cost."""

from typing import Any

import numpy as np

from common.initializers import weights
from common.layers import Affine, Convolution
from common.network import Network
from common.util import parts


def convolution(
    channels: int, filters: int, size: int, pad: int, rng: np.random.Generator, stride: int = 1
) -> Convolution:
    """Return `filters` filters of size x size over `channels` channels, drawn with He's deviation.

    With stride 2 and pad (size - 1) / 2 images of 28 pixels become 14, of 7 pixels 4.
    """
    W = weights((filters, channels, size, size), "he", rng)
    return Convolution(W, np.zeros(filters, np.float32), stride, pad, floor=True)


def affine(inputs: int, outputs: int, rng: np.random.Generator) -> Affine:
    """Return an affine layer, drawn with He's deviation."""
    return Affine(weights((inputs, outputs), "he", rng), np.zeros(outputs, np.float32))


def parameters(layer: Any) -> int:
    """Return how many numbers a layer, or a layer made of layers, learns."""
    return sum(getattr(part, name).size for part in parts(layer) for name in part.param_names)


def multiply_adds(network: Network, input_dim: tuple[int, int, int]) -> int:
    """Return how many products one image takes: each weight counts once per place of its filter."""
    network.predict(np.zeros((1, *input_dim), np.float32))
    leaves = [part for layer in network.layers.values() for part in parts(layer)]
    places = {
        id(part): int(np.prod(part.out_shape[2:])) if isinstance(part, Convolution) else 1
        for part in leaves
    }
    return sum(
        part.W.size * places[id(part)] for part in leaves if isinstance(part, Convolution | Affine)
    )
