"""Two loss functions, in numbers and as a curve (sections 4.2.1, 4.2.2, 4.2.4, figure 4-3).

    python ch04/loss_functions.py

prints the losses of a good and of a bad guess at a "2", for one sample and for a batch of two, and
draws why: -log y is 0 where the right class gets all the probability, and grows without end
towards 0. A second or so.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.functions import cross_entropy_error, mean_squared_error
from lab import plots

GOOD = np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0])  # says "2"
BAD = np.array([0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0])  # says "7"
TARGET = np.eye(10)[2]  # it is a 2


def losses() -> dict[str, float]:
    """Return the losses of the guesses of section 4.2, alone and as a batch."""
    return {
        "squared error, says 2": mean_squared_error(GOOD, TARGET),
        "squared error, says 7": mean_squared_error(BAD, TARGET),
        "cross entropy, says 2": cross_entropy_error(GOOD, TARGET),
        "cross entropy, says 7": cross_entropy_error(BAD, TARGET),
        "cross entropy of the batch, one-hot": cross_entropy_error([GOOD, BAD], [TARGET, TARGET]),
        "cross entropy of the batch, labels": cross_entropy_error([GOOD, BAD], [2, 2]),
    }


def draw() -> Figure:
    """Draw figure 4-3: y = log x for x in (0, 1]."""
    x = np.arange(0.01, 1.001, 0.01)
    fig, ax = plots.curve(
        x, np.log(x), "Figure 4-3: y = log x", "x, the probability of the right class", "y = log x"
    )
    ax.set_xlim(0, 1.02)
    for guess in (0.6, 0.1):
        ax.plot(guess, np.log(guess), "o", label=f"log {guess} = {np.log(guess):.2f}")
    ax.legend()
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the losses and draw figure 4-3."""
    args = cli.parse(cli.parser(__doc__), argv)
    results = losses()
    for name, loss in results.items():
        print(f"{name:36} {loss:.6f}")
    return cli.finish(args, __file__, results, draw())


if __name__ == "__main__":
    cli.run(main)
