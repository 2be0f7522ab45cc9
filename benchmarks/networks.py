"""Time and memory of a training step: ours, the textbook form and PyTorch.

    python benchmarks/networks.py
    python benchmarks/networks.py --parts steps --rounds 21

Prints tables in Markdown. "textbook" is the plain form in float64 (`textbook.py`) with all threads
of BLAS; "ours 2" is DataParallel on two threads; "torch" is PyTorch, eager, in its default
memory format or with channels last (cl), where it is installed (pip install torch). Each contender
runs in a separate process, one at a time, in turn: a ratio is the median over rounds of the ratios
of times measured next to each other. About 10 minutes, half of them for growth.
"""

from importlib.util import find_spec

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from race import LABELS, NUMPY, machine, race, ratio, table

from common.io.progress import progress
from lab.script import Flag

STEPS = {  # row of the table: job, factor of its times
    "TwoLayerNet, SGD": ({"name": "TwoLayerNet"}, 1),
    "784-100x4-10, Adam": ({"name": "784-100x4-10"}, 1),
    "the same with BatchNorm": ({"name": "the same with BatchNorm"}, 1),
    "SimpleConvNet, Adam": ({"name": "SimpleConvNet"}, 1),
    "DeepConvNet, Adam": ({"name": "DeepConvNet"}, 1),
    "DeepConvNet, inference of 10,000": (
        {"name": "DeepConvNet", "task": "classify", "batch": 1000},
        10,  # measured on 1,000
    ),
}
SIZES = (28, 60, 84)  # of images; DeepConvNet halves them three times without a remainder


def torch_contenders(args, name):
    """Return the PyTorch contenders for a network: an empty list without PyTorch."""
    if args.no_torch or find_spec("torch") is None:
        return []
    formats = ("torch", "torch cl") if name.endswith("ConvNet") else ("torch",)
    return [f"{kind} {threads}" for kind in formats for threads in (1, 2)]


def measure_steps(args):
    """Part A: milliseconds of a step, and their ratios."""
    results, times, ratios = {}, {}, {}
    columns = [*NUMPY, *torch_contenders(args, "ConvNet")]
    pairs = [("textbook", "ours 1"), ("textbook", "ours 2")]
    pairs += [(f"ours {name[-1]}", name) for name in columns if name.startswith("torch")]
    for row, (job, factor) in progress(list(STEPS.items())[: 1 if args.quick else None]):
        names = [*NUMPY, *torch_contenders(args, job["name"])]
        results[row] = race(names, args.rounds, args.turn, **{"batch": args.batch, **job})
        ms = {name: factor * np.median(result["ms"]) for name, result in results[row].items()}
        times[row] = [ms.get(name, np.nan) for name in columns]
        ratios[row] = [ratio(results[row], *pair) for pair in pairs]
    table(f"Milliseconds of a training step, batch {args.batch}", "network", columns, times)
    table("Ratios of these times", "network", [" / ".join(pair) for pair in pairs], ratios)
    return results


def measure_memory(args):
    """Part B: by how much the first three steps raise the memory."""
    jobs = [("SimpleConvNet", args.batch)]
    jobs += [] if args.quick else [("DeepConvNet", args.batch), ("DeepConvNet", 10 * args.batch)]
    names = [*NUMPY, *torch_contenders(args, "ConvNet")]
    results, rows = {}, {}
    for name, batch in progress(jobs):
        row = f"{name}, batch {batch}"
        results[row] = race(names, rounds=0, turn=0, name=name, batch=batch)
        mb = {name: result["MB"] for name, result in results[row].items()}
        others = [mb["textbook"] / mb["ours 1"], mb["textbook"] / mb["ours 2"]]
        rows[row] = [*mb.values(), *others]
    columns = [*names, "textbook / ours 1", "textbook / ours 2"]
    table("Peak memory of training steps, in MB above the memory before", "", columns, rows)
    return results


