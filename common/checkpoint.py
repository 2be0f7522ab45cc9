"""Checkpoints: save a training run, and resume it as if it had never been interrupted.

The file is an ``.npz`` of plain arrays and strings: the parameters, the state of the layers and of
the optimizer, the random generators, the rest of the epoch, the losses and accuracies so far.
"""

import json
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from common.checks import on_gpu
from common.gpu import beside, to_cpu
from common.io.files import file_path, is_pickle, load_arrays, naming, save_arrays
from common.parts import generators, named_parts
from common.protocols import OptimizerLike, Training
from common.streams import Stream

LISTS = ("train_loss_list", "train_acc_list", "test_acc_list")
DATA = ("x_train", "t_train", "x_test", "t_test")
BOOK_SETTINGS = ["lr", "momentum", "beta1", "beta2", "weight_decay_lambda", "dropout_ratio"]
BOOK_SETTINGS += ["stride", "pad", "pool_h", "pool_w"]
RATE = "learning rate at mini-batch "
WRONG = (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError)


def settings(trainer: Training, seeded: bool) -> dict[str, Any]:
    """Return what must be the same when a training run resumes: settings and checksums."""
    network, optimizer, batches = trainer.network, trainer.optimizer, trainer.batches
    whole = getattr(network, "network", network)  # inside a DataParallel
    result = {**_declared(whole, "network"), **_declared(optimizer, "optimizer")}
    result["threads"] = getattr(network, "threads", 1)
    result |= {f"shape of {key}": np.shape(value) for key, value in network.params.items()}
    for name, layer in named_parts(network):
        result |= _declared(layer, name)
    result["schedule"] = trainer.schedule is not None
    if trainer.schedule is not None:
        times = [0, *(2**k for k in range(40))]
        result |= {f"{RATE}{t}": trainer.schedule(t) for t in times if t < trainer.max_iter}
    result |= {"mini-batch size": batches.batch_size, "shuffle": batches.shuffle}
    if batches.in_order:
        result["in order"] = True
    if trainer.augment is not None:
        tried = trainer.augment(trainer.x_train[:1], np.random.default_rng(0))
        result["augment"] = _checksum(np.ascontiguousarray(to_cpu(tried)).data)
    result["evaluate_sample_num_per_epoch"] = trainer.evaluate_sample_num_per_epoch
    if seeded:
        result["random numbers (the seed)"] = _checksum(_json(batches.rng.bit_generator.state))
    result |= _declared(getattr(whole, "last_layer", None), "loss")
    data = {name: getattr(trainer, name) for name in DATA}
    if trainer.early_stopping is not None:
        result["patience"] = trainer.early_stopping.patience
        data |= {name: getattr(trainer.early_stopping, name) for name in ("x_val", "t_val")}
    for name, array in data.items():
        result[name] = _of_data(array)
    return json.loads(_json(result))


def _declared(thing: object, name: str) -> dict[str, Any]:
    """Return the class of a network, an optimizer or a layer, and the settings that it declares.

    A class typed from the book declares none: then the attributes with the book's names.
    """
    names = getattr(thing, "setting_names", None)
    if names is None:
        names = [known for known in BOOK_SETTINGS if hasattr(thing, known)]
    found = {f"{name} {setting}": getattr(thing, setting) for setting in names}
    return {name: type(thing).__name__, **found}


def check_writable(path: str | Path) -> None:
    """Raise the OSError that `save` would raise later, before the training starts."""
    if is_pickle(path):
        raise ValueError(f"{path} is the name of a pickle; expected that of an .npz file")
    folder = file_path(path).resolve().parent
    folder.mkdir(parents=True, exist_ok=True)
    with naming(path), tempfile.TemporaryFile(dir=folder):
        pass


def save(path: str | Path, trainer: Training, settings: Mapping[str, Any]) -> None:
    """Write the state of a training run between two mini-batches, atomically."""
    save_arrays(path, {**_taken(trainer), "settings": np.array(_json(settings))})


def load(path: str | Path, trainer: Training, settings: Mapping[str, Any]) -> None:
    """Restore the saved state of a `trainer`; on any error it is left unchanged.

    Raises
    ------
    ValueError
        If the file is damaged, or of a training run with other settings.
    """
    arrays = load_arrays(path)
    before = {key: np.copy(value) for key, value in _taken(trainer).items()}
    try:
        saved = dict(json.loads(str(arrays["settings"])))
        difference = _difference(saved, settings)
        if not difference:
            _put_back(trainer, arrays)
    except WRONG as error:
        _put_back(trainer, before)
        raise ValueError(
            f"{path}: cannot resume from this file ({error}); name another file"
        ) from error
    if difference:
        raise ValueError(
            f"{path} is of a training run with {difference}: use the same settings, or name "
            "another file"
        )


