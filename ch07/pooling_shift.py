"""Max pooling and small shifts of an image (section 7.3, figure 7-16).

    python ch07/pooling_shift.py

You will see a 6 x 6 image and the same image moved by a column: all four maxima stay the same. That
depends on the numbers; for digits the result is different. When digits move by one pixel, the
feature maps change by 76 % of their norm, and the pooled maps by 57 %. The maximum causes this
difference: every second pixel of the feature maps, without a maximum, also changes by 76 %. The
bundled SimpleConvNet was trained with shifted digits: it gives the same answer for 99 % of the
digits when they move by one pixel, and for 94 % when they move by four. About 4 seconds.
"""

import argparse
from pathlib import Path

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch07.helpers.shifts import FARTHEST, measure
from ch07.helpers.tables import draw_pooling
from ch07.simple_convnet import WEIGHTS, SimpleConvNet
from common.layers import Pooling
from common.threads import one_blas_thread
from lab.digits import digits, first
from lab.plots import Axes, Figure
from lab.script import Flag, Results

BEFORE = np.array(
    [
        [1.0, 2.0, 0.0, 7.0, 1.0, 0.0],
        [0.0, 9.0, 2.0, 3.0, 2.0, 3.0],
        [3.0, 0.0, 1.0, 2.0, 1.0, 2.0],
        [2.0, 4.0, 0.0, 1.0, 0.0, 1.0],
        [6.0, 0.0, 1.0, 2.0, 1.0, 2.0],
        [2.0, 4.0, 0.0, 1.0, 8.0, 1.0],
    ]
)
AFTER = np.column_stack([[1.0, 3.0, 2.0, 3.0, 2.0, 1.0], BEFORE[:, :-1]])
FLAGS = {
    "samples": Flag(500, "test digits", quick=100),
    "weights": Flag(WEIGHTS, "weights of a trained SimpleConvNet (.npz)", kind=Path),
}


def pool(image: np.ndarray) -> np.ndarray:
    """Return the maxima, (2, 2), of the 3 x 3 windows of an image, (6, 6)."""
    return Pooling(3, 3, stride=3).forward(image[None, None])[0, 0]


def experiment(args: argparse.Namespace) -> Results:
    """Pool an image before and after it moves; measure the same on test digits."""
    net = SimpleConvNet()
    net.load_params(args.weights)
    x, t = first(digits(args, flatten=False)[1], args.samples)
    with one_blas_thread():
        measured = measure(net, x, t)
    before, after = pool(BEFORE), pool(AFTER)
    print(f"maxima of the 3 x 3 windows: before {before.tolist()}, after {after.tolist()}")
    print(f"{'moved by (pixels)':32}", *(f"{i:6}" for i in range(FARTHEST + 1)))
    rows = measured["change"] | {key: measured[key] for key in ("same_answer", "accuracy")}
    for key, values in rows.items():
        print(f"{key.replace('_', ' '):32}", *(f"{value:6.3f}" for value in values))
    return {"pooled_before": before, "pooled_after": after, **measured}


def draw(results: Results) -> Figure:
    """Draw figure 7-16, and below it the measurements on digits."""
    fig, axes = plots.figure(2, 2, size=(9.4, 8))
    draw_pooling(axes[0, 0], BEFORE, results["pooled_before"], "an image, and its pooled maxima")
    same = np.array_equal(results["pooled_before"], results["pooled_after"])
    title = f"moved by a column: {'the same' if same else 'other'} maxima"
    draw_pooling(axes[0, 1], AFTER, results["pooled_after"], title)
    draw_curves(axes[1, 0], results["change"], "relative change")
    answers = {"same answer as unmoved": results["same_answer"], "correct": results["accuracy"]}
    draw_curves(axes[1, 1], answers, "fraction of the digits")
    maps, pooled = (results["change"][key][1] for key in list(results["change"])[1::2])
    axes[1, 0].set_title(f"moved by 1 pixel: change {maps:.0%}, pooled {pooled:.0%}")
    axes[1, 0].set_ylim(-0.03, None)
    axes[1, 1].set_title(f"moved by 1 pixel: {results['same_answer'][1]:.1%} same answers")
    fig.suptitle(f"Figure 7-16: pooling and small shifts; data: {results['data']}")
    return fig


def draw_curves(ax: Axes, curves: dict[str, np.ndarray], ylabel: str) -> None:
    """Draw one curve for each name: numbers by how far the digits moved."""
    for (name, values), style in zip(curves.items(), ("o-", "s--", "^:", "D-"), strict=False):
        ax.plot(values, style, label=name)
    ax.set(xlabel="moved by (pixels)", xticks=range(FARTHEST + 1), ylabel=ylabel)
    ax.legend()


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
