"""Training runs with the flags of a script: one network, or several on the same mini-batches."""

import argparse
from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

import numpy as np

from common.optimizer import SGD
from common.train_together import train_together
from common.trainer import AnyNetwork, Trainer
from lab.digits import Digits

Name = TypeVar("Name", bound=Hashable)
LAST = 100  # the number of mini-batches at the end whose mean is the final loss
# The flags of a script that are arguments of a Trainer.
ARGUMENTS = {
    "iters": "max_iter",
    "epochs": "epochs",
    "batch_size": "mini_batch_size",
    "shuffle": "shuffle",
    "seed": "rng",
    "threads": "threads",
    "checkpoint": "checkpoint",
}


def trainer(
    args: argparse.Namespace,
    network: AnyNetwork,
    train: Digits,
    test: Digits | tuple[None, None] = (None, None),
    *,
    optimizer: Any = SGD,
    **options: Any,
) -> Trainer:
    """Return a Trainer with the settings of the flags, which prints nothing.

    Parameters
    ----------
    args : Namespace
        The flags of the script: those in `ARGUMENTS` are passed to the Trainer.
    network : Network
    train, test : (x, t)
    optimizer : class or optimizer
        A class is called with ``--lr``.
    **options
        Arguments of `common.trainer.Trainer`, which override the flags. Without
        `evaluate_sample_num_per_epoch` there are no evaluations during training.
    """
    flags = {of: vars(args)[flag] for flag, of in ARGUMENTS.items() if flag in args}
    flags |= {"evaluate_sample_num_per_epoch": 0, "verbose": False}
    flags["optimizer"] = optimizer(args.lr) if isinstance(optimizer, type) else optimizer
    return Trainer(network, *train, *test, **{**flags, **options})


def compare(
    args: argparse.Namespace,
    networks: Mapping[Name, AnyNetwork],
    train: Digits,
    test: Digits | tuple[None, None] = (None, None),
    *,
    each: Mapping[Name, Mapping[str, Any]] | None = None,
    leave_out_diverged: bool = False,
    **options: Any,
) -> dict[Name, Trainer]:
    """Train networks side by side on the same mini-batches; return their trainers by name.

    Parameters
    ----------
    args, train, test, **options
        As for `trainer`.
    networks : mapping
        The networks by name.
    each : mapping, optional
        Extra options of single networks, by name: ``{"cosine": {"schedule": ...}}``.
    leave_out_diverged : bool
        Whether the others continue if the loss of one is NaN or infinite.
    """
    trainers = {
        name: trainer(args, network, train, test, **{**options, **(each or {}).get(name, {})})
        for name, network in networks.items()
    }
    train_together(*trainers.values(), leave_out_diverged=leave_out_diverged)
    return trainers


def steps(args: argparse.Namespace, train: Digits) -> int:
    """Return the number of mini-batches in ``--epochs`` epochs."""
    return int(args.epochs * -(-len(train[0]) // int(args.batch_size)))


def ending(trained: Trainer) -> dict[str, Any]:
    """Return the loss of each mini-batch, the mean of the last 100, and the test accuracy."""
    losses = trained.train_loss_list
    return {
        "train_loss_list": losses,
        "final_loss": float(np.mean(losses[-LAST:])),
        "test_acc": trained.network.accuracy(trained.x_test, trained.t_test),
    }
