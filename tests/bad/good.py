"""Good arguments, which the cases make bad, and the list of all cases."""

import copy

import numpy as np

from tests.bad.contract import (
    Case,
)

RNG = np.random.default_rng(0)
X = np.round(RNG.standard_normal((4, 3)) + 0.05, 3)
T, LABELS = np.array([0, 2, 1, 2]), np.array([0, 1, 1, 0])
Y = np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)
IMAGES = RNG.standard_normal((2, 2, 4, 4))
W, B = RNG.standard_normal((3, 2)), RNG.standard_normal(2)
W2 = RNG.standard_normal((2, 2))
FILTERS, FILTER_B = RNG.standard_normal((3, 2, 2, 2)), RNG.standard_normal(3)
CASES: list[Case] = []


def case(group, name, call, right, /, *, good=None, **arguments):
    options = {key: arguments.pop(key) for key in Case._fields[5:] if key in arguments}
    make = good or (lambda: copy.deepcopy(arguments))
    CASES.append(Case(group, name, call, make, right, **options))


def of_types(targets):
    """Name and value of targets as labels and as rows."""
    return [("labels", targets), ("rows", np.eye(targets.max() + 1)[targets])]
