"""Optimizers: from gradients to new parameters."""

from collections.abc import Mapping

import numpy as np


class SGD:
    """W <- W - lr * dL/dW: gradient descent, stochastic where the gradient is that of a mini-batch.

    Parameters
    ----------
    lr : float
        The learning rate, the eta of eq. (4.7) and (6.1).
    """

    def __init__(self, lr: float = 0.01) -> None:
        self.lr = lr

    def update(self, params: Mapping[str, np.ndarray], grads: Mapping[str, np.ndarray]) -> None:
        """Change `params` in place."""
        for key, param in params.items():
            param -= self.lr * grads[key]
