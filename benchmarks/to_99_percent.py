"""The training run of `ch08/fast_99.py`, which reaches 99 % of the test digits, and in PyTorch.

    python benchmarks/to_99_percent.py --torch-python torch-env/bin/python

Ours and PyTorch (eager; and fused: see `torch_networks.py`) train the same network with the same
recipe, in separate processes, one after the other, with several seeds. You will see a table of
means: the seconds of training, those of the whole process with loading and testing, and the
accuracy (in PyTorch on digits that are not moved); and our time divided by PyTorch's, as the median
over the seeds. About 2 minutes.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from descriptions import describe
from peers import installed
from tables import machine, table

from ch08.fast_99 import RECIPES, up_and_down, without_border
from common.io.progress import progress
from lab.image_training import digits
from lab.script import Flag

HERE = Path(__file__).parent
OURS, FORMS = "ours", ("eager", "fused")
FLAGS = {
    "runs": Flag(5, "training runs: --seed, the next one ...", quick=1),
    "samples": Flag(60000, "digits to train on", quick=300, least=200),
    "threads": Flag(2, "number of threads"),
    "torch_python": Flag(None, "a Python that has PyTorch; default: this one", kind=Path),
    "validate": Flag(False, "test on held-out training digits, not on the test digits"),
}


def run_ours(args, folder, seed):
    """Run the script in a separate process; return its seconds of training and its accuracy."""
    words = {"seed": seed, "runs": 1, "samples": args.samples, "threads": args.threads}
    flags = [word for key, value in words.items() for word in (f"--{key}", str(value))]
    flags += ["--validate"] * args.validate + ["--last", "--no-show", "--out", str(folder)]
    subprocess.run([sys.executable, "-m", "ch08.fast_99", *flags], check=True, capture_output=True)
    results = json.loads((folder / "ch08" / "fast_99.json").read_text(encoding="utf-8"))
    (name,) = results["seconds"]
    return {key: results[key][name][0] for key in ("seconds", "accuracy")}


def run_torch(python, recipe):
    """Run the recipe in PyTorch, in a separate process."""
    words = [str(python), str(HERE / "torch_training.py"), json.dumps(recipe)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def recipe_for_torch(args, folder):
    """Save the digits in `folder`; return the recipe without form and seed."""
    recipe = list(RECIPES.values())[-1]
    (x, t), (x_test, t_test) = (without_border(data, recipe.border) for data in digits(args))
    np.savez(folder / "digits.npz", x=x, t=t, x_test=x_test, t_test=t_test)
    number = -(-len(x) // recipe.batch_size)
    rate = up_and_down(recipe.lr, number)
    return {
        "layers": describe(recipe.build(np.random.default_rng(0))),
        "rates": [rate(step) for step in range(number)],
        "betas": recipe.betas,
        "batch_size": recipe.batch_size,
        "threads": args.threads,
        "digits": str(folder / "digits.npz"),
    }


def experiment(args):
    """Let all take turns; print and return seconds and accuracies."""
    pythons, versions = installed({"torch": args.torch_python})
    print(machine(versions))
    results = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        recipe = recipe_for_torch(args, folder) if pythons else {}
        runs = {OURS: lambda seed: run_ours(args, folder, seed)}
        for form in FORMS if pythons else ():
            job = {**recipe, "form": form}
            runs[f"torch {form}"] = lambda seed, job=job: run_torch(
                pythons["torch"], {**job, "seed": seed}
            )
        for seed in progress(range(args.seed, args.seed + args.runs)):
            for name, run in runs.items():
                started = perf_counter()
                result = run(seed) | {"process": perf_counter() - started}
                results.setdefault(name, []).append(result)
    columns = ["seconds", "process", "accuracy"]
    rows = {}
    for name, runs_of_it in results.items():
        *times, accuracy = (np.mean([one[key] for one in runs_of_it]) for key in columns)
        row = rows[name] = [*times, f"{accuracy:.4f}"]
        pairs = zip(results[OURS], runs_of_it, strict=True)
        row.append(np.median([mine["seconds"] / other["seconds"] for mine, other in pairs]))
    columns = ["training, s", "whole process, s", "accuracy", "ours / this"]
    table(f"Means over {args.runs} seeds, {args.threads} threads", "", columns, rows)
    return results


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
