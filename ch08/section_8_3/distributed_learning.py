"""Learning shared out among workers: the same gradient, sooner (section 8.3.3, figure 8-16).

    python ch08/section_8_3/distributed_learning.py

A mini-batch is cut into equal parts, each worker computes the gradient of one, and they take the
mean. You will see that this mean is the gradient of the whole but for rounding (1e-15), and how
much sooner two threads have it on your machine: on two cores 1.8 times with 200 images, 1.15 times
with 10, and not at all where other programs keep the cores busy. The book quotes 56 times for 100
GPUs: an efficiency of 0.56, 3 hours instead of 7 days. Two simple models of what the exchange of
gradients costs go through that point; behind it they part, with 200 workers one says 48 times and
the other 77.5. They are models, not measurements. About 14 seconds.
"""

from collections.abc import Callable, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ch08.helpers.workers import differences, speed_ups
from lab import plots

WORKERS, SPEED_UP, HOURS = 100, 56, 7 * 24  # the book: 100 GPUs; 7 days on one of them
# What n workers spend on handing gradients on, as a multiple of c.
OVERHEADS: dict[str, Callable[[Any], Any]] = {
    "one after the other, to a server: c (n - 1)": lambda n: n - 1,
    "all at once, in a ring: c (n - 1) / n": lambda n: (n - 1) / n,
}


def model(overhead: Any, n: np.ndarray | float) -> Any:
    """Return the speed-up 1 / (1 / n + c overhead(n)), with the c that gives the book's point."""
    c = (1 / SPEED_UP - 1 / WORKERS) / overhead(WORKERS)
    return 1 / (1 / n + c * overhead(n))


def draw_model(ax: Axes, measured: dict[int, float]) -> None:
    """Draw the book's point, the lines through it, and what was measured here."""
    n = np.geomspace(1, 400, 200)
    ax.plot(n, n, "k--", label="no overhead")
    for name, overhead in OVERHEADS.items():
        ax.plot(n, model(overhead, n), label=f"model: {name}")
    ax.plot(WORKERS, SPEED_UP, "r*", markersize=14, label="the book: 100 GPUs, 56 times")
    ax.plot(list(measured), list(measured.values()), "go", label="measured here: threads")
    ax.set(xscale="log", yscale="log", xlabel="workers n", ylabel="speed-up")
    ax.set_ylim(0.8 * min(0.9, *measured.values()), 500)
    ax.set_title("Figure 8-16: two models through the book's point")
    ax.legend(loc="upper left", fontsize=9)


def draw(results: dict[str, Any]) -> Figure:
    """Draw the differences of the gradients, the measured speed-ups, and the models."""
    fig, (same, here, far) = plots.figure(1, 3, size=(16, 4.8), width_ratios=[0.8, 1, 1.4])
    off = results["difference"]
    same.plot(list(off), list(off.values()), "o-", label="float64")
    same.axhline(1e-12, color="tab:red", linestyle="--", label="$10^{-12}$")
    same.set_yscale("symlog", linthresh=1e-17)
    same.set(ylim=(-3e-18, 1e-10), xticks=list(off), xlabel="parts of the mini-batch")
    same.set(title="Mean of the parts: the same gradient", ylabel="largest relative difference")
    same.legend()
    sizes = list(results["speed_up"])
    for number in results["threads"]:
        heights = [results["speed_up"][size][number] for size in sizes]
        here.plot(sizes, heights, "o-", label=f"{number} threads")
    here.axhline(1, color="k", linestyle="--", label="1 thread")
    here.set(title="DeepConvNet on this machine", xlabel="images in the mini-batch")
    here.set(ylabel="speed-up", xscale="log", ylim=(0, 1.3 * max(results["best"].values())))
    here.set_xticks(sizes, [str(size) for size in sizes])
    here.minorticks_off()
    here.legend()
    draw_model(far, results["best"])
    fig.suptitle("Distributed learning: each worker has a part of the mini-batch")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Compare the gradients, measure threads, fit the models."""
    parser = cli.parser(__doc__)
    add, whole = parser.add_argument, cli.at_least(1)
    add("--batch-sizes", type=whole, nargs="+", default=[10, 30, 100, 200])
    add("--threads", type=cli.at_least(2), nargs="+", default=[2], help="default: 2")
    add("--rounds", type=whole, default=30, help="default: 30")
    args = cli.parse(parser, argv, too_small=True, batch_sizes=[2, 8], rounds=2)

    rng = np.random.default_rng(args.seed)
    results: dict[str, Any] = {"threads": args.threads, "difference": differences(rng)}
    for parts, off in results["difference"].items():
        print(f"mean of {parts:2} gradients: {off:.1e} off")
    results["speed_up"] = speed_ups(sorted(args.batch_sizes), args.threads, args.rounds, rng)
    for size, values in results["speed_up"].items():
        texts = [f"{number} threads {values[number]:.2f}" for number in args.threads]
        print(f"{size} images, speed-up:", ", ".join(texts))
    measured = results["speed_up"].values()
    results["best"] = {n: max(values[n] for values in measured) for n in (1, *args.threads)}
    results |= {"efficiency": SPEED_UP / WORKERS, "hours": HOURS / SPEED_UP}
    print(f"the book: {SPEED_UP} / {WORKERS} workers; {HOURS} h become {results['hours']:g} h")
    results["model"] = {
        name: {n: model(overhead, n) for n in (1, 2, 10, 50, WORKERS, 200, 400)}
        for name, overhead in OVERHEADS.items()
    }
    for name, values in results["model"].items():
        print(f"{name}:", ", ".join(f"{n}: {value:.1f}" for n, value in values.items()))
    return cli.finish(args, __file__, results, draw(results))


if __name__ == "__main__":
    cli.run(main)
