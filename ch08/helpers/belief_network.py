"""A deep belief network: Boltzmann machines, one above the other, as initial weights (8.5.2)."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ch08.helpers.boltzmann import BoltzmannMachine, train
from common.network import Network

CLASSES = 10


def pretrain(
    x: np.ndarray, hidden: Sequence[int], epochs: int, rng: np.random.Generator
) -> list[BoltzmannMachine]:
    """Train a machine for each hidden layer, without labels: its data are the layer below.

    Parameters
    ----------
    x : ndarray of shape (N, D), in [0, 1]
    hidden : sequence of int
        The number of units of each hidden layer.
    epochs : int
        For each machine.
    rng : Generator
    """
    machines = []
    for number, (inputs, units) in enumerate(pairwise([x.shape[1], *hidden]), 1):
        machine = BoltzmannMachine(inputs, units, rng)
        train(machine, x, epochs, rng, desc=f"layer {number}")
        machines.append(machine)
        x = machine.hidden(x)
    return machines


def unfold(machines: Sequence[BoltzmannMachine], network: Network) -> None:
    """Copy the weights and the biases of the hidden units into the first layers of a network."""
    for number, machine in enumerate(machines, 1):
        network.params[f"W{number}"] = machine.params["W"].copy()
        network.params[f"b{number}"] = machine.params["b"].copy()
