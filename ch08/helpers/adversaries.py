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

Gradients = dict[str, np.ndarray]


class Adversaries:
    """A generator and a discriminator, and the gradients of both losses.

    Parameters
    ----------
    generator : Network
        From z, (N, Z), to samples.
    discriminator : Network
        From samples to scores, (N, 1); D(x) is sigmoid(score).

    Attributes
    ----------
    of_generator, of_discriminator : dict of str to ndarray
        The gradients of their parameters, set by `backward`.
    """

    def __init__(self, generator: Network, discriminator: Network) -> None:
        self.generator = Sequential(generator.layers)
        self.generator.wants_dx = False
        self.discriminator = Sequential(discriminator.layers)

    def backward(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Compute the gradients of both losses; return the scores of real and generated samples.

        Both networks are used as they are before the update, so that one pass of the generator is
        enough. Real and generated samples are separate batches for batch normalization.

        Parameters
        ----------
        x : ndarray of shape (N, ...)
            Real samples.
        z : ndarray of shape (N, Z)

        Returns
        -------
        ndarray of shape (2, N)
        """
        N, D, G = len(x), self.discriminator, self.generator

        # The discriminator learns to call real samples real: y = D(x) shall be 1 ...
        real = D.forward(x)
        D.wants_dx = False  # what it learns does not change the samples
        D.backward((sigmoid(real) - 1) / N)
        of_real = gradients(D)

        # ... and generated ones not: y = D(G(z)) shall be 0.
        made = D.forward(G.forward(z))
        D.backward(sigmoid(made) / N)
        of_made = gradients(D)
        self.of_discriminator = {key: of_real[key] + of_made[key] for key in of_real}

        # The generator learns to deceive: y = D(G(z)) shall be 1. The discriminator only passes the
        # gradient on to the pixels; those of its parameters are not used here.
        D.wants_dx = True
        G.backward(D.backward((sigmoid(made) - 1) / N))
        self.of_generator = gradients(G)
        return np.stack([real[:, 0], made[:, 0]])


def gradients(layers: Sequential) -> Gradients:
    """Return the gradients of all parameters, after a backward pass."""
    return {key: getattr(layer, f"d{name}") for key, (layer, name) in numbered(layers).items()}


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
        g, d = (
            {key: (one[key] + two[key]) / 2 for key in one}
            for one, two in (
                (first.of_generator, second.of_generator),
                (first.of_discriminator, second.of_discriminator),
            )
        )
        return np.concatenate(scores, axis=1), (g, d)
