"""Time of an update: our optimizers compared with the plain formulas (6.1).

    python benchmarks/optimizers.py

You will see the milliseconds of an update by our optimizers in float32, and how many times as long
the textbook form (new arrays for each formula) takes in float64 (the book's type) and float32: each
in a separate process, and all in one process, which reuses its memory. All are medians. It takes
2 minutes; with --quick, a second.
"""

import argparse
import json
import subprocess
import sys
from functools import partial
from itertools import product
from timeit import timeit

try:
    from common.optimizer import BY_NAME
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

NETWORKS = {
    "SimpleConvNet": [(30, 1, 5, 5), (30,), (4320, 100), (100,), (100, 10), (10,)],
    "784-100x4-10": [(784, 100), (100,), *[(100, 100), (100,)] * 3, (100, 10), (10,)],
}
FORMS = ("ours float32", "textbook float64", "textbook float32")


def textbook(name, params, grads, state):
    """Make one update by the plain formulas; `state` holds two arrays per key, and t."""
    t = state["t"] = state.get("t", 0) + 1
    for key, g in grads.items():
        a, b = state.get(key, (0, 0))
        if name == "sgd":
            step = -0.01 * g
        elif name in ("momentum", "nesterov"):
            old, a = a, 0.9 * a - 0.01 * g
            step = a if name == "momentum" else 0.81 * old - 0.019 * g
        elif name == "adam":
            a, b = 0.9 * a + 0.1 * g, 0.999 * b + 0.001 * g * g
            step = -0.001 * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t) * a / (np.sqrt(b) + 1e-7)
        else:
            a = a + g * g if name == "adagrad" else 0.99 * a + 0.01 * g * g
            step = -0.01 * g / (np.sqrt(a) + 1e-7)
        params[key] += step
        state[key] = a, b


def updater(form, name, network):
    """Return a function that makes one update of all parameters of the network."""
    kind, dtype = form.split()
    draw = np.random.default_rng(0).standard_normal
    params = {key: draw(shape).astype(dtype) for key, shape in enumerate(NETWORKS[network])}
    grads = {key: 0.01 * param for key, param in params.items()}
    ours = partial(BY_NAME[name]().update, params, grads)
    return ours if kind == "ours" else partial(textbook, name, params, grads, {})


def measure(name, network, updates, forms):
    """Return for each form the median milliseconds of an update, measured in turns."""
    run = [updater(form, name, network) for form in forms]
    times = [[1000 * timeit(update, number=1) for update in run] for _ in range(updates + 3)]
    return np.median(times[3:], axis=0).tolist()  # the first three warm up


def apart(*job):
    """Run `measure` in a separate process."""
    words = [sys.executable, __file__, "--job", json.dumps(job)]
    return json.loads(subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout)


def main():
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Adam on one network, few updates")
    quick = parser.parse_args().quick
    rounds, updates = (1, 3) if quick else (5, 100)
    processes = (FORMS[:1], FORMS[1:2], FORMS[2:], FORMS)
    print(f"{'ours, ms':>33}   textbook / ours: alone f64, f32; in one process f64, f32")
    for network, name in [("SimpleConvNet", "adam")] if quick else product(NETWORKS, BY_NAME):
        jobs = [(name, network, updates, forms) for forms in processes] * rounds
        times = np.concatenate([apart(*job) for job in jobs]).reshape(rounds, 6)
        ratios = np.median(times[:, [1, 2, 4, 5]] / times[:, [0, 0, 3, 3]], axis=0)
        print(
            f"{network:14} {name:9} {np.median(times[:, 0]):8.2f}    {ratios.round(2)}", flush=True
        )


if __name__ == "__main__":
    main() if sys.argv[1:2] != ["--job"] else print(measure(*json.loads(sys.argv[2])))
