"""Initial weights: random numbers from a Gaussian; its standard deviation matters (6.2)."""

import math

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_array, check_range, check_whole, in_one_line
from common.randomness import Seed, random_generator

HE = ("he", "relu", "leaky_relu", "elu", "gelu")
XAVIER = ("xavier", "sigmoid", "tanh")


def weight_std(init: float | str, fan_in: int) -> float:
    """Return the standard deviation of the initial weights: a number, He or Xavier.

    Parameters
    ----------
    init : float or str
        A number; 'he' for sqrt(2 / n), which suits ReLU (6.2.3); 'xavier' for sqrt(1 / n), which
        suits sigmoid and tanh (6.2.2). Or the name of an activation: 'sigmoid' and 'tanh' mean
        'xavier'; 'relu', 'leaky_relu', 'elu' and 'gelu' mean 'he'. Upper or lower case.
    fan_in : int
        The number n of inputs of each neuron.
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
    """Draw initial weights from a Gaussian, in float32.

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


def bilinear_filters(channels: int, factor: int) -> np.ndarray:
    """Return filters that enlarge images `factor` times by bilinear interpolation, in float32.

    They are the filters of a `TransposedConvolution` with stride `factor` and pad `factor // 2`.
    The weights fall linearly from the centre: for factor 2 they are 0.25 0.75 0.75 0.25 along each
    axis. Each channel is enlarged separately (8.4.2).

    Returns
    -------
    ndarray of shape (channels, channels, K, K), with K = 2 * factor - factor % 2
    """
    channels, factor = check_whole("channels", channels), check_whole("factor", factor)
    size = 2 * factor - factor % 2
    along = 1 - np.abs(np.arange(size) - (size - 1) / 2) / factor
    each = np.eye(channels)[:, :, None, None]
    return (each * np.outer(along, along)).astype(np.float32)


def _checked(shape: ArrayLike) -> tuple[int, ...]:
    sizes = as_array("shape", shape)
    whole = sizes.ndim == 1 and sizes.dtype.kind in "iu"
    if not whole or not 2 <= len(sizes) <= 32 or min(sizes) < 1:
        found = in_one_line(shape)
        raise ValueError(f"weights of shape {found}; expected (D, M) with D and M of 1 or more")
    if math.prod(sizes.tolist()) > 2**40:
        raise ValueError(f"weights of shape {in_one_line(shape)}; expected at most 2**40 weights")
    return tuple(sizes.tolist())
