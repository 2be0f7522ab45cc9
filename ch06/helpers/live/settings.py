"""The settings of a training run: their names and limits, and the checks of what a page sends."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from common.checks import check_flag, check_name, check_range, check_whole, in_one_line

DATA = ("spirals", "rings", "xor", "digits")
ACTIVATIONS = ("sigmoid", "tanh", "relu")
STARTS = ("xavier", "he")  # or a number
OPTIMIZERS = ("SGD", "Momentum", "AdaGrad", "RMSprop", "Adam")
# The largest values: with them a step takes a few milliseconds.
MOST = {"layers": 6, "neurons": 100, "samples": 1000, "batch_size": 200, "seed": 2**31 - 1}
LEAST = {"samples": 10, "seed": 0}  # of the others 1


@dataclass(frozen=True)
class Settings:
    """The settings of a training run.

    Attributes
    ----------
    data : str
        One of `DATA`.
    samples : int
        The number of samples to train on.
    seed : int
        For the points, the initial weights and the mini-batches.
    layers, neurons : int
        The number of hidden layers, and of the neurons in each.
    activation, optimizer : str
    init : str or float
        'xavier', 'he' or the standard deviation of the initial weights.
    lr, weight_decay : float
    batchnorm : bool
    dropout : float
        The fraction of the neurons that is dropped; 0 for no Dropout.
    batch_size : int
    """

    data: str = "spirals"
    samples: int = 300
    seed: int = 0
    layers: int = 2
    neurons: int = 20
    activation: str = "tanh"
    init: str | float = "xavier"
    optimizer: str = "SGD"
    lr: float = 0.1
    batchnorm: bool = False
    dropout: float = 0.0
    weight_decay: float = 0.0
    batch_size: int = 30

    def __post_init__(self) -> None:
        check_name("data", self.data, DATA)
        check_name("activation", self.activation, ACTIVATIONS)
        check_name("optimizer", self.optimizer, OPTIMIZERS)
        for name, most in MOST.items():
            check_whole(name, getattr(self, name), LEAST.get(name, 1), most)
        check_range("the learning rate", self.lr, above=0, below=1000)
        check_range("the Dropout ratio", self.dropout, least=0, below=1)
        check_range("weight decay", self.weight_decay, least=0, below=10)
        check_flag("batchnorm", self.batchnorm)
        if isinstance(self.init, str):
            check_name("init", self.init, STARTS)
        else:
            check_range("the standard deviation", self.init, least=0, below=100)
        if self.batchnorm and self.batch_size == 1:
            raise ValueError("batch_size is 1; expected 2 or more with batch normalization")


def from_page(given: Any) -> Settings:
    """Return the settings that a page has sent; those that are missing have their defaults."""
    if not isinstance(given, Mapping):
        raise ValueError(f"settings are {in_one_line(given)}; expected a dict")
    known = {field.name for field in fields(Settings)}
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError(f"there is no setting {in_one_line(unknown[0])}")
    empty = [name for name, value in given.items() if value is None]
    if empty:
        raise ValueError(f"{empty[0]} is empty; expected a value")
    return Settings(**given)
