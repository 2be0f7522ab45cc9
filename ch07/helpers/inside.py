"""What a network makes of one picture: layer by layer, pixel by pixel, and after a small move."""

from typing import NamedTuple

import numpy as np

from common.augment import transform
from common.functions import softmax
from common.network import Network
from common.typed import call_with_flag

SHIFTS = tuple(range(-3, 4))  # pixels
TURNS = tuple(range(-30, 31, 10))  # degrees


class Stage(NamedTuple):
    """Some layers in a row, as one step from the picture to the answer.

    Attributes
    ----------
    name : str
        Of the layers: ``Conv1 · Relu1``.
    output : ndarray of shape (C, H, W) or (D,)
        The output of the last of them, for one image.
    """

    name: str
    output: np.ndarray


def stages(network: Network, image: np.ndarray) -> list[Stage]:
    """Return the outputs of a network for one image, (1, 28, 28), from the first layer to the last.

    Layers without parameters that keep the shape (activations, Dropout) count as one with the layer
    before them.
    """
    found: list[Stage] = []
    out = image[None]
    for name, layer in network.layers.items():
        before, out = out, call_with_flag(layer.forward, False, out)
        if found and out.shape == before.shape and not getattr(layer, "param_names", ()):
            found[-1] = Stage(f"{found[-1].name} · {name}", out[0])
        else:
            found.append(Stage(name, out[0]))
    return found


def evidence(network: Network, image: np.ndarray, digit: int) -> np.ndarray:
    """Return how much each pixel of an image, (1, 28, 28), speaks for a digit: shape (28, 28).

    It is the gradient of the digit's score, minus the mean of all scores, times the pixel. Without
    biases, the sum over the pixels of a ReLU network would be this difference of scores itself.
    """
    out = image[None]
    for layer in network.layers.values():
        out = call_with_flag(layer.forward, False, out)
    dout = np.full_like(out, -1 / out.size)
    dout[0, digit] += 1
    for layer in reversed(network.layers.values()):
        dout = layer.backward(dout)
    return (dout.reshape(image.shape) * image)[0]


class Moves(NamedTuple):
    """An image after small moves: the moved images, (N, 28, 28), and probabilities, (N, 10)."""

    images: np.ndarray
    probabilities: np.ndarray


def moved(network: Network, image: np.ndarray) -> Moves:
    """Shift an image, (1, 28, 28), to the right and down, and rotate it; return the answers.

    The first `len(SHIFTS)` images are shifted to the right, as many down; then come the rotated.
    """
    still, turns = np.zeros(len(SHIFTS)), np.zeros(len(TURNS))
    right = np.concatenate([SHIFTS, still, turns])
    down = np.concatenate([still, SHIFTS, turns])
    degrees = np.concatenate([still, still, TURNS])
    x = np.repeat(image[None], len(right), axis=0)
    x = transform(x, down=down, right=right, degrees=degrees)
    return Moves(x[:, 0], softmax(network.predict(x)))
