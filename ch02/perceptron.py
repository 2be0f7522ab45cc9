"""The perceptron (sections 2.1 and 2.3.2): 1 if a weighted sum is large enough, else 0.

    python ch02/perceptron.py
    python ch02/perceptron.py --w1 1 --w2 1 --b -0.5

You will see how weights and bias are applied to the input (0, 1), the truth table of the
perceptron, the name of the gate, and the line that divides the plane of its inputs. AND, NAND and
OR differ only in w1, w2 and b: try other values. About a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from numpy.typing import ArrayLike

from ch02.helpers import plane
from ch02.helpers.tables import print_table
from common.checks import as_float
from lab.plots import Figure
from lab.script import Flag, Results

GATES: dict[tuple[int, ...], str] = {(0, 0, 0, 1): "AND", (1, 1, 1, 0): "NAND", (0, 1, 1, 1): "OR"}
FLAGS = {
    "w1": Flag(0.5, "weight of x1", kind=float),
    "w2": Flag(0.5, "weight of x2", kind=float),
    "b": Flag(-0.7, "bias", kind=float),
}


def perceptron(x: ArrayLike, w: ArrayLike, b: float) -> int:
    """Return 1 if b + w1 x1 + w2 x2 + ... > 0, else 0.

    A weight says how much its input matters, and the bias how easily the perceptron fires: with
    b = -0.1 the weighted sum must be above 0.1, with b = -20 it must be above 20.

    Parameters
    ----------
    x, w : array_like of shape (D,)
        Inputs, usually 0 or 1, and one weight for each.
    b : float
        The bias.

    Raises
    ------
    ValueError
        If a value is not a finite real number, or `x` and `w` differ in length.

    Notes
    -----
    Book: section 2.3.2, eq. (2.2).
    """
    return int(weighted_sum(x, w) + _real("b", b, 0) > 0)


def threshold_perceptron(x: ArrayLike, w: ArrayLike, theta: float) -> int:
    """Return 1 if w1 x1 + w2 x2 + ... > theta, else 0: the first form (section 2.1, eq. 2.1).

    Exactly at the threshold the output is 0. `perceptron` with b = -theta is the same.
    """
    return int(weighted_sum(x, w) > _real("theta", theta, 0))


def weighted_sum(x: ArrayLike, w: ArrayLike) -> float:
    """Return w1 x1 + w2 x2 + ..."""
    x, w = _real("x", x, 1), _real("w", w, 1)
    if x.shape != w.shape:
        raise ValueError(f"{x.size} inputs and {w.size} weights; expected a weight for each input")
    return float(np.sum(w * x))


def _real(name: str, value: ArrayLike, ndim: int) -> np.ndarray:
    value = as_float(name, value)
    if value.ndim != ndim or not np.isfinite(value).all():
        expected = "one finite number" if ndim == 0 else "a row of finite numbers"
        raise ValueError(f"{name} is {value.tolist()}; expected {expected}")
    return value


def experiment(args: argparse.Namespace) -> Results:
    """Compute the example of section 2.3.2, and the truth table for the weights in the flags."""
    x, w, b = np.array([0, 1]), np.array([args.w1, args.w2]), args.b
    total = weighted_sum(x, w)
    print(f"x {x}  w {w}  b {b}\nw * x = {w * x}, sum {total}, sum + b = {total + b}")
    outputs = print_table("y", lambda x1, x2: perceptron([x1, x2], w, b))
    gate = GATES.get(tuple(outputs), "not AND, NAND or OR")
    print(f"the perceptron is {gate}")
    return {"products": w * x, "sum": total, "score": total + b, "y": outputs, "gate": gate}


def draw(results: Results) -> Figure:
    """Draw the plane of the inputs, and the line of this perceptron."""
    settings, title = results["settings"], f"The perceptron is {results['gate']}"
    return plane.draw(results["y"], (settings["w1"], settings["w2"]), settings["b"], title)


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
