"""The receptive field of an element of a feature map, found by backpropagation (8.1.3)."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from ch08.deep_convnet import DeepConvNet
from common.layers import AveragePooling, Convolution, Layer, Pooling, ReLU


def convolutions(sizes: Sequence[int], rng: np.random.Generator) -> list[Convolution]:
    """Return a convolution with one channel for each filter size, with positive weights."""
    weights = [0.5 + rng.random((1, 1, size, size)) for size in sizes]
    return [Convolution(W, np.zeros(1)) for W in weights]


def gradients(layers: Sequence[Layer], x: np.ndarray) -> list[np.ndarray]:
    """Return gradients of the output's middle with respect to the input and each layer's output.

    Parameters
    ----------
    layers : sequence of layer
    x : ndarray of shape (1, C, H, W)

    Returns
    -------
    list of ndarray of shape (H, W)
        Sums over the channels; the middle of the output sees the pixels whose gradient is not 0.
    """
    for layer in layers:
        x = layer.forward(x)
    dout = np.zeros_like(x)
    dout[0, 0, x.shape[2] // 2, x.shape[3] // 2] = 1
    maps = [dout]
    for layer in reversed(layers):
        maps.append(layer.backward(maps[-1]))
    return [one[0].sum(axis=0) for one in reversed(maps)]


def field(gradient: np.ndarray) -> tuple[int, int]:
    """Return height and width of the region where a gradient, (H, W), is not 0."""
    rows, columns = np.nonzero(gradient)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def by_depth(rng: np.random.Generator) -> dict[int, list[int]]:
    """Return how many pixels across 1 to 5 layers see, for filters of 2x2, 3x3 and 5x5."""
    x = np.ones((1, 1, 24, 24))
    return {
        size: [max(field(gradients(convolutions([size] * n, rng), x)[0])) for n in range(1, 6)]
        for size in (2, 3, 5)
    }


def full_convolution(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the single filter that equals two filters applied in sequence; all are square."""
    size = len(first)
    result = np.zeros((size + len(second) - 1,) * 2)
    for i, j in product(range(len(second)), repeat=2):
        result[i : i + size, j : j + size] += second[i, j] * first
    return result


def two_in_one(rng: np.random.Generator) -> dict[str, float]:
    """Return by how much two 3x3 filters differ from one 5x5 filter, without and with a ReLU."""
    first, second = (Convolution(rng.standard_normal((1, 1, 3, 3)), np.zeros(1)) for _ in range(2))
    both = Convolution(full_convolution(first.W[0, 0], second.W[0, 0])[None, None], np.zeros(1))
    x = rng.standard_normal((10, 1, 12, 12))
    one, middle = both.forward(x), first.forward(x)
    outs = {"linear": middle, "with ReLU": ReLU().forward(middle)}
    return {key: float(np.abs(second.forward(out) - one).max()) for key, out in outs.items()}


def deep_convnet_fields(size: int = 60) -> dict[str, int]:
    """Return how many pixels across an element sees, after each layer of DeepConvNet.

    The images are larger than 28 x 28, so that no field is cut off. Pooling takes the mean, so that
    all pixels have a gradient, not only the largest.
    """
    net, layers, result = DeepConvNet((1, size, size), rng=0), [], {}
    for name, layer in net.layers.items():
        if isinstance(layer, Convolution):
            layer.W = np.abs(layer.W)
        if name == "Affine1":
            break
        layers.append(AveragePooling(2, 2, stride=2) if isinstance(layer, Pooling) else layer)
        if not isinstance(layer, ReLU):
            seen = gradients(layers, np.ones((1, 1, size, size), np.float32))[0]
            result[name] = max(field(seen))
    return result
