"""Learning rate schedules: the learning rate falls during training (6.1.5).

The book describes the idea. Each function here returns a schedule: a function from the number t of
the mini-batch (or of the epoch) to the learning rate. `Trainer` takes one as ``schedule=``; in your
own training loop write ``optimizer.lr = schedule(t)``.
"""

import math
from collections.abc import Callable

from common.checks import check_range

Schedule = Callable[[int], float]


def step_decay(lr: float, factor: float, every: float) -> Schedule:
    """Return the schedule lr * factor ** floor(t / every), which falls in steps."""
    lr = check_range("lr", lr, above=0)
    factor = check_range("factor", factor, above=0, below=1)
    every = check_range("every", every, least=1)
    return lambda t: lr * factor ** (_number(t) // every)


def inverse_time_decay(lr: float, rate: float) -> Schedule:
    """Return the schedule lr / (1 + rate * t)."""
    lr = check_range("lr", lr, above=0)
    rate = check_range("rate", rate, least=0)
    return lambda t: lr / (1 + rate * _number(t))


def exponential_decay(lr: float, rate: float) -> Schedule:
    """Return the schedule lr * exp(-rate * t)."""
    lr = check_range("lr", lr, above=0)
    rate = check_range("rate", rate, least=0)
    return lambda t: lr * math.exp(-rate * _number(t))


def cosine_decay(lr: float, steps: int) -> Schedule:
    """Return the schedule lr * (1 + cos(pi t / steps)) / 2, which is 0 for t >= steps."""
    lr = check_range("lr", lr, above=0)
    end = check_range("steps", steps, least=1)
    return lambda t: lr * (1 + math.cos(math.pi * min(_number(t), end) / end)) / 2


def _number(t: float) -> float:
    return check_range("t, the number of the mini-batch,", t, least=0)
