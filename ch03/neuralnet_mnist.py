"""Digits classified by a trained network, one at a time (section 3.6.2).

    python ch03/neuralnet_mnist.py

A 784-50-100-10 network classifies the 10,000 test digits; its weights, ``sample_weight.npz``, were
made by ``train_sample_weight.py`` from MNIST. You will see ``Accuracy:0.9838`` (the book, with its
own weights: 0.9352) and a picture of misclassified digits. On the drawn digits (``--data drawn``),
a different handwriting, the accuracy is lower. A few seconds.
"""

import argparse
from pathlib import Path

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.functions import sigmoid, softmax
from common.io.files import load_arrays
from common.io.progress import progress
from dataset.mnist import load_mnist
from lab.plots import Figure
from lab.script import Flag, Results

WEIGHTS = Path(__file__).with_name("sample_weight.npz")
SHAPES = {"W1": (784, 50), "b1": (50,), "W2": (50, 100), "b2": (100,), "W3": (100, 10), "b3": (10,)}
FLAGS = {"samples": Flag(10000, "test digits to classify", quick=1000)}


def get_data(source: str = "auto") -> tuple[np.ndarray, np.ndarray]:
    """Return the test digits, (10000, 784) with pixels in [0, 1], and their labels, (10000,)."""
    _, (x_test, t_test) = load_mnist(
        normalize=True, flatten=True, one_hot_label=False, source=source
    )
    return x_test, t_test


def init_network(path: str | Path = WEIGHTS) -> dict[str, np.ndarray]:
    """Return the trained weights and biases ``W1 b1 W2 b2 W3 b3`` of the shapes in `SHAPES`."""
    stored = load_arrays(path)
    found = {key: stored[key].shape for key in SHAPES if key in stored}
    if found != SHAPES:
        raise ValueError(f"{path}: holds {found}; expected {SHAPES}")
    return {key: stored[key] for key in SHAPES}


def predict(network: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    """Return the probabilities of the ten digits.

    Parameters
    ----------
    network : dict
        From `init_network`.
    x : ndarray of shape (784,) or (N, 784)
        Pixels in [0, 1].

    Returns
    -------
    ndarray of shape (10,) or (N, 10)
    """
    z1 = sigmoid(x @ network["W1"] + network["b1"])
    z2 = sigmoid(z1 @ network["W2"] + network["b2"])
    return softmax(z2 @ network["W3"] + network["b3"])


def one_by_one(network: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    """Return the most probable digit of each image, (N,), with a forward pass for each."""
    digits = [np.argmax(predict(network, image)) for image in progress(x, "digits")]
    return np.array(digits)


def mistakes_first(x: np.ndarray, t: np.ndarray, y: np.ndarray) -> Results:
    """Return twenty images with their labels and answers, misclassified ones first."""
    chosen = np.argsort(y == t, kind="stable")[:20]
    images = (255 * x[chosen]).round().astype(np.uint8)
    return {"images": images, "labels": t[chosen], "answers": y[chosen]}


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the accuracy on the test digits, with some of the mistakes."""
    x, t = get_data(args.data)
    x, t = x[: args.samples], t[: args.samples]
    y = one_by_one(init_network(), x)
    accuracy = float(np.mean(y == t))
    print(f"Accuracy:{accuracy}")
    return {"samples": len(x), "accuracy": accuracy, **mistakes_first(x, t, y)}


def draw(results: Results) -> Figure:
    """Draw twenty digits, each with the answer and, in brackets, the label."""
    pairs = zip(results["answers"], results["labels"], strict=True)
    return plots.image_grid(
        results["images"].reshape(-1, 28, 28),
        [f"{answer} ({label})" for answer, label in pairs],
        title=f"Accuracy {results['accuracy']:.4f}; the answer (and the label), mistakes first",
    )


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
