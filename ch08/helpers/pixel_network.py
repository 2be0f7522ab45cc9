"""A network that classifies every pixel: blocks of convolutions down, scores up again (8.4.2).

    image 64 x 64 - block - pool - block - pool - block - pool - block
                      |              |              |              |
                   scores         scores         scores         scores
                      |              |              |              |
    result 64 x 64 <- + <---- up --- + <---- up --- + <---- up ----+

Each level has half the resolution of the one above. Its scores are enlarged by a transposed
convolution and added to those of the level above, as in FCN-8s: the lower levels know what there
is, the upper ones where.
"""

from collections.abc import Sequence

from ch08.helpers.blocks import block
from common.boundary import Layer
from common.fresh_layers import convolution, upsampling
from common.layers import PixelwiseSoftmaxWithLoss, Pooling, Residual, Sequential
from common.network import Network
from common.randomness import Seed, random_generator

FILTERS = (16, 32, 64, 64)


def make_network(
    classes: int,
    *,
    channels: int = 1,
    filters: Sequence[int] = FILTERS,
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
    skips : bool
        False: only the lowest level has scores.
    learned : bool
        False: the transposed convolutions stay bilinear.
    rng : Generator or seed, optional
    """
    rng = random_generator(rng)

    def scores(inputs: int) -> Layer:
        return convolution(inputs, classes, 1, rng)

    def below(inputs: int, rest: Sequence[int]) -> Layer:
        """Return the scores of the maps of a level, to which those of lower levels are added."""
        if not rest:
            return scores(inputs)
        down: dict[str, Layer] = {"pool": Pooling(2, 2, 2), "block": block(inputs, rest[0], rng)}
        up = {"below": below(rest[0], rest[1:]), "up": upsampling(classes, learned=learned)}
        lower = Sequential(down | up)
        return Residual(lower, scores(inputs)) if skips else lower

    first, *rest = filters
    layers: dict[str, Layer] = {"block": block(channels, first, rng)}
    layers["scores"] = below(first, rest)
    return Network(layers, loss=PixelwiseSoftmaxWithLoss())
