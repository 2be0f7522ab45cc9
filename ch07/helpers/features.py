"""What a unit of a convolutional network responds to: pixels, digits, an image made for it (7.6.2).

A unit is one channel of a convolution, before ReLU, or one score of the last layer.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ch07.helpers.ascent import ascend
from common.layers import Affine, Convolution, Pooling
from common.network import Network

SIZE = 28  # pixels across an image


def fields(network: Network) -> dict[str, tuple[int, int, int]]:
    """Return for each layer which part of an image its outputs depend on.

    Returns
    -------
    dict of str to (int, int, int)
        The receptive field: its width in pixels; the distance between the fields of neighbours; the
        start of the first, negative if it is in the border. An affine layer sees the whole image.
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
    """Return the outputs of the layers with these names, each of shape (N, C, OH, OW)."""
    result = {}
    for name, layer in network.layers.items():
        x = layer.forward(x, train_flg=False)
        if name in names:
            result[name] = x.reshape(*x.shape[:2], *(x.shape[2:] or (1, 1)))
    return result


def strongest(response: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each unit the image, the row and the column with its largest response.

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
    """Return the fraction of a unit's strongest images with the same label: the mean over units.

    Parameters
    ----------
    response : ndarray of shape (N, C, OH, OW)
    t : ndarray of shape (N,)
        Labels.
    first : int
        The number of images of each unit.
    """
    order = np.argsort(-response.max(axis=(2, 3)), axis=0)[:first]  # (first, C)
    counts = [np.bincount(labels).max() for labels in t[order].T]
    return float(np.mean(counts) / len(order))


def look(
    network: Network,
    name: str,
    response: np.ndarray,
    number: int,
    steps: int,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Return the units of a layer that respond most to digits, and images made for them.

    Parameters
    ----------
    network : Network
    name : str
        The name of the layer.
    response : ndarray of shape (N, C, OH, OW)
        Its output for the digits.
    number : int
        The number of units.
    steps : int
        The number of steps of gradient ascent.
    rng : Generator
        Draws the initial images: noise from black to dark grey.

    Returns
    -------
    dict
        With an entry for each unit: ``units``; ``digits``, the index of the digit with the
        strongest response, ``corners`` (left, top) of the part it sees, ``by_digit``, the response;
        ``made``, the image, ``before`` and ``after``, the responses. For the layer: ``seen``, the
        width in pixels of the part that a unit sees, and ``middle``, where it begins in ``made``.
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
