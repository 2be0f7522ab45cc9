"""The gradient of a network with one layer: how the loss changes with each weight (section 4.4.2).

    python ch04/gradient_simplenet.py

You will see the scores, the loss and its gradient for the weights in the book. The gradient has 2
by 3 numbers, one for each weight: the larger its absolute value, the more the loss changes with
this weight. With --seed N greater than 0 the weights are random. About a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.functions import cross_entropy_error, softmax
from common.gradient import numerical_gradient
from common.randomness import Seed, random_generator
from lab.script import Results

W = np.array([[0.47355232, 0.9977393, 0.84668094], [0.85557411, 0.03563661, 0.69422093]])


class simpleNet:  # the name in the book
    """Two inputs, three classes, no hidden layer; random weights `W` of shape (2, 3)."""

    def __init__(self, rng: Seed = None) -> None:
        self.W = random_generator(rng).standard_normal((2, 3))

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the scores x W of a sample (2,) or of a batch (N, 2)."""
        return x @ self.W

    def loss(self, x: np.ndarray, t: np.ndarray) -> float:
        """Return the cross entropy of softmax(x W) and the targets `t`."""
        return cross_entropy_error(softmax(self.predict(x)), t)


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the scores, the loss and the gradient of a simpleNet."""
    net = simpleNet(args.seed)
    if args.seed == 0:
        net.W = W.copy()
    x, t = np.array([0.6, 0.9]), np.array([0, 0, 1])
    results = {
        "scores": net.predict(x),
        "best class": int(net.predict(x).argmax()),
        "loss": net.loss(x, t),
        "dW": numerical_gradient(lambda _: net.loss(x, t), net.W),
    }
    for name, value in results.items():
        print(f"{name}: {value}")
    return results


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
