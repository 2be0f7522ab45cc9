"""Dropout: drops neurons at random in training, against overfitting (6.4.3)."""

import numpy as np

from common.boundary import Layer
from common.checks import check_range
from common.randomness import Seed, kept, random_generator


class Dropout(Layer):
    """Drops neurons at random in training, a new set each time; keeps all in inference (6.4.3).

    Parameters
    ----------
    dropout_ratio : float
        The fraction of the neurons that is dropped, in [0, 1).
    inverted : bool
        False, as in the book: outputs are multiplied by 1 - dropout_ratio in inference. True, as in
        PyTorch: outputs are divided by 1 - dropout_ratio in training, and unchanged in inference.
    rng : Generator or seed, optional
        Draws the masks.

    Attributes
    ----------
    mask : ndarray of bool
        True where the last forward pass in training kept a neuron.
    """

    setting_names = ("dropout_ratio", "inverted")
    element_wise = True

    def __init__(
        self, dropout_ratio: float = 0.5, *, inverted: bool = False, rng: Seed = None
    ) -> None:
        self.dropout_ratio = check_range("dropout_ratio", dropout_ratio, least=0, below=1)
        self.inverted = inverted
        self.rng = random_generator(rng)

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return `x` with zeros at random places in training, or scaled in inference."""
        keep = 1.0 - self.dropout_ratio
        if train_flg:
            self.mask = kept(self.rng, x.shape, self.dropout_ratio, like=x)
            self.factor = self.mask / x.dtype.type(keep) if self.inverted else self.mask
        else:
            self.factor = 1.0 if self.inverted else keep
        return x * self.factor

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return `dout` multiplied by the same factor as x."""
        return dout * self.factor
