"""Central differences of a network with ReLU and max pooling, and their kinks (5.7.3).

A central difference moves a weight by 0.0001 to either side. Between the two sides a ReLU may
switch, or another pixel may become the largest of its window. The loss then has a kink, and so no
derivative to compare with.
"""

import numpy as np

from ch07.simple_convnet import SimpleConvNet
from common.gradient import numerical_gradient


def switches(net: SimpleConvNet) -> tuple[bytes, ...]:
    """Return which ReLUs were 0 and which pixel was each window's maximum in the last pass."""
    pieces = [net.layers["Relu1"].mask, net.layers["Pool1"].arg_max, net.layers["Relu2"].mask]
    return tuple(piece.tobytes() for piece in pieces)


def differences(
    net: SimpleConvNet, key: str, x: np.ndarray, t: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return central differences for one parameter, and where there was no kink in between.

    Parameters
    ----------
    net : SimpleConvNet
        With parameters in float64.
    key : str
        ``W1`` to ``b3``.
    x : ndarray of shape (N, C, H, W)
    t : ndarray of shape (N,)

    Returns
    -------
    numerical, smooth : ndarray, ndarray of bool
        Both of the parameter's shape.
    """
    seen: list[tuple[bytes, ...]] = []  # two entries for each number of the parameter: + and -

    def f(_: np.ndarray) -> float:
        loss = net.loss(x, t)
        seen.append(switches(net))
        return loss

    numerical = numerical_gradient(f, net.params[key])
    smooth = [plus == minus for plus, minus in zip(seen[::2], seen[1::2], strict=True)]
    return numerical, np.reshape(smooth, numerical.shape)
