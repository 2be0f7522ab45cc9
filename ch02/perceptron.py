"""The perceptron (2.1, 2.3.2): a weighted sum, and 1 where it is large enough.

    python ch02/perceptron.py
    python ch02/perceptron.py --w1 1 --w2 1 --b -0.5

You will see how weights and bias meet for the input (0, 1), the truth table of the perceptron, the
gate that this makes it, and the plane of its inputs cut in two by a line. AND, NAND and OR differ
in three numbers only: try your own. Takes a second.
"""

from collections.abc import Callable, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from numpy.typing import ArrayLike

from ch02.helpers import plane
from common.checks import as_float

Gate = Callable[[float, float], int]
TABLES: dict[tuple[int, ...], str] = {(0, 0, 0, 1): "AND", (1, 1, 1, 0): "NAND", (0, 1, 1, 1): "OR"}


def perceptron(x: ArrayLike, w: ArrayLike, b: float) -> int:
    """Return 1 if b + w1 x1 + w2 x2 + ... > 0, else 0.

    The weights say how much each input matters, the bias how easily the perceptron fires: with
    b = -0.1 from a weighted sum above 0.1 on, with b = -20 not below 20.

    Parameters
    ----------
    x, w : array_like of shape (D,)
        Inputs, usually 0 or 1, and one weight for each.
    b : float
        The bias.

    Raises
    ------
    ValueError
        If anything is not a finite real number, or there are more weights than inputs or fewer.

    Notes
    -----
    Book: section 2.3.2, eq. (2.2).
    """
    return int(weighted_sum(x, w) + _real("b", b, 0) > 0)


def threshold_perceptron(x: ArrayLike, w: ArrayLike, theta: float) -> int:
    """Return 1 if w1 x1 + w2 x2 + ... > theta, else 0: the first form (2.1, eq. 2.1).

    On the threshold itself the answer is 0. With b = -theta `perceptron` is the same.
    """
    return int(weighted_sum(x, w) > _real("theta", theta, 0))


def weighted_sum(x: ArrayLike, w: ArrayLike) -> float:
    """Return w1 x1 + w2 x2 + ..."""
    x, w = _real("x", x, 1), _real("w", w, 1)
    if x.shape != w.shape:
        raise ValueError(f"{x.size} inputs and {w.size} weights; expected as many of each")
    return float(np.sum(w * x))


def _real(name: str, value: ArrayLike, ndim: int) -> np.ndarray:
    value = as_float(name, value)
    if value.ndim != ndim or not np.isfinite(value).all():
        expected = "one finite number" if ndim == 0 else "a row of finite numbers"
        raise ValueError(f"{name} is {value.tolist()}; expected {expected}")
    return value


def truth_table(gate: Gate) -> list[int]:
    """Return the outputs of `gate` for (0, 0), (1, 0), (0, 1), (1, 1), the order of the book."""
    return [gate(x1, x2) for x1, x2 in plane.INPUTS]


def print_table(name: str, gate: Gate) -> list[int]:
    """Print the truth table of `gate`, and return its outputs."""
    outputs = truth_table(gate)
    print(f"x1 x2 | {name}")
    for (x1, x2), y in zip(plane.INPUTS, outputs, strict=True):
        print(f" {x1}  {x2} | {y}")
    return outputs


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Compute the example of 2.3.2, and the truth table for the weights of the flags."""
    parser = cli.parser(__doc__)
    parser.add_argument("--w1", type=float, default=0.5, help="weight of x1 (default: 0.5)")
    parser.add_argument("--w2", type=float, default=0.5, help="weight of x2 (default: 0.5)")
    parser.add_argument("--b", type=float, default=-0.7, help="bias (default: -0.7)")
    args = cli.parse(parser, argv)
    x, w, b = np.array([0, 1]), np.array([args.w1, args.w2]), args.b
    total = weighted_sum(x, w)
    print(f"x {x}  w {w}  b {b}\nw * x = {w * x}, sum {total}, sum + b = {total + b}")
    outputs = print_table("y", lambda x1, x2: perceptron([x1, x2], w, b))
    gate = TABLES.get(tuple(outputs), "none of AND, NAND and OR")
    print(f"this is {gate}")
    results = {"products": w * x, "sum": total, "score": total + b, "y": outputs, "gate": gate}
    figure = plane.draw(outputs, w, b, f"the perceptron is {gate}")
    return cli.finish(args, __file__, results, figure)


if __name__ == "__main__":
    cli.run(main)
