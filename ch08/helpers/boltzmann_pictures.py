"""What a Boltzmann machine of digits imagines: covered halves, and samples (8.5.2)."""

from typing import Any

import numpy as np

from ch08.helpers.boltzmann import BoltzmannMachine, draw, train
from lab.digits import Digits, first

SHOWN = 30  # hidden units whose weights are shown, and samples
LARGEST = 0.7  # a weight that is drawn white
STEPS = 1000  # Gibbs steps of a sample, from noise
Results = dict[str, Any]


def fill_in(
    machine: BoltzmannMachine,
    x: np.ndarray,
    covered: np.ndarray,
    rng: np.random.Generator,
    steps: int = 50,
) -> np.ndarray:
    """Return `x` with what the machine expects at the covered pixels.

    Gibbs steps, at first with the covered pixels black; after each, the others are set back. The
    expectation is the mean of p(v | h) in the second half of the steps.

    Parameters
    ----------
    machine : BoltzmannMachine
    x : ndarray of shape (N, D)
        Its values at the covered pixels are not used.
    covered : ndarray of shape (D,), bool
    rng : Generator
    steps : int
    """
    v, total = np.where(covered, 0, x).astype(x.dtype), np.zeros_like(x)
    for step in range(steps):
        p = machine.visible(draw(machine.hidden(v), rng))
        v = np.where(covered, draw(p, rng), x)
        total += p * (step >= steps // 2)
    return np.where(covered, total / (steps - steps // 2), x)


def expected(
    machine: BoltzmannMachine,
    x: np.ndarray,
    covered: np.ndarray,
    rng: np.random.Generator,
    chains: int = 10,
) -> np.ndarray:
    """Return the mean of `fill_in` over several chains: one chain stays with one digit for long."""
    return np.mean([fill_in(machine, x, covered, rng) for _ in range(chains)], axis=0)


def learn_digits(args: Any, train_x: np.ndarray, test: Digits) -> Results:
    """Train a machine by persistent contrastive divergence; fill in test digits, draw samples."""
    rng = np.random.default_rng(args.seed)
    mean = train_x.mean(axis=0)
    machine = BoltzmannMachine(len(mean), args.hidden, rng, mean=mean)
    train(machine, train_x, args.epochs, rng, lr=args.lr, persistent=True)
    noise = draw(np.full((SHOWN, len(mean)), 0.5, np.float32), rng)
    samples = machine.visible(draw(machine.hidden(machine.gibbs(noise, rng, STEPS)), rng))
    return {
        "filters": in_grey(machine.params["W"].T[:SHOWN], LARGEST),
        "samples": in_grey(samples),
        **covered_halves(machine, mean, first(test, args.covered), rng),
    }


def covered_halves(
    machine: BoltzmannMachine, mean: np.ndarray, test: Digits, rng: np.random.Generator
) -> Results:
    """Cover the lower half of test digits; return errors and, one of each class, pictures."""
    (x, t), lower = test, np.arange(len(mean)) >= len(mean) // 2
    guesses = {
        "mean image": np.where(lower, mean, x),
        "one chain": fill_in(machine, x, lower, rng),
        "machine": expected(machine, x, lower, rng),
    }
    errors = {key: float(((y - x)[:, lower] ** 2).mean()) for key, y in guesses.items()}
    one_each = np.unique(t, return_index=True)[1]  # the first of each class
    shown = {key: in_grey(one[one_each]) for key, one in {"digit": x, **guesses}.items()}
    return {"errors of the covered half": errors, "covered": shown}


def in_grey(images: np.ndarray, largest: float = 0) -> np.ndarray:
    """Return images of 28 x 28 as uint8; `largest`: of weights, from -largest to largest."""
    if largest:
        images = (images / largest + 1) / 2
    return np.round(255 * images.clip(0, 1)).astype(np.uint8).reshape(-1, 28, 28)
