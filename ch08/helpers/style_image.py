"""The image that learns: gradient descent on the pixels, from coarse to fine (8.5.1)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from ch08.helpers.style_loss import WEIGHTS, StyleLoss, Weights
from ch08.helpers.style_network import as_input, as_picture
from common.network import Network
from common.optimizer import Adam
from common.schedules import cosine_decay


def resized(x: np.ndarray, size: int) -> np.ndarray:
    """Return an image of shape (1, C, H, W) at size x size pixels."""
    maps = (Image.fromarray(one).resize((size, size), Image.Resampling.BICUBIC) for one in x[0])
    return np.stack([np.asarray(one) for one in maps])[None]


def transfer(
    network: Network,
    content: np.ndarray,
    style: np.ndarray,
    *,
    sizes: Sequence[int] = (64, 128, 256),
    steps: int = 100,
    lr: float = 0.05,
    weights: Weights = WEIGHTS,
) -> dict[str, Any]:
    """Change the content picture until its Gram matrices are those of the style picture.

    Small images first: there, the few pixels that a layer sees are a large part of the image, so
    that large shapes of the style appear. What has changed in the small image is then enlarged, and
    added to the content picture of the next size.

    Parameters
    ----------
    network : Network
    content, style : uint8 ndarray of shape (H, W, 3)
    sizes : sequence of int
        Pixels along each side of the image.
    steps : int
        The number of steps of Adam at each size.
    lr : float
        The learning rate at the start of each size; it falls to 0.
    weights : Weights

    Returns
    -------
    dict
        ``picture``, uint8 (size, size, 3), and for each step the parts of the loss.
    """
    content, style = as_input(content[None]), as_input(style[None])
    change, curves = np.zeros((1, 3, 1, 1), np.float32), []
    for size in sizes:
        ours = resized(content, size)
        loss = StyleLoss(network, ours, resized(style, size), weights)
        x = (ours + resized(change, size)).clip(-1, 1)
        curves += descend(loss, x, steps, lr)
        change = x - ours
    curves.append(loss.parts(x)[0])
    return {"picture": as_picture(x)} | {
        key: [round(parts[key], 5) for parts in curves] for key in curves[0]
    }


def descend(loss: StyleLoss, x: np.ndarray, steps: int, lr: float) -> list[dict[str, float]]:
    """Change the image `x`, (1, 3, H, W), in place; return the parts of the loss before each step.

    Each step is one of Adam; then the pixels are clipped to their range.
    """
    optimizer, falling = Adam(lr), cosine_decay(lr, steps)
    curve = []
    for step in range(steps):
        parts, dx = loss.parts(x)
        curve.append(parts)
        optimizer.lr = falling(step)
        optimizer.update({"image": x}, {"image": dx})
        np.clip(x, -1, 1, out=x)
    return curve
