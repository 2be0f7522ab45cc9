"""What a network costs: the number of its multiplications for one image (7.7, 8.2, 8.3.1)."""

import math

import numpy as np

from common.network import Network
from common.parts import named_parts
from common.summary import layer_rows


def multiply_adds(network: Network, x: np.ndarray) -> dict[str, int]:
    """Return the number of multiplications, each with an addition, of each layer going forward.

    Each weight of a convolution is used at every position of the output, a weight of an affine
    layer once. Other layers are not counted.

    Parameters
    ----------
    network : Network
    x : ndarray of shape (1, C, H, W)
        One image.

    Returns
    -------
    dict
        By the name of the layer; a layer inside another one is ``block1/conv1``.
    """
    rows, counts = layer_rows(network, x), {}
    for name, layer in named_parts(network):
        _, *places = rows[name][0] or (0, 0)  # (FN, OH, OW), or (M,): one position
        counts[name] = layer.W.size * math.prod(places) if hasattr(layer, "W") else 0
    return counts
