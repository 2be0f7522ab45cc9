"""Initial weights: one Gaussian, whose standard deviation decides how a training starts (6.2)."""

import math

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_array, check_range, check_whole, in_one_line
from common.randomness import Seed, random_generator

HE = ("he", "relu", "leaky_relu", "elu", "gelu")
XAVIER = ("xavier", "sigmoid", "tanh")


def weight_std(init: float | str, fan_in: int) -> float:
    """Return the standard deviation that `init` stands for.

    Parameters
    ----------
    init : float or str
        A number as it is; 'he' for sqrt(2 / n), which suits ReLU (6.2.3); 'xavier' for sqrt(1 / n),
        which suits sigmoid and tanh (6.2.2). Or the name of an activation: 'sigmoid' and 'tanh'
        stand for 'xavier', 'relu', 'leaky_relu', 'elu' and 'gelu' for 'he'. In capitals or not.
    fan_in : int
        The number n of nodes of the previous layer that each node looks at.
    """
    fan_in = check_whole("fan_in", fan_in)
    if isinstance(init, str):
        if init.lower() in HE:
            return (2 / fan_in) ** 0.5
        if init.lower() in XAVIER:
            return (1 / fan_in) ** 0.5
        raise ValueError(
            f"weight_init_std is {in_one_line(init)}; expected a number, 'he' or 'xavier'"
        )
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
    shape = _checked(shape)
    fan_in = shape[0] if len(shape) == 2 else int(np.prod(shape[1:]))
    drawn = random_generator(rng).standard_normal(shape)
    return (weight_std(init, fan_in) * drawn).astype(np.float32)


def _checked(shape: ArrayLike) -> tuple[int, ...]:
    sizes = as_array("shape", shape)
    whole = sizes.ndim == 1 and sizes.dtype.kind in "iu"
    if not whole or not 2 <= len(sizes) <= 32 or min(sizes) < 1:
        found = in_one_line(shape)
        raise ValueError(f"weights of shape {found}; expected (D, M) with D and M of 1 or more")
    if math.prod(sizes.tolist()) > 2**40:
        raise ValueError(f"weights of shape {in_one_line(shape)}; expected 2**40 of them at most")
    return tuple(sizes.tolist())