def _difference(saved: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    for name in {**here, **saved}:
        # How many learning rates were saved depends on the number of mini-batches, which may grow.
        compared = not name.startswith(RATE) or (name in saved and name in here)
        if compared and saved.get(name) != here.get(name):
            return f"{name} {saved.get(name)}; this one has {here.get(name)}"
    return ""


def _taken(trainer: Training) -> dict[str, np.ndarray]:
    """Return everything that the rest of the training run depends on."""
    arrays = _optimizer_state(trainer.optimizer)
    arrays |= {f"params/{key}": np.asarray(to_cpu(v)) for key, v in trainer.network.params.items()}
    arrays |= {key: to_cpu(getattr(*place)) for key, place in _states(trainer.network).items()}
    arrays |= {name: np.array(getattr(trainer, name), dtype=np.float64) for name in LISTS}
    if trainer.early_stopping is not None:
        arrays["validation"] = np.array(trainer.early_stopping.scores, dtype=np.float64)
        arrays |= {f"best/{key}": to_cpu(W) for key, W in trainer.early_stopping.best.items()}
    states = [rng.bit_generator.state for rng in _all_generators(trainer)]
    return {
        **arrays,
        "generators": np.array(_json(states)),
        "rest": trainer.batches.rest,
        "current_iter": np.array(trainer.current_iter),
    }


def _put_back(trainer: Training, arrays: Mapping[str, np.ndarray]) -> None:
    """Set `trainer` to what `_taken` returned, or raise one of `WRONG` on the way."""
    lists = {name: [float(number) for number in arrays[name]] for name in LISTS}
    rest, done = arrays["rest"], int(arrays["current_iter"])
    if not len(lists["train_loss_list"]) == done <= trainer.max_iter:
        raise ValueError(f"it holds {done} mini-batches; expected {trainer.max_iter} at most")
    known = np.isin(rest, np.arange(trainer.batches.size)).all()
    if rest.dtype.kind != "i" or rest.ndim != 1 or not known:
        raise ValueError("it holds other samples than the data")
    states = json.loads(str(arrays["generators"]))
    for rng, state in zip(_all_generators(trainer), states, strict=True):
        rng.bit_generator.state = state
        if _json(rng.bit_generator.state) != _json(state):
            raise ValueError("it holds no valid state of a random generator")
    params = trainer.network.params
    for key, old in params.items():
        params[key] = _like(old, arrays[f"params/{key}"])
    for key, (layer, name) in _states(trainer.network).items():
        setattr(layer, name, _like(getattr(layer, name), arrays[key]))
    for name, value in _remembered(arrays).items():
        if name.startswith("__") or callable(getattr(trainer.optimizer, name, None)):
            raise ValueError(f"it would change {name} of the optimizer")
        if isinstance(value, dict):  # an array for each parameter, and where the parameter is
            value = {key: beside(params.get(key), array) for key, array in value.items()}
        setattr(trainer.optimizer, name, value)
    if trainer.early_stopping is not None:
        best = {key.removeprefix("best/"): W for key, W in arrays.items() if key[:5] == "best/"}
        trainer.early_stopping.load(trainer.network, [float(n) for n in arrays["validation"]], best)
    trainer.batches.rest, trainer.batches.number, trainer.current_iter = rest, done, done
    for name, values in lists.items():
        setattr(trainer, name, values)


def _like(old: Any, new: np.ndarray) -> Any:
    """Return `new` in place of `old`: copied into the same array if possible, or as a number."""
    grown = getattr(old, "ndim", 1) == 0 < new.ndim  # as of a BatchNorm(1.0, 0.0)
    if new.dtype.kind not in "fi" or (new.shape != np.shape(old) and not grown):
        raise ValueError("it holds other parameters than the network")
    if on_gpu(old):
        return beside(old, new)
    if not isinstance(old, np.ndarray):
        return new.item()
    if grown or old.dtype != new.dtype:
        return new
    old[...] = new  # layers that hold this array see it
    return old


def _states(network: object) -> dict[str, tuple[Any, str]]:
    """Return where the layers keep the arrays that training changes without a gradient."""
    return {
        f"state/{key}/{name}": (layer, name)
        for key, layer in named_parts(network)
        for name in getattr(layer, "state_names", ())
    }


def _optimizer_state(optimizer: OptimizerLike) -> dict[str, np.ndarray]:
    """Return the state of the optimizer: arrays, and the plain values as one JSON string."""
    plain, arrays = {}, {}
    transient = getattr(optimizer, "transient", ())
    for name, value in vars(optimizer).items():
        if name in transient:
            continue
        if value is None or _is_plain(value):
            plain[name] = value
        elif isinstance(value, np.ndarray | np.generic):
            arrays[f"optimizer/{name}"] = np.asarray(value)
        elif isinstance(value, dict):
            for key, v in value.items():
                arrays[f"optimizer/{name}/{key}"] = np.asarray(to_cpu(v))
        elif not callable(value) and not isinstance(value, tuple | np.random.Generator):
            raise ValueError(
                f"{type(optimizer).__name__}.{name} is a {type(value).__name__}; a checkpoint "
                "keeps numbers, arrays and dicts of arrays"
            )
    return {"optimizer": np.array(_json(plain)), **arrays}


def _remembered(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return the attributes of the optimizer by name: the inverse of `_optimizer_state`."""
    result = dict(json.loads(str(arrays["optimizer"])))
    for place, value in arrays.items():
        kind, _, rest = place.partition("/")
        name, of_a_dict, key = rest.partition("/")
        if kind == "optimizer" and of_a_dict:
            result.setdefault(name, {})[key] = value
        elif kind == "optimizer" and name:
            result[name] = value if value.ndim else value[()]
    return result


def _all_generators(trainer: Training) -> list[np.random.Generator]:
    own = [v for v in vars(trainer.optimizer).values() if isinstance(v, np.random.Generator)]
    return [trainer.batches.rng, *generators(trainer.network), *own]


def _is_plain(value: Any) -> bool:
    return type(value) in (bool, int, float, str) or (
        type(value) in (list, tuple) and all(map(_is_plain, value))
    )


def _json(value: Any) -> str:
    return json.dumps(value, default=lambda array: array.tolist())


def _of_data(array: Any) -> str:
    if isinstance(array, Stream):
        return array.checksum()
    array = np.ascontiguousarray(to_cpu(array))
    return f"{array.dtype} {array.shape}, {_checksum(array.data)}"


def _checksum(data: Any) -> str:
    return f"checksum {zlib.crc32(data.encode() if isinstance(data, str) else data):08x}"
