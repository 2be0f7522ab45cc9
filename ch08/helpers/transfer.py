"""Transfer learning: few samples of few classes, and a network split in two (8.2.4)."""

import numpy as np

from common.network import Network

Digits = tuple[np.ndarray, np.ndarray]


def of_classes(digits: Digits, first: int, number: int) -> Digits:
    """Return at most `number` digits of the classes `first` to `first` + 4, labelled 0 to 4."""
    x, t = digits
    which = np.flatnonzero((t >= first) & (t < first + 5))[:number]
    return x[which], t[which] - first


def few(digits: Digits, number: int, rng: np.random.Generator) -> Digits:
    """Return `number` digits of each of the five classes, drawn at random."""
    x, t = digits
    which = np.concatenate(
        [rng.choice(np.flatnonzero(t == k), number, replace=False) for k in range(5)]
    )
    return x[which], t[which]


def split(network: Network) -> tuple[Network, Network]:
    """Return the convolutions and the affine layers of a network as two networks."""
    layers = network.layers.items()
    names = list(network.layers)
    new = names[names.index("Affine1") :]
    return (
        Network({name: layer for name, layer in layers if name not in new}),
        Network({name: layer for name, layer in layers if name in new}),
    )
