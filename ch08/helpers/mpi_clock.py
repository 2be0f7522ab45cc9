"""Times of training over MPI, measured on real ranks, and a model of more of them (8.3.3)."""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from ch08.helpers.gpu_clock import NETWORKS
from common.mpi import MPIParallel, world
from common.optimizer import Adam
from common.threads import one_blas_thread
from lab.script import Results

PARTS = ("compute", "pack", "communicate", "update")
SIZES = [2**k for k in range(8, 23, 2)]  # elements of the messages that are timed
WARM_UP = 2  # measurements that are not counted: the first ones take longer
PROGRAM = "from ch08.helpers.mpi_clock import main; from lab import ranks; ranks.run(main)"


class Timed(MPIParallel):
    """Adds up the seconds for computing, and for communicating (with waiting for other ranks).

    For networks without batch normalization, which communicates while it computes.
    """

    def __init__(self, network: Any) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        super().__init__(network)

    def all_reduce(self, array: np.ndarray) -> np.ndarray:
        """Return the sum of the arrays of all ranks."""
        start = perf_counter()
        total = super().all_reduce(array)
        self.seconds["communicate"] += perf_counter() - start
        return total

    @contextmanager
    def _as_a_part(self, share: float) -> Iterator[None]:
        start = perf_counter()
        with super()._as_a_part(share):
            yield
        self.seconds["compute"] += perf_counter() - start


def steps(name: str, batch: int, rounds: int, seed: int) -> Results:
    """Return the milliseconds of a training step: of its parts, and of the whole.

    Parameters
    ----------
    name : str
        Of the network.
    batch : int
        The samples of this rank.
    rounds : int
        How many steps are measured; their median is returned.
    """
    rng = np.random.default_rng(seed)
    parallel, adam = Timed(NETWORKS[name](rng)), Adam()
    x, t = rng.random((batch, 1, 28, 28), np.float32), rng.integers(10, size=batch)
    found: dict[str, list[float]] = {name: [] for name in (*PARTS, "step")}
    for step in range(rounds + WARM_UP):
        parallel.seconds.clear()
        parallel.comm.Barrier()
        start = perf_counter()
        _, grads = parallel.loss_and_gradient(x, t)
        middle = perf_counter()
        adam.update(parallel.params, grads)
        end = perf_counter()
        parallel.seconds["pack"] = middle - start - sum(parallel.seconds.values())
        parallel.seconds |= {"update": end - middle, "step": end - start}
        for name, seconds in parallel.seconds.items() if step >= WARM_UP else ():
            found[name].append(1000 * seconds)
    return {name: median(values) for name, values in found.items()}


def messages(rounds: int) -> dict[int, float]:
    """Return the median milliseconds of an all-reduce, by the number of its elements (float32)."""
    comm, result = world(), {}
    for size in SIZES:
        array, total = np.ones(size, np.float32), np.empty(size, np.float32)
        times = []
        for _ in range(rounds + WARM_UP):
            comm.Barrier()
            start = perf_counter()
            comm.Allreduce(array, total)
            times.append(1000 * (perf_counter() - start))
        result[size] = median(times[WARM_UP:])
    return result


def main(words: Sequence[str]) -> None:
    """Measure on every rank; rank 0 prints the results as JSON."""
    batch, rounds, seed = map(int, words)
    comm = world()
    with one_blas_thread():
        found: Results = {"messages": messages(rounds)}
        for name in NETWORKS:
            strong = steps(name, max(1, batch // comm.size), rounds, seed)
            weak = strong if comm.size == 1 else steps(name, batch, rounds, seed)
            found[name] = {"strong": strong, "weak": weak}
    print(json.dumps(found))


def measure(ranks: int, batch: int, rounds: int, seed: int) -> Results:
    """Return the times of a step of each network, and of messages, with this number of ranks.

    Raises
    ------
    ValueError
        If there is no MPI.
    OSError
        If the ranks fail.
    """
    world()  # one line if mpi4py is missing
    beside = str(Path(sys.executable).parent)
    mpiexec = shutil.which("mpiexec", path=beside) or shutil.which("mpiexec")
    if mpiexec is None:
        raise ValueError('no mpiexec; expected one: python -m pip install -e ".[mpi]"')
    words = [mpiexec, "-n", str(ranks), sys.executable, "-c", PROGRAM]
    ended = subprocess.run(
        [*words, *map(str, (batch, rounds, seed))], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        reason = (ended.stderr.strip() or "no message").splitlines()[0]
        raise OSError(f"{ranks} ranks failed: {reason}")
    return json.loads(ended.stdout.splitlines()[-1])


def fitted(times: Mapping[str, float]) -> tuple[float, float]:
    """Return latency (ms) and the time for an element (ms), from messages between two ranks.

    An all-reduce of n elements among R ranks takes 2 log2(R) messages one after the other, in which
    each rank sends and gets 2 (R - 1) / R n elements. With two ranks it takes 2 latency +
    n per_element. The relative errors are minimized: short messages count as much as long ones.
    """
    n, ms = np.array([[float(size), value] for size, value in times.items()]).T
    terms = np.stack([np.full_like(n, 2), n], axis=1) / ms[:, None]
    (latency, per_element), *_ = np.linalg.lstsq(terms, np.ones_like(ms), rcond=None)
    return max(0.0, float(latency)), max(0.0, float(per_element))


def all_reduce_ms(ranks: Any, elements: float, latency: float, per_element: float) -> Any:
    """Return the milliseconds of an all-reduce in the model: see `fitted`."""
    return 2 * np.log2(ranks) * latency + 2 * (ranks - 1) / ranks * elements * per_element


def speed_up(ranks: Any, compute: float, rest: float, message: Any, *, weak: bool) -> Any:
    """Return how many times as many samples per second `ranks` ranks train on.

    Parameters
    ----------
    ranks : float or ndarray
    compute, rest : float
        Milliseconds of one rank: to compute the gradient of a mini-batch; to pack it, and update.
    message : ndarray
        Milliseconds of an all-reduce.
    weak : bool
        Whether the mini-batch grows with the ranks, or is split among them.
    """
    one = compute + rest
    return ranks * one / (one + message) if weak else one / (compute / ranks + rest + message)
