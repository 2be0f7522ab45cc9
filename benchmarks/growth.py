"""How time and memory of a step of DeepConvNet grow: with batch, images, depth and filters."""

import numpy as np
from peers import NUMPY, peer_names
from race import medians, race
from tables import table

from common.io.progress import progress
from lab import plots

FEW = 20  # images in a batch, where it is not the batch that grows
GROWTH = {  # what grows: its values, and by what they become the numbers on the axis
    "batch": ((10, 30, 100, 300, 1000), 1, "images in a batch"),
    "size": ((28, 60, 124), 1, "pixels along a side of an image"),
    "depth": ((1, 2, 4, 8), 3, "convolutions"),
    "width": ((0.5, 1, 2, 4), 16, "filters in the first convolution"),
}
LINES = {  # how each contender is drawn
    "textbook": ("textbook form", {"color": plots.BLACK, "marker": "x", "linestyle": ":"}),
    "ours 1": ("ours, 1 thread", {"color": plots.SKY, "marker": "o"}),
    "ours 2": ("ours, 2 threads", {"color": plots.BLUE, "marker": "o"}),
    "torch fused 1": ("PyTorch, 1 thread", {"color": plots.ORANGE, "marker": "s"}),
    "torch fused 2": ("PyTorch, 2 threads", {"color": plots.RED, "marker": "s"}),
}


def measure_growth(args):
    """Part D: milliseconds and MB of a step, as one of the sizes of DeepConvNet grows."""
    torch = peer_names([name for name in args.pythons if name == "torch"], "ConvNet")
    names = [name for name in [*NUMPY, *torch] if name in LINES]
    jobs = [(what, value) for what, (values, *_) in GROWTH.items() for value in values]
    jobs = [(what, values[0]) for what, (values, *_) in GROWTH.items()] if args.quick else jobs
    results, rows = {what: [] for what in GROWTH}, {}
    for what, value in progress(jobs):
        setup = {"name": "DeepConvNet", "batch": FEW, what: value}
        result = race(names, min(args.rounds, 5), args.turn, args.pythons, **setup)
        results[what].append({"batch": setup["batch"], what: value, **result})
        row = f"{value * GROWTH[what][1]:g} {GROWTH[what][2]}"
        rows[row] = [ms / setup["batch"] for ms in medians(result, names, "ms")]
        rows[row] += medians(result, names, "MB")
    columns = [f"{name}, {unit}" for unit in ("ms", "MB") for name in names]
    title = (
        f"DeepConvNet: milliseconds of a step per image, and peak memory; {FEW} images or as said"
    )
    table(title, "", columns, rows)
    return results


def draw_growth(results):
    """Draw the time per image (above) and the memory (below), by each of the sizes."""
    figure, axes = plots.figure(2, len(GROWTH), size=(14, 7.2), sharey="row")
    for column, (what, (_, unit, label)) in zip(axes.T, GROWTH.items(), strict=True):
        for name, (legend, style) in LINES.items():
            runs = [run for run in results[what] if name in run]
            x = [unit * run[what] for run in runs]
            ms = [np.median(run[name]["ms"]) / run["batch"] for run in runs]
            column[0].plot(x, ms, label=legend, **style)
            column[1].plot(x, [run[name]["MB"] for run in runs], **style)
        for ax in column:
            ax.set(xscale="log", yscale="log", xlabel=label)
            ax.set_xticks(x, [f"{value:g}" for value in x], minor=False)
            ax.minorticks_off()
    return figure
