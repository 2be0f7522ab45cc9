"""MPIParallel: splits each mini-batch among processes, also of several computers (8.3.3).

    mpiexec -n 4 python ch08/mpi_training.py

MPI is the standard for messages between processes; `mpi4py` brings it to Python. Each process, a
*rank*, runs the same script with the same seed, and so it draws the same mini-batches; of each
mini-batch, it reads and computes its part. One message per step, an *all-reduce*, gives the sum of
all gradients to every rank. So all ranks change their parameters in the same way. (A small message
before it adds up the numbers of samples; batch normalization sends some for its sums.)
"""

import os
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from common.checkpoint import settings
from common.checks import (
    as_array,
    check_batch,
    check_pairs,
    first_line,
    in_one_line,
    on_gpu,
    warn_of_loss,
)
from common.data_parallel import SHARD, Gradient, check_network
from common.half import working_type
from common.layers import BatchNorm
from common.network import Network
from common.parts import parts
from common.protocols import Training
from common.split_network import SplitNetwork

SIZE_OF_OTHERS = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")  # set by the mpiexec of MPICH, of Open MPI


def world() -> Any:
    """Return MPI's communicator of all processes that ``mpiexec`` started.

    Without ``mpiexec`` it holds this process only. It has a `rank` and a `size`.

    Raises
    ------
    ValueError
        If mpi4py is not installed.
    """
    try:
        from mpi4py import MPI
    except (ImportError, RuntimeError) as error:  # no mpi4py, or no library of MPI
        what = 'expected mpi4py: python -m pip install -e ".[mpi]"'
        raise ValueError(f"no MPI ({first_line(error)}); {what}") from None
    started = max(int(os.environ.get(name) or 1) for name in SIZE_OF_OTHERS)
    if MPI.COMM_WORLD.size == 1 < started:
        what = f"mpiexec started {started} processes, but not of the MPI that mpi4py uses"
        raise ValueError(f"{what}; expected the mpiexec beside {sys.executable}")
    return MPI.COMM_WORLD


