"""Where the time of a deep network goes, layer by layer (section 8.3.1, figure 8-14).

    python ch08/section_8_3/layer_times.py

Passes a mini-batch of 100 images forward and backward through DeepConvNet, on one thread, and
measures the time of each layer. You will see that the convolutions take 75 % of the time of the
forward pass and 84 % of that of the backward pass (the book, for AlexNet forward: 95 % on a GPU,
89 % on a CPU), since they make 99.4 % of the multiply-adds. ReLU and pooling take most of the rest:
they compute very little, but read and write many numbers. About 16 seconds.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.deep_convnet import DeepConvNet
from ch08.helpers.layer_clock import LOSS, measure, shares
from lab.costs import multiply_adds
from lab.plots import Axes, Figure
from lab.script import Flag, Results

BOOK = {"GPU": 0.95, "CPU": 0.89}  # the convolutions of AlexNet, forward
KINDS = ("Convolution", "ReLU", "Pooling", "Affine", "Dropout", LOSS, "all others")
COLORS = dict(zip(KINDS, (*plots.COLORS[:6], "lightgray"), strict=True))
PASSES = ("forward", "backward")
FLAGS = {
    "images": Flag(100, "images in the mini-batch", quick=10),
    "rounds": Flag(100, "passes", quick=5),
}


def experiment(args: argparse.Namespace) -> Results:
    """Measure the times; print and return them with the multiply-adds and the shares."""
    rng = np.random.default_rng(args.seed)
    network = DeepConvNet(rng=rng)
    x = rng.random((args.images, 1, 28, 28), np.float32)
    results = measure(network, x, rng.integers(10, size=args.images), args.rounds)
    results |= {"images": args.images}
    results["multiply-adds"] = multiply_adds(network, x[:1]) | {LOSS: 0}
    print_layers(results)
    results["sum"] = sum(sum(results[key].values()) for key in PASSES)
    print(f"sum {1000 * results['sum']:.1f} ms; whole pass {1000 * results['whole']:.1f} ms")
    results["shares"] = {key: shares(network, results[key]) for key in (*PASSES, "multiply-adds")}
    for key, parts in results["shares"].items():
        print(f"{key}:", ", ".join(f"{kind} {share:.1%}" for kind, share in parts.items()))
    return results


def print_layers(results: Results) -> None:
    """Print the times and the multiply-adds of each layer."""
    print(f"{'':10}   forward   backward  multiply-adds")
    for name, count in results["multiply-adds"].items():
        times = (1000 * results[key][name] for key in PASSES)
        print("{:10} {:6.2f} ms  {:6.2f} ms  {:13,}".format(name, *times, count))


def draw(results: Results) -> list[Figure]:
    """Draw the shares and the book's, and in another figure the numbers of each layer."""
    return [draw_shares(results["shares"]), draw_layers(results)]


def draw_shares(measured: Results) -> Figure:
    """Draw figure 8-14: the shares of the kinds of layers, measured here and in the book."""
    fig, ax = plots.figure(size=(9.4, 5.4))
    book = {
        f"book: AlexNet\nforward, {where}": {"Convolution": share, "all others": 1 - share}
        for where, share in BOOK.items()
    }
    stack(ax, measured | book)
    handles = [ax.bar(0, 0, color=color, label=kind) for kind, color in COLORS.items()]
    ax.legend(handles=handles[::-1], loc="center left", bbox_to_anchor=(1, 0.5))
    forward, backward = (measured[key]["Convolution"] for key in PASSES)
    title = f"{forward:.0%} of the forward time, {backward:.0%} of the backward time"
    ax.set(title=f"Figure 8-14: convolutions take {title}", ylabel="share", ylim=(0, 1))
    return fig


def stack(ax: Axes, columns: Results) -> None:
    """Draw a stacked bar for each name in `columns`."""
    for x, shares_of_kinds in enumerate(columns.values()):
        bottom = 0.0
        for kind, share in shares_of_kinds.items():
            ax.bar(x, share, 0.7, bottom, color=COLORS[kind])
            if share > 0.04:
                color = "white" if kind == "Convolution" else "black"
                middle = bottom + share / 2
                ax.text(x, middle, f"{share:.1%}", ha="center", va="center", color=color)
            bottom += share
    ax.set_xticks(range(len(columns)), list(columns))


def draw_layers(results: Results) -> Figure:
    """Draw the times and the multiply-adds of each layer."""
    fig, (times, counts) = plots.figure(2, size=(9.4, 7), sharex=True)
    places = np.arange(len(results["multiply-adds"]))
    for key, shift, color in zip(PASSES, (-0.2, 0.2), (plots.BLUE, plots.ORANGE), strict=True):
        heights = [1000 * seconds for seconds in results[key].values()]
        times.bar(places + shift, heights, 0.4, label=key, color=color)
    title = f"DeepConvNet, {results['images']} images: {1000 * results['whole']:.0f} ms in all"
    times.set(title=title, ylabel="time (median), ms")
    times.legend()
    millions = [count / 1e6 for count in results["multiply-adds"].values()]
    counts.bar(places, millions, color="gray")
    counts.set(title="Multiply-adds for one image, forward", ylabel="millions")
    names = list(results["multiply-adds"])
    counts.set_xticks(places, names, rotation=60, ha="right", rotation_mode="anchor")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
