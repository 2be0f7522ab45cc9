"""From NAND to a computer, the first floors (2.6): `circuits.py`, tried with every input there is.

    python ch02/nand_computer.py
    python ch02/nand_computer.py --bits 5

You will see the tables of the half adder and the full adder, a few lines of what an adder, an
equality checker, a binary-to-decimal decoder and a small arithmetic logic unit do, and for each how
many of all its inputs come out right: all. Every bit is the output of NAND, a perceptron. Takes
two seconds.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch02.helpers import circuits

EXPECTED: dict[str, Callable[[int, int], int]] = {
    "AND": lambda a, b: a & b,
    "OR": lambda a, b: a | b,
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
}


def to_bits(number: int, bits: int) -> list[int]:
    """Return the lowest `bits` bits of `number`, the lowest first."""
    return [number >> k & 1 for k in range(bits)]


def to_number(bits: Sequence[int]) -> int:
    """Return the number that `bits` stand for, the lowest first."""
    return sum(bit << k for k, bit in enumerate(bits))


def _sum(digits_and_carry: tuple[list[int], int]) -> int:
    digits, carry = digits_and_carry
    return to_number([*digits, carry])


def count_right(trials: Iterable[bool]) -> tuple[int, int]:
    """Return how many of `trials` are true, and how many there are."""
    right = list(trials)
    return sum(right), len(right)


def adder_right(name: str, adder: Callable[..., tuple[int, int]], inputs: int) -> tuple[int, int]:
    """Print the table of an adder of single bits, and compare it with Python's own sums."""
    print(name)
    print("", *"abc"[:inputs], "| carry sum")
    table = [(bits, *adder(*bits)) for bits in product((0, 1), repeat=inputs)]
    for bits, total, carry in table:
        print("", *bits, f"|   {carry}    {total}")
    return count_right(2 * carry + total == sum(bits) for bits, total, carry in table)


def circuits_right(bits: int) -> dict[str, tuple[int, int]]:
    """Compare the circuits of a width with Python's own arithmetic, for every input."""
    numbers = [(n, to_bits(n, bits)) for n in range(2**bits)]
    pairs = [(a, b, x, y) for a, x in numbers for b, y in numbers]
    right = {
        "adder": count_right(_sum(circuits.add(x, y)) == a + b for a, b, x, y in pairs),
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


def print_examples(bits: int) -> None:
    """Show what each circuit does with two numbers: 12 and 10, if they are not too wide."""
    a, b = 12 % 2**bits, 10 % 2**bits
    x, y = to_bits(a, bits), to_bits(b, bits)
    print(f"adder: {a} + {b} = {_sum(circuits.add(x, y))}")
    print(f"equality: {a} and {b} give {circuits.equal(x, y)}, {a} and {a} {circuits.equal(x, x)}")
    print(f"decoder: {b}, in bits {y[::-1]}, gives {circuits.decode(y)}")
    print(f"ALU, modulo {2**bits}: code, operation, result")
    for name, (low, high) in circuits.OPERATIONS.items():
        result, _ = circuits.alu((low, high), x, y)
        print(f"     {high}{low}  {a} {name} {b} = {to_number(result)}")


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Show the circuits at work, then try them with every input."""
    parser = cli.parser(__doc__)
    parser.add_argument("--bits", type=cli.at_least(1), default=4, help="width (default: 4)")
    args = cli.parse(parser, argv, bits=2)
    right = {
        "half adder": adder_right("half adder", circuits.half_adder, 2),
        "full adder": adder_right("full adder", circuits.full_adder, 3),
    }
    print_examples(args.bits)
    right |= circuits_right(args.bits)
    for name, (count, total) in right.items():
        print(f"{name:12} {count} of {total} right")
    return cli.finish(args, __file__, {"right": right})


if __name__ == "__main__":
    cli.run(main)
