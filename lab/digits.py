"""The digits of a script: those that ``--data`` names, as many as its flags say."""

import argparse

import numpy as np

from dataset.mnist import load_mnist

Digits = tuple[np.ndarray, np.ndarray]


def digits(
    args: argparse.Namespace,
    *,
    normalize: bool = True,
    flatten: bool = True,
    one_hot_label: bool = False,
) -> tuple[Digits, Digits]:
    """Return ``(x_train, t_train), (x_test, t_test)``: see `dataset.mnist.load_mnist`.

    Where the script has the flags ``--samples`` and ``--test-samples``, only so many.
    """
    train, test = load_mnist(normalize, flatten, one_hot_label, source=args.data)
    return (
        first(train, getattr(args, "samples", None)),
        first(test, getattr(args, "test_samples", None)),
    )


def first(some: Digits, number: int | None) -> Digits:
    """Return the first digits of some, or all (None)."""
    x, t = some
    return x[:number], t[:number]
