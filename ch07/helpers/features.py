"""What a unit of a convolutional network looks for: its pixels, its digits, its image (7.6.2).

A unit is one channel of a convolution, before ReLU, or one score of the last layer.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from common.layers import Affine, Convolution, Layer, Pooling
from common.network import Network

SIZE = 28  # pixels across an image


def fields(network: Network) -> dict[str, tuple[int, int, int]]:
    """Return for each layer what its places see of an image.

    Returns
    -------
    dict of str to (int, int, int)
        The receptive field: pixels across; the distance between the fields of neighbours; where
        the first begins, negative where it begins in the border. An affine layer sees all.
    """
    seen, step, start = 1, 1, 0
    result = {}
    for name, layer in network.layers.items():
        if isinstance(layer, Convolution | Pooling):
            width = layer.W.shape[2] if isinstance(layer, Convolution) else layer.pool_h
            start -= layer.pad * step
            seen += (width - 1) * step
            step *= layer.stride
        elif isinstance(layer, Affine):
            seen, step, start = SIZE, 1, 0
        result[name] = (seen, step, start)
    return result


def responses(network: Network, x: np.ndarray, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return what the layers of these names make of images, each of shape (N, C, OH, OW)."""
    result = {}
    for name, layer in network.layers.items():
        x = layer.forward(x, train_flg=False)
        if name in names:
            result[name] = x.reshape(*x.shape[:2], *(x.shape[2:] or (1, 1)))
    return result


def strongest(response: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each unit the image and the place, row and column, at which it is largest.

    Parameters
    ----------
    response : ndarray of shape (N, C, OH, OW)

    Returns
    -------
    three ndarrays of shape (C,)
    """
    N, C, OH, OW = response.shape
    best = response.transpose(1, 0, 2, 3).reshape(C, -1).argmax(axis=1)
    image, row, column = np.unravel_index(best, (N, OH, OW))
    return image, row, column


def of_one_digit(response: np.ndarray, t: np.ndarray, first: int = 20) -> float:
    """Return what part of the images that excite a unit most has the same label, a mean of units.

    Parameters
    ----------
    response : ndarray of shape (N, C, OH, OW)
    t : ndarray of shape (N,)
        Labels.
    first : int
        How many images count.
    """
    order = np.argsort(-response.max(axis=(2, 3)), axis=0)[:first]  # (first, C)
    counts = [np.bincount(labels).max() for labels in t[order].T]
    return float(np.mean(counts) / len(order))


def blurred(x: np.ndarray, part: float) -> np.ndarray:
    """Return images in which so much of each pixel comes from the four beside it."""
    wide = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    up, down = wide[:, :, :-2, 1:-1], wide[:, :, 2:, 1:-1]
    left, right = wide[:, :, 1:-1, :-2], wide[:, :, 1:-1, 2:]
    return (1 - part) * x + part * (up + down + left + right) / 4


def ascend(
    layers: Sequence[Layer], units: np.ndarray, x: np.ndarray, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Change each image so that its unit responds more: gradient ascent on the pixels.

    Each step goes 0.1 along the gradient, whose mean square is made 1; then pixels fade by 5 % and
    blur a little, so that only what the unit looks for stays, and are kept in [0, 1].

    Parameters
    ----------
    layers : sequence of layer
        Those up to that of the units.
    units : ndarray of shape (N,)
        Which channel each image is for, at the place in the middle.
    x : ndarray of shape (N, C, H, W)
        The images to begin with.
    steps : int

    Returns
    -------
    x : ndarray of shape (N, C, H, W)
    response : ndarray of shape (steps + 1, N)
        Of the units, before each step and after the last.
    """
    response = []
    for step in range(steps + 1):
        y = x
        for layer in layers:
            y = layer.forward(y, train_flg=False)
        middle = (np.arange(len(x)), units, *(size // 2 for size in y.shape[2:]))
        response.append(y[middle])
        if step == steps:
            break
        dx = np.zeros_like(y)
        dx[middle] = 1
        for layer in reversed(layers):
            dx = layer.backward(dx)
        length = np.sqrt((dx**2).mean(axis=(1, 2, 3), keepdims=True))
        x = blurred(0.95 * x + 0.1 * dx / np.maximum(length, 1e-8), 0.3)
        x = np.clip(x, 0, 1).astype(dx.dtype)
    return x, np.array(response)


def look(
    network: Network,
    name: str,
    response: np.ndarray,
    number: int,
    steps: int,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Return which units of a layer digits excite most, and where, and images made for these units.

    Parameters
    ----------
    network : Network
    name : str
        Of the layer.
    response : ndarray of shape (N, C, OH, OW)
        What it makes of the digits.
    number : int
        How many units.
    steps : int
        Of gradient ascent.
    rng : Generator
        Draws the noise, from black to dark grey, that the images are made of.

    Returns
    -------
    dict
        An entry for each unit: ``units``; ``digits``, the one that excites it most, ``corners``
        (left, top) of what the unit sees of it, ``by_digit``, how much it responds; ``made``, the
        image, ``before`` and ``after``, the response. For the layer: ``seen``, pixels across, and
        ``middle``, where these begin in ``made``.
    """
    digits, rows, columns = strongest(response)
    by_digit = response[digits, np.arange(len(digits)), rows, columns]
    units = np.sort(np.argsort(-by_digit)[:number])
    noise = 0.1 * rng.random((len(units), 1, SIZE, SIZE), dtype=np.float32)
    layers = list(network.layers.values())[: list(network.layers).index(name) + 1]
    made, climbed = ascend(layers, units, noise, steps)
    seen, step, start = fields(network)[name]
    return {
        "units": units,
        "digits": digits[units],
        "corners": start + step * np.stack([columns, rows], axis=1)[units],
        "by_digit": by_digit[units],
        "made": made[:, 0],
        "before": climbed[0],
        "after": climbed[-1],
        "seen": seen,
        "middle": start + step * (response.shape[2] // 2),
    }
