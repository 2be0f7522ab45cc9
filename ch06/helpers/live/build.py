"""The data, the network and the trainer of some settings, and the same as lines of code.

Both are made from the same arguments, so that the code, copied into a file, does the same.
"""

import json
from functools import cache
from typing import Any

from ch06.helpers.live.settings import Settings
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.trainer import Trainer
from dataset import plane
from dataset.mnist import load_mnist
from lab.digits import Digits, first

POINTS = {"spirals": plane.spirals, "rings": plane.rings, "xor": plane.xor}
TEST_DIGITS = 500
MOST_DIGITS = 1000

ARGUMENT = "    {}={},\n"
CODE = """\
{imports}

{data}
net = MultiLayerNetExtend(
{network})
{training}for name, (x, t) in {{"train": train, "test": test}}.items():
    loss, accuracy = net.loss(x, t), net.accuracy(x, t)
    print(f"{{name}}: loss {{loss:.6f}}, accuracy {{accuracy:.4f}}")
"""
TRAINING = """\
trainer = Trainer(
    net,
    *train,
{trainer})
trainer.train()
"""
DIGITS = """\
train, test = load_mnist(source={source})
train, test = [x[:{samples}] for x in train], [x[:{test}] for x in test]\
"""


@cache
def some_digits(source: str) -> tuple[Digits, Digits]:
    """Return as many digits as a page may use; all others are not kept in memory."""
    train, test = (first(part, MOST_DIGITS) for part in load_mnist(source=source))
    return (train[0].copy(), train[1].copy()), (test[0].copy(), test[1].copy())


def data(settings: Settings, source: str) -> tuple[Digits, Digits]:
    """Return ``(x_train, t_train), (x_test, t_test)``; `source` is that of `load_mnist`."""
    if settings.data == "digits":
        train, test = some_digits(source)
        return first(train, settings.samples), first(test, TEST_DIGITS)
    return POINTS[settings.data](settings.samples, settings.seed)


def network_arguments(settings: Settings) -> dict[str, Any]:
    """Return the arguments of MultiLayerNetExtend."""
    inputs, classes = (784, 10) if settings.data == "digits" else (2, 2)
    arguments = {
        "input_size": inputs,
        "hidden_size_list": [settings.neurons] * settings.layers,
        "output_size": classes,
        "activation": settings.activation,
        "weight_init_std": settings.init,
    }
    if settings.weight_decay:
        arguments["weight_decay_lambda"] = settings.weight_decay
    if settings.dropout:
        arguments |= {"use_dropout": True, "dropout_ratio": settings.dropout}
    if settings.batchnorm:
        arguments["use_batchnorm"] = True
    return arguments | {"rng": settings.seed}


def trainer_arguments(settings: Settings) -> dict[str, Any]:
    """Return the arguments of the Trainer besides network and data."""
    return {
        "optimizer": settings.optimizer,
        "optimizer_param": {"lr": settings.lr},
        "mini_batch_size": settings.batch_size,
        "shuffle": False,
        "verbose": False,
        "rng": settings.seed,
    }


def trainer(settings: Settings, train: Digits) -> Trainer[MultiLayerNetExtend]:
    """Return a trainer with a new network."""
    network = MultiLayerNetExtend(**network_arguments(settings))
    arguments = trainer_arguments(settings)
    return Trainer(network, *train, **arguments, evaluate_sample_num_per_epoch=0)


def code(settings: Settings, steps: int, source: str) -> str:
    """Return the program that trains `steps` mini-batches and prints losses and accuracies."""
    load = f"from dataset.plane import {settings.data}"
    made = f"train, test = {settings.data}(samples={settings.samples}, rng={settings.seed})"
    if settings.data == "digits":
        load = "from dataset.mnist import load_mnist"
        made = DIGITS.format(source=_literal(source), samples=settings.samples, test=TEST_DIGITS)
    imports = ["from common.multi_layer_net_extend import MultiLayerNetExtend", load]
    training = ""
    if steps:
        imports.insert(1, "from common.trainer import Trainer")
        rows = {**trainer_arguments(settings), "max_iter": steps}
        training = TRAINING.format(trainer=_rows(rows))
    network = _rows(network_arguments(settings))
    return CODE.format(imports="\n".join(imports), data=made, network=network, training=training)


def _rows(arguments: dict[str, Any]) -> str:
    return "".join(ARGUMENT.format(name, _literal(value)) for name, value in arguments.items())


def _literal(value: Any) -> str:
    """Return the value in Python, with double quotes; of numbers, strings, True, lists, dicts."""
    return repr(value) if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)
