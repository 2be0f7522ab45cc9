"""Layers with their first weights, as networks are built of them: biases are 0, scales 1 (6.2)."""

import numpy as np

from common.initializers import weights
from common.layers import Affine, BatchNorm, Convolution
from common.randomness import Seed


def affine(inputs: int, outputs: int, rng: Seed = None, init: float | str = "he") -> Affine:
    """Return an affine layer in float32.

    Parameters
    ----------
    inputs, outputs : int
    rng : Generator or seed, optional
        Draws the weights.
    init : float or str
        See `common.initializers.weight_std`.
    """
    return Affine(weights((inputs, outputs), init, rng), np.zeros(outputs, np.float32))


def convolution(
    channels: int,
    filters: int,
    size: int,
    rng: Seed = None,
    init: float | str = "he",
    *,
    stride: int = 1,
    pad: int = 0,
    floor: bool = False,
) -> Convolution:
    """Return so many filters of size x size, which look at so many channels, in float32.

    Parameters
    ----------
    channels, filters, size : int
    rng, init
        See `affine`.
    stride, pad, floor
        See `common.convolution.Convolution`.
    """
    W = weights((filters, channels, size, size), init, rng)
    return Convolution(W, np.zeros(filters, np.float32), stride, pad, floor=floor)


def batch_norm(features: int) -> BatchNorm:
    """Return a batch normalization that neither scales nor shifts yet, in float32."""
    return BatchNorm(np.ones(features, np.float32), np.zeros(features, np.float32))
