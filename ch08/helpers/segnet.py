"""SegNet: pooling down, unpooling up, with the positions of the maxima (8.5.3, figure 8-25).

    image  -> blocks -> pool -> blocks -> pool -> blocks -> pool       the encoder
                         |                 |                 |
    scores <- blocks <- unpool <- blocks <- unpool <- blocks <- unpool   the decoder

Each pooling halves the resolution; each unpooling doubles it again. The unpooling puts each number
to the position where its pooling found the maximum: so a border comes back at the place where it
was. A network without these positions knows only to within the window of the pooling.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ch08.helpers.blocks import features
from common.boundary import Layer
from common.fresh_layers import convolution, upsampling
from common.layers import PixelwiseSoftmaxWithLoss, Pooling, Sequential, Unpooling
from common.network import Network
from common.randomness import Seed, random_generator

FILTERS = (24, 48, 96)


def make_network(
    classes: int,
    *,
    filters: Sequence[int] = FILTERS,
    blocks: int = 1,
    indices: bool = True,
    class_weights: ArrayLike | None = None,
    rng: Seed = None,
) -> Network:
    """Return an encoder and a decoder for colour images, mirror images of each other.

    Parameters
    ----------
    classes : int
    filters : sequence of int
        The number of filters of each level. The sides of the images must be divisible by 2 to the
        number of levels.
    blocks : int
        The number of blocks (convolution, batch normalization, ReLU) of each level, in the encoder
        and again in the decoder.
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
    inputs, outputs = (3, *filters[:-1]), (filters[0], *filters[:-1])
    for number, (width, before, after) in enumerate(zip(filters, inputs, outputs, strict=True), 1):
        pooling = Pooling(2, 2, 2)
        down = features(before, [width] * blocks, 0, rng)
        up = features(width, [width] * (blocks - 1) + [after], 0, rng)
        encoder |= {f"down{number}": Sequential(down), f"pool{number}": pooling}
        unpool = Unpooling(pooling) if indices else upsampling(width)
        decoder = {f"unpool{number}": unpool, f"up{number}": Sequential(up)} | decoder
    scores: dict[str, Layer] = {"scores": convolution(filters[0], classes, 1, rng)}
    return Network(encoder | decoder | scores, loss=PixelwiseSoftmaxWithLoss(class_weights))


def rare_classes_count_more(t: np.ndarray, classes: int) -> np.ndarray:
    """Return class weights that are proportional to 1 / sqrt(frequency), float64 (classes,).

    Their mean over all pixels is 1, so that the loss keeps its size. With 1 / frequency all classes
    would count the same in total, and the network would see rare classes where there are none.

    Parameters
    ----------
    t : ndarray of int, of shape (N, H, W)
        The true classes of the training images.
    """
    frequency = np.bincount(t.ravel(), minlength=classes) / t.size
    if len(frequency) > classes or not frequency.all():
        found = np.unique(t).tolist()
        raise ValueError(f"labels {found}; expected each class from 0 to {classes - 1} to occur")
    weights = 1 / np.sqrt(frequency)
    return np.asarray(weights / (frequency @ weights))
