"""DataParallel: each thread takes a part of the mini-batch; their gradients are added (8.3.3)."""

import copy
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from types import FunctionType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common import functions
from common.checks import as_array, check_whole
from common.network import Network
from common.parts import named_parts, parts
from common.util import check_pairs, one_blas_thread

SHARD = 100  # samples at most in one pass: more would only take more memory


Gradient = dict[str, np.ndarray]


class DataParallel:
    """A network whose mini-batches are shared out to threads, which share its parameters.

    The mean over a batch is the weighted mean over its parts, so loss and gradient are those of
    the network itself, up to rounding. NumPy computes outside of Python's lock; that is why
    threads of one process can use all cores.

    Parameters
    ----------
    network : Network
        Without batch normalization, whose statistics would be those of the parts.
    threads : int
        Each further one has copies of the layers, with a random stream of its own for Dropout.

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
        threads = check_whole("threads", threads, most=1024)
        if not isinstance(network, Network):
            raise ValueError(
                f"the network is a {type(network).__name__}; expected a common.network.Network, "
                "whose layers can be copied for each thread"
            )
        if network.state:
            raise ValueError(
                "the network has batch normalization, whose statistics belong to whole "
                "mini-batches; expected one without, or one thread"
            )
        self.network = network
        self.replicas = [network, *(_replica(network) for _ in range(threads - 1))]
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
        _check_batch(x)
        check_pairs(x, t)
        number = max(len(self.replicas), -(-len(x) // SHARD))
        shards = zip(np.array_split(x, number), np.array_split(t, number), strict=True)

        def weighted_sum(replica: Network, mine: list[Any]) -> tuple[float, Gradient]:
            terms = []
            for some_x, some_t in mine:
                loss, grads = replica.loss_and_gradient(some_x, some_t)
                weight = len(some_x) / len(x)
                grads = {key: grad * grad.dtype.type(weight) for key, grad in grads.items()}
                terms.append((weight * loss, grads))
            return _sum(terms)

        not_empty = [(some_x, some_t) for some_x, some_t in shards if len(some_x)]
        loss, self.network.grads = _sum(self._share_out(weighted_sum, not_empty))
        return loss, self.network.grads

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return what `Network.predict` returns for a batch."""
        x = as_array("x", x)
        _check_batch(x)
        shards = [x[start : start + SHARD] for start in range(0, len(x), SHARD)]

        def predict(replica: Network, mine: list[np.ndarray]) -> list[np.ndarray]:
            return [replica.predict(some_x) for some_x in mine]

        scores: list[Any] = [None] * len(shards)
        for number, some in enumerate(self._share_out(predict, shards)):
            scores[number :: len(self.replicas)] = some
        return np.concatenate(scores)

    def accuracy(self, x: np.ndarray, t: ArrayLike) -> float:
        """Return what `Network.accuracy` returns."""
        with one_blas_thread():
            return functions.accuracy(self.predict(x), t)

    def _share_out(self, work: Callable[[Network, list], Any], shards: list) -> list[Any]:
        """Return what `work` returns for each replica and its shards.

        Which shards a replica gets is fixed, so that its random numbers are the same in each run.
        """
        number = len(self.replicas)
        for replica in self.replicas[1:]:
            _follow(replica, self.network)

        def quietly(replica: Network, mine: list) -> Any:
            with np.errstate(over="ignore", invalid="ignore"):  # settings belong to a thread
                return work(replica, mine)

        tasks = [(replica, shards[i::number]) for i, replica in enumerate(self.replicas)]
        tasks = [(replica, mine) for replica, mine in tasks if mine]
        futures: list[Future] = [self._pool.submit(quietly, *task) for task in tasks[1:]]
        try:
            own = work(*tasks[0])
        finally:
            wait(futures)  # nobody goes on in the background
        return [own, *(future.result() for future in futures)]


def _sum(terms: list[tuple[float, Gradient]]) -> tuple[float, Gradient]:
    """Return the sums of losses and of gradients; the first gradient is changed."""
    loss, total = terms[0]
    for more, grads in terms[1:]:
        loss += more
        for key, grad in grads.items():
            total[key] += grad
    return loss, total


def _check_batch(x: np.ndarray) -> None:
    if x.ndim < 2 or x.size == 0:
        raise ValueError(f"x has shape {x.shape}; expected a batch of at least one sample")


def _replica(network: Network) -> Network:
    """Return a copy of `network` with random streams of its own."""
    for name, layer in named_parts(network):
        own = getattr(layer, "__dict__", {})  # a layer may have __slots__ instead
        if any(isinstance(value, FunctionType) for value in own.values()):
            raise ValueError(
                f"a method of {name} was exchanged for a function, which cannot be copied for "
                "another thread; expected a class of its own, or one thread"
            )
    replica = copy.deepcopy(network)
    streams: dict[int, np.random.Generator] = {}
    for copied, layer in zip(parts(replica), parts(network), strict=True):
        rng = getattr(layer, "rng", None)
        if isinstance(rng, np.random.Generator):
            copied.rng = streams.setdefault(id(rng), rng.spawn(1)[0])
    return replica


def _follow(replica: Network, network: Network) -> None:
    """Give `replica` the parameters and settings that `network` has now."""
    replica.params = network.params
    replica.weight_decay_lambda, replica.penalty = network.weight_decay_lambda, network.penalty
    for copied, layer in zip(parts(replica), parts(network), strict=True):
        for key, value in getattr(layer, "__dict__", {}).items():
            if type(value) in (bool, int, float, str):
                setattr(copied, key, value)
