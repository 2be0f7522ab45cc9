"""The winners of ILSVRC, and the top-5 error that ranks them (section 8.2.1, figure 8-8).

    python ch08/section_8_2/ilsvrc.py

You will see the top-5 errors of the winners from 2010 to 2015, as published, not measured here:
since 2012 the networks are deep, and ResNet reaches 3.57 %. A top-k answer is correct if the true
class is one of the k classes with the highest scores. The top-k error of our DeepConvNet on the
test digits is measured here: 0.34 % for k = 1, 0.04 % for k = 2, 0 for k >= 3. You will also see
the digit whose true class has the lowest rank. About 5 seconds.
"""

import argparse
from pathlib import Path

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch08.deep_convnet import WEIGHTS, DeepConvNet
from ch08.helpers.ranking import draw_lowest, lowest_ranked
from common.data_parallel import DataParallel
from common.functions import accuracy, top_k_accuracy
from lab.digits import digits
from lab.plots import Axes, Figure
from lab.script import Flag, Results

# Year, network (before 2012 the team), top-5 error in per cent, and whether it is a deep network:
# as published by the contest and in the papers.
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
FLAGS = {
    "weights": Flag(None, "weights of DeepConvNet (default: the bundled weights)", kind=Path),
    "samples": Flag(10000, "test digits", quick=2000, dest="test_samples"),
}


def experiment(args: argparse.Namespace) -> Results:
    """Print the winners, and the top-k errors of our network."""
    _, (x, t) = digits(args, flatten=False)
    network = DeepConvNet()
    network.load_params(args.weights or WEIGHTS)
    with DataParallel(network) as parallel:
        y = parallel.predict(x)
    for year, name, error, _ in WINNERS:
        print(f"{year} {name:10} {error:5} %")
    errors = {k: 1 - top_k_accuracy(y, t, k) for k in KS}
    print("DeepConvNet, top-k error:", ", ".join(f"k = {k}: {e:.2%}" for k, e in errors.items()))
    lowest = lowest_ranked(x, y, t)
    print("digit {digit}, a {label}: {rank} classes have higher scores".format(**lowest))
    keys = ("year", "name", "error", "deep")
    return {
        "samples": len(t),
        "winners": [dict(zip(keys, winner, strict=True)) for winner in WINNERS],
        "error": errors,
        "accuracy": accuracy(y, t),
        "lowest": lowest,
    }


def draw_winners(ax: Axes) -> None:
    """Draw figure 8-8."""
    colors = [plots.BLUE if deep else "gray" for *_, deep in WINNERS]
    bars = ax.bar(range(len(WINNERS)), [error for _, _, error, _ in WINNERS], color=colors)
    ax.bar_label(bars, padding=2)
    ax.margins(y=0.12)
    year, name, error, _ = WINNERS[-1]
    ax.set_title(f"Figure 8-8: {name} has a top-5 error of {error} % in {year} (published)")
    ax.set_ylabel("top-5 error, %")
    ax.set_xticks(range(len(WINNERS)), [f"{year}\n{name}" for year, name, *_ in WINNERS])
    handles = [plots.legend_patch(color=color) for color in ("gray", plots.BLUE)]
    ax.legend(handles, ["not deep", "deep network"])


def draw(results: Results) -> Figure:
    """Draw the winners, our top-k errors, and the digit whose true class has the lowest rank."""
    names = [["winners", "winners"], ["errors", "digit"]]
    fig, axes = plots.mosaic(names, size=(9.4, 7.6))
    draw_winners(axes["winners"])
    ax, percent = axes["errors"], [100 * error for error in results["error"].values()]
    ax.bar_label(ax.bar(list(results["error"]), percent, color=plots.SKY), fmt="%.2f", padding=2)
    ax.set_title(f"DeepConvNet on digits: {percent[0]:.2f} % for k = 1")
    ax.set(xlabel="k: is the true class among the k best?", ylabel="top-k error, %")
    ax.set_ylim(0, 1.15 * max(0.1, *percent))
    draw_lowest(axes["digit"], results["lowest"])
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
