"""What scaling to expect: training over MPI, measured and extrapolated (8.3.3, figure 8-16).

    python ch08/section_8_3/mpi_scaling.py

Starts the ranks itself, and measures a training step of DeepConvNet: with mini-batches of 100 that
are split among the ranks (strong scaling), and with 100 samples for each rank (weak scaling). You
will see how much of a step is computing, packing the gradients, communicating, and updating. Then
messages of many sizes are timed, and latency and bandwidth are fitted to them. The last figure
shows the speed-up that this model predicts for up to 1,024 ranks: for DeepConvNet and for a network
as large as AlexNet; with messages as fast as here, or as over a 10-gigabit Ethernet (assumed). Only
the green points are measured. A star marks the book: 56 times with 100 GPUs, which computed much
faster than this computer, so that their messages weighed more.

It needs ``python -m pip install -e ".[mpi]"``. About 8 seconds.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ch08.deep_convnet import DeepConvNet
from ch08.helpers.mpi_clock import PARTS, all_reduce_ms, fitted, measure, speed_up
from lab.costs import multiply_adds
from lab.processes import available
from lab.script import Flag, Results

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
        for kind in ("strong", "weak"):
            words = ", ".join(f"{part} {found[kind][part]:.1f}" for part in PARTS)
            who = f"{number} rank{'s' * (number > 1)}"
            print(f"{who}, {kind} scaling: {found[kind]['step']:.1f} ms ({words})")
    messages = fitted(measured[2]["messages"])
    latency, per_element = messages
    print(f"messages: {1000 * latency:.0f} µs, then {4e-6 / max(per_element, 1e-12):.1f} GB/s")
    return {
        "measured": measured,
        "speed_up": measured_speed_ups(measured),
        "messages": {"latency": latency, "per_element": per_element},
        "model": models(measured[1]["strong"], messages),
    }


def measured_speed_ups(measured: dict[int, Results]) -> Results:
    """Return how many times as many samples per second each number of ranks trains on."""
    one = measured[1]["strong"]["step"]
    return {
        "strong": {n: one / found["strong"]["step"] for n, found in measured.items()},
        "weak": {n: n * one / found["weak"]["step"] for n, found in measured.items()},
    }


def models(one: Results, messages: tuple[float, float]) -> Results:
    """Return the speed-ups that the model predicts, by network, messages and kind of scaling."""
    network, image = DeepConvNet(rng=0), np.zeros((1, 1, 28, 28), np.float32)
    macs = sum(multiply_adds(network, image).values())
    parameters = sum(W.size for W in network.params.values())
    rest = one["pack"] + one["update"]
    sizes = {
        "DeepConvNet": (parameters, one["compute"], rest),
        "AlexNet": (
            ALEXNET_PARAMETERS,
            one["compute"] * sum(ALEXNET_MACS) / macs,  # as many multiply-adds per second
            rest * ALEXNET_PARAMETERS / parameters,
        ),
    }
    ranks = 2 ** np.arange(0, np.log2(MOST) + 1)
    found: Results = {"ranks": ranks}
    for name, (size, compute, others) in sizes.items():
        for where, how in ((AS_HERE, messages), (OVER_ETHERNET, ETHERNET)):
            message = all_reduce_ms(ranks, size, *how)
            found[f"{name}, {where}"] = {
                kind: speed_up(ranks, compute, others, message, weak=kind == "weak")
                for kind in ("strong", "weak")
            }
            words = (
                f"{kind} {found[f'{name}, {where}'][kind][-1]:.0f}" for kind in ("strong", "weak")
            )
            print(f"model, {name}, {where}: with {MOST} ranks", ", ".join(words))
    return found


def draw(results: Results) -> list[Figure]:
    """Draw the parts of a step, and the speed-ups that were measured and those of the model."""
    first, axes = plots.figure(1, 2, size=(9.4, 4.4))
    for ax, kind in zip(axes, ("strong", "weak"), strict=True):
        draw_parts(ax, results, kind)
    axes[0].legend()
    second, axes = plots.figure(1, 2, size=(9.4, 5.4), sharey=True)
    for ax, kind in zip(axes, ("strong", "weak"), strict=True):
        draw_model(ax, results, kind)
    axes[0].set_ylabel("speed-up")
    second.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return [first, second]


def draw_parts(ax: Axes, results: Results, kind: str) -> None:
    """Draw the parts of a step as stacked bars, one for each number of ranks."""
    names, below = [str(n) for n in results["measured"]], np.zeros(len(results["measured"]))
    for part in PARTS:
        heights = np.array([found[kind][part] for found in results["measured"].values()])
        ax.bar(names, heights, bottom=below, label=part)
        below += heights
    size = results["settings"]["batch_size"]
    what = f"{size} samples, split" if kind == "strong" else f"{size} samples for each rank"
    best = max(results["speed_up"][kind].values())
    ax.set(title=f"{what}: {best:.2f} times as fast", xlabel="ranks", ylabel="ms for a step")


def draw_model(ax: Axes, results: Results, kind: str) -> None:
    """Draw the speed-ups of the model as lines; what was measured here, and in the book."""
    model = dict(results["model"])
    ranks = model.pop("ranks")
    ax.plot(ranks, ranks, "k--", label="no overhead")
    for (name, curves), style in zip(model.items(), ("-", ":", "-", ":"), strict=True):
        color = plots.BLUE if name.startswith("Deep") else plots.ORANGE
        ax.plot(ranks, curves[kind], style, color=color, label=f"model: {name}")
    here = results["speed_up"][kind]
    ax.plot(list(here), list(here.values()), "o", color=plots.GREEN, label="measured here")
    ax.plot(*BOOK, "*", color=plots.PURPLE, markersize=14, label="the book: 100 GPUs, 56 times")
    what = "mini-batches are split" if kind == "strong" else "the same for each rank"
    ax.set(xscale="log", yscale="log", xlabel="ranks", title=what)


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, too_small=True)

if __name__ == "__main__":
    script.run(main)
