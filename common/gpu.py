"""GPU: networks and arrays go to a GPU and come back; the only module that knows CuPy (8.3.2).

    network = gpu.to_gpu(SimpleConvNet())
    loss, grads = network.loss_and_gradient(gpu.to_gpu(x), gpu.to_gpu(t))
    gpu.to_cpu(network)

A `Trainer` works in the same way, with a network and data on the GPU. Move a network before its
first update: the arrays of its optimizer do not move.

The layers, losses and optimizers have no code for GPUs. NumPy's functions pass CuPy's arrays on to
CuPy, and new arrays are made like those that are there: ``np.empty(shape, dtype, like=x)``.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from common.checks import first_line, on_gpu
from common.parts import parts

Thing = TypeVar("Thing")


def cupy() -> Any:
    """Return the module CuPy.

    Raises
    ------
    ValueError
        If it is not installed, or finds no GPU.
    """
    try:
        import cupy

        cupy.cuda.runtime.getDeviceCount()
    except Exception as error:  # of CuPy, or of CUDA
        what = 'expected an NVIDIA GPU, and CuPy: python -m pip install -e ".[gpu]"'
        raise ValueError(f"no GPU ({first_line(error)}); {what}") from None
    return cupy


def to_gpu(thing: Thing) -> Thing:
    """Return an array on the GPU; or move a network or a layer there, and return it.

    Raises
    ------
    ValueError
        If there is no GPU, or no CuPy.
    """
    return moved(thing, cupy().asarray)


def to_cpu(thing: Thing) -> Thing:
    """Return an array as a NumPy array; or move a network or a layer back, and return it."""
    return moved(thing, lambda array: array.get() if on_gpu(array) else array)


def beside(old: Any, new: np.ndarray) -> np.ndarray:
    """Return a copy of a NumPy array, on the GPU if `old` is there."""
    return np.array(new, like=old) if on_gpu(old) else np.array(new)


def moved(thing: Any, convert: Callable[[Any], Any]) -> Any:
    """Return an array converted; or convert the parameters and states of a network or a layer."""
    if not hasattr(thing, "forward") and not hasattr(thing, "layers"):
        return convert(thing)
    for part in parts(thing):
        for name in (*getattr(part, "param_names", ()), *getattr(part, "state_names", ())):
            setattr(part, name, convert(getattr(part, name)))
    return thing
