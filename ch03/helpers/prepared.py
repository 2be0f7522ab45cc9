"""Digits preprocessed in four ways, and a network trained on each (section 3.6.2)."""

import argparse
import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from ch03.helpers.whitening import fit_scaling, fit_whitening, scale, whiten
from common.multi_layer_net import MultiLayerNet
from common.optimizer import SGD
from common.train_together import train_together
from common.trainer import Trainer
from lab.training import trainer


def prepare(sets: Sequence[np.ndarray], components: int) -> dict[str, list[np.ndarray]]:
    """Return the same images, preprocessed in four ways.

    Parameters
    ----------
    sets : sequence of ndarray of shape (N, 784)
        Pixels of 0 to 255. Scaling and whitening are fitted to the first set.
    components : int
        The number of components that whitening keeps.
    """
    raw = [x.astype(np.float32) for x in sets]
    unit = [x / np.float32(255) for x in raw]
    mean_std = fit_scaling(unit[0])
    mean, matrix = (part.astype(np.float32) for part in fit_whitening(unit[0], components))
    return {
        "0 to 255": raw,
        "divided by 255": unit,
        "mean 0, std 1": [scale(x, *mean_std) for x in unit],
        "whitened": [whiten(x, mean, matrix) for x in unit],
    }


def learn(
    ways: Mapping[str, Sequence[np.ndarray]],
    t: Sequence[np.ndarray],
    runs: Sequence[tuple[str, float]],
    args: argparse.Namespace,
    every: int,
) -> dict[tuple[str, float], Trainer]:
    """Train a network for each preprocessing and learning rate in `runs`, on the same mini-batches.

    The test accuracy is measured every `every` mini-batches.
    """
    trainers = {}
    for way, lr in runs:
        x, _, x_test = ways[way]
        network = MultiLayerNet(x.shape[1], [args.hidden_size], 10, rng=args.seed)
        data = (x, t[0]), (x_test, t[2])
        trainers[way, lr] = trainer(
            args, network, *data, optimizer=SGD(lr), evaluate_sample_num_per_epoch=10_000
        )
        trainers[way, lr].evaluate_every = every
    train_together(*trainers.values(), leave_out_diverged=True)
    return trainers


def choose(
    ways: Mapping[str, Sequence[np.ndarray]], t: Sequence[np.ndarray], args: argparse.Namespace
) -> dict[str, dict[float, float]]:
    """Return accuracies on held-out digits by preprocessing and learning rate; print the best."""
    runs = list(product(ways, sorted({*args.rates, args.lr})))
    held_out: dict[str, dict[float, float]] = {way: {} for way in ways}
    for (way, lr), one in learn(ways, t, runs, args, every=args.iters).items():
        held_out[way][lr] = one.network.accuracy(ways[way][1], t[1]) if one.done else 0.0
    for way, by_rate in held_out.items():
        best = max(by_rate, key=by_rate.__getitem__)
        print(f"{way}: learning rate {best:g}, {by_rate[best]:.4f} accuracy on held-out digits")
    return held_out


def progress(trainer: Trainer) -> dict[str, Any]:
    """Return the test accuracies, and the numbers of mini-batches at which they were measured.

    The last accuracy is NaN if the training run diverged.
    """
    accuracies = trainer.test_acc_list
    mini_batches = [1 + number * trainer.evaluate_every for number in range(len(accuracies))]
    end = trainer.network.accuracy(trainer.x_test, trainer.t_test) if trainer.done else math.nan
    return {
        "lr": trainer.optimizer.lr,
        "mini_batches": [*mini_batches, trainer.current_iter],
        "test_acc_list": [*accuracies, end],
    }
