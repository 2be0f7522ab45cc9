"""Two networks that compete: a generator, and a discriminator that tells real from generated.

With D(x) the probability that x is real, and G(z) a sample that is made of random numbers z, the
losses are (8.5.2)

    of the discriminator    -log D(x) - log(1 - D(G(z)))
    of the generator        -log D(G(z))
"""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from common.functions import sigmoid
from common.layers import Sequential
from common.network import Network
from common.parts import numbered

REAL = 0.9  # the target of real samples: with 1, the discriminator gets too sure of itself
Gradients = dict[str, np.ndarray]


class Adversaries:
    """A generator and a discriminator, and the gradients of both losses, from one pass.

    Parameters
    ----------
    generator : Network
        From z, (N, Z), to samples.
    discriminator : Network
        From samples to scores, (N, 1); without batch normalization. D(x) is sigmoid(score).
    """

    def __init__(self, generator: Network, discriminator: Network) -> None:
        self.generator = Sequential(generator.layers)
        self.generator.wants_dx = False
        self.discriminator = Sequential(discriminator.layers)

    def backward(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Compute the gradients in all layers; return the scores of real and generated samples.

        Parameters
        ----------
        x : ndarray of shape (N, ...)
            Real samples.
        z : ndarray of shape (N, Z)

        Returns
        -------
        ndarray of shape (2, N)
        """
        N = len(x)
        generated = self.generator.forward(z)
        scores = self.discriminator.forward(np.concatenate([x, generated]))  # (2 N, 1)

        # The discriminator: the gradient with respect to a score is (y - t) / N.
        t = np.repeat(np.array([[REAL], [0]], scores.dtype), N, axis=0)
        dx = self.discriminator.backward((sigmoid(scores) - t) / N)

        # The generator: the gradient with respect to the score of a generated sample is now
        # (y - 1) / N instead of y / N, so that of the sample is (y - 1) / y times what it was:
        # a score depends on its own sample only. With y = sigmoid(s) this factor is -exp(-s).
        factor = -np.exp(-scores[N:])
        self.generator.backward(dx[N:] * factor.reshape(N, *[1] * (x.ndim - 1)))
        return scores.reshape(2, N)

    def gradients(self) -> tuple[Gradients, Gradients]:
        """Return the gradients of the generator's and of the discriminator's parameters."""
        both = (self.generator, self.discriminator)
        first, second = (
            {key: getattr(layer, f"d{name}") for key, (layer, name) in numbered(one).items()}
            for one in both
        )
        return first, second


class InTwoHalves:
    """Computes a mini-batch in two halves, a thread for each, on the same parameters.

    Batch normalization uses the statistics of each half. The result does not depend on the number
    of threads.
    """

    def __init__(self, generator: Network, discriminator: Network, threads: int = 1) -> None:
        self.networks = generator, discriminator
        copies = copy.deepcopy(generator), copy.deepcopy(discriminator)
        for copied, network in zip(copies, self.networks, strict=True):
            copied.params = network.params.copy()  # the same arrays, which Adam changes in place
        self.halves = Adversaries(*self.networks), Adversaries(*copies)
        self.pool = ThreadPoolExecutor(1) if threads > 1 else None

    def gradients(
        self, x: np.ndarray, z: np.ndarray
    ) -> tuple[np.ndarray, tuple[Gradients, Gradients]]:
        """Return the scores, (2, N), and the gradients of generator and discriminator."""
        (x1, x2), (z1, z2) = np.split(x, 2), np.split(z, 2)
        first, second = self.halves
        if self.pool:
            other = self.pool.submit(second.backward, x2, z2)
            scores = [first.backward(x1, z1), other.result()]
        else:
            scores = [first.backward(x1, z1), second.backward(x2, z2)]
        pairs = zip(first.gradients(), second.gradients(), strict=True)
        g, d = ({key: (one[key] + two[key]) / 2 for key in one} for one, two in pairs)
        return np.concatenate(scores, axis=1), (g, d)
