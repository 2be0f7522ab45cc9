"""Convolutions and affine layers with weights drawn anew: what LeNet and AlexNet are built of."""

import numpy as np

from common.initializers import weights
from common.layers import Affine, Convolution


def convolution(
    channels: int, filters: int, size: int, init: str, rng: np.random.Generator, pad: int = 0
) -> Convolution:
    """Return a convolution of stride 1: so many square filters that look at so many channels.

    Parameters
    ----------
    channels, filters, size, pad : int
    init : 'xavier' or 'he'
        See `common.initializers.weight_std`.
    rng : Generator
    """
    W = weights((filters, channels, size, size), init, rng)
    return Convolution(W, np.zeros(filters, np.float32), stride=1, pad=pad)


def affine(inputs: int, outputs: int, init: str, rng: np.random.Generator) -> Affine:
    """Return an affine layer."""
    return Affine(weights((inputs, outputs), init, rng), np.zeros(outputs, np.float32))
