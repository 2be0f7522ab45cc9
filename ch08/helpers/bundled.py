"""DeepConvNet with the bundled weights, or those of another file, on the test digits."""

import argparse
from pathlib import Path

import numpy as np

from ch08.deep_convnet import WEIGHTS, DeepConvNet
from common.data_parallel import DataParallel
from lab.digits import Digits, digits
from lab.script import Flag


def flags(samples: int = 10000, quick: int = 2000) -> dict[str, Flag]:
    """Return the flags ``--weights`` and ``--samples``, the number of test digits."""
    return {
        "weights": Flag(None, "a file with weights (default: the bundled weights)", kind=Path),
        "samples": Flag(samples, "test digits", quick=quick, dest="test_samples"),
    }


def load(weights: str | Path | None = None) -> DeepConvNet:
    """Return DeepConvNet with the weights of a file; None: the bundled weights."""
    network = DeepConvNet()
    network.load_params(weights or WEIGHTS)
    return network


def test_images(args: argparse.Namespace) -> Digits:
    """Return as many test digits, (N, 1, 28, 28), as the flags say, and their labels."""
    return digits(args, flatten=False)[1]


def predict(args: argparse.Namespace) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the test digits, their labels, and the scores of the network.

    Returns
    -------
    x : ndarray of shape (N, 1, 28, 28)
    t : ndarray of shape (N,)
    scores : ndarray of shape (N, 10)
        Computed on two threads.
    """
    x, t = test_images(args)
    with DataParallel(load(args.weights)) as parallel:
        return x, t, parallel.predict(x)
