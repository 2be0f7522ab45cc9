"""The cost of a network: its number of multiply-adds for one image (7.7, 8.2, 8.3.1)."""

import math

import numpy as np

from common.network import Network
from common.parts import named_parts
from common.summary import layer_rows


def multiply_adds(network: Network, x: np.ndarray) -> dict[str, int]:
    """Return the number of multiply-adds of each layer in the forward pass.

    A convolution uses each weight at every position of the output; an affine layer uses it once.
    Other layers are not counted.

    Parameters
    ----------
    network : Network
    x : ndarray of shape (1, C, H, W)
        One image.

    Returns
    -------
    dict
        Numbers by layer name; a nested layer has a name such as ``block1/conv1``.
    """
    rows, counts = layer_rows(network, x), {}
    for name, layer in named_parts(network):
        _, *places = rows[name][0] or (0, 0)  # (FN, OH, OW); affine (M,): one position
        counts[name] = layer.W.size * math.prod(places) if hasattr(layer, "W") else 0
    return counts
