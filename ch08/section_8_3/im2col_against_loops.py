"""One convolution by loops, and as one product of matrices (sections 8.3.2, 7.4.2; figure 8-15).

    python ch08/section_8_3/im2col_against_loops.py

30 filters of 5x5 slide over images of 28x28, in five ways that give the same numbers. You will see
that loops take 46 and 68 ms for an image, and one product of matrices 0.04 ms: more than a thousand
times less, on the same processor. It pays to hand NumPy much at a time: a window and one filter are
so little that it takes longer than plain Python. The price is memory: `im2col` writes down each
pixel 18.4 times. Beside it the book's days of training with a GPU and without: none is used here.
About 12 seconds.
"""

from collections.abc import Sequence
from functools import partial
from timeit import repeat
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch08.helpers.convolution_ways import WAYS
from common.io.progress import progress
from common.threads import one_blas_thread
from common.util import im2col
from lab import plots

NUMBERS = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # of images
DAYS = {"CPU,\n16 cores": 40, "GPU": 6}  # the book: to train AlexNet; the first is more than 40
COLORS = ("tab:red", "tab:orange", "tab:olive", "tab:blue", "tab:green")
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]
Times = dict[str, dict[int, float]]


def differences(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> dict[str, dict[str, float]]:
    """Return by how much the ways differ from `common.layers`, as a part of its largest number."""
    result = {}
    for dtype in ("float32", "float64"):
        outs = {name: way(*(a.astype(dtype) for a in (x, W, b))) for name, way in WAYS.items()}
        expected = outs.pop("common.layers")
        largest = np.abs(expected).max()
        result[dtype] = {
            name: float(np.abs(out - expected).max() / largest) for name, out in outs.items()
        }
    return result


def milliseconds(arrays: Arrays, loop_images: int, rounds: int) -> Times:
    """Return for each way the time of one image where there are so many.

    The shortest of all rounds is the one that other programs disturbed least.
    """
    x, W, b = arrays
    times: Times = {name: {} for name in WAYS}
    jobs = [
        (name, number)
        for name in WAYS
        for number in NUMBERS
        if number <= (loop_images if "loop" in name else len(x))
    ]
    with one_blas_thread():
        for name, number in progress(jobs, "measurements"):
            task = partial(WAYS[name], x[:number], W, b)
            times[name][number] = 1000 * min(repeat(task, number=1, repeat=rounds)) / number
    return times


def draw(times: Times, at: int, filters: int) -> Figure:
    """Draw the times of `at` images as bars, all as lines, and the days of figure 8-15."""
    fig, (bars, lines, book) = plots.figure(1, 3, size=(15, 4.8), width_ratios=[1.6, 1.6, 0.8])
    heights = [values[at] for values in times.values()]
    drawn = bars.bar(
        [name.replace(" ", "\n").replace(".", ".\n") for name in times], heights, color=COLORS
    )
    bars.bar_label(
        drawn, [f"{height:.{0 if height > 10 else 3}f}" for height in heights], padding=2
    )
    bars.set(title=f"Time of an image, {at} at once", ylabel="ms", yscale="log")
    bars.set_ylim(top=3 * max(heights))
    for (name, values), color in zip(times.items(), COLORS, strict=True):
        lines.plot(list(values), list(values.values()), "o-", color=color, label=name)
    lines.set(title="The same by the number of images", xscale="log", yscale="log")
    lines.set(xlabel="images at once", ylabel="ms for each")
    lines.legend()
    days = book.bar(list(DAYS), list(DAYS.values()), color="tab:gray")
    book.bar_label(days, ["more than 40", "6"], padding=2)
    book.set(title="The book, figure 8-15:\ntraining AlexNet", ylabel="days", ylim=(0, 46))
    fig.suptitle(f"{filters} filters of 5x5 on images of 28x28, in five ways with the same result")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Compare the results, measure and draw the times."""
    parser = cli.parser(__doc__)
    add = parser.add_argument
    add("--filters", type=cli.at_least(1), default=30, help="default: 30")
    add("--images", type=cli.at_least(1), default=500, help="at most (default: 500)")
    add("--loop-images", type=cli.at_least(1), default=10, help="for the loops (default: 10)")
    add("--rounds", type=cli.at_least(1), default=5, help="default: 5")
    args = cli.parse(parser, argv, filters=3, images=20, loop_images=2, rounds=3)
    if args.loop_images > args.images:
        raise ValueError(f"--loop-images {args.loop_images}; expected --images at most")

    rng = np.random.default_rng(args.seed)
    shapes = ((args.images, 1, 28, 28), (args.filters, 1, 5, 5), (args.filters,))
    x, W, b = (rng.standard_normal(shape, np.float32) for shape in shapes)
    results: dict[str, Any] = {"difference": differences(x[:1], W, b)}
    for dtype, values in results["difference"].items():
        print(f"{dtype}: all the same to {max(values.values()):.0e} of the largest number")
    results["copies"] = im2col(x[:1], 5, 5).size / x[:1].size
    print(f"im2col writes down each pixel {results['copies']:.1f} times")
    results["milliseconds"] = milliseconds((x, W, b), args.loop_images, args.rounds)
    at = max(number for number in NUMBERS if number <= args.loop_images)
    fast = results["milliseconds"]["im2col, one product"][at]
    results["speed_up"] = {key: times[at] / fast for key, times in results["milliseconds"].items()}
    for name, ratio in results["speed_up"].items():
        print(f"{name:23} {ratio * fast:9.3f} ms an image, {ratio:8.1f} times im2col's")
    figure = draw(results["milliseconds"], at, args.filters)
    return cli.finish(args, __file__, results, figure)


if __name__ == "__main__":
    cli.run(main)
