"""A trained network by the name of its class, whatever chapter it is in."""

import importlib
from pathlib import Path
from typing import Any

from common.network import Network


def trained(name: str, weights: Path | None = None) -> Network:
    """Return a network with its weights.

    Parameters
    ----------
    name : str
        A class such as ``ch08.deep_convnet.DeepConvNet``, which can be called without arguments.
    weights : Path, optional
        The file of its weights; by default ``WEIGHTS`` in the module of the class.
    """
    network, bundled = _make(name)
    if weights is None and bundled is None:
        module = name.rpartition(".")[0]
        raise ValueError(f"--network {name}: {module} has no WEIGHTS; give a file: --weights")
    network.load_params(weights or bundled)
    return network


def _make(name: str) -> tuple[Any, Path | None]:
    module_name, _, class_name = name.rpartition(".")
    try:
        module = importlib.import_module(module_name)
        return getattr(module, class_name)(), getattr(module, "WEIGHTS", None)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        reason = error if module_name else "no such network"
        expected = "expected three-layer, or a class, e.g. ch08.deep_convnet.DeepConvNet"
        raise ValueError(f"--network {name}: {reason}; {expected}") from error
