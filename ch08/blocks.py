"""Layers with He's first weights, for the networks of section 8.2, and what these cost."""

import numpy as np

from common.initializers import weights
from common.layers import Affine, Convolution
from common.network import Network
from common.parts import parts


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


def multiply_adds(network: Network, input_dim: tuple[int, int, int]) -> int:
    """Return how many products one image takes: each weight, at each place of its filter."""
    network.predict(np.zeros((1, *input_dim), np.float32))
    number = 0
    for part in parts(network):
        if isinstance(part, Convolution):
            number += part.W.size * int(np.prod(part.out_shape[2:]))
        elif isinstance(part, Affine):
            number += part.W.size
    return number
