"""One contender of `benchmarks/networks.py`, in a separate process, which answers commands.

It starts with a job (JSON), whose module makes a function: one step. For a line with a number it
runs steps for this many seconds; it answers with the seconds of each, and with the number of cores
that they used. For "memory" it answers by how many MB three steps increase the memory of the
process; for "result" with the result of a step. It needs only NumPy and the module.
"""

import ctypes
import gc
import json
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time

import numpy as np


def steps(step, seconds, most=100):
    """Run steps for `seconds`, at least one; return the seconds of each, and the cores in use."""
    step()  # fill the caches again, after another contender
    times, cpu = [perf_counter()], process_time()
    while len(times) == 1 or (len(times) <= most and times[-1] < times[0] + seconds):
        step()
        times.append(perf_counter())
    cores = (process_time() - cpu) / (times[-1] - times[0])
    return {"seconds": np.diff(times).tolist(), "cores": cores}


def memory(step):
    """Return by how many MB three steps increase the memory of this process (Linux; else NaN)."""
    status, clear = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not clear.exists():
        return np.nan
    ctypes.CDLL(None).malloc_trim(0)  # return what compilation has freed to the system
    clear.write_text("5")  # reset the peak

    def kilobytes(name):
        return int(status.read_text().split(f"{name}:")[1].split()[0])

    before = kilobytes("VmRSS")
    for _ in range(3):
        step()
    return (kilobytes("VmHWM") - before) / 1000


def main():
    """Run the command in each line of the input."""
    job = json.loads(sys.argv[1])
    make = partial(import_module(job.pop("module")).contender, **job)
    make(batch=2)()  # load the code, so that it does not count as memory of the steps
    gc.collect()
    step = make()
    commands = {"memory": lambda: memory(step), "result": step}
    for line in map(str.strip, sys.stdin):
        answer = commands[line]() if line in commands else steps(step, float(line))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
