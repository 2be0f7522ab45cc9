"""A mini-batch split among workers: the same gradient, faster (section 8.3.3, figure 8-16).

    python ch08/section_8_3/distributed_learning.py

Splits a mini-batch into equal parts; each worker computes the gradient of one part, and the
gradients are averaged. You will see that the mean equals the gradient of the whole mini-batch
except for rounding (1e-15), and how much faster two threads are on your machine: on two free cores
1.5 to 1.8 times with 200 images, about once with 10, and not at all where other programs keep the
cores busy. The book quotes a speed-up of 56 with 100 GPUs: an efficiency of 0.56, 3 hours instead
of 7 days. Two simple models of the cost of exchanging gradients go through that point. For more
workers they differ: with 200, one predicts a speed-up of 48, the other 77.5. They are models, not
measurements. About 14 seconds. With processes instead of threads: ``ch08/mpi_training.py``.
"""

import argparse
from collections.abc import Callable
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.workers import differences, speed_ups
from lab.plots import Axes, Figure
from lab.script import Flag, Results

WORKERS, SPEED_UP, HOURS = 100, 56, 7 * 24  # the book: 100 GPUs; 7 days on one of them
# The cost of exchanging gradients among n workers, as a multiple of c.
OVERHEADS: dict[str, Callable[[Any], Any]] = {
    "one after the other, to a server: c (n - 1)": lambda n: n - 1,
    "all at once, in a ring: c (n - 1) / n": lambda n: (n - 1) / n,
}
FLAGS = {
    "batch_sizes": Flag([10, 30, 100, 200], "images in a mini-batch", quick=[2, 8], many=True),
    "threads": Flag([2], "numbers of threads", least=2, many=True),
    "rounds": Flag(30, "measurements of each time", quick=2),
}


def model(overhead: Any, n: np.ndarray | float) -> Any:
    """Return the speed-up 1 / (1 / n + c overhead(n)), with the c that gives the book's point."""
    c = (1 / SPEED_UP - 1 / WORKERS) / overhead(WORKERS)
    return 1 / (1 / n + c * overhead(n))


def experiment(args: argparse.Namespace) -> Results:
    """Compare the gradients, measure the threads, fit the models."""
    rng = np.random.default_rng(args.seed)
    results: Results = {"threads": args.threads, "difference": differences(rng)}
    for parts, off in results["difference"].items():
        print(f"mean of {parts:2} gradients: difference {off:.1e}")
    measured = speed_ups(sorted(args.batch_sizes), args.threads, args.rounds, rng)
    for size, values in measured.items():
        words = [f"{number} threads {values[number]:.2f}" for number in args.threads]
        print(f"{size} images, speed-up:", ", ".join(words))
    best = {n: max(values[n] for values in measured.values()) for n in (1, *args.threads)}
    return results | {"speed_up": measured, "best": best} | the_book()


def the_book() -> Results:
    """Print and return the book's numbers, and the predictions of the models."""
    hours = HOURS / SPEED_UP
    print(f"the book: {SPEED_UP} / {WORKERS} workers; {HOURS} h become {hours:g} h")
    models = {
        name: {n: model(overhead, n) for n in (1, 2, 10, 50, WORKERS, 200, 400)}
        for name, overhead in OVERHEADS.items()
    }
    for name, values in models.items():
        print(f"{name}:", ", ".join(f"{n}: {value:.1f}" for n, value in values.items()))
    return {"efficiency": SPEED_UP / WORKERS, "hours": hours, "model": models}


def draw(results: Results) -> Figure:
    """Draw the differences of the gradients, the measured speed-ups, and the models."""
    names = [["same", "here"], ["models", "models"]]
    fig, axes = plots.mosaic(names, size=(9.4, 8.6), height_ratios=[1, 1.3])
    draw_differences(axes["same"], results["difference"])
    draw_speed_ups(axes["here"], results)
    draw_models(axes["models"], results["best"])
    return fig


def draw_differences(ax: Axes, off: dict[int, float]) -> None:
    """Draw how much the mean of the parts' gradients differs from that of the whole."""
    ax.plot(list(off), list(off.values()), "o-", label="float64")
    ax.axhline(1e-12, color=plots.RED, linestyle="--", label="$10^{-12}$")
    ax.set_yscale("symlog", linthresh=1e-17)
    ax.set(ylim=(-3e-18, 1e-10), xticks=list(off), xlabel="parts of the mini-batch")
    title = f"Mean of the parts: differs by at most {max(off.values()):.0e}"
    ax.set(title=title, ylabel="largest relative difference")
    ax.legend()


def draw_speed_ups(ax: Axes, results: Results) -> None:
    """Draw the measured speed-ups by the size of the mini-batch."""
    sizes, best = list(results["speed_up"]), results["best"]
    for number, marker in zip(results["threads"], "osD^vPX*", strict=False):
        heights = [results["speed_up"][size][number] for size in sizes]
        ax.plot(sizes, heights, marker=marker, label=f"{number} threads")
    ax.axhline(1, color="k", linestyle="--", label="1 thread")
    most = max(best[number] for number in results["threads"])
    ax.set(title=f"Measured here: a speed-up of {most:.2f} at most", ylabel="speed-up")
    ax.set(xlabel="images in the mini-batch", xscale="log", ylim=(0, 1.4 * max(best.values())))
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()
    ax.legend(loc="lower right")


def draw_models(ax: Axes, measured: dict[int, float]) -> None:
    """Draw the book's point, the models through it, and what was measured here."""
    n = np.geomspace(1, 400, 200)
    ax.plot(n, n, "k--", label="no overhead")
    for (name, overhead), style in zip(OVERHEADS.items(), ("-", "-."), strict=True):
        ax.plot(n, model(overhead, n), style, label=f"model: {name}")
    label = f"the book: {WORKERS} GPUs, {SPEED_UP} times"
    ax.plot(WORKERS, SPEED_UP, "*", color=plots.PURPLE, markersize=14, label=label)
    speed_ups_here, label = list(measured.values()), "measured here: threads"
    ax.plot(list(measured), speed_ups_here, "o", color=plots.GREEN, label=label)
    ax.set(xscale="log", yscale="log", xlabel="workers n", ylabel="speed-up")
    ax.set_ylim(0.8 * min(0.9, *measured.values()), 1000)
    ax.set_title(
        f"Figure 8-16: two models through the book's point: {HOURS} h become {HOURS / SPEED_UP:g} h"
    )
    ax.legend(loc="upper left", fontsize=9)


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, too_small=True)

if __name__ == "__main__":
    script.run(main)
