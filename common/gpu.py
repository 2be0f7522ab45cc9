"""GPU: networks and arrays go to a GPU and come back; the only module that knows CuPy (8.3.2).

    network = gpu.to_gpu(SimpleConvNet())
    loss, grads = network.loss_and_gradient(gpu.to_gpu(x), gpu.to_gpu(t))
    gpu.to_cpu(network)

The layers, losses and optimizers have no code for GPUs. NumPy's functions pass CuPy's arrays on to
CuPy, and new arrays are made like those that are there: ``np.empty(shape, dtype, like=x)``.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from common.checks import on_gpu
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
        line = str(error).partition("\n")[0]
        what = f"no GPU ({line})"
        raise ValueError(
            f"{what}; expected an NVIDIA GPU, and CuPy: pip install cupy-cuda12x"
        ) from None
    return cupy


def to_gpu(thing: Thing) -> Thing:
    """Return an array on the GPU; or move a network or a layer there, and return it."""
    return moved(thing, cupy().asarray)


def to_cpu(thing: Thing) -> Thing:
    """Return an array as a NumPy array; or move a network or a layer back, and return it."""
    return moved(thing, cupy().asnumpy)


def on_cpu(array: Any) -> Any:
    """Return a copy of an array on a GPU as a NumPy array; or what is no such array, as it is."""
    return array.get() if on_gpu(array) else array


def moved(thing: Any, convert: Callable[[Any], Any]) -> Any:
    """Return an array converted; or convert the parameters and states of a network or a layer."""
    if not hasattr(thing, "forward") and not hasattr(thing, "layers"):
        return convert(thing)
    for part in parts(thing):
        for name in (*getattr(part, "param_names", ()), *getattr(part, "state_names", ())):
            setattr(part, name, convert(getattr(part, name)))
    return thing
