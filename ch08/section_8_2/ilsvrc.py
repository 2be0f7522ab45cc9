"""The winners of ILSVRC, and the top-5 error that they are judged by (section 8.2.1, figure 8-8).

    python ch08/section_8_2/ilsvrc.py

You will see the top-5 errors of the winners from 2010 to 2015, as they were published, not
measured here: from 2012 on the networks are deep, and ResNet comes down to 3.5 %. An answer counts
as right among the top k if the true class is one of the k with the highest scores. Measured here
is how the error of our DeepConvNet on the test digits falls with k: 0.34 % for k = 1, 0.04 % for
k = 2, 0 from k = 3 on; and the digit whose true class stands lowest. About 5 seconds.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ch08.deep_convnet import WEIGHTS, DeepConvNet
from common.data_parallel import DataParallel
from common.functions import accuracy, softmax, top_k_accuracy
from dataset.mnist import data_name, load_mnist
from lab import plots

# Year, network (before 2012 the team), top-5 error in per cent, and whether it is a deep network:
# as the contest and the papers published them.
WINNERS = [
    (2010, "NEC-UIUC", 28.2, False),
    (2011, "XRCE", 25.8, False),
    (2012, "AlexNet", 16.4, True),
    (2013, "Clarifai", 11.7, True),
    (2014, "VGG (2nd)", 7.3, True),
    (2014, "GoogLeNet", 6.7, True),
    (2015, "ResNet", 3.57, True),
]
KS = range(1, 6)


def rank(y: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return how many classes have a higher score than the true one: 0 where it is the answer."""
    return (y > y[np.arange(len(t)), t, None]).sum(axis=1)


def draw_winners(ax: Axes) -> None:
    """Draw figure 8-8."""
    labels = [f"{year}\n{name}" for year, name, _, _ in WINNERS]
    colours = ["tab:blue" if deep else "tab:gray" for *_, deep in WINNERS]
    bars = ax.bar(range(len(WINNERS)), [error for _, _, error, _ in WINNERS], color=colours)
    ax.bar_label(bars, padding=2)
    ax.margins(y=0.1)
    ax.set(
        title="Figure 8-8: the best of ILSVRC, year by year", ylabel="top-5 error, % (published)"
    )
    ax.set_xticks(range(len(WINNERS)), labels, fontsize=9)
    ax.legend([Patch(color="tab:gray"), Patch(color="tab:blue")], ["not deep", "deep learning"])


def draw(errors: dict[int, float], x: np.ndarray, scores: np.ndarray, label: int) -> Figure:
    """Draw the winners, our own errors by k, and one digit `x`, (28, 28), with its best classes.

    Parameters
    ----------
    errors : dict
        By k.
    x : ndarray of shape (28, 28)
    scores : ndarray of shape (10,)
    label : int
        The true class.
    """
    names = [["winners", "winners"], ["errors", "digit"]]
    fig, axes = plots.mosaic(names, size=(10, 8))
    draw_winners(axes["winners"])
    ax = axes["errors"]
    bars = ax.bar(list(errors), [100 * error for error in errors.values()])
    ax.bar_label(bars, fmt="%.2f", padding=2)
    ax.set_ylim(0, 1.15 * max(0.1, *(100 * error for error in errors.values())))  # in %
    title = "DeepConvNet on the test digits (measured)"
    ax.set(title=title, xlabel="k: is the true class among the k best?", ylabel="top-k error, %")
    ax = axes["digit"]
    best = np.argsort(-scores)[: len(KS)]
    colours = ["tab:green" if k == label else "tab:gray" for k in best]
    bars = ax.barh(
        [f"{n + 1}: a {k}" for n, k in enumerate(best)], softmax(scores)[best], color=colours
    )
    ax.bar_label(bars, fmt="%.3f", padding=2)
    ax.set_xticks([0, 0.5, 1])
    ax.invert_yaxis()
    ax.set(title=f"Its five best classes for this {label}", xlabel="probability", xlim=(0, 1.15))
    image = ax.inset_axes((0.6, 0.05, 0.4, 0.6))
    image.imshow(x, cmap="gray")
    image.axis("off")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the winners and how our own error falls with k, and draw both."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--weights", type=Path, default=WEIGHTS, help="default: those that come with it")
    add("--samples", type=cli.at_least(1), default=10000, help="test digits (default: 10000)")
    args = cli.parse(parser, argv, samples=2000)

    name = data_name(args.data)
    print(f"data: {name}")
    _, (x, t) = load_mnist(flatten=False, source=name)
    x, t = x[: args.samples], t[: args.samples]
    network = DeepConvNet()
    network.load_params(args.weights)
    with DataParallel(network) as parallel:
        y = parallel.predict(x)
    for year, team, error, _ in WINNERS:
        print(f"{year} {team:10} {error:5} %")
    errors = {k: 1 - top_k_accuracy(y, t, k) for k in KS}
    print("DeepConvNet, top-k error:", ", ".join(f"k = {k}: {e:.2%}" for k, e in errors.items()))
    ranks = rank(y, t)
    lowest = int(ranks.argmax())
    print(f"digit {lowest}, a {t[lowest]}: {ranks[lowest]} classes have higher scores")
    results = {
        "data": name,
        "samples": len(t),
        "winners": [
            dict(zip(("year", "name", "error", "deep"), one, strict=True)) for one in WINNERS
        ],
        "error": errors,
        "accuracy": accuracy(y, t),
        "lowest": {"digit": lowest, "label": t[lowest], "rank": ranks[lowest]},
    }
    return cli.finish(args, __file__, results, draw(errors, x[lowest, 0], y[lowest], t[lowest]))


if __name__ == "__main__":
    cli.run(main)
