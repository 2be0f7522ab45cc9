"""The learning rule of the perceptron (a note in section 4.1): learn weights from mistakes.

    python ch02/learning_rule.py
    python ch02/learning_rule.py --passes 500 --lr 0.01 --seed 3

You will see the number of mistakes in each pass through the truth table. For AND, NAND and OR it
falls to 0 within 10 passes and stays there, as the perceptron convergence theorem says. For XOR it
never does, for any number of passes. About a second.
"""

import argparse
from collections.abc import Sequence

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch02.and_gate import AND
from ch02.helpers.tables import INPUTS, truth_table
from ch02.nand_gate import NAND
from ch02.or_gate import OR
from ch02.perceptron import perceptron
from ch02.xor_gate import XOR
from lab.plots import Figure
from lab.script import Flag, Results

FLAGS = {
    "passes": Flag(30, "number of passes through the four rows"),
    "lr": Flag(0.1, "learning rate"),
}


def learn(
    outputs: Sequence[int], passes: int, lr: float, rng: np.random.Generator
) -> tuple[np.ndarray, float, list[int]]:
    """Learn the truth table `outputs` by the rule w <- w + lr (t - y) x, b <- b + lr (t - y).

    Parameters
    ----------
    outputs : sequence of four values, each 0 or 1
        The target t for (0, 0), (1, 0), (0, 1), (1, 1).
    passes : int
        Number of passes through the four rows.
    lr : float
        The learning rate: how much a mistake changes the weights.
    rng : Generator
        Draws the initial weights and bias, between -1 and 1.

    Returns
    -------
    w : ndarray of shape (2,)
    b : float
    mistakes : list of int
        The number of mistakes in each pass.
    """
    *weights, b = rng.uniform(-1, 1, 3)
    w = np.array(weights)
    mistakes: list[int] = []
    for _ in range(passes):
        mistakes.append(0)
        for x, t in zip(INPUTS, outputs, strict=True):
            error = t - perceptron(x, w, b)
            w = w + lr * error * np.array(x)
            b += lr * error
            mistakes[-1] += abs(error)
    return w, b, mistakes


def verdict(mistakes: Sequence[int]) -> str:
    """Return a sentence: whether a gate was learned, and the pass of the last mistake."""
    last = int(max(np.flatnonzero(mistakes), default=-1)) + 1
    return f"{'learned' if last < len(mistakes) else 'not learned'}: last mistake in pass {last}"


def experiment(args: argparse.Namespace) -> Results:
    """Learn the four gates; print the outcome, and return the mistakes and the weights."""
    mistakes, learned = {}, {}
    for gate in (AND, NAND, OR, XOR):
        rng, name = np.random.default_rng(args.seed), gate.__name__
        w, b, mistakes[name] = learn(truth_table(gate), args.passes, args.lr, rng)
        learned[name] = {"w": w, "b": b}
        print(f"{name:4} {verdict(mistakes[name])} of {args.passes};", end=" ")
        print(f"w {w.round(2)}, b {b:.2f}")
    return {"mistakes": mistakes, "learned": learned}


def draw(results: Results) -> Figure:
    """Draw the mistakes in each pass, one panel per gate."""
    fig, axes = plots.figure(2, 2, size=(7.5, 5.2), sharex=True, sharey=True)
    for ax, (name, counts) in zip(axes.flat, results["mistakes"].items(), strict=True):
        ax.plot(range(1, len(counts) + 1), counts, marker="o", markersize=3)
        ax.set(title=f"{name}, {verdict(counts)}", ylim=(-0.2, 4.2), yticks=range(5))
        ax.label_outer()
    for row in axes:
        row[0].set_ylabel("mistakes in 4 rows")
    for ax in axes[-1]:
        ax.set_xlabel("pass")
    learned = [name for name, counts in results["mistakes"].items() if not counts[-1]]
    fig.suptitle(f"The learning rule of the perceptron learns {', '.join(learned) or 'nothing'}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
