"""Time and memory of a training step: ours, the textbook form and PyTorch.

    python benchmarks/networks.py
    python benchmarks/networks.py --parts steps --rounds 21

You will see tables in Markdown. "textbook" is the plain form in float64 (`textbook.py`) with all
threads that BLAS uses; "ours 2" is DataParallel on two threads; "torch" is PyTorch, eager, in its
default memory format or with channels last (cl), if it is installed (pip install torch).
Each contender runs in a separate process, one at a time, in turns: a ratio is the median over
rounds of the ratios within a round. About 10 minutes, half of them for growth.
"""

import json
import os
import platform
import subprocess
import sys
from argparse import BooleanOptionalAction
from contextlib import ExitStack
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from threadpoolctl import threadpool_info

from common.io.progress import progress
from lab import plots

CONTENDERS = {
    "textbook": {"kind": "textbook"},
    "ours 1": {"kind": "ours", "threads": 1},
    "ours 2": {"kind": "ours", "threads": 2},
    "torch 1": {"kind": "torch", "threads": 1},
    "torch 2": {"kind": "torch", "threads": 2},
    "torch cl 1": {"kind": "torch, channels last", "threads": 1},
    "torch cl 2": {"kind": "torch, channels last", "threads": 2},
    "floor": {"kind": "floor"},
}
LABELS = {"textbook": "textbook", "ours 1": "ours, 1 thread", "ours 2": "ours, 2 threads"}
NUMPY = list(LABELS)
STEPS = {  # row of the table: job, factor of the times
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
SIZES = (28, 60, 84)  # of images, which DeepConvNet can halve three times


class Contender:
    """A process that runs `contender.py`."""

    def __init__(self, job, stack):
        script = str(Path(__file__).with_name("contender.py"))
        free = {key: value for key, value in os.environ.items() if "NUM_THREADS" not in key}
        self.process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, script, json.dumps(job)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=free,
            )
        )

    def answer(self):
        """Return its next answer."""
        line = self.process.stdout.readline()
        if not line:
            raise OSError(f"a contender ended: {self.process.args[2]}")
        return json.loads(line)

    def ask(self, line):
        """Send it a line; return its answer."""
        print(line, file=self.process.stdin, flush=True)
        return self.answer()


def race(names, rounds, turn, **job):
    """Run the contenders in turns.

    Returns
    -------
    dict
        For each name the milliseconds of a step in each round, and the MB that its first three
        steps used.
    """
    with ExitStack() as stack:
        runners = {name: Contender({**job, **CONTENDERS[name]}, stack) for name in names}
        for runner in runners.values():
            runner.answer()  # it is ready
        memory = {name: runner.ask("memory") for name, runner in runners.items()}
        times = {name: [] for name in names}
        for _ in range(rounds):
            for name, runner in runners.items():
                times[name].append(1000 * np.median(runner.ask(turn)))
    return {name: {"ms": times[name], "MB": memory[name]} for name in names}


def torch_contenders(args, name):
    """Return the PyTorch contenders for a network; none with ``--no-torch``."""
    formats = ("torch", "torch cl") if name.endswith("ConvNet") else ("torch",)
    return [f"{kind} {threads}" for kind in formats for threads in (1, 2)] if args.torch else []


def ratio(results, above, below):
    """Return the median over rounds of the ratios of the times; NaN if one did not run."""
    if above not in results or below not in results:
        return np.nan
    return np.median(np.divide(results[above]["ms"], results[below]["ms"]))


def table(title, first, columns, rows):
    """Print a table in Markdown: numbers with three digits, - for NaN."""
    body = [[name, *("-" if np.isnan(x) else digits(x) for x in row)] for name, row in rows.items()]
    lines = [[first, *columns], *body]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    print(f"\n{title}\n")
    for line in (lines[0], rule, *body):
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("|", " | ".join([line[0].ljust(widths[0]), *cells]), "|", flush=True)


def digits(number):
    """Return a number with three significant digits."""
    return f"{float(f'{number:.3g}'):g}"


def measure_steps(args):
    """Part A: milliseconds of a step, and ratios."""
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
    """Part B: the increase of memory in the first three steps."""
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
    """Draw time and memory against the batch size, and against the image size."""
    figure, axes = plots.figure(2, 2, size=(9.6, 7))
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


def machine():
    """Return a description of the machine: processor, Python, NumPy, BLAS, PyTorch."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    blas = [
        f"{lib['internal_api']} {lib['version']} for {lib.get('architecture', '?')}"
        for lib in threadpool_info()
        if lib["user_api"] == "blas"
    ]
    torch = f"torch {version('torch')}" if find_spec("torch") else "no torch"
    return (
        f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}, NumPy {np.__version__}, "
        f"{', '.join(blas)}, {torch}"
    )


PARTS = {
    "steps": measure_steps,
    "memory": measure_memory,
    "floor": measure_floor,
    "growth": measure_growth,
}


def main(argv=None):
    """Measure the parts, print their tables, save the numbers."""
    parser = cli.parser(__doc__)
    parser.add_argument("--parts", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--batch", type=cli.at_least(1), default=100, help="samples (default: 100)")
    parser.add_argument("--rounds", type=cli.at_least(1), default=9, help="turns (default: 9)")
    parser.add_argument("--turn", type=float, default=0.25, help="seconds of one (default: 0.25)")
    parser.add_argument(
        "--torch",
        action=BooleanOptionalAction,
        default=find_spec("torch") is not None,
        help="compare with PyTorch (default: where it is installed)",
    )
    args = cli.parse(parser, argv, batch=10, rounds=1, turn=0)
    print(machine())
    print(f"Medians of {args.rounds} rounds (growth: at most 5).")
    if not args.torch:
        print("PyTorch is not in the tables: it is not installed, or not wanted.")
    results = {part: PARTS[part](args) for part in args.parts}
    figure = draw_growth(results["growth"]) if "growth" in results else None
    return cli.finish(args, __file__, {"machine": machine(), **results}, figure)


if __name__ == "__main__":
    cli.run(main)
