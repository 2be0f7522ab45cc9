r"""Time and memory of a training step: ours, the textbook form, and the best of PyTorch and JAX.

    python benchmarks/networks.py
    python benchmarks/networks.py --parts steps --rounds 21

PyTorch and JAX are measured where they are installed, in separate environments or in this one:

    python -m venv torch-env && torch-env/bin/python -m pip install torch numpy
    python -m venv jax-env && jax-env/bin/python -m pip install jax
    python benchmarks/networks.py --torch-python torch-env/bin/python \
        --jax-python jax-env/bin/python

Prints tables in Markdown. "textbook" is the plain form in float64 (`textbook.py`) with all threads
of BLAS; "ours 2" is DataParallel on two threads. PyTorch and JAX are measured in all forms of
`torch_networks.py` and `jax_networks.py` (PyTorch needs a C++ compiler for "compiled"). Each
contender runs in a separate process, one at a time, in turn. Then ours and the fastest peer take
turns again: a ratio is the median over rounds of the ratios of times measured next to each other.
The part "steps" takes about 6 minutes with the peers, the others longer.
"""

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from growth import draw_growth, measure_growth
from peers import NUMPY, installed, peer_names, threads_of
from race import best, medians, race, ratio
from tables import machine, table

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


def measure_steps(args):
    """Part A: milliseconds of a step, and their ratios."""
    results = {}
    for row, (setup, factor) in progress(list(STEPS.items())[: 1 if args.quick else None]):
        names = [*NUMPY, *peer_names(args.pythons, setup["name"])]
        setup = {"batch": args.batch, **setup}
        results[row] = race(names, args.rounds, args.turn, args.pythons, **setup)
        for result in results[row].values():
            result["ms"] = [factor * ms for ms in result["ms"]]
    report(f"Milliseconds of a training step, batch {args.batch}", results, "ms", args.pythons)
    for row, result in results.items():
        for name, cores in zip(result, medians(result, result, "cores"), strict=True):
            if name != "textbook" and cores > threads_of(name) + 0.1:
                print(f"{row}: {name} used {cores:.2f} cores.")
    return results


def measure_memory(args):
    """Part B: by how much the first three steps increase the memory."""
    jobs = [("SimpleConvNet", args.batch)]
    jobs += [] if args.quick else [("DeepConvNet", args.batch), ("DeepConvNet", 10 * args.batch)]
    names, results = [*NUMPY, *peer_names(args.pythons, "ConvNet")], {}
    for name, batch in progress(jobs):
        result = race(names, 0, 0, args.pythons, name=name, batch=batch)
        results[f"{name}, batch {batch}"] = result
    title = "Peak memory of training steps, in MB above the memory before"
    report(title, results, "MB", args.pythons)
    return results


def report(title, results, measure, packages):
    """Print the NumPy contenders; then for each number of threads ours, the peers and the best."""
    pairs = [("textbook", "ours 1"), ("textbook", "ours 2")]
    rows = {
        row: medians(result, NUMPY, measure) + [ratio(result, *pair, measure) for pair in pairs]
        for row, result in results.items()
    }
    table(title, "network", [*NUMPY, *map(" / ".join, pairs)], rows)
    for threads in (1, 2) if packages else ():
        ours, rows = f"ours {threads}", {}
        names = [ours, *peer_names(packages, "ConvNet", [threads])]
        for row, result in results.items():
            rival = result[ours].get("best peer") or best(result, measure, threads)
            rows[row] = [*medians(result, names, measure), rival or "-"]
            rows[row].append(ratio(result, ours, rival, measure))
        columns = [*names, "best peer", "ours / best peer"]
        table(f"{title}; threads: {threads}", "network", columns, rows)


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
    "torch_python": Flag(None, "the Python that has PyTorch (default: this one)"),
    "jax_python": Flag(None, "the Python that has JAX (default: this one)"),
    "no_peers": Flag(False, "leave out PyTorch and JAX, also where they are installed"),
}


def experiment(args):
    """Measure the parts and print their tables."""
    pythons = {"torch": args.torch_python, "jax": args.jax_python}
    args.pythons, versions = installed({} if args.no_peers else pythons)
    print(machine(versions))
    print(f"Medians of {args.rounds} rounds (growth: at most 5).")
    return {"machine": machine(versions), **{part: PARTS[part](args) for part in args.parts}}


def draw(results):
    """Draw the growth, where it was measured."""
    return draw_growth(results["growth"]) if "growth" in results else []


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
