"""The networks of DCGAN: a generator of images, and a discriminator of real and generated ones.

    generator:      z - hidden layer - affine to 7 x 7 - enlarged to 14 x 14 - to 28 x 28
    discriminator:  28 x 28 - convolution to 14 x 14 - to 7 x 7 - hidden layer - affine: score

The generator enlarges by transposed convolutions with stride 2, the discriminator reduces by
convolutions with stride 2: there is no pooling. Pixels are from -1 to 1, as tanh is. The hidden
layers see the whole image: without them strokes look real, but many do not form a digit. (8.5.2)
"""

from collections.abc import Sequence

import numpy as np

from common.fresh_layers import affine, batch_norm, convolution
from common.initializers import weights
from common.layers import LeakyReLU, ReLU, Reshape, SigmoidWithLoss, Tanh, TransposedConvolution
from common.network import Network
from common.randomness import Seed, random_generator

SIZE = 28  # of the images; the maps are half and a quarter of it
SLOPE = 0.2  # of LeakyReLU


def make_generator(
    z_size: int, filters: Sequence[int] = (64, 32), hidden: int = 128, rng: Seed = None
) -> Network:
    """Return a network from z, (N, z_size), to images, (N, 1, 28, 28), in [-1, 1].

    Parameters
    ----------
    z_size : int
        How many random numbers an image is made of.
    filters : (int, int)
        The number of maps of 7 x 7 and of 14 x 14.
    hidden : int
        The neurons of the hidden layer.
    rng : Generator or seed, optional
    """
    rng, (first, second) = random_generator(rng), filters
    small = SIZE // 4
    layers = {
        "Affine1": affine(z_size, hidden, rng),
        "BatchNorm1": batch_norm(hidden),
        "Relu1": ReLU(),
        "Affine2": affine(hidden, first * small**2, rng),
        "BatchNorm2": batch_norm(first * small**2),
        "Relu2": ReLU(),
        "Maps": Reshape((first, small, small)),
        "Enlarge1": enlarging(first, second, rng),
        "BatchNorm3": batch_norm(second),
        "Relu3": ReLU(),
        "Enlarge2": enlarging(second, 1, rng),
        "Tanh": Tanh(),
    }
    return Network(layers)


def make_discriminator(
    filters: Sequence[int] = (32, 64), hidden: int = 64, rng: Seed = None
) -> Network:
    """Return a network from images, (N, 1, 28, 28), to scores: the larger, the more real.

    Parameters
    ----------
    filters : (int, int)
        The number of filters of both convolutions.
    hidden : int
        The neurons of the hidden layer.
    rng : Generator or seed, optional
    """
    rng, (first, second) = random_generator(rng), filters
    layers = {
        "Conv1": convolution(1, first, 4, rng, stride=2, pad=1),
        "LeakyRelu1": LeakyReLU(SLOPE),
        "Conv2": convolution(first, second, 4, rng, stride=2, pad=1),
        "BatchNorm1": batch_norm(second),
        "LeakyRelu2": LeakyReLU(SLOPE),
        "Affine1": affine(second * (SIZE // 4) ** 2, hidden, rng),
        "LeakyRelu3": LeakyReLU(SLOPE),
        "Affine2": affine(hidden, 1, rng),
    }
    return Network(layers, loss=SigmoidWithLoss())


def enlarging(channels: int, filters: int, rng: Seed) -> TransposedConvolution:
    """Return a layer that enlarges maps to twice their size, by filters of 4 x 4."""
    # Each pixel of the result is a sum over 2 x 2 of the 4 x 4 positions, in each channel.
    W = weights((channels, filters, 4, 4), (2 / (4 * channels)) ** 0.5, rng)
    return TransposedConvolution(W, np.zeros(filters, np.float32), stride=2, pad=1)
