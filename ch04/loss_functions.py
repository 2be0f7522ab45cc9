"""Two loss functions: values and a curve (sections 4.2.1, 4.2.2, 4.2.4, figure 4-3).

    python ch04/loss_functions.py

You will see the losses of a good and of a bad prediction for a "2", for one sample and for a batch
of two. The figure shows why they differ: the loss -log x is 0 if the correct class has the
probability x = 1, and grows without limit as x approaches 0. About a second.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.functions import cross_entropy_error, mean_squared_error
from lab.plots import Figure
from lab.script import Results

GOOD = np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0])  # predicts "2"
BAD = np.array([0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0])  # predicts "7"
TARGET = np.eye(10)[2]  # the correct class is 2


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the losses of the predictions of section 4.2, alone and as a batch."""
    losses = {
        "squared error, predicts 2": mean_squared_error(GOOD, TARGET),
        "squared error, predicts 7": mean_squared_error(BAD, TARGET),
        "cross entropy, predicts 2": cross_entropy_error(GOOD, TARGET),
        "cross entropy, predicts 7": cross_entropy_error(BAD, TARGET),
        "cross entropy of the batch, one-hot": cross_entropy_error([GOOD, BAD], [TARGET, TARGET]),
        "cross entropy of the batch, labels": cross_entropy_error([GOOD, BAD], [2, 2]),
    }
    for name, loss in losses.items():
        print(f"{name:36} {loss:.6f}")
    return losses


def draw(_: Results) -> Figure:
    """Draw figure 4-3: y = log x for x in (0, 1]."""
    x = np.arange(0.01, 1.001, 0.01)
    title = "Figure 4-3: log x approaches −∞ as x approaches 0"
    fig, ax = plots.curve(x, np.log(x), title, "x, the probability of the correct class", "log x")
    ax.set_xlim(0, 1.02)
    for guess, mark in ((0.6, "o"), (0.1, "s")):
        ax.plot(guess, np.log(guess), mark, label=f"log {guess} = {np.log(guess):.2f}")
    ax.legend()
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
