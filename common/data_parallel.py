"""DataParallel: splits each mini-batch among threads, and adds up their gradients (8.3.3)."""

import copy
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from functools import partial
from threading import Barrier, BrokenBarrierError
from types import FunctionType
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_array, check_batch, check_pairs, check_whole, warn_of_loss
from common.layers import BatchNorm
from common.network import Network, has_own
from common.parts import named_parts, parts
from common.protocols import LayerLike
from common.split_network import SplitNetwork
from common.threads import one_blas_thread

SHARD = 100  # samples in one pass at most: more would only use more memory
SMALL = 25_000_000  # samples times parameters: below, one thread is faster for affine layers

Gradient = dict[str, np.ndarray]


class DataParallel(SplitNetwork):
    """A network whose mini-batches are split among threads, which share its parameters.

    Use it in place of the network, also in a `Trainer`. The mean over a batch is the weighted mean
    over its parts, and batch normalization uses the statistics of all parts. So loss and gradient
    are those of the network itself, up to rounding. NumPy releases Python's global lock while it
    computes, so that threads can use all cores.

    Parameters
    ----------
    network : Network
    threads : int
        Each further thread has copies of the layers, with separate random numbers for Dropout.
        Of a small network without images one thread computes all, which is faster.

    Examples
    --------
    >>> from common.layers import Affine
    >>> network = Network({"Affine": Affine(np.ones((4, 3)), np.zeros(3))})
    >>> with DataParallel(network, threads=2) as parallel:  # BLAS: one thread for each
    ...     loss, grads = parallel.loss_and_gradient(np.ones((6, 4)), [0, 1, 2, 0, 1, 2])
    >>> print(f"{loss:.3f}", grads["W1"].shape)
    1.099 (4, 3)
    """

    def __init__(self, network: Network, threads: int = 2) -> None:
        self.threads = check_whole("threads", threads, most=1024)
        super().__init__(network)
        self._copied = list[Any]()
        check_network(network)
        self._copy_the_network()
        self._pool = ThreadPoolExecutor(max(1, threads - 1), "data-parallel")
        self._stack = ExitStack()

    def __enter__(self) -> "DataParallel":
        self._stack.enter_context(one_blas_thread())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def loss_and_gradient(self, x: np.ndarray, t: ArrayLike) -> tuple[float, Gradient]:
        """Return what `Network.loss_and_gradient` returns for the whole batch."""
        x, t = as_array("x", x), np.atleast_1d(as_array("t", t))
        check_batch(x)
        check_pairs(x, t)
        self._copy_the_network()
        if x.ndim == 2 and len(x) * sum(map(np.size, self.params.values())) < SMALL:
            return self.network.loss_and_gradient(x, t)
        # Batch normalization needs all parts at the same time; without it a thread may compute
        # several parts, one after the other.
        together = bool(self._norms[0])
        number = max(self.threads, 0 if together else -(-len(x) // SHARD))
        pairs = zip(np.array_split(x, number), np.array_split(t, number), strict=True)
        shards = [(some_x, some_t) for some_x, some_t in pairs if len(some_x)]
        sizes = [len(some_x) for some_x, _ in shards]
        with _batch_statistics(self._norms[: len(shards)] if together else [], sizes) as reducing:
            work = reducing.waking(partial(_weighted_sum, len(x)))
            loss, self.network.grads = _sum(self._share_out(work, shards))
        return warn_of_loss(loss), self.network.grads

    def predict_in_parts(self, x: np.ndarray) -> np.ndarray:
        """Return the scores of a batch; each thread computes a part of them."""
        self._copy_the_network()
        number = min(len(x), max(self.threads, -(-len(x) // SHARD)))
        shards = np.array_split(x, number)

        def predict(replica: Network, mine: list[np.ndarray]) -> list[np.ndarray]:
            return [replica._scores(some_x, False, quick=True) for some_x in mine]

        scores: list[Any] = [None] * number
        for first, some in enumerate(self._share_out(predict, shards)):
            scores[first :: self.threads] = some
        return np.concatenate(scores)

    def _copy_the_network(self) -> None:
        """Update the replicas from the network; make new ones if layers were replaced."""
        now = [*parts(self.network), self.network.last_layer]
        if now != self._copied:
            check_network(self.network)
            copies = [_replica(self.network) for _ in range(self.threads - 1)]
            self.replicas, self._copied = [self.network, *copies], now
            self._copies = [[*parts(replica), replica.last_layer] for replica in copies]
            self._norms = [_batch_norms(some) for some in (now, *self._copies)]
        for some in self._copies:
            _follow(some, now)

    def _share_out(self, work: Callable[[Network, list], Any], shards: list) -> list[Any]:
        """Return the results of `work` for each replica and its shards.

        Each replica always gets the same shards, so its random numbers are the same in each run.
        """
        busy = self.replicas[: len(shards)]
        tasks = [(replica, shards[i :: self.threads]) for i, replica in enumerate(busy)]
        futures = [self._pool.submit(_quietly, work, *task) for task in tasks[1:]]
        own: Future = Future()
        try:
            own.set_result(_quietly(work, *tasks[0]))
        except Exception as error:
            own.set_exception(error)
        finally:
            wait(futures)  # no thread continues in the background
        return _results([own, *futures])


class _AllReduce:
    """Sums arrays over threads: each thread gives one array and gets the sum of all."""

    def __init__(self, number: int) -> None:
        self.barrier = Barrier(max(1, number))
        # Each thread writes to two slots in turn. When it writes to the first slot again, all
        # threads have reached the second, so they have read the first.
        self.brought: list[list[Any]] = [[0] * number, [0] * number]
        self.turn = [0] * number

    def sum(self, number: int, array: np.ndarray) -> np.ndarray:
        """Return the sum of the arrays of all threads, added up in the same order by each."""
        brought = self.brought[self.turn[number]]
        self.turn[number] = 1 - self.turn[number]
        brought[number] = array
        self.barrier.wait()
        return sum(brought)

    def waking(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return `work` wrapped: if it fails, the waiting threads get an error, too."""

        def working(*arguments: Any) -> Any:
            try:
                return work(*arguments)
            except BaseException:
                self.barrier.abort()
                raise

        return working


@contextmanager
def _batch_statistics(norms: list[list[BatchNorm]], sizes: list[int]) -> Iterator[_AllReduce]:
    """Let the BatchNorm layers of all replicas add up their sums, for parts of these sizes."""
    reducing = _AllReduce(len(norms))
    for number, mine in enumerate(norms):
        for norm in mine:
            norm.share = sizes[number] / sum(sizes)
            norm.all_reduce = partial(reducing.sum, number)
    try:
        yield reducing
    finally:
        for norm in (norm for mine in norms for norm in mine):
            norm.share, norm.all_reduce = 1.0, np.positive


def _weighted_sum(size: int, replica: Network, shards: list[Any]) -> tuple[float, Gradient]:
    """Return what some parts of a mini-batch of `size` contribute to its loss and gradient."""
    terms = []
    for x, t in shards:
        share = len(x) / size
        grads = replica.gradient(x, t, share)
        terms.append((share * cast(float, replica.last_loss), grads))
    return _sum(terms)


def _quietly(work: Callable[..., Any], *task: Any) -> Any:
    with np.errstate(over="ignore", invalid="ignore"):  # each thread has its own settings
        return work(*task)


def _results(futures: list[Future]) -> list[Any]:
    errors = [error for future in futures if (error := future.exception())]
    # A BrokenBarrierError only says that another thread failed: the error of that one comes first.
    errors.sort(key=lambda error: isinstance(error, BrokenBarrierError))
    if errors:
        raise errors[0]
    return [future.result() for future in futures]


def _sum(terms: list[tuple[float, Gradient]]) -> tuple[float, Gradient]:
    """Return the sums of losses and of gradients; the first gradient is changed."""
    loss, total = terms[0]
    for more, grads in terms[1:]:
        loss += more
        for key, grad in grads.items():
            total[key] += grad
    return loss, total


def check_network(network: Network) -> None:
    """Reject a network whose mini-batches cannot be split."""
    if not isinstance(network, Network):
        raise ValueError(
            f"the network is a {type(network).__name__}; expected a common.network.Network, "
            "whose mini-batches can be split"
        )
    if any(has_own(network, name) for name in ("loss", "gradient")):
        raise ValueError(
            f"{type(network).__name__} overrides loss or gradient; expected those of "
            "common.network.Network, or one thread"
        )
    for name, layer in named_parts(network):
        _check_layer(name, layer)


def _check_layer(name: str, layer: LayerLike) -> None:
    own = getattr(layer, "__dict__", {})  # a layer may have __slots__ instead
    state = getattr(layer, "state_names", ()) or "running_mean" in own
    if state and getattr(type(layer), "forward", None) is not BatchNorm.forward:
        raise ValueError(
            f"{name} keeps statistics, and would get only parts of each mini-batch; "
            "expected common.layers.BatchNorm, or one thread"
        )
    if any(isinstance(value, FunctionType) for value in own.values()):
        raise ValueError(
            f"a method of {name} was replaced by a function, which cannot be copied for "
            "another thread; expected a subclass, or one thread"
        )


def _replica(network: Network) -> Network:
    """Return a copy of `network` with separate random generators."""
    replica = copy.deepcopy(network)
    streams: dict[int, np.random.Generator] = {}
    for copied, layer in zip(parts(replica), parts(network), strict=True):
        rng = getattr(layer, "rng", None)
        if isinstance(rng, np.random.Generator):
            copied.rng = streams.setdefault(id(rng), rng.spawn(1)[0])
    return replica


def _follow(copies: list[Any], originals: list[Any]) -> None:
    """Give the parts of a replica the parameters, the state and the settings of the originals."""
    for copied, layer in zip(copies, originals, strict=True):
        for name in (*getattr(layer, "param_names", ()), *getattr(layer, "state_names", ())):
            setattr(copied, name, getattr(layer, name))
        for name, value in getattr(layer, "__dict__", {}).items():
            if type(value) in (bool, int, float, str):
                setattr(copied, name, value)


def _batch_norms(some: list[Any]) -> list[BatchNorm]:
    return [part for part in some if isinstance(part, BatchNorm)]
