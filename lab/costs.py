"""What a network costs: how many numbers it multiplies for one image (7.7, 8.2, 8.3.1)."""

import math

import numpy as np

from common.network import Network
from common.parts import named_parts
from common.summary import layer_rows


def multiply_adds(network: Network, x: np.ndarray) -> dict[str, int]:
    """Return how many products each layer adds up on the way forward.

    Each weight of a convolution takes part at every place of the output, that of an affine layer
    once; what the other layers compute is not counted.

    Parameters
    ----------
    network : Network
    x : ndarray of shape (1, C, H, W)
        One image.

    Returns
    -------
    dict
        By the name of the layer; of one inside of another ``block1/conv1``.
    """
    rows, counts = layer_rows(network, x), {}
    for name, layer in named_parts(network):
        _, *places = rows[name][0] or (0, 0)  # (FN, OH, OW); of an affine layer (M,): one place
        counts[name] = layer.W.size * math.prod(places) if hasattr(layer, "W") else 0
    return counts