def measure_floor(args):
    """Part C: a step compared with its matrix products alone, on one thread."""
    results, rows, names = {}, {}, ["ours 1", "floor"]
    networks = ["SimpleConvNet", "784-100x4-10", "DeepConvNet"]
    for name in progress(networks[: 1 if args.quick else None]):
        result = race(names, args.rounds, args.turn, name=name, batch=args.batch)
        results[name] = result
        rows[name] = [np.median(result["ours 1"]["ms"]), np.median(result["floor"]["ms"])]
        rows[name].append(ratio(result, *names))
    columns = ["ours 1, ms", "products alone, ms", "ours 1 / products"]
    table("A training step and its matrix products alone", "network", columns, rows)
    return results


def measure_growth(args):
    """Part D: time and memory of DeepConvNet for larger batches, and for larger images."""
    batches, few, sizes = ((1,), 2, (28,)) if args.quick else ((10, 30, 100, 300, 1000), 20, SIZES)
    jobs = [("batch", batch, 28) for batch in batches] + [("size", few, size) for size in sizes]
    results, rows = {"batch": [], "size": []}, {}
    for key, batch, size in progress(jobs):
        job = {"batch": batch, "size": size}
        result = race(NUMPY, min(args.rounds, 5), args.turn, name="DeepConvNet", **job)
        results[key].append({**job, **result})
        row = rows[f"{batch} images of {size} x {size}"] = []
        row += [np.median(result[name]["ms"]) / batch for name in NUMPY]
        row += [result[name]["MB"] for name in NUMPY]
    columns = [*(f"{name}, ms" for name in NUMPY), *(f"{name}, MB" for name in NUMPY)]
    table("DeepConvNet: milliseconds of a step per image, and peak memory", "batch", columns, rows)
    return results


def draw_growth(results):
    """Draw time and memory, by the size of the batch and by that of the images."""
    figure, axes = plots.figure(2, 2, size=(9.4, 7))
    xlabels = {"batch": "images in a batch", "size": "pixels along a side"}
    for column, (key, xlabel) in zip(axes.T, xlabels.items(), strict=True):
        for name, marker in zip(NUMPY, "osD", strict=True):
            x = [result[key] for result in results[key]]
            ms = [np.median(result[name]["ms"]) / result["batch"] for result in results[key]]
            mb = [result[name]["MB"] for result in results[key]]
            column[0].plot(x, ms, marker=marker, label=LABELS[name])
            column[1].plot(x, mb, marker=marker, label=LABELS[name])
        few = results[key][0]["batch"]
        what = "larger batches" if key == "batch" else f"larger images, batch {few}"
        column[0].set(ylabel="ms per image", title=f"Time for {what}", ylim=0)
        column[1].set(ylabel="peak memory, MB", title=f"Memory for {what}")
        column[1].set(yscale="linear" if np.isnan(mb).all() else "log")
        for ax in column:
            ax.set(xlabel=xlabel, xscale="log" if key == "batch" else "linear")
            ax.legend()
    figure.suptitle("A training step of DeepConvNet: the textbook form, ours on 1 and 2 threads")
    return figure


PARTS = {
    "steps": measure_steps,
    "memory": measure_memory,
    "floor": measure_floor,
    "growth": measure_growth,
}
FLAGS = {
    "parts": Flag(list(PARTS), "what to measure", choices=list(PARTS), many=True),
    "batch": Flag(100, "samples in a mini-batch", quick=10),
    "rounds": Flag(9, "turns that each contender takes", quick=1),
    "turn": Flag(0.25, "seconds per turn", quick=0),
    "no_torch": Flag(False, "leave out PyTorch, also where it is installed"),
}


def experiment(args):
    """Measure the parts and print their tables."""
    print(machine())
    print(f"Medians of {args.rounds} rounds (growth: at most 5).")
    if not torch_contenders(args, "ConvNet"):
        print("PyTorch is not in the tables: it is not installed, or was left out.")
    return {"machine": machine(), **{part: PARTS[part](args) for part in args.parts}}


def draw(results):
    """Draw the growth, where it was measured."""
    return draw_growth(results["growth"]) if "growth" in results else []


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
