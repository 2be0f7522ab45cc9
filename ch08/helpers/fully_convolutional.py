"""FCN: a fully connected layer is a convolution, and a classifier slides over any image (8.4.2)."""

import math

import numpy as np

from common.boundary import Layer
from common.layers import Affine, Convolution
from common.network import Network


def as_convolution(layer: Affine, shape: tuple[int, int, int]) -> Convolution:
    """Return the convolution that computes the same as an affine layer.

    Parameters
    ----------
    layer : Affine
        With M outputs, for feature maps of `shape`.
    shape : (C, H, W)
        Each column of its weights becomes a filter of this size, M filters in all: with 100 outputs
        for maps of 32 x 10 x 10, 100 filters of 32 x 10 x 10.
    """
    if len(shape) != 3 or math.prod(shape) != len(layer.W):
        what = f"maps of {shape} have {math.prod(shape)} numbers"
        raise ValueError(f"{what}; expected {len(layer.W)}, the inputs of the affine layer")
    return Convolution(layer.W.T.reshape(-1, *shape), layer.b)


def fully_convolutional(network: Network, shape: tuple[int, int, int]) -> Network:
    """Return a network that gives a classifier's scores at every place of an image, (N, C, H, W).

    Parameters
    ----------
    network : Network
        A classifier; the arrays of its weights are used, not copied.
    shape : (C, H, W)
        The shape of its images. Of an image of this size, the result is a single place.
    """
    x = np.zeros((1, *shape), np.float32)
    layers: dict[str, Layer] = {}
    for name, layer in network.layers.items():
        new = layer
        if isinstance(layer, Affine):
            new = as_convolution(layer, x.shape[1:] if x.ndim == 4 else (x.shape[1], 1, 1))
        layers[name] = new
        x = layer.forward(x, train_flg=False)
    return Network(layers)
