"""What scaling to expect: training over MPI, measured and extrapolated (8.3.3, figure 8-16).

    python ch08/section_8_3/mpi_scaling.py

Starts the ranks itself, and measures a training step of SimpleConvNet and of DeepConvNet: with
mini-batches of 100 that are split among the ranks (strong scaling), and with 100 samples for each
rank (weak scaling). You will see how much of a step is computing, packing the gradients,
communicating, and updating. Then messages of many sizes are timed, and latency and bandwidth are
fitted to them. The last figure shows the speed-up that this model predicts for up to 1,024 ranks:
for both, and for a network as large as AlexNet; with messages as fast as here, or as over a
10-gigabit Ethernet (assumed). Only the green points are measured. A star marks the book: 56 times
with 100 GPUs, which computed much faster than this computer, so that their messages weighed more.

It needs ``python -m pip install -e ".[mpi]"``. About 8 seconds.
"""

import argparse
from itertools import product

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.gpu_clock import NETWORKS
from ch08.helpers.mpi_clock import PARTS, all_reduce_ms, fitted, measure, speed_up
from lab.costs import multiply_adds
from lab.plots import Axes, Figure
from lab.processes import available
from lab.ranks import counted
from lab.script import Flag, Results

KINDS = ("strong", "weak")  # a mini-batch is split; or each rank has one
BOOK = (100, 56)  # figure 8-16: GPUs, and how many times as fast
MOST = 1024
# AlexNet of 2012: parameters, and multiply-adds for an image (convolutions, then affine layers).
ALEXNET_PARAMETERS = 60_965_224
ALEXNET_MACS = (
    *(96 * 363 * 55**2, 256 * 1200 * 27**2, 384 * 2304 * 13**2, 384 * 1728 * 13**2),
    *(256 * 1728 * 13**2, 9216 * 4096, 4096 * 4096, 4096 * 1000),
)
ETHERNET = (0.03, 32 / 10e9 * 1000)  # ms for a message, and for a float32 in it: assumed
AS_HERE, OVER_ETHERNET = "messages as here", "10-gigabit Ethernet, 30 µs (assumed)"
FLAGS = {
    "ranks": Flag(sorted({2, available()}), "numbers of ranks to measure", many=True),
    "batch_size": Flag(100, "samples in a mini-batch", quick=4),
    "rounds": Flag(20, "measurements of each time", quick=2),
}


def experiment(args: argparse.Namespace) -> Results:
    """Measure steps and messages, fit the model; print and return both."""
    measured: dict[int, Results] = {}
    for number in sorted({1, 2, *args.ranks}):  # two: the model is fitted to their messages
        found = measure(number, args.batch_size, args.rounds, args.seed)
        measured[number] = found
        for name, kind in product(NETWORKS, KINDS):
            words = ", ".join(f"{part} {found[name][kind][part]:.1f}" for part in PARTS)
            who = f"{name}, {counted(number)}, {kind} scaling"
            print(f"{who}: {found[name][kind]['step']:.1f} ms ({words})")
    messages = fitted(measured[2]["messages"])
    latency, per_element = messages
    print(f"messages: {1000 * latency:.0f} µs, then {4e-6 / max(per_element, 1e-12):.1f} GB/s")
    return {
        "measured": measured,
        "speed_up": {name: measured_speed_ups(measured, name) for name in NETWORKS},
        "messages": {"latency": latency, "per_element": per_element},
        "model": models(measured[1], messages),
    }


def measured_speed_ups(measured: dict[int, Results], name: str) -> Results:
    """Return how many times as many samples per second each number of ranks trains on."""
    one = measured[1][name]["strong"]["step"]
    return {
        "strong": {n: one / found[name]["strong"]["step"] for n, found in measured.items()},
        "weak": {n: n * one / found[name]["weak"]["step"] for n, found in measured.items()},
    }


