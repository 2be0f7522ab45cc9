"""Reading digits with a trained network, one at a time (section 3.6.2).

    python ch03/neuralnet_mnist.py

A 784-50-100-10 network, whose weights come from ``sample_weight.npz`` (made by
``train_sample_weight.py`` from MNIST), reads the 10,000 test digits. You will see
``Accuracy:0.9838`` (the book, with its weights: 0.9352) and a picture of digits that it reads
wrongly. A few seconds. It has never seen the hand of the drawn digits (``--data drawn``), and reads
them less well.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.functions import sigmoid, softmax
from common.io.files import load_arrays
from common.io.progress import progress
from dataset.mnist import data_name, load_mnist
from lab import plots

WEIGHTS = Path(__file__).with_name("sample_weight.npz")
SHAPES = {"W1": (784, 50), "b1": (50,), "W2": (50, 100), "b2": (100,), "W3": (100, 10), "b3": (10,)}


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


def draw(x: np.ndarray, t: np.ndarray, y: np.ndarray) -> Figure:
    """Draw twenty digits, wrongly read ones first: what was read, and in brackets what it is."""
    chosen = np.argsort(y == t, kind="stable")[:20]
    titles = [f"{y[i]} ({t[i]})" for i in chosen]
    return plots.image_grid(
        x[chosen].reshape(-1, 28, 28), titles, title="read as (really is), mistakes first"
    )


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the accuracy on the test digits and draw mistakes."""
    parser = cli.parser(__doc__, data=True)
    parser.add_argument(
        "--samples", type=cli.at_least(1), default=10000, help="how many digits (default: 10000)"
    )
    args = cli.parse(parser, argv, samples=1000)
    name = data_name(args.data)
    print(f"data: {name}")
    x, t = get_data(args.data)
    x, t = x[: args.samples], t[: args.samples]
    y = one_by_one(init_network(), x)
    accuracy = float(np.mean(y == t))
    print(f"Accuracy:{accuracy}")
    results = {"data": name, "samples": len(x), "accuracy": accuracy}
    return cli.finish(args, __file__, results, draw(x, t, y))


if __name__ == "__main__":
    cli.run(main)
