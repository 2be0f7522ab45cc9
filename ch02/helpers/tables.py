"""Truth tables: the outputs of a gate for each of its four inputs."""

from collections.abc import Callable

Gate = Callable[[float, float], int]
INPUTS = ((0, 0), (1, 0), (0, 1), (1, 1))  # in the book's order


def truth_table(gate: Gate) -> list[int]:
    """Return the outputs of `gate` for `INPUTS`."""
    return [gate(x1, x2) for x1, x2 in INPUTS]


def print_table(name: str, gate: Gate) -> list[int]:
    """Print the truth table of `gate`, and return its outputs."""
    outputs = truth_table(gate)
    print(f"x1 x2 | {name}")
    for (x1, x2), y in zip(INPUTS, outputs, strict=True):
        print(f" {x1}  {x2} | {y}")
    return outputs
