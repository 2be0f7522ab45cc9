"""The smallest case: a generator learns the distribution of one number, a Gaussian (8.5.2)."""

from typing import Any

import numpy as np

from ch08.helpers.adversarial_training import HISTORY, AdversarialTraining, draw_z
from common.fresh_layers import affine
from common.layers import LeakyReLU, SigmoidWithLoss
from common.network import Network
from common.randomness import Seed, random_generator

MEAN, DEVIATION = 4.0, 1.25  # of the data
Z_SIZE = 4
LOOKS = (0, 1 / 50, 1 / 15, 1)  # of the steps: when samples are recorded
SAMPLES = 5000  # data, and samples that are compared with them
EDGES = np.linspace(-2, 10, 49)  # of the bars of a histogram

Results = dict[str, Any]


def make_networks(hidden: int, rng: Seed) -> tuple[Network, Network]:
    """Return a generator from z to one number, and a discriminator, each of affine layers."""
    rng = random_generator(rng)

    def layers(inputs: int) -> dict[str, Any]:
        return {
            "Affine1": affine(inputs, hidden, rng),
            "LeakyRelu1": LeakyReLU(0.2),
            "Affine2": affine(hidden, hidden, rng),
            "LeakyRelu2": LeakyReLU(0.2),
            "Affine3": affine(hidden, 1, rng),
        }

    return Network(layers(Z_SIZE)), Network(layers(1), loss=SigmoidWithLoss())


def learn(
    steps: int,
    seed: int,
    batch_size: int = 64,
    lr: tuple[float, float] = (0.0005, 0.01),
    hidden: int = 32,
) -> Results:
    """Train both networks on numbers from a Gaussian; return what the generator makes, over time.

    Returns
    -------
    dict
        ``mean``, ``deviation`` and ``densities`` of the samples after each number of ``steps``;
        ``accuracy`` of the discriminator at each step, and that of its best and its last twentieth
        of the steps; mean, deviation and density of the data, and how near the last samples are.
    """
    rng = np.random.default_rng(seed)
    data = rng.normal(MEAN, DEVIATION, (SAMPLES, 1)).astype(np.float32)
    z = draw_z(SAMPLES, Z_SIZE, rng)
    networks = make_networks(hidden, rng)
    settings: Any = {"steps": steps, "batch_size": batch_size, "lr": lr, "looks": LOOKS}
    training = AdversarialTraining(*networks, data, z, **settings, rng=rng, verbose=False)
    training.train()
    accuracy = training.history[HISTORY[2]]
    mean, deviation = training.shown[-1].mean(), training.shown[-1].std()
    return {
        "data": {"mean": data.mean(), "deviation": data.std(), "density": density(data)},
        "steps": training.looks.tolist(),
        "mean": [one.mean() for one in training.shown],
        "deviation": [one.std() for one in training.shown],
        "densities": [density(one) for one in training.shown],
        "error of the mean": abs(mean - data.mean()) / data.std(),
        "relative deviation": deviation / data.std(),
        "edges": EDGES,
        "accuracy": np.round(accuracy, 3),
        "accuracy at most": max(part.mean() for part in np.array_split(accuracy, min(steps, 20))),
        "accuracy at last": np.mean(accuracy[-steps // 20 :]),
    }


def density(samples: np.ndarray) -> np.ndarray:
    """Return the density of the samples in each interval between `EDGES`."""
    counts, _ = np.histogram(samples, EDGES)
    return np.round(counts / len(samples) / np.diff(EDGES), 4)
