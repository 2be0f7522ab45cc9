"""Where the time of a deep network goes, layer by layer (section 8.3.1, figure 8-14).

    python ch08/section_8_3/layer_times.py

A mini-batch of 100 images goes forward and back through DeepConvNet, on one thread, with a look at
the clock after each layer. You will see that the convolutions take 82 % of the time of the forward
pass and 90 % of that of the backward pass (the book, for AlexNet forward: 95 % on a GPU, 89 % on a
CPU), since they make 99.4 % of the multiply-adds. ReLU and pooling share the rest: they compute
next to nothing, but go through all the numbers. About 16 seconds.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ch08.deep_convnet import DeepConvNet
from ch08.helpers.layer_clock import LOSS, measure, shares
from lab import plots
from lab.costs import multiply_adds

BOOK = {"GPU": 0.95, "CPU": 0.89}  # the convolutions of AlexNet, forward
COLORS = {
    "Convolution": "tab:blue",
    "ReLU": "tab:orange",
    "Pooling": "tab:green",
    "Affine": "tab:red",
    "Dropout": "tab:purple",
    LOSS: "tab:brown",
    "all others": "lightgray",
}
PASSES = ("forward", "backward")


def draw_shares(ax: Axes, columns: dict[str, dict[str, float]]) -> None:
    """Draw a column for each measure: the shares of the kinds of layers, on top of each other."""
    for x, parts in enumerate(columns.values()):
        bottom = 0.0
        for kind, share in parts.items():
            ax.bar(x, share, 0.7, bottom, color=COLORS[kind])
            if share > 0.02:
                ax.text(x, bottom + share / 2, f"{share:.1%}", ha="center", va="center")
            bottom += share
    handles = [ax.bar(0, 0, color=color, label=kind) for kind, color in COLORS.items()]
    ax.legend(handles=handles[::-1], loc="center left", bbox_to_anchor=(1, 0.5))
    ax.set(title="Shares of the kinds of layers", ylabel="part of the whole", ylim=(0, 1))
    ax.set_xticks(range(len(columns)), list(columns))


def draw(results: dict[str, Any]) -> Figure:
    """Draw time and multiply-adds of each layer, and the shares beside the book's."""
    fig, axes = plots.mosaic(
        [["times", "shares"], ["counts", "shares"]], (14, 6), width_ratios=[1.1, 1]
    )
    times, counts = axes["times"], axes["counts"]
    places = np.arange(len(results["multiply-adds"]))
    for key, shift, color in zip(PASSES, (-0.2, 0.2), ("tab:cyan", "tab:olive"), strict=True):
        heights = [1000 * seconds for seconds in results[key].values()]
        times.bar(places + shift, heights, 0.4, label=key, color=color)
    title = f"DeepConvNet, {results['images']} images: {1000 * results['whole']:.0f} ms in all"
    times.set(title=title, ylabel="ms, median")
    times.set_xticks(places, [])
    times.legend()
    millions = [count / 1e6 for count in results["multiply-adds"].values()]
    counts.bar(places, millions, color="tab:gray")
    counts.set(title="Multiply-adds for one image, forward", ylabel="millions")
    names = list(results["multiply-adds"])
    counts.set_xticks(places, names, rotation=60, ha="right", rotation_mode="anchor")
    book = {
        f"book:\nAlexNet,\n{where}": {"Convolution": share, "all others": 1 - share}
        for where, share in BOOK.items()
    }
    draw_shares(axes["shares"], results["shares"] | book)
    fig.suptitle("Figure 8-14: the time goes into the convolutions")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print and draw times, multiply-adds and shares."""
    parser = cli.parser(__doc__)
    add = parser.add_argument
    add("--images", type=cli.at_least(1), default=100, help="in the mini-batch (default: 100)")
    add("--rounds", type=cli.at_least(1), default=100, help="passes (default: 100)")
    args = cli.parse(parser, argv, images=10, rounds=5)

    rng = np.random.default_rng(args.seed)
    network = DeepConvNet(rng=rng)
    x = rng.random((args.images, 1, 28, 28), np.float32)
    results = measure(network, x, rng.integers(10, size=args.images), args.rounds)
    results |= {"images": args.images}
    results["multiply-adds"] = multiply_adds(network, x[:1]) | {LOSS: 0}
    print(f"{'':10}   forward   backward  multiply-adds")
    for name, count in results["multiply-adds"].items():
        times = (1000 * results[key][name] for key in PASSES)
        print("{:10} {:6.2f} ms  {:6.2f} ms  {:13,}".format(name, *times, count))
    results["sum"] = sum(sum(results[key].values()) for key in PASSES)
    print(f"sum {1000 * results['sum']:.1f} ms; whole pass {1000 * results['whole']:.1f} ms")
    results["shares"] = {key: shares(network, results[key]) for key in (*PASSES, "multiply-adds")}
    for key, parts in results["shares"].items():
        print(f"{key}:", ", ".join(f"{kind} {share:.1%}" for kind, share in parts.items()))
    return cli.finish(args, __file__, results, draw(results))


if __name__ == "__main__":
    cli.run(main)
