"""Load the digits for a script: from ``--data``, the first ``--samples`` of them."""

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

    The flags ``--samples`` and ``--test-samples``, if the script has them, limit the numbers.
    """
    train, test = load_mnist(normalize, flatten, one_hot_label, source=args.data)
    return (
        first(train, getattr(args, "samples", None)),
        first(test, getattr(args, "test_samples", None)),
    )


def first(some: Digits, number: int | None) -> Digits:
    """Return the first `number` digits, or all (None)."""
    x, t = some
    return x[:number], t[:number]
