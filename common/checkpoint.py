"""A training on disk: all that decides how it goes on, so that it ends as if never interrupted.

The file is an ``.npz`` of plain arrays and texts: parameters, what the layers and the optimizer
remember, the random generators, the rest of the epoch, the curves so far.
"""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from common.files import load_arrays, save_arrays
from common.util import generators

LISTS = ("train_loss_list", "train_acc_list", "test_acc_list")


def settings(trainer: Any) -> dict[str, Any]:
    """Return what must be the same when a training goes on: numbers, and a checksum of the data."""
    result = {"network": type(trainer.network).__name__, **_plain(trainer.network, "network ")}
    layers = getattr(trainer.network, "layers", None)
    for name, layer in layers.items() if isinstance(layers, Mapping) else ():
        result |= _plain(layer, f"{name} ", skip=("train_flg", "factor"))
    result["optimizer"] = type(trainer.optimizer).__name__
    result |= _plain(trainer.optimizer, "optimizer ", skip=("iter",))
    if trainer.schedule is not None:
        result["schedule"] = [trainer.schedule(t) for t in (0, 1, 10, 100, 1000)]
    result["mini-batch size"] = trainer.batches.batch_size
    result["shuffle"] = trainer.batches.shuffle
    for name in ("x_train", "t_train"):
        data = np.ascontiguousarray(getattr(trainer, name))
        result[name] = f"{data.dtype} {data.shape}, checksum {zlib.crc32(data.data):08x}"
    return result


def save(path: str | Path, trainer: Any, settings: Mapping[str, Any]) -> None:
    """Write the training as it stands between two mini-batches, whole or not at all."""
    optimizer = trainer.optimizer
    arrays = _arrays(trainer.network)
    arrays |= {f"optimizer/{name}": np.array(value) for name, value in _numbers(optimizer).items()}
    for name, table in _tables(optimizer).items():
        arrays |= {f"optimizer/{name}/{key}": value for key, value in table.items()}
    arrays |= {name: np.array(getattr(trainer, name), dtype=np.float64) for name in LISTS}
    arrays["rest"] = trainer.batches.rest
    arrays["current_iter"] = np.array(trainer.current_iter)
    states = [rng.bit_generator.state for rng in _all_generators(trainer)]
    arrays["generators"] = np.array(json.dumps(states))
    arrays["settings"] = np.array(json.dumps(settings))
    save_arrays(path, arrays)


def load(path: str | Path, trainer: Any, settings: Mapping[str, Any]) -> None:
    """Bring `trainer` to where the saved one was; on any error it is left as it was.

    Raises
    ------
    ValueError
        If the file is not sound, or of a training with other settings.
    """
    arrays = load_arrays(path)
    try:
        saved = json.loads(str(arrays["settings"]))
        states = json.loads(str(arrays["generators"]))
        done, rest = int(arrays["current_iter"]), arrays["rest"]
        lists = {name: arrays[name].tolist() for name in LISTS}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: not a checkpoint ({error}); name another file") from error
    for name, value in settings.items():
        if saved.get(name) != value:
            raise ValueError(
                f"{path} is of a training with {name} {saved.get(name)}; this one has {value}: "
                "go on with the same settings, or name another file"
            )
    if done > trainer.max_iter:
        raise ValueError(f"{path} holds {done} mini-batches; expected {trainer.max_iter} at most")
    here = _arrays(trainer.network)
    if any(key not in arrays or _kind(arrays[key]) != _kind(here[key]) for key in here):
        raise ValueError(f"{path} holds other parameters than the network; name another file")

    _set_random_states(trainer, states, path)
    for key, value in here.items():
        value[...] = arrays[key]
    _restore_optimizer(trainer.optimizer, arrays)
    trainer.batches.rest, trainer.current_iter = rest, done
    for name, values in lists.items():
        setattr(trainer, name, values)


def _kind(array: np.ndarray) -> tuple[Any, ...]:
    return array.shape, array.dtype


def _arrays(network: Any) -> dict[str, np.ndarray]:
    arrays = {f"params/{key}": value for key, value in network.params.items()}
    return arrays | {f"state/{key}": v for key, v in getattr(network, "state", {}).items()}


def _restore_optimizer(optimizer: Any, arrays: Mapping[str, np.ndarray]) -> None:
    for name, value in vars(optimizer).items():
        if f"optimizer/{name}" in arrays:
            setattr(optimizer, name, type(value)(arrays[f"optimizer/{name}"]))
        prefix = f"optimizer/{name}/"
        table = {key[len(prefix) :]: v for key, v in arrays.items() if key.startswith(prefix)}
        if table:
            setattr(optimizer, name, table)


def _all_generators(trainer: Any) -> list[np.random.Generator]:
    return [trainer.batches.rng, *generators(trainer.network)]


def _set_random_states(trainer: Any, states: list[Any], path: str | Path) -> None:
    before = [(rng, rng.bit_generator.state) for rng in _all_generators(trainer)]
    try:
        for (rng, _), state in zip(before, states, strict=True):
            rng.bit_generator.state = state
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        for rng, state in before:
            rng.bit_generator.state = state
        raise ValueError(f"{path} holds other random generators ({error})") from error


def _numbers(thing: Any) -> dict[str, Any]:
    kinds = (int, float, np.number)
    return {name: value for name, value in vars(thing).items() if isinstance(value, kinds)}


def _tables(optimizer: Any) -> dict[str, dict[str, np.ndarray]]:
    return {name: value for name, value in vars(optimizer).items() if isinstance(value, dict)}


def _plain(thing: Any, prefix: str, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the numbers and words that `thing` was made with."""
    return {
        prefix + name: value
        for name, value in vars(thing).items()
        if isinstance(value, int | float | str) and name not in skip
    }
