"""Learned filters: as grey images, their smoothness, and their responses to edges (7.6.1)."""

from pathlib import Path

import numpy as np

from ch07.simple_convnet import SimpleConvNet
from common.layers import Convolution

EDGE = np.repeat([[0.0, 1.0]], 7, axis=1).repeat(14, axis=0)  # left half black, right half white
BY_HAND = np.tile([-1.0, -1.0, 0.0, 1.0, 1.0], (5, 1))  # responds where black changes to white


def learned_filters(weights: Path) -> np.ndarray:
    """Return the filters, (30, 5, 5), of a trained SimpleConvNet, from an ``.npz`` file."""
    net = SimpleConvNet()
    net.load_params(weights)
    return net.params["W1"][:, 0]  # (30, 1, 5, 5) -> (30, 5, 5)


def grey_levels(images: np.ndarray) -> np.ndarray:
    """Return images as grey levels: the minimum of each is black, 0, its maximum white, 255.

    Parameters
    ----------
    images : ndarray of shape (..., H, W)
        Filters or feature maps: any finite numbers.

    Returns
    -------
    ndarray of the same shape, uint8
        An image whose pixels are all equal is grey, 128.
    """
    images = np.asarray(images, dtype=np.float64)
    if images.ndim < 2 or images.size == 0 or not np.isfinite(images).all():
        raise ValueError(f"images have shape {images.shape}; expected finite ones, (..., H, W)")
    low = images.min(axis=(-2, -1), keepdims=True)
    width = images.max(axis=(-2, -1), keepdims=True) - low
    scaled = (images - low) / np.where(width > 0, width, 1)
    return np.where(width > 0, np.rint(255 * scaled), 128).astype(np.uint8)


def smoothness(filters: np.ndarray) -> np.ndarray:
    """Return for each filter the correlation of weights that are next to each other.

    It is at most 1, and about 0 for noise (slightly less, as the mean is subtracted).

    Parameters
    ----------
    filters : ndarray of shape (N, H, W)

    Returns
    -------
    ndarray of shape (N,)
    """
    centred = filters - filters.mean(axis=(1, 2), keepdims=True)
    beside = centred[:, :, 1:] * centred[:, :, :-1]
    below = centred[:, 1:] * centred[:, :-1]
    variance = (centred**2).mean(axis=(1, 2))
    pairs = np.concatenate([beside.reshape(len(filters), -1), below.reshape(len(filters), -1)], 1)
    return pairs.mean(axis=1) / np.where(variance > 0, variance, 1)


def respond(picture: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """Return the responses, (FN, OH, OW), of filters, (FN, FH, FW), to a picture, (H, W)."""
    layer = Convolution(filters[:, None], np.zeros(len(filters)))
    return layer.forward(picture[None, None])[0]


def edge_responses(filters: np.ndarray) -> np.ndarray:
    """Return how much more filters respond to an edge than to plain black or white, (2, FN).

    Row 0 is for a vertical edge, row 1 for a horizontal one. Either side of the edge may be the
    white one: the larger response is used.
    """
    plain = np.maximum(0, filters.sum(axis=(1, 2)))  # 0 for black, the sum of weights for white
    largest = [
        [respond(picture, filters).max(axis=(1, 2)) for picture in (edge, 1 - edge)]
        for edge in (EDGE, EDGE.T)
    ]
    return np.max(largest, axis=1) - plain
