"""Circuits tested with all their inputs and compared with Python's arithmetic (section 2.6)."""

from collections.abc import Callable, Iterable
from itertools import product

from ch02.helpers import circuits
from ch02.helpers.circuits import to_bits, to_number

Right = tuple[int, int]  # the number of correct results, and of all results
EXPECTED: dict[str, Callable[[int, int], int]] = {
    "AND": lambda a, b: a & b,
    "OR": lambda a, b: a | b,
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
}


def count_right(trials: Iterable[bool]) -> Right:
    """Return how many of `trials` are true, and their total number."""
    right = list(trials)
    return sum(right), len(right)


def total(a: circuits.Bits, b: circuits.Bits) -> int:
    """Return the output of the adder, including the carry, as a number."""
    digits, carry = circuits.add(a, b)
    return to_number([*digits, carry])


def adder_right(name: str, adder: Callable[..., tuple[int, int]], inputs: int) -> Right:
    """Print the table of an adder of single bits, and test it with all inputs."""
    print(name)
    print("", *"abc"[:inputs], "| carry sum")
    table = [(bits, *adder(*bits)) for bits in product((0, 1), repeat=inputs)]
    for bits, digit, carry in table:
        print("", *bits, f"|   {carry}    {digit}")
    return count_right(2 * carry + digit == sum(bits) for bits, digit, carry in table)


def circuits_right(bits: int) -> dict[str, Right]:
    """Test the circuits for numbers of this many bits with all inputs."""
    numbers = [(n, to_bits(n, bits)) for n in range(2**bits)]
    pairs = [(a, b, x, y) for a, x in numbers for b, y in numbers]
    right = {
        "adder": count_right(total(x, y) == a + b for a, b, x, y in pairs),
        "equality": count_right(circuits.equal(x, y) == (a == b) for a, b, x, y in pairs),
        "decoder": count_right(
            circuits.decode(x) == [int(k == n) for k in range(2**bits)] for n, x in numbers
        ),
    }
    for name, code in circuits.OPERATIONS.items():
        right[f"ALU {name}"] = count_right(
            to_number(circuits.alu(code, x, y)[0]) == EXPECTED[name](a, b) % 2**bits
            for a, b, x, y in pairs
        )
    return right
