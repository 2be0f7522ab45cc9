"""Gradient ascent on the pixels of images: what a unit of a network responds to (7.6.2)."""

from collections.abc import Sequence

import numpy as np

from common.layers import Layer


def blurred(x: np.ndarray, part: float) -> np.ndarray:
    """Return slightly blurred images: each pixel is mixed with its four neighbours."""
    wide = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    up, down = wide[:, :, :-2, 1:-1], wide[:, :, 2:, 1:-1]
    left, right = wide[:, :, 1:-1, :-2], wide[:, :, 1:-1, 2:]
    return (1 - part) * x + part * (up + down + left + right) / 4


def forward(layers: Sequence[Layer], x: np.ndarray) -> np.ndarray:
    """Return the output of layers, one after the other."""
    for layer in layers:
        x = layer.forward(x, train_flg=False)
    return x


def backward(layers: Sequence[Layer], dout: np.ndarray) -> np.ndarray:
    """Return the gradient with respect to the input of the last `forward`."""
    for layer in reversed(layers):
        dout = layer.backward(dout)
    return dout


def ascend(
    layers: Sequence[Layer], units: np.ndarray, x: np.ndarray, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Change each image so that its unit responds more: gradient ascent on the pixels.

    Each step multiplies the pixels by 0.95 and adds 0.1 times the gradient, scaled to a mean square
    of 1. The image is then slightly blurred and clipped to [0, 1]. So only the pixels that the unit
    responds to remain.

    Parameters
    ----------
    layers : sequence of layer
        All layers up to that of the units.
    units : ndarray of shape (N,)
        The channel of each image's unit; the unit is in the middle of the channel's map.
    x : ndarray of shape (N, C, H, W)
        The initial images.
    steps : int

    Returns
    -------
    x : ndarray of shape (N, C, H, W)
    response : ndarray of shape (steps + 1, N)
        The responses of the units before each step and after the last one.
    """
    response = []
    for step in range(steps + 1):
        y = forward(layers, x)
        middle = (np.arange(len(x)), units, *(size // 2 for size in y.shape[2:]))
        response.append(y[middle])
        if step == steps:
            break
        dy = np.zeros_like(y)
        dy[middle] = 1
        dx = backward(layers, dy)
        length = np.sqrt((dx**2).mean(axis=(1, 2, 3), keepdims=True))
        x = blurred(0.95 * x + 0.1 * dx / np.maximum(length, 1e-8), 0.3)
        x = np.clip(x, 0, 1).astype(dx.dtype)
    return x, np.array(response)
