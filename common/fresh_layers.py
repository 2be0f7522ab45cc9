"""New layers with initial weights, to build networks from: biases are 0, scales are 1 (6.2)."""

import numpy as np

from common.initializers import bilinear_filters, weights
from common.layers import Affine, BatchNorm, Convolution, TransposedConvolution
from common.randomness import Seed


def affine(inputs: int, outputs: int, rng: Seed = None, init: float | str = "he") -> Affine:
    """Return an `Affine` layer in float32.

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
    """Return a `Convolution` of `filters` filters of size x size over `channels` channels.

    Parameters
    ----------
    channels, filters, size : int
    rng, init
        See `affine`.
    stride, pad, floor
        See `common.layers.Convolution`.
    """
    W = weights((filters, channels, size, size), init, rng)
    return Convolution(W, np.zeros(filters, np.float32), stride, pad, floor=floor)


def batch_norm(features: int) -> BatchNorm:
    """Return a `BatchNorm` with scale 1 and shift 0, in float32."""
    return BatchNorm(np.ones(features, np.float32), np.zeros(features, np.float32))


def upsampling(channels: int, factor: int = 2, *, learned: bool = True) -> TransposedConvolution:
    """Return a layer that enlarges feature maps `factor` times, at first by bilinear interpolation.

    Parameters
    ----------
    channels, factor : int
    learned : bool
        False: it stays a bilinear interpolation.
    """
    W, b = bilinear_filters(channels, factor), np.zeros(channels, np.float32)
    return TransposedConvolution(W, b, factor, factor // 2, learned=learned)
