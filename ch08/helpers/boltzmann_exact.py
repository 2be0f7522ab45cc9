"""A Boltzmann machine small enough to sum over all states: the exact log-likelihood (8.5.2)."""

from itertools import product
from typing import Any

import numpy as np

from ch08.helpers.boltzmann import BoltzmannMachine, Params, train
from common.gradient import numerical_gradient

# 2 x 2 pixels: the rows and the columns that are all white.
BARS = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]], np.float32)


def all_states(units: int) -> np.ndarray:
    """Return all states of some units, of shape (2 ** units, units)."""
    return np.array(list(product((0, 1), repeat=units)), np.float32)


def log_likelihood(machine: BoltzmannMachine, v: np.ndarray) -> float:
    """Return the mean of log p(v) = -F(v) - log Z over the rows of `v`, exactly."""
    log_z = np.logaddexp.reduce(-machine.free_energy(all_states(v.shape[1])))
    return float(np.mean(-machine.free_energy(v)) - log_z)


def exact_gradient(machine: BoltzmannMachine, v: np.ndarray) -> Params:
    """Return the gradient of the log-likelihood, with the exact mean of all states.

    The same two phases as in `BoltzmannMachine.gradient`, without chance.
    """
    states = all_states(v.shape[1])
    minus = -machine.free_energy(states)
    p = np.exp(minus - np.logaddexp.reduce(minus))
    each = [machine.products(state[None]) for state in states]
    negative = {
        key: sum(weight * one[key] for weight, one in zip(p, each, strict=True)) for key in each[0]
    }
    return {key: one - negative[key] for key, one in machine.products(v).items()}


def check(rng: np.random.Generator, epochs: int = 500) -> dict[str, Any]:
    """Return how far the formula is from the numerical gradient, and what training reaches."""
    machine = BoltzmannMachine(4, 3, rng, std=0.5)
    machine.params = {key: one.astype(np.float64) for key, one in machine.params.items()}
    gradient = exact_gradient(machine, BARS)
    numerical = {
        key: numerical_gradient(lambda _: log_likelihood(machine, BARS), one)
        for key, one in machine.params.items()
    }
    apart = max(float(np.abs(numerical[key] - one).max()) for key, one in gradient.items())
    tiny = BoltzmannMachine(4, 3, rng)
    before = log_likelihood(tiny, BARS)
    train(tiny, np.repeat(BARS, 25, axis=0), epochs, rng, lr=0.3)
    found = {
        "before": before,
        "after": log_likelihood(tiny, BARS),
        "best possible": -np.log(len(BARS)),
    }
    return {"gradient apart": apart, "log-likelihood": found}
