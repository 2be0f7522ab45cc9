"""A network that classifies every pixel: blocks of convolutions down, scores up again (8.4.2).

    image 64 x 64 - blocks - pool - blocks - pool - blocks - pool - ... - blocks
                      |               |               |                     |
                   scores          scores          scores                scores
                      |               |               |                     |
    result 64 x 64 <- + <---- up ---- + <---- up ---- + <---- up --- ... ---+

Each level has one block or more, and half the resolution of the one above. Its scores are enlarged
by a transposed convolution and added to those of the level above, as in FCN-8s: the lower levels
know what there is, the upper ones where.
"""

from collections.abc import Sequence

from ch08.helpers.blocks import features
from common.boundary import Layer
from common.fresh_layers import convolution, upsampling
from common.layers import PixelwiseSoftmaxWithLoss, Pooling, Residual, Sequential
from common.network import Network
from common.randomness import Seed, random_generator

FILTERS = (16, 32, 64, 96, 128)
DEPTHS = (1, 1, 1, 2, 2)


def make_network(
    classes: int,
    *,
    channels: int = 1,
    filters: Sequence[int] = FILTERS,
    depths: Sequence[int] = DEPTHS,
    skips: bool = True,
    learned: bool = True,
    rng: Seed = None,
) -> Network:
    """Return a fully convolutional network, whose scores have the size of the image.

    Parameters
    ----------
    classes, channels : int
        Of the pixels, and of the images.
    filters : sequence of int
        The number of filters of each level. The sides of the images must be divisible by 2 to the
        number of levels below the first.
    depths : sequence of int
        The number of blocks of each level.
    skips : bool
        False: only the lowest level has scores.
    learned : bool
        False: the transposed convolutions stay bilinear.
    rng : Generator or seed, optional
    """
    if len(depths) != len(filters):
        raise ValueError(f"{len(depths)} depths; expected one for each of {len(filters)} levels")
    rng = random_generator(rng)

    def level(inputs: int, filters: int, depth: int) -> Layer:
        return Sequential(features(inputs, (filters,) * depth, 0, rng))

    def scores(inputs: int) -> Layer:
        return convolution(inputs, classes, 1, rng)

    def from_here(inputs: int, rest: Sequence[tuple[int, int]]) -> Layer:
        """Return the scores of the maps of a level, to which those of lower levels are added."""
        if not rest:
            return scores(inputs)
        (number, depth), *lower = rest
        down: dict[str, Layer] = {"pool": Pooling(2, 2, 2), "blocks": level(inputs, number, depth)}
        up = {"scores": from_here(number, lower), "up": upsampling(classes, learned=learned)}
        below = Sequential(down | up)
        return Residual(below, scores(inputs)) if skips else below

    (first, depth), *rest = zip(filters, depths, strict=True)
    layers = {"blocks": level(channels, first, depth), "scores": from_here(first, rest)}
    return Network(layers, loss=PixelwiseSoftmaxWithLoss())