def models(one: Results, messages: tuple[float, float]) -> Results:
    """Return the speed-ups that the model predicts, by network, messages and kind of scaling."""
    ranks = 2 ** np.arange(0, np.log2(MOST) + 1)
    found: Results = {"ranks": ranks}
    ways = {AS_HERE: messages, OVER_ETHERNET: ETHERNET}
    for (name, (size, compute, rest)), where in product(costs(one).items(), ways):
        message = all_reduce_ms(ranks, size, *ways[where])
        curves = {
            kind: speed_up(ranks, compute, rest, message, weak=kind == "weak") for kind in KINDS
        }
        found[f"{name}, {where}"] = curves
        words = ", ".join(f"{kind} {curve[-1]:.0f}" for kind, curve in curves.items())
        print(f"model, {name}, {where}, {MOST} ranks: {words}")
    return found


def costs(one: Results) -> dict[str, tuple[int, float, float]]:
    """Return by network its parameters, and milliseconds to compute, and to pack and update."""
    found, macs = {}, {}
    for name, make in NETWORKS.items():
        network, step = make(np.random.default_rng(0)), one[name]["strong"]
        macs[name] = sum(multiply_adds(network, np.zeros((1, 1, 28, 28), np.float32)).values())
        parameters = sum(W.size for W in network.params.values())
        found[name] = parameters, step["compute"], step["pack"] + step["update"]
    parameters, compute, rest = found["DeepConvNet"]  # AlexNet: as many of each per second
    found["AlexNet"] = (
        ALEXNET_PARAMETERS,
        compute * sum(ALEXNET_MACS) / macs["DeepConvNet"],
        rest * ALEXNET_PARAMETERS / parameters,
    )
    return found


def draw(results: Results) -> list[Figure]:
    """Draw the parts of a step, and the speed-ups that were measured and those of the model."""
    first, axes = plots.figure(len(NETWORKS), 2, size=(9.4, 7.2))
    for ax, (name, kind) in zip(axes.flat, product(NETWORKS, KINDS), strict=True):
        draw_parts(ax, results, name, kind)
    axes[0, 0].legend()
    second, axes = plots.figure(1, 2, size=(9.4, 5.8), sharey=True)
    for ax, kind in zip(axes, KINDS, strict=True):
        draw_model(ax, results, kind)
    axes[0].set_ylabel("speed-up")
    second.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return [first, second]


def draw_parts(ax: Axes, results: Results, name: str, kind: str) -> None:
    """Draw the parts of a step as stacked bars, one for each number of ranks."""
    names, below = [str(n) for n in results["measured"]], np.zeros(len(results["measured"]))
    for part in PARTS:
        found = results["measured"].values()
        heights = np.array([of_ranks[name][kind][part] for of_ranks in found])
        ax.bar(names, heights, bottom=below, label=part)
        below += heights
    size = results["settings"]["batch_size"]
    what = f"{size} samples, split" if kind == "strong" else f"{size} samples for each rank"
    best = max(results["speed_up"][name][kind].values())
    ax.set(
        title=f"{name}, {what}: {best:.2f} times as fast", xlabel="ranks", ylabel="ms for a step"
    )


def draw_model(ax: Axes, results: Results, kind: str) -> None:
    """Draw the speed-ups of the model as lines; what was measured here, and in the book."""
    model = dict(results["model"])
    ranks = model.pop("ranks")
    ax.plot(ranks, ranks, "k--", label="no overhead")
    for name, curves in model.items():
        style = ":" if OVER_ETHERNET in name else "-"
        color = plots.color(name.partition(",")[0])
        ax.plot(ranks, curves[kind], style, color=color, label=f"model: {name}")
    for name, marker in zip(NETWORKS, "os", strict=True):
        here = results["speed_up"][name][kind]
        label = f"measured here: {name}"
        ax.plot(list(here), list(here.values()), marker, color=plots.GREEN, label=label)
    ax.plot(*BOOK, "*", color=plots.RED, markersize=14, label="the book: 100 GPUs, 56 times")
    what = "mini-batches are split" if kind == "strong" else "the same for each rank"
    ax.set(xscale="log", yscale="log", xlabel="ranks", title=what)


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, too_small=True)

if __name__ == "__main__":
    script.run(main)
