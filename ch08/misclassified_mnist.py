"""The test digits that DeepConvNet reads wrongly (section 8.1.1, figure 8-2).

    python ch08/misclassified_mnist.py
    python ch08/misclassified_mnist.py --weights outputs/ch08/deep_convnet.npz

reads the 10,000 test digits with the weights that come with it and shows the first twenty that it
reads wrongly: top left what they are, bottom right what it says. The book: 99.38 % right, that is
62 wrong ones, hard for people too; often 1 and 7, 0 and 6, 3 and 5 are taken for each other. You
will see how often each pair really is, and in the confusion matrix which way. About 3 seconds.
"""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ch08.deep_convnet import WEIGHTS, DeepConvNet
from common.data_parallel import DataParallel
from common.functions import confusion_matrix
from dataset.mnist import data_name, load_mnist
from lab import plots

SHOWN = 20
BOOK = ("1/7", "0/6", "3/5")  # the confusions that it names


def confusions(matrix: np.ndarray) -> dict[str, int]:
    """Return how often two digits were taken for each other, the most frequent pair first."""
    both = matrix + matrix.T
    pairs = {f"{a}/{b}": int(both[a, b]) for a, b in combinations(range(10), 2) if both[a, b] > 0}
    return dict(sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0])))


def show(ax: Axes, image: np.ndarray, label: int, answer: int) -> None:
    """Draw a digit with its label at the top left and what was read at the bottom right."""
    ax.imshow(image, cmap="gray", interpolation="nearest")
    style: Any = {"transform": ax.transAxes, "fontsize": 14, "fontweight": "bold"}
    ax.text(0.04, 0.96, str(label), color="lime", va="top", **style)
    ax.text(0.96, 0.04, str(answer), color="tomato", ha="right", **style)


def draw(x: np.ndarray, t: np.ndarray, scores: np.ndarray) -> Figure:
    """Draw the first wrong ones of the digits `x`, labelled `t`, and the confusion matrix."""
    y = scores.argmax(axis=1)
    wrong = np.flatnonzero(t != y)
    widths = {"width_ratios": [1, 1, 1, 1, 1, 5]}
    fig, axes = plots.figure(4, 6, size=(12.5, 6), gridspec_kw=widths)
    grid = list(axes[:, :5].flat)
    for ax in (*grid, *axes[1:, 5]):
        ax.axis("off")
    for ax, i in zip(grid, wrong[:SHOWN], strict=False):
        show(ax, x[i, 0], t[i], y[i])
    axes[0, 5].set_subplotspec(axes[0, 5].get_gridspec()[:, 5])
    plots.confusion(axes[0, 5], confusion_matrix(scores, t))
    axes[0, 5].set(title="Confusion matrix", xlabel="what was read", ylabel="label")
    first = f", the first {SHOWN} here" if len(wrong) > SHOWN else ""
    what = f"Figure 8-2: {len(wrong)} of {len(t):,} digits are read wrongly{first}"
    fig.suptitle(f"{what}; top left the label, bottom right what was read")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print how many digits are read wrongly, which, and what they are taken for."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--weights", type=Path, default=WEIGHTS, help="default: those that come with it")
    add("--samples", type=cli.at_least(1), default=10000, help="test digits (default: 10000)")
    args = cli.parse(parser, argv, samples=2000)

    name = data_name(args.data)
    print(f"data: {name}")
    x, t = (part[: args.samples] for part in load_mnist(flatten=False, source=name)[1])
    network = DeepConvNet()
    network.load_params(args.weights)
    with DataParallel(network, threads=2) as parallel:
        scores = parallel.predict(x)
    y = scores.argmax(axis=1)
    wrong = np.flatnonzero(t != y)
    accuracy = 1 - len(wrong) / len(t)
    print(f"accuracy {accuracy:.2%}, error rate {1 - accuracy:.2%}: {len(wrong)} of {len(t)} wrong")
    shown = {view: (int(t[i]), int(y[i])) for view, i in enumerate(wrong[:SHOWN], 1)}
    print("view index: (label, inference)")
    print(shown)
    counts = confusions(confusion_matrix(scores, t))
    print("taken for each other:", ", ".join(f"{pair} {n}" for pair, n in counts.items()) or "none")
    print("named in the book:", ", ".join(f"{pair} {counts.get(pair, 0)}" for pair in BOOK))
    results = {"data": name, "samples": len(t), "accuracy": accuracy, "confusions": counts}
    results |= {"wrong": wrong, "labels": t[wrong], "inferences": y[wrong], "shown": shown}
    return cli.finish(args, __file__, results, draw(x, t, scores))


if __name__ == "__main__":
    cli.run(main)
