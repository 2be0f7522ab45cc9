"""Circuits that consist only of NAND gates (section 2.6): from the inverter to a small ALU.

A number is a sequence of bits, the least significant bit first: (0, 1, 1) is 6.
"""

from collections.abc import Sequence

from ch02.nand_gate import NAND

Bits = Sequence[int]
OPERATIONS = {"AND": (0, 0), "OR": (1, 0), "add": (0, 1), "subtract": (1, 1)}


def to_bits(number: int, bits: int) -> list[int]:
    """Return the lowest `bits` bits of `number`, the least significant first."""
    return [number >> k & 1 for k in range(bits)]


def to_number(bits: Bits) -> int:
    """Return the number for `bits`, the least significant first."""
    return sum(bit << k for k, bit in enumerate(bits))


def not_(a: int) -> int:
    """Return 1 for 0 and 0 for 1."""
    return NAND(a, a)


def and_(a: int, b: int) -> int:
    """Return 1 if both are 1."""
    return not_(NAND(a, b))


def or_(a: int, b: int) -> int:
    """Return 1 if at least one is 1."""
    return NAND(not_(a), not_(b))


def xor(a: int, b: int) -> int:
    """Return 1 if exactly one is 1: four NAND gates."""
    s = NAND(a, b)
    return NAND(NAND(a, s), NAND(s, b))


def choose(a: int, b: int, which: int) -> int:
    """Return `a` if `which` is 0, and `b` if it is 1."""
    return NAND(NAND(a, not_(which)), NAND(b, which))


def half_adder(a: int, b: int) -> tuple[int, int]:
    """Return the sum of two bits and the carry."""
    return xor(a, b), and_(a, b)


def full_adder(a: int, b: int, carry: int) -> tuple[int, int]:
    """Return the sum of two bits and a carry, and the carry to the next position."""
    first, carry_1 = half_adder(a, b)
    total, carry_2 = half_adder(first, carry)
    return total, or_(carry_1, carry_2)


def add(a: Bits, b: Bits, carry: int = 0) -> tuple[list[int], int]:
    """Return the sum of two numbers of the same width, and the last carry."""
    total = []
    for a_k, b_k in zip(a, b, strict=True):
        digit, carry = full_adder(a_k, b_k, carry)
        total.append(digit)
    return total, carry


def equal(a: Bits, b: Bits) -> int:
    """Return 1 if two numbers of the same width are equal, else 0."""
    differs = 0
    for a_k, b_k in zip(a, b, strict=True):
        differs = or_(differs, xor(a_k, b_k))
    return not_(differs)


def decode(bits: Bits) -> list[int]:
    """Return 2^n outputs for n bits: 1 at the position given by `bits`, 0 elsewhere."""
    outputs = [1]
    for bit in bits:
        outputs = [and_(old, new) for new in (not_(bit), bit) for old in outputs]
    return outputs


def alu(operation: Bits, a: Bits, b: Bits) -> tuple[list[int], int]:
    """Return AND or OR of each pair of bits, a + b or a - b, as selected by `operation`.

    Parameters
    ----------
    operation : two bits
        A value of `OPERATIONS`.
    a, b : bits
        Two numbers of the same width n.

    Returns
    -------
    result : list of int
        Modulo 2^n; a negative difference as its two's complement.
    carry : int
        The carry of the sum. For a - b it is 1 if there is no borrow, that is if a >= b.
    """
    low, high = operation
    logic = [choose(and_(a_k, b_k), or_(a_k, b_k), low) for a_k, b_k in zip(a, b, strict=True)]
    # -b is the inverted b plus 1: `low` inverts every bit and is the initial carry.
    total, carry = add(a, [xor(b_k, low) for b_k in b], low)
    return [choose(x, y, high) for x, y in zip(logic, total, strict=True)], and_(carry, high)
