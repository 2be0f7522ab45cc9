"""The arguments of a Trainer: checked and converted."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from common.checks import as_array, check_mapping, check_pairs, check_whole, in_one_line
from common.optimizer import optimizer_by_name
from common.protocols import NetworkLike, OptimizerLike
from common.streams import Stream


def check_network(network: NetworkLike) -> None:
    """Reject objects without the methods of a network."""
    names = ("params", "loss", "gradient", "accuracy")
    missing = [name for name in names if not hasattr(network, name)]
    if missing:
        found = f"a {type(network).__name__}, without {', '.join(missing)}"
        raise ValueError(f"the network is {found}; expected e.g. a common.network.Network")


def pairs(which: str, x: Any, t: Any, network: NetworkLike) -> tuple[np.ndarray, np.ndarray]:
    """Check samples and targets; convert the samples to float32 if all parameters are float32.

    Test data are optional. A `Stream` stays one.
    """
    if which == "test" and x is None and t is None:
        return np.empty(0), np.empty(0)
    x, t = (
        one if isinstance(one, Stream) and which == "train" else as_array(f"{name}_{which}", one)
        for name, one in (("x", x), ("t", t))
    )
    check_pairs(x, t)
    types = {as_array(key, W).dtype for key, W in network.params.items() if np.ndim(W)}
    if not isinstance(x, Stream) and x.dtype == np.float64 and types == {np.dtype(np.float32)}:
        x = x.astype(np.float32)
    return x, t


def count(number: int | None, x: Any) -> int | None:
    """Return on how many samples to evaluate; None: on all, but only on 1,000 of a `Stream`."""
    if number is None:
        return 1000 if isinstance(x, Stream) else None
    return check_whole("evaluate_sample_num_per_epoch", number, 0)


def stopping(given: Any) -> Any:
    """Return the early stopping that was given, or None."""
    if given is not None and (isinstance(given, type) or not hasattr(given, "exhausted")):
        found = f"early_stopping is {in_one_line(given)}"
        raise ValueError(f"{found}; expected a common.early_stopping.EarlyStopping")
    return given


def function(given: Any, name: str) -> Callable[..., Any] | None:
    """Return the schedule or augmentation that was given, or None."""
    if given is not None and not callable(given):
        found = f"{name} is {in_one_line(given)}"
        module = {"schedule": "schedules"}.get(name, name)
        raise ValueError(f"{found}; expected a function, see common.{module}")
    return given


def optimizer(given: str | OptimizerLike, parameters: Mapping[str, float] | None) -> Any:
    """Return the optimizer with this name and these parameters, or the object that was given."""
    if isinstance(given, str):
        parameters = {} if parameters is None else parameters
        check_mapping("optimizer_param", parameters)
        return optimizer_by_name(given, **{str(key): v for key, v in parameters.items()})
    if isinstance(given, type) or not hasattr(given, "update"):
        found = in_one_line(given)
        raise ValueError(f"optimizer is {found}; expected a name or e.g. SGD(lr=0.1)")
    if parameters is not None:
        raise ValueError("optimizer_param is only for an optimizer given by name; expected None")
    return given