class MPIParallel(SplitNetwork):
    """A network whose mini-batches are split among processes.

    Use it in place of the network, also in a `Trainer`. As with `common.data_parallel`, loss and
    gradient are those of the whole mini-batch, up to rounding, also with batch normalization. With
    Dropout, and with augmentation, each rank draws separate random numbers: then the result depends
    on the number of ranks.

    Call `gradient`, `predict` and `accuracy` on all ranks, never on one only: the others would
    wait. `gradient` takes the part of this rank, ``x[network.part(indices)]``; `predict` and
    `accuracy` take the whole batch. Save the parameters on rank 0: ``network.network.save_params``.
    Run the script by `lab.ranks.run`, or with ``python -m mpi4py``: then an error on one rank ends
    all. All ranks must be able to read the checkpoint of a `Trainer`.

    Parameters
    ----------
    network : Network
        All ranks start with the parameters and the state of rank 0.
    comm : mpi4py.MPI.Comm, optional
        The processes; default: all that ``mpiexec`` started.

    Attributes
    ----------
    rank, size : int
        The number of this process, from 0, and the number of processes.

    Raises
    ------
    ValueError
        If mpi4py is missing, or the ranks run different code or have different networks.

    Examples
    --------
    A script for ``mpiexec``::

        def main(words):
            network = MPIParallel(DeepConvNet(rng=0))
            Trainer(network, *train, *test, optimizer="adam", rng=0).train()  # one seed for all

        if __name__ == "__main__":
            ranks.run(main)
    """

    def __init__(self, network: Network, comm: Any = None) -> None:
        super().__init__(network)
        check_network(network)
        if any(map(on_gpu, network.params.values())):
            raise ValueError("the network is on a GPU; expected one on the CPU for MPI")
        self.comm = (world() if comm is None else comm).Dup()  # apart from messages of others
        self.rank, self.size = self.comm.rank, self.comm.size
        shapes = {key: [str(W.dtype), *W.shape] for key, W in self._arrays().items()}
        self.check_same({"code": checksum_of_code(), "NumPy": np.__version__, "network": shapes})
        first = self.comm.bcast(self._arrays())
        for key, array in self._arrays().items():
            array[...] = first[key]

    def check_same(self, facts: Mapping[str, Any]) -> None:
        """Check that facts, such as settings and checksums of data, are the same on all ranks.

        Raises
        ------
        ValueError
            If one differs; on every rank, so that all end.
        """
        first, *others = self.comm.allgather(dict(facts))
        for rank, found in enumerate(others, 1):
            for name in {**first, **found}:
                if found.get(name) != first.get(name):
                    here, there = (in_one_line(some.get(name)) for some in (found, first))
                    what = f"rank {rank} has {name} {here}, rank 0 {there}"
                    raise ValueError(f"{what}; expected the same code, data, settings and seed")

    def check_size(self, number: int) -> None:
        """Reject a mini-batch with fewer samples than ranks."""
        if number < self.size:
            what = f"{self.size} ranks, but a mini-batch of {number} (the last of an epoch?)"
            raise ValueError(f"{what}; expected a sample for each: take another batch size")

    def check_training(self, trainer: Training) -> None:
        """Check that settings, data and progress of a training run are the same on all ranks."""
        batches = trainer.batches
        whole, last = divmod(batches.size, batches.batch_size)
        reached = (batches.shuffle or batches.in_order) and trainer.max_iter > whole
        self.check_size(last if last and reached else batches.batch_size)
        self.check_same(settings(trainer, seeded=True) | {"mini-batch": trainer.current_iter})

    def part(self, indices: np.ndarray) -> np.ndarray:
        """Return this rank's part of the indices of the samples in a mini-batch."""
        self.check_size(len(indices))
        return np.array_split(indices, self.size)[self.rank]

    def rng_of_rank(self, rng: np.random.Generator) -> np.random.Generator:
        """Return a generator for this rank and this step.

        One number is drawn from `rng`, which is in the same state on all ranks, and stays so.
        Therefore the checkpoint of rank 0 is enough for any number of ranks.
        """
        return np.random.default_rng([int(rng.integers(2**63)), self.rank])

    def loss_and_gradient(self, x: np.ndarray, t: ArrayLike) -> tuple[float, Gradient]:
        """Return loss and gradient of a mini-batch of which `x` and `t` are this rank's part."""
        x, t = as_array("x", x), np.atleast_1d(as_array("t", t))
        check_batch(x)
        check_pairs(x, t)
        share = len(x) / float(self.all_reduce(np.array(len(x), float)))
        with self._as_a_part(share):
            grads = self.network.gradient(x, t, share)
        loss = share * cast(float, self.network.last_loss)
        loss, self.network.grads = unpacked(self.all_reduce(packed(loss, grads)), grads)
        return warn_of_loss(loss), self.network.grads

    def predict_in_parts(self, x: np.ndarray) -> np.ndarray:
        """Return the scores of a batch that all ranks have; each computes a part of them."""
        mine = np.array_split(x, self.size)[self.rank]
        pieces = np.array_split(mine, -(-len(mine) // SHARD)) if len(mine) else []
        scores = self.comm.allgather([self.network.predict(piece) for piece in pieces])
        return np.concatenate([some for of_rank in scores for some in of_rank])

    def all_reduce(self, array: np.ndarray) -> np.ndarray:
        """Return the sum of the arrays of all ranks; all must call it, with the same shape."""
        total = np.empty_like(array)
        self.comm.Allreduce(np.ascontiguousarray(array), total)
        return total

    @contextmanager
    def _as_a_part(self, share: float) -> Iterator[None]:
        """Let BatchNorm add up its sums over all ranks; give Dropout separate random numbers.

        `share` is the fraction of the mini-batch that this rank has.
        """
        layers = parts(self.network)
        norms = [layer for layer in layers if isinstance(layer, BatchNorm)]
        drawing = {
            layer: layer.rng
            for layer in layers
            if isinstance(getattr(layer, "rng", None), np.random.Generator)
        }
        for norm in norms:
            norm.share, norm.all_reduce = share, self.all_reduce
        for layer, rng in drawing.items():
            layer.rng = self.rng_of_rank(rng)
        try:
            yield
        finally:
            for norm in norms:
                norm.share, norm.all_reduce = 1.0, np.positive
            for layer, rng in drawing.items():
                layer.rng = rng

    def _arrays(self) -> dict[str, np.ndarray]:
        return {**self.network.params, **self.network.state}


def packed(loss: float, grads: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return a gradient of P numbers, and then the loss, in one flat array (P + 1,)."""
    flat = [*(grad.ravel() for grad in grads.values()), np.array([loss])]
    return np.concatenate(flat, dtype=working_type(*grads.values()))


def unpacked(flat: np.ndarray, like: Mapping[str, np.ndarray]) -> tuple[float, Gradient]:
    """Return the loss and the gradient, in the shapes of `like`, that are in a flat array."""
    ends = np.cumsum([grad.size for grad in like.values()])
    pieces = zip(like.items(), np.split(flat, ends)[:-1], strict=True)
    return float(flat[-1]), {key: piece.reshape(grad.shape) for (key, grad), piece in pieces}


def checksum_of_code() -> str:
    """Return a checksum of the modules of `common`, and of the script that runs."""
    script, total = getattr(sys.modules["__main__"], "__file__", None), 0
    for path in (*sorted(Path(__file__).parent.rglob("*.py")), *([Path(script)] if script else [])):
        total = zlib.crc32(path.read_bytes(), total)
    return f"{total:08x}"
