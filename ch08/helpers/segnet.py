"""SegNet: pooling down, unpooling up, with the positions of the maxima (8.5.3, figure 8-25)."""

import numpy as np

from ch08.helpers.blocks import block
from common.boundary import Layer
from common.fresh_layers import convolution, upsampling
from common.layers import PixelwiseSoftmaxWithLoss, Pooling, Unpooling
from common.network import Network
from common.randomness import Seed, random_generator

FILTERS = (16, 32, 64)


def make_network(
    classes: int,
    *,
    indices: bool = True,
    class_weights: np.ndarray | None = None,
    rng: Seed = None,
) -> Network:
    """Return an encoder and a decoder for colour images, mirror images of each other.

    The encoder: three times a block (convolution, batch normalization, ReLU) and max pooling. The
    decoder: three times unpooling and a block, then a score for each class and pixel.

    Parameters
    ----------
    classes : int
    indices : bool
        True: each unpooling puts the numbers to the positions of the maxima of its pooling. False:
        the maps are enlarged by learned transposed convolutions, without these positions.
    class_weights : array_like of shape (classes,), optional
        See `common.layers.PixelwiseSoftmaxWithLoss`.
    rng : Generator or seed, optional
    """
    rng = random_generator(rng)
    encoder: dict[str, Layer] = {}
    decoder: dict[str, Layer] = {}
    channels = 3
    for number, filters in enumerate(FILTERS, 1):
        pooling = Pooling(2, 2, 2)
        encoder[f"down{number}"] = block(channels, filters, rng)
        encoder[f"pool{number}"] = pooling
        up = Unpooling(pooling) if indices else upsampling(filters)
        after = block(filters, channels if number > 1 else FILTERS[0], rng)
        decoder = {f"unpool{number}": up, f"up{number}": after} | decoder
        channels = filters
    scores: dict[str, Layer] = {"scores": convolution(FILTERS[0], classes, 1, rng)}
    return Network(encoder | decoder | scores, loss=PixelwiseSoftmaxWithLoss(class_weights))
