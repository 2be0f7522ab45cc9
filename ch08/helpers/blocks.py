"""Blocks of convolution, batch normalization and ReLU: the first layers of the networks of 8.4."""

from collections.abc import Sequence

import numpy as np

from common.boundary import Layer
from common.fresh_layers import batch_norm, convolution
from common.layers import Pooling, ReLU, Sequential


def block(channels: int, filters: int, rng: np.random.Generator) -> Sequential:
    """Return a convolution of 3x3, which keeps the size, batch normalization and ReLU."""
    layers: dict[str, Layer] = {
        "conv": convolution(channels, filters, 3, rng, pad=1),
        "norm": batch_norm(filters),
        "relu": ReLU(),
    }
    return Sequential(layers)


def features(
    channels: int, filters: Sequence[int], pools: int, rng: np.random.Generator
) -> dict[str, Layer]:
    """Return a block for each of the numbers of filters, the first `pools` with a max pooling."""
    layers: dict[str, Layer] = {}
    for number, (inputs, outputs) in enumerate(zip((channels, *filters), filters), 1):  # noqa: B905
        layers[f"block{number}"] = block(inputs, outputs, rng)
        if number <= pools:
            layers[f"pool{number}"] = Pooling(2, 2, 2)
    return layers
