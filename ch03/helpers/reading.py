"""Photographed digits and a network's answers; a page without digits gets no answer."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ch03.neuralnet_mnist import WEIGHTS, init_network, predict
from common.functions import softmax
from dataset import digits_from_photo
from lab.networks import trained

Read = Callable[[np.ndarray], np.ndarray]  # images (N, 1, 28, 28) -> probabilities (N, 10)

THREE_LAYERS = "three-layer"
ANSWER, SURE = 0.5, 0.99  # lowest probability of an answer; that of most digits is above SURE


def reader(name: str, weights: Path | None = None) -> Read:
    """Return a function from images to probabilities, computed by a network.

    Parameters
    ----------
    name : str
        ``three-layer``, the network of this chapter, or a class such as
        ``ch08.deep_convnet.DeepConvNet``, which can be called without arguments.
    weights : Path, optional
        The file of its weights; by default ``WEIGHTS`` in the module of the class.
    """
    if name == THREE_LAYERS:
        params = init_network(weights or WEIGHTS)
        return lambda x: predict(params, x.reshape(len(x), -1))
    network = trained(name, weights)
    return lambda x: softmax(network.predict(x))


def other_than_digits(probabilities: np.ndarray) -> bool:
    """Return whether many `probabilities`, (N,), are low, as for symbols that are not digits."""
    unsure = np.count_nonzero(probabilities < SURE)
    return bool(unsure >= 3 and unsure > len(probabilities) / 4)


def read_page(
    grey: np.ndarray, read: Read, name: str, *, of_digits: bool = False
) -> dict[str, np.ndarray]:
    """Return the ``images``, ``boxes``, ``answers`` and ``probabilities`` of a page, (H, W).

    An answer is -1 where its probability is below 0.5. With `of_digits` the page is known to
    contain only digits, even if many probabilities are low.
    """
    images, boxes = digits_from_photo(grey)
    y = read(images) if len(images) else np.zeros((0, 10), np.float32)
    probabilities = y.max(axis=1)
    if len(y) == 0 or (not of_digits and other_than_digits(probabilities)):
        what = f"{len(y)} symbols do not look like digits" if len(y) else "no digits found"
        raise ValueError(
            f"{name}: {what}; expected dark digits on light paper, or the reverse, that do not "
            "touch, each at least 14 pixels and 1 % of the height of the picture"
        )
    answers = np.where(probabilities < ANSWER, -1, y.argmax(axis=1))
    return {"images": images, "boxes": boxes, "answers": answers, "probabilities": probabilities}
