"""The layers that make a fully convolutional network of a classifier, tested (8.4.2)."""

from typing import Any

import numpy as np

from ch08.helpers.fully_convolutional import as_convolution
from common.fresh_layers import upsampling
from common.layers import Affine


def affine_as_convolution(rng: np.random.Generator) -> dict[str, Any]:
    """Compare the book's affine layer, 32 x 10 x 10 to 100, with 100 filters, in float64."""
    layer = Affine(rng.standard_normal((3200, 100)), rng.standard_normal(100))
    convolution = as_convolution(layer, (32, 10, 10))
    x = rng.standard_normal((10, 32, 10, 10))
    difference = np.abs(layer.forward(x) - convolution.forward(x)[:, :, 0, 0]).max()
    return {
        "weights of the affine layer": layer.W.size,
        "weights of the convolution": convolution.W.size,
        "filters": convolution.W.shape,
        "difference": float(difference),
    }


def bilinear_start() -> dict[str, Any]:
    """Return what the upsampling does before it has learned: its weights, and a constant image.

    Returns
    -------
    dict
        ``weights`` along one axis: 0.25 0.75 0.75 0.25; ``inside``: the lowest and the highest
        number of an enlarged image of ones, without its outermost pixels.
    """
    layer = upsampling(1)
    enlarged = layer.forward(np.ones((1, 1, 8, 8), np.float32))[0, 0]
    inside = enlarged[1:-1, 1:-1]
    return {
        "weights": layer.W[0, 0].sum(axis=0) / 2,  # the weights along the other axis add up to 2
        "inside": [float(inside.min()), float(inside.max())],
    }
