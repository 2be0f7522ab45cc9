"""The network whose features stand in for VGG's: it tells pictures apart by patches (8.5.1).

    patch (3, 32, 32) -> conv-ReLU -> pool -> conv-ReLU -> pool -> conv-ReLU -> pool -> conv-ReLU
                      -> mean of each map -> affine -> a score for each picture

The convolutions take an image of any size whose sides are divisible by 8. Pooling takes means, not
maxima: then each pixel gets a part of the gradient, and the images become smoother.
"""

from collections.abc import Sequence

import numpy as np

from common.fresh_layers import affine, convolution
from common.layers import AveragePooling, GlobalAveragePooling, Layer, ReLU
from common.network import Network
from common.randomness import Seed, random_generator

FILTERS = (32, 48, 64, 64)
PATCH = 32  # pixels along each side
TEST_PART = 4  # the last fourth of each picture is kept for test patches


def make_network(classes: int, filters: Sequence[int] = FILTERS, rng: Seed = None) -> Network:
    """Return a network for colour images, in float32; its layers are ``conv1 relu1 pool1 ...``.

    Parameters
    ----------
    classes : int
        The number of pictures.
    filters : sequence of int
        The filters of each convolution.
    rng : Generator or seed, optional
    """
    rng = random_generator(rng)
    layers: dict[str, Layer] = {}
    for number, (before, after) in enumerate(zip((3, *filters[:-1]), filters, strict=True), 1):
        if number > 1:
            layers[f"pool{number - 1}"] = AveragePooling(2, 2, 2)
        layers[f"conv{number}"] = convolution(before, after, 3, rng, pad=1)
        layers[f"relu{number}"] = ReLU()
    layers |= {"mean": GlobalAveragePooling(), "affine": affine(filters[-1], classes, rng)}
    return Network(layers)


def as_input(pictures: np.ndarray) -> np.ndarray:
    """Return uint8 pictures, (N, H, W, 3), as the network gets them.

    float32 of shape (N, 3, H, W), from -1 to 1.
    """
    return (pictures.transpose(0, 3, 1, 2) / np.float32(127.5) - 1).astype(np.float32)


def as_picture(x: np.ndarray) -> np.ndarray:
    """Return an image of shape (1, 3, H, W), from -1 to 1, as a uint8 picture (H, W, 3)."""
    return (127.5 * (x[0].transpose(1, 2, 0) + 1)).round().clip(0, 255).astype(np.uint8)


def draw_patches(
    pictures: np.ndarray, number: int, rng: np.random.Generator, *, test: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Cut patches at random places out of pictures; every second one is reflected.

    Training patches do not touch the last fourth of a picture, where all test patches come from.
    Half of them are recolored: then the network must look at strokes and shapes, too.

    Parameters
    ----------
    pictures : uint8 ndarray of shape (K, H, W, 3)
    number : int
    rng : Generator
    test : bool

    Returns
    -------
    x : float32 ndarray of shape (number, 3, 32, 32)
    t : ndarray of shape (number,)
        The index of the picture of each patch.
    """
    K, H, W, _ = pictures.shape
    border = W - W // TEST_PART
    low, high = (border, W) if test else (0, border)
    t = np.arange(number) % K
    top = rng.integers(H - PATCH + 1, size=number)
    left = rng.integers(low, high - PATCH + 1, size=number)
    patches = np.stack(
        [pictures[k, y : y + PATCH, x : x + PATCH] for k, y, x in zip(t, top, left, strict=True)]
    )
    patches[::2] = patches[::2, :, ::-1]
    order = rng.permutation(number)
    x, t = as_input(patches[order]), t[order]
    if not test:
        x[: number // 2] = recolored(x[: number // 2], rng)
    return x, t


def recolored(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return patches, (N, 3, H, W), with other colours at random, each as a whole.

    The channels change places, every second patch on average becomes a negative, the contrast falls
    by up to 40 %, and each channel is shifted.
    """
    N = len(x)
    channels = rng.permuted(np.tile(np.arange(3), (N, 1)), axis=1)
    contrast = rng.choice([-1, 1], N) * rng.uniform(0.6, 1, N)
    shift = rng.uniform(-0.3, 0.3, (N, 3))
    mixed = x[np.arange(N)[:, None], channels] * contrast[:, None, None, None]
    return (mixed + shift[:, :, None, None]).clip(-1, 1).astype(x.dtype)


def share_taken_for(network: Network, picture: np.ndarray, label: int) -> float:
    """Return the fraction of patches, every 16 pixels, that are classified as picture `label`."""
    rows, columns = (range(0, side - PATCH + 1, PATCH // 2) for side in picture.shape[:2])
    patches = [picture[y : y + PATCH, x : x + PATCH] for y in rows for x in columns]
    found = network.predict(as_input(np.stack(patches))).argmax(axis=1)
    return float((found == label).mean())
