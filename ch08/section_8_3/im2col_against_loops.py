"""One convolution by loops, and as one matrix product (sections 8.3.2, 7.4.2; figure 8-15).

    python ch08/section_8_3/im2col_against_loops.py

Computes 30 filters of 5x5 on images of 28x28 in five ways that give the same numbers. You will see
that the slowest loops take 49 and 66 ms for an image, and one matrix product 0.07 ms, on the same
processor: about a thousandth. NumPy is fast when one call computes many numbers.
Called for one window and one filter at a time it is slower than plain Python. The price is memory:
`im2col` copies each pixel 18.4 times. The book's times with and without a GPU are shown as well; no
GPU is used here. About 12 seconds.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.convolution_ways import NUMBERS, Times, differences, milliseconds
from common.util import im2col
from lab.plots import Axes, Figure
from lab.script import Flag, Results

DAYS = {"CPU,\n16 cores": 40, "GPU": 6}  # the book: to train AlexNet; the first is more than 40
FAST = "im2col, one product"
FLAGS = {
    "filters": Flag(30, "number of filters", quick=3),
    "images": Flag(500, "images at most", quick=20),
    "loop_images": Flag(10, "images at most, for the loops", quick=2),
    "rounds": Flag(5, "measurements of each time", quick=3),
}


def experiment(args: argparse.Namespace) -> Results:
    """Compare the results of all ways, and measure their times."""
    if args.loop_images > args.images:
        raise ValueError(f"--loop-images {args.loop_images}; expected --images at most")
    rng = np.random.default_rng(args.seed)
    shapes = ((args.images, 1, 28, 28), (args.filters, 1, 5, 5), (args.filters,))
    x, W, b = (rng.standard_normal(shape, np.float32) for shape in shapes)
    results: Results = {"difference": differences(x[:1], W, b)}
    for dtype, values in results["difference"].items():
        print(f"{dtype}: all agree to {max(values.values()):.0e} of the largest number")
    results["copies"] = im2col(x[:1], 5, 5).size / x[:1].size
    print(f"im2col copies each pixel {results['copies']:.1f} times")
    times = results["milliseconds"] = milliseconds((x, W, b), args.loop_images, args.rounds)
    at = results["images"] = max(number for number in NUMBERS if number <= args.loop_images)
    results["speed_up"] = {name: of[at] / times[FAST][at] for name, of in times.items()}
    for name, ratio in results["speed_up"].items():
        print(f"{name:23} {times[name][at]:9.3f} ms per image, {ratio:8.1f} times im2col's")
    return results


def draw(results: Results) -> Figure:
    """Draw the times of all ways, and the book's days of training."""
    fig, axes = plots.mosaic([["bars", "bars"], ["lines", "book"]], (9.4, 8), width_ratios=[2.2, 1])
    draw_bars(axes["bars"], results)
    draw_lines(axes["lines"], results["milliseconds"])
    days = axes["book"].bar(list(DAYS), list(DAYS.values()), color="gray")
    axes["book"].bar_label(days, ["more than 40", "6"], padding=2)
    axes["book"].set(title="Figure 8-15 (the book):\nAlexNet", ylabel="days of training")
    axes["book"].set_ylim(0, 46)
    return fig


def draw_bars(ax: Axes, results: Results) -> None:
    """Draw the time per image, where all ways have the same number of images."""
    at, times = results["images"], results["milliseconds"]
    heights = [by_number[at] for by_number in times.values()]
    names = [name.replace(", ", ",\n").replace("loop over ", "loop over\n") for name in times]
    bars = ax.bar(names, heights, color=plots.COLORS[: len(times)])
    labels = [f"{height:.{0 if height > 10 else 3}f}" for height in heights]
    ax.bar_label(bars, labels, padding=2)
    slowest = max(results["speed_up"].values())
    title = f"The slowest loop takes {slowest:,.0f} times as long as one product ({at} images)"
    ax.set(title=title, ylabel="time per image, ms", yscale="log")
    ax.set_ylim(top=3 * max(heights))


def draw_lines(ax: Axes, times: Times) -> None:
    """Draw the time per image by the number of images."""
    for (name, by_number), marker in zip(times.items(), "osD^v", strict=True):
        ax.plot(list(by_number), list(by_number.values()), marker=marker, label=name)
    ax.set(title="Time by the number of images", xscale="log", yscale="log")
    ax.set(xlabel="images in one call", ylabel="time per image, ms")
    ax.legend(fontsize=9)


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
