"""New layers with initial weights, to build networks from: biases are 0, scales are 1 (6.2).

Only the forget gate of an LSTM has the bias 1.
"""

import numpy as np

from common.checks import check_range
from common.initializers import bilinear_filters, weights
from common.layers import (
    LSTM,
    RNN,
    Affine,
    BatchNorm,
    Convolution,
    Embedding,
    TransposedConvolution,
)
from common.randomness import Seed, random_generator


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


def embedding(words: int, features: int, rng: Seed = None, init: float = 1.0) -> Embedding:
    """Return an `Embedding` of `words` words, in float32.

    Parameters
    ----------
    words, features : int
    rng
        See `affine`.
    init : float
        The standard deviation. With 1, the next layer gets inputs of the usual size.
    """
    return Embedding(weights((words, features), init, rng))


def rnn(inputs: int, outputs: int, rng: Seed = None, init: float | str = "xavier") -> RNN:
    """Return an `RNN` in float32. Parameters: see `affine`."""
    rng = random_generator(rng)
    Wx, Wh = (weights((size, outputs), init, rng) for size in (inputs, outputs))
    return RNN(Wx, Wh, np.zeros(outputs, np.float32))


def lstm(
    inputs: int,
    outputs: int,
    rng: Seed = None,
    init: float | str = "xavier",
    *,
    forget_bias: float = 1.0,
) -> LSTM:
    """Return an `LSTM` in float32.

    Parameters
    ----------
    inputs, outputs, rng, init
        See `affine`.
    forget_bias : float
        The initial bias of the forget gate. With 1, the memory cell at first forgets little
        (sigmoid(1) = 0.73 of it stays), so that gradients reach early time steps.
    """
    rng = random_generator(rng)
    Wx, Wh = (weights((size, 4 * outputs), init, rng) for size in (inputs, outputs))
    b = np.zeros(4 * outputs, np.float32)
    b[:outputs] = check_range("forget_bias", forget_bias)
    return LSTM(Wx, Wh, b)
