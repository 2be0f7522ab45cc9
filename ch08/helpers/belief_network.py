"""A deep belief network: Boltzmann machines, one above the other, as initial weights (8.5.2)."""

import argparse
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ch08.helpers.boltzmann import BoltzmannMachine, train
from common.multi_layer_net import MultiLayerNet
from common.network import Network
from common.optimizer import Adam
from lab.digits import Digits
from lab.training import trainer

CLASSES = 10
# The initial weights and, for each, the learning rate of Adam: chosen on held-out training digits.
STARTS = {"pretrained": 0.003, "Xavier": 0.01, "Gaussian 0.01": 0.003, "ReLU, He": 0.003}
EVERY = 20  # mini-batches: their mean loss is kept
Results = dict[str, Any]


def pretrain(
    x: np.ndarray, layers: Sequence[int], epochs: int, rng: np.random.Generator
) -> list[BoltzmannMachine]:
    """Train a machine for each hidden layer, without labels: its data are the layer below.

    Parameters
    ----------
    x : ndarray of shape (N, D), in [0, 1]
    layers : sequence of int
        The number of units of each hidden layer.
    epochs : int
        For each machine.
    rng : Generator
    """
    machines = []
    for inputs, units in pairwise([x.shape[1], *layers]):
        machine = BoltzmannMachine(inputs, units, rng, mean=x.mean(axis=0))
        train(machine, x, epochs, rng)
        machines.append(machine)
        x = machine.hidden(x)
    return machines


def unfold(machines: Sequence[BoltzmannMachine], network: Network) -> None:
    """Copy the weights and the biases of the hidden units into the first layers of a network."""
    for number, machine in enumerate(machines, 1):
        network.params[f"W{number}"] = machine.params["W"].copy()
        network.params[f"b{number}"] = machine.params["b"].copy()


def make_network(
    start: str, machines: Sequence[BoltzmannMachine], inputs: int, layers: Sequence[int], seed: int
) -> Network:
    """Return a network with one of the `STARTS`: sigmoid layers, except for "ReLU, He"."""
    activation = "relu" if start == "ReLU, He" else "sigmoid"
    std = 0.01 if start == "Gaussian 0.01" else activation  # Xavier for sigmoid, He for ReLU
    network = MultiLayerNet(inputs, layers, CLASSES, activation, std, rng=seed)
    if start == "pretrained":
        unfold(machines, network)
    return network


def compare(args: argparse.Namespace, seed: int, train_x: Digits, test: Digits) -> Results:
    """Train a network from each start with few labels; return accuracies and losses.

    Parameters
    ----------
    args : Namespace
        With the flags `layers`, `pretrain_epochs`, `labels`, `iters` and `batch_size`.
    seed : int
    train_x, test : (x, t)
        All digits are for the machines; only the first of them have labels.
    """
    (x, t), rng = train_x, np.random.default_rng(seed)
    machines = pretrain(x, args.layers, args.pretrain_epochs, rng)
    order = rng.permutation(len(x))
    accuracy: Results = {start: {} for start in STARTS}
    losses: Results = {start: {} for start in STARTS}
    for labels in args.labels:
        some = x[order[:labels]], t[order[:labels]]
        for start, lr in STARTS.items():
            network = make_network(start, machines, x.shape[1], args.layers, seed)
            trained = trainer(args, network, some, optimizer=Adam(lr), rng=seed)
            trained.train()
            accuracy[start][labels] = network.accuracy(*test)
            by_part = np.array(trained.train_loss_list[: args.iters // EVERY * EVERY])
            losses[start][labels] = by_part.reshape(-1, EVERY).mean(axis=1).round(4).tolist()
    return {"seed": seed, "accuracy": accuracy, "losses": losses}
