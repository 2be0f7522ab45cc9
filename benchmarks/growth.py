"""How time and memory of a step of DeepConvNet grow: with batch, images, depth and filters."""

import numpy as np
from matplotlib.ticker import NullLocator, StrMethodFormatter
from peers import NUMPY, peer_names
from race import medians, race
from tables import table

from common.io.progress import progress
from lab import plots

FEW = 20  # images in a batch, unless the batch grows
GROWTH = {  # what grows: its values; the unit and the label of its axis; powers of time and memory
    "batch": ((10, 30, 100, 300, 1000), 1, "images in a batch", (0, 1)),
    "size": ((28, 60, 124), 1, "pixels along a side of an image", (2, 2)),
    "depth": ((1, 2, 4, 8), 3, "convolutions", (1, 1)),
    "width": ((0.5, 1, 2, 4), 16, "filters in the first convolution", (2, 1)),
}
POWERS = ("constant", "growing in proportion", "growing with the square")
LINES = {  # how each contender is drawn
    "textbook": ("textbook form", {"color": plots.BLACK, "marker": "x", "linestyle": ":"}),
    "ours 1": ("ours, 1 thread", {"color": plots.SKY, "marker": "o"}),
    "ours 2": ("ours, 2 threads", {"color": plots.BLUE, "marker": "o"}),
    "torch tuned 1": ("PyTorch, 1 thread", {"color": plots.ORANGE, "marker": "s"}),
    "torch tuned 2": ("PyTorch, 2 threads", {"color": plots.RED, "marker": "s"}),
}


def measure_growth(args):
    """Part D: milliseconds and MB of a step, as one of the sizes of DeepConvNet grows."""
    torch = peer_names([name for name in args.pythons if name == "torch"], "ConvNet")
    names = [name for name in [*NUMPY, *torch] if name in LINES]
    many, few = (1, 2) if args.quick else (None, FEW)
    jobs = [(what, value) for what, (values, *_) in GROWTH.items() for value in values[:many]]
    results, rows = {what: [] for what in GROWTH}, {}
    for what, value in progress(jobs):
        setup = {"name": "DeepConvNet", "batch": few, what: value}
        result = race(names, min(args.rounds, 5), args.turn, args.pythons, **setup)
        ms = [each / setup["batch"] for each in medians(result, names, "ms")]
        mb = medians(result, names, "MB")
        results[what].append({"value": value * GROWTH[what][1], "ms per image": ms, "MB": mb})
        rows[f"{results[what][-1]['value']:g} {GROWTH[what][2]}"] = ms + mb
    columns = [f"{name}, {unit}" for unit in ("ms", "MB") for name in names]
    title = (
        f"DeepConvNet: ms of a step per image, and peak MB; {few} images, unless the batch grows"
    )
    table(title, "", columns, rows)
    return {"names": names, **results}


def draw_growth(results):
    """Draw the time per image (above) and the memory (below) against each of the sizes."""
    rows = {"ms per image": "Time", "MB": "Memory"}
    figure, axes = plots.figure(len(rows), len(GROWTH), size=(15, 8), sharey="row")
    for row, (measure, title) in zip(axes, rows.items(), strict=True):
        for ax, (what, (*_, label, powers)) in zip(row, GROWTH.items(), strict=True):
            power = powers[measure == "MB"]
            draw_lines(ax, results["names"], results[what], measure, power)
            ax.set(title=f"{title}; grey: {POWERS[power]}", xlabel=label)
        row[0].set(ylabel=measure)
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=len(handles[0]), fontsize=12)
    figure.suptitle(
        f"A training step of DeepConvNet: {FEW} images of 28 x 28, 6 convolutions, 16 filters in "
        "the first; one of these grows"
    )
    return figure


def draw_lines(ax, names, runs, measure, power):
    """Draw one measure of all contenders, over a grey line that grows with this power of x."""
    x = np.array([run["value"] for run in runs])
    lines = dict(zip(names, np.transpose([run[measure] for run in runs]), strict=True))
    guide = lines["ours 1"][0] * (x / x[0]) ** power
    ax.plot(x, guide, color="grey", linewidth=8, alpha=0.25, solid_capstyle="butt")
    for name, y in lines.items():
        legend, style = LINES[name]
        ax.plot(x, y, label=legend, **style)
    ax.set(xscale="log", yscale="linear" if np.isnan(guide).all() else "log")
    ax.set_xticks(x, [f"{value:g}" for value in x])
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.xaxis.set_minor_locator(NullLocator())
