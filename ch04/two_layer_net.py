"""A two-layer network without layer classes: predict, loss, gradient (section 4.5.1).

All formulas are in this file; chapter 5 builds such a network from layer classes.

    python ch04/two_layer_net.py

You will see the shapes of a 784-100-10 network and of its gradient. About a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from numpy.typing import ArrayLike

from common import functions, gradient
from common.checks import as_float, check_rows
from common.functions import cross_entropy_error, one_hot, sigmoid, softmax
from common.randomness import Seed, random_generator
from lab.script import Results


class TwoLayerNet:
    """Input - sigmoid - softmax; the loss is the cross entropy (tables 4-1 and 4-2).

    Parameters
    ----------
    input_size, hidden_size, output_size : int
        The number of neurons in each layer.
    weight_init_std : float
        The standard deviation of the initial weights; the biases start at 0.
    rng : Generator or seed, optional
        Draws the initial weights.

    Attributes
    ----------
    params : dict
        ``W1`` (input_size, hidden_size), ``b1``, ``W2`` (hidden_size, output_size), ``b2``; in
        float64, because the differences of a numerical gradient are small.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int,
        weight_init_std: float = 0.01,
        *,
        rng: Seed = None,
    ) -> None:
        rng = random_generator(rng)
        self.params: dict[str, np.ndarray] = {
            "W1": weight_init_std * rng.standard_normal((input_size, hidden_size)),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * rng.standard_normal((hidden_size, output_size)),
            "b2": np.zeros(output_size),
        }

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the probabilities (N, output_size) for a batch `x` (N, input_size).

        A single sample (input_size,) gives (output_size,).
        """
        y = softmax(self._forward(self._rows(x))[1])
        return y[0] if np.ndim(x) == 1 else y

    def loss(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return the mean cross entropy; `t` holds labels or one-hot rows."""
        return cross_entropy_error(self.predict(x), t)

    def accuracy(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return the fraction of samples that are classified correctly."""
        return functions.accuracy(self.predict(x), t)

    def numerical_gradient(self, x: np.ndarray, t: ArrayLike) -> dict[str, np.ndarray]:
        """Return the derivatives of the loss by central differences (section 4.4)."""
        return {
            key: gradient.numerical_gradient(lambda _: self.loss(x, t), param)
            for key, param in self.params.items()
        }

    def gradient(self, x: np.ndarray, t: ArrayLike) -> dict[str, np.ndarray]:
        """Return the derivatives by back-propagation: forward and backward pass (chapter 5)."""
        x = self._rows(x)
        z1, a2 = self._forward(x)
        y = softmax(a2)
        t = one_hot(t, y.shape)
        # t.sum is 1 for one-hot rows; with it the gradient is correct for any t.
        da2 = (y * t.sum(axis=1, keepdims=True) - t) / len(t)
        da1 = (da2 @ self.params["W2"].T) * z1 * (1 - z1)
        return {
            "W1": x.T @ da1,
            "b1": da1.sum(axis=0),
            "W2": z1.T @ da2,
            "b2": da2.sum(axis=0),
        }

    def _rows(self, x: np.ndarray) -> np.ndarray:
        x, size = as_float("x", x), len(self.params["W1"])
        check_rows("x", x, size)
        return x.reshape(-1, size)  # (N, input_size), also for one sample

    def _forward(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        z1 = sigmoid(x @ self.params["W1"] + self.params["b1"])
        return z1, z1 @ self.params["W2"] + self.params["b2"]


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the shapes of the parameters, of a prediction and of the gradient."""
    rng = np.random.default_rng(args.seed)
    net = TwoLayerNet(input_size=784, hidden_size=100, output_size=10, rng=rng)
    x, t = rng.random((100, 784)), rng.integers(10, size=100)
    shapes = {key: param.shape for key, param in net.params.items()}
    shapes["predict(x)"] = net.predict(x).shape
    shapes |= {f"gradient {key}": grad.shape for key, grad in net.gradient(x, t).items()}
    for name, shape in shapes.items():
        print(f"{name:12} has the shape {shape}")
    return {"shapes": shapes, "loss": net.loss(x, t)}


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
