"""The perceptron learns its weights (4.1, a note there): from its mistakes, if a line exists.

    python ch02/learning_rule.py
    python ch02/learning_rule.py --passes 500 --lr 0.01 --seed 3

You will see the mistakes in each pass through the truth table: for AND, NAND and OR they come to 0
and stay there, here within 10 passes, as the perceptron convergence theorem promises; for XOR they
never do, however long you wait. Takes a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch02.and_gate import AND
from ch02.helpers import plane
from ch02.nand_gate import NAND
from ch02.or_gate import OR
from ch02.perceptron import perceptron, truth_table
from ch02.xor_gate import XOR
from lab import plots


def learn(
    outputs: Sequence[int], passes: int, lr: float, rng: np.random.Generator
) -> tuple[np.ndarray, float, list[int]]:
    """Learn the truth table `outputs` by the rule w <- w + lr (t - y) x, b <- b + lr (t - y).

    Parameters
    ----------
    outputs : sequence of four of 0 and 1
        The wanted t for (0, 0), (1, 0), (0, 1), (1, 1).
    passes : int
        How often to go through the four rows.
    lr : float
        How far a mistake moves the weights.
    rng : Generator
        Draws the first weights, between -1 and 1.

    Returns
    -------
    w : ndarray of shape (2,)
    b : float
    mistakes : list of int
        For each pass.
    """
    *weights, b = rng.uniform(-1, 1, 3)
    w = np.array(weights)
    mistakes: list[int] = []
    for _ in range(passes):
        mistakes.append(0)
        for x, t in zip(plane.INPUTS, outputs, strict=True):
            error = t - perceptron(x, w, b)
            w = w + lr * error * np.array(x)
            b += lr * error
            mistakes[-1] += abs(error)
    return w, b, mistakes


def draw(mistakes: dict[str, list[int]]) -> Figure:
    """Draw the mistakes in each pass, one panel per gate."""
    figure, axes = plots.figure(1, len(mistakes), size=(11, 3.4), sharey=True)
    for ax, (name, counts) in zip(axes, mistakes.items(), strict=True):
        ax.plot(range(1, len(counts) + 1), counts, marker="o", markersize=3)
        ax.set(title=name, xlabel="pass", ylim=(-0.2, 4.2), yticks=range(5))
    axes[0].set_ylabel("mistakes in 4 rows")
    figure.suptitle("The learning rule: mistakes in each pass")
    return figure


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Learn the four gates."""
    parser = cli.parser(__doc__)
    parser.add_argument("--passes", type=cli.at_least(1), default=30, help="(default: 30)")
    parser.add_argument("--lr", type=cli.positive, default=0.1, help="(default: 0.1)")
    args = cli.parse(parser, argv)
    mistakes, learned = {}, {}
    for gate in (AND, NAND, OR, XOR):
        rng, name = np.random.default_rng(args.seed), gate.__name__
        w, b, mistakes[name] = learn(truth_table(gate), args.passes, args.lr, rng)
        learned[name] = {"w": w, "b": b}
        bad = np.flatnonzero(mistakes[name])
        last = bad[-1] + 1 if len(bad) else 0
        said = "learned" if last < args.passes else "not learned"
        print(f"{name:4} {said}: last mistake in pass {last} of {args.passes};", end=" ")
        print(f"w {w.round(2)}, b {b:.2f}")
    results = {"mistakes": mistakes, "learned": learned}
    return cli.finish(args, __file__, results, draw(mistakes))


if __name__ == "__main__":
    cli.run(main)
