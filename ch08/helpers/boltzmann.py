"""A restricted Boltzmann machine: energy, conditionals, contrastive divergence (8.5.2)."""

import numpy as np

from common.batches import MiniBatches
from common.functions import sigmoid
from common.initializers import weights
from common.optimizer import Momentum
from common.randomness import Seed

Params = dict[str, np.ndarray]


class BoltzmannMachine:
    """D visible units and M hidden units, all 0 or 1; a weight for each pair (visible, hidden).

    A state (v, h) has the probability exp(-E(v, h)) / Z, where Z is the sum over all states.
    "Restricted": there are no weights within the visible or within the hidden units.

    Parameters
    ----------
    D, M : int
    rng : Generator or seed, optional
        Draws the initial weights.
    std : float
        Their standard deviation.
    mean : float or ndarray of shape (D,)
        The means of the visible units in the data: the biases `a` start with these probabilities,
        so that the hidden units need not learn them first.

    Attributes
    ----------
    params : dict
        ``W`` of shape (D, M); the biases ``a`` (D,) of the visible, ``b`` (M,) of the hidden units.
    """

    def __init__(
        self, D: int, M: int, rng: Seed = None, std: float = 0.01, mean: float | np.ndarray = 0.5
    ) -> None:
        mean = np.clip(np.full(D, mean, np.float32), 0.01, 0.99)
        a, b = np.log(mean / (1 - mean)), np.zeros(M, np.float32)
        self.params: Params = {"W": weights((D, M), std, rng), "a": a, "b": b}

    def energy(self, v: np.ndarray, h: np.ndarray) -> np.ndarray:
        """Return E(v, h) = -a v - b h - v W h for each row of `v` (N, D) and `h` (N, M)."""
        W, a, b = self.params.values()
        return -v @ a - h @ b - ((v @ W) * h).sum(axis=1)

    def free_energy(self, v: np.ndarray) -> np.ndarray:
        """Return F(v) for each row: exp(-F(v)) is the sum of exp(-E(v, h)) over all `h`."""
        W, a, b = self.params.values()
        return -v @ a - np.logaddexp(0, v @ W + b).sum(axis=1)

    def hidden(self, v: np.ndarray) -> np.ndarray:
        """Return p(h = 1 | v), of shape (N, M): given v, the hidden units are independent."""
        W, _, b = self.params.values()
        return sigmoid(v @ W + b)

    def visible(self, h: np.ndarray) -> np.ndarray:
        """Return p(v = 1 | h), of shape (N, D)."""
        W, a, _ = self.params.values()
        return sigmoid(h @ W.T + a)

    def gibbs(self, v: np.ndarray, rng: np.random.Generator, steps: int = 1) -> np.ndarray:
        """Draw h from p(h | v), then v from p(v | h); repeat, and return the last v."""
        for _ in range(steps):
            v = draw(self.visible(draw(self.hidden(v), rng)), rng)
        return v

    def products(self, v: np.ndarray) -> Params:
        """Return the means over the rows of v h, v and h, given v: -E by each parameter."""
        h = self.hidden(v)
        return {"W": v.T @ h / len(v), "a": v.mean(axis=0), "b": h.mean(axis=0)}

    def gradient(self, data: np.ndarray, model: np.ndarray) -> Params:
        """Return the gradient of -log p(data).

        The positive phase lowers the energy of the data, the negative phase raises that of the
        states which the machine itself draws.

        Parameters
        ----------
        data : ndarray of shape (N, D)
        model : ndarray of shape (K, D)
            Drawn by the machine: the negative phase is their mean.
        """
        positive, negative = self.products(data), self.products(model)
        return {key: negative[key] - positive[key] for key in positive}


def draw(p: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return units that are 1 with the probabilities `p`, else 0."""
    return (rng.random(p.shape, p.dtype) < p).astype(p.dtype)


def train(
    machine: BoltzmannMachine,
    x: np.ndarray,
    epochs: int,
    rng: np.random.Generator,
    *,
    lr: float = 0.1,
    batch_size: int = 100,
    persistent: bool = False,
) -> None:
    """Train by contrastive divergence: the negative phase is one Gibbs step away.

    Parameters
    ----------
    machine : BoltzmannMachine
    x : ndarray of shape (N, D)
        In [0, 1]: the probabilities of the visible units.
    epochs : int
    rng : Generator
    lr : float
        The learning rate at the start; it falls to 0 along a line.
    batch_size : int
    persistent : bool
        False: the step starts from the mini-batch (CD-1), and the states remain near the data.
        True: from the states of the last step, which come nearer to those of the machine.
    """
    batches = MiniBatches(len(x), batch_size, rng, shuffle=True)
    steps, optimizer = epochs * -(-len(x) // batch_size), Momentum(lr, 0.5)
    states = draw(x[next(batches)], rng)
    for step in range(steps):
        optimizer.lr = lr * (1 - step / steps)
        v = draw(x[next(batches)], rng)
        states = machine.gibbs(states if persistent else v, rng)
        optimizer.update(machine.params, machine.gradient(v, states))
