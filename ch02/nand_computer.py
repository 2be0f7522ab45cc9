"""From NAND towards a computer (section 2.6): circuits of NAND gates, tested with all inputs.

    python ch02/nand_computer.py
    python ch02/nand_computer.py --bits 5

You will see the tables of the half adder and the full adder, and examples of an adder, an equality
checker, a binary-to-decimal decoder and a small arithmetic logic unit (ALU). The results for all
inputs are correct. Every bit is the output of a NAND gate, a perceptron. About 2 seconds.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch02.helpers import circuits
from ch02.helpers.circuit_trials import adder_right, circuits_right, total
from ch02.helpers.circuits import to_bits, to_number
from lab.script import Flag, Results

FLAGS = {"bits": Flag(4, "number of bits of the circuits", quick=2)}


def print_examples(bits: int) -> None:
    """Show the output of each circuit for two numbers: 12 and 10, modulo 2^bits."""
    a, b = 12 % 2**bits, 10 % 2**bits
    x, y = to_bits(a, bits), to_bits(b, bits)
    print(f"adder: {a} + {b} = {total(x, y)}")
    print(f"equality: {a} and {b} give {circuits.equal(x, y)}, {a} and {a} {circuits.equal(x, x)}")
    print(f"decoder: {b}, in bits {y[::-1]}, gives {circuits.decode(y)}")
    print(f"ALU, modulo {2**bits}: code, operation, result")
    for name, (low, high) in circuits.OPERATIONS.items():
        result, _ = circuits.alu((low, high), x, y)
        print(f"     {high}{low}  {a} {name} {b} = {to_number(result)}")


def experiment(args: argparse.Namespace) -> Results:
    """Show examples, then test the circuits with all inputs; return how many are correct."""
    right = {
        "half adder": adder_right("half adder", circuits.half_adder, 2),
        "full adder": adder_right("full adder", circuits.full_adder, 3),
    }
    print_examples(args.bits)
    right |= circuits_right(args.bits)
    for name, (count, of) in right.items():
        print(f"{name:12} {count} of {of} correct")
    return {"right": right}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS)

if __name__ == "__main__":
    script.run(main)
