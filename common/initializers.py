"""Initial weights: one Gaussian, whose standard deviation decides how a training starts (6.2)."""

import numpy as np

from common.checks import check_range
from common.util import Seed


def weight_std(init: float | str, fan_in: int) -> float:
    """Return the standard deviation that `init` stands for.

    Parameters
    ----------
    init : float or str
        A number as it is; 'he' or 'relu' for sqrt(2 / n), which suits ReLU (6.2.3); 'xavier' or
        'sigmoid' for sqrt(1 / n), which suits sigmoid and tanh (6.2.2). In capitals or not.
    fan_in : int
        The number n of nodes of the previous layer that each node looks at.
    """
    if isinstance(init, str):
        if init.lower() in ("he", "relu"):
            return (2 / fan_in) ** 0.5
        if init.lower() in ("xavier", "sigmoid"):
            return (1 / fan_in) ** 0.5
        raise ValueError(f"weight_init_std is {init!r}; expected a number, 'he' or 'xavier'")
    return check_range("weight_init_std", init, least=0)


def weights(shape: tuple[int, ...], init: float | str, rng: Seed = None) -> np.ndarray:
    """Draw initial weights in float32.

    Parameters
    ----------
    shape : tuple of int
        (D, M) for D inputs and M outputs; (FN, C, FH, FW) for FN filters.
    init : float or str
        See `weight_std`.
    rng : Generator or seed, optional
    """
    if len(shape) < 2 or min(shape) < 1:
        raise ValueError(f"weights of shape {shape}; expected (D, M) with D and M of 1 or more")
    fan_in = shape[0] if len(shape) == 2 else int(np.prod(shape[1:]))
    drawn = np.random.default_rng(rng).standard_normal(shape)
    return (weight_std(init, fan_in) * drawn).astype(np.float32)
