"""The encoder of `ch08/captions.py`: convolutions that first learn which digit is where (8.4.3).

image -> trunk, convolutions -> probabilities of 21 classes at 8 x 8 places -> head, affine -> h0

From sentences alone the convolutions would learn far more slowly: a sentence does not say where in
the image to look. NIC, too, starts with convolutions that have learned to classify images.
"""

import argparse
from collections.abc import Sequence

import numpy as np

from ch08.helpers import pretrained
from ch08.helpers.blocks import features
from ch08.helpers.caption_scenes import Described, as_samples
from common.boundary import Layer
from common.fresh_layers import affine, batch_norm, convolution
from common.functions import softmax
from common.layers import PixelwiseSoftmaxWithLoss, Sequential
from common.network import Network
from dataset.captions import LARGE
from dataset.scenes import NOBODY, SIZE
from lab.script import Results

POOLS = 3  # each halves the resolution: 64 x 64 pixels become maps of 8 x 8
PLACES = SIZE // 2**POOLS
STEP = 2**POOLS  # pixels from one place of the maps to the next
GROUND = 20  # the class of places without a digit; 0 to 9: a small one, 10 to 19: a large one
PART = 100  # images at a time


class Probabilities(Layer):
    """Softmax over the channels: from scores to probabilities at each place, (N, C, H, W)."""

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return probabilities, whose sum over the channels is 1 at each place."""
        self.y = softmax(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
        return self.y

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return the gradient of the scores: y (dout - sum of y dout)."""
        return self.y * (dout - (self.y * dout).sum(axis=1, keepdims=True))


def make_trunk(filters: Sequence[int], rng: np.random.Generator) -> Sequential:
    """Return convolutions from images, (N, 1, 64, 64), to scores, (N, 21, 8, 8)."""
    scores = convolution(filters[-1], GROUND + 1, 1, rng)
    return Sequential({**features(1, filters, POOLS, rng), "scores": scores})


def make_head(hidden: int, rng: np.random.Generator) -> Sequential:
    """Return an affine layer from all probabilities, (N, 21, 8, 8), to h0, (N, hidden).

    Sentences are about where things are: it gets all places, not their means. Without the
    normalization, a few steps of Adam make h0 so large that the gates of the LSTM are always open
    or closed.
    """
    h0 = affine((GROUND + 1) * PLACES**2, hidden, rng)
    return Sequential({"h0": h0, "norm_h0": batch_norm(hidden)})


def digit_at(classes: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Return the class at each place, of shape (N, 8, 8).

    A digit is at the place of its centre, and at those in the middle half of its box.

    Parameters
    ----------
    classes : ndarray of int, (N, 3)
    boxes : ndarray of shape (N, 3, 4)
    """
    places = np.full((len(classes), PLACES, PLACES), GROUND)
    middles = (np.arange(PLACES) + 0.5) * STEP
    for n, k in np.argwhere(classes != NOBODY):
        left, top, right, bottom = boxes[n, k]
        x, y = (left + right) / 2, (top + bottom) / 2
        rows = np.abs(middles - y) <= (bottom - top) / 4
        columns = np.abs(middles - x) <= (right - left) / 4
        number = classes[n, k] + 10 * (max(right - left, bottom - top) >= LARGE)
        places[n][np.ix_(rows, columns)] = number
        places[n, int(y / STEP), int(x / STEP)] = number
    return places


def train_trunk(args: argparse.Namespace, trunk: Sequential, scenes: Described) -> Results:
    """Train convolutions to tell which digit is at each place; return the losses and the time."""
    network = Network({"trunk": trunk}, loss=PixelwiseSoftmaxWithLoss())
    targets = digit_at(scenes.classes, scenes.boxes)
    return pretrained.train(args, network, (as_samples(scenes.images), targets))


def seen_by(trunk: Sequential, images: np.ndarray) -> np.ndarray:
    """Return the probabilities for images, uint8 (N, 64, 64), a few images at a time."""
    network = Network({"trunk": trunk, "p": Probabilities()})
    parts = (images[k : k + PART] for k in range(0, len(images), PART))
    return np.concatenate([network.predict(as_samples(part)) for part in parts])
