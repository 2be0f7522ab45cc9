"""Run work in several processes; Ctrl-C or a killed process ends them all (6.5, reproduce.py)."""

import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from common.mpi import world

Runner = Callable[[list[tuple[Any, ...]]], Generator[Any, None, None]]
TRIES = 3  # of a task whose process is killed each time
_of_this_process: dict[str, Callable[..., Any]] = {}
# Keeps the queues alive: if their thread deleted them at exit, a semaphore would be left behind.
_until_the_end: list[Any] = []
_NO_GUARD = 77  # exit code of a process that runs the whole script: its `main` has no guard


def available() -> int:
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def runner(work: Callable[..., Any], processes: int) -> Iterator[Runner]:
    """Return a function that takes a list of arguments, and yields the results as they finish.

    Parameters
    ----------
    work : callable
        Called with the arguments in another process: a function at the top level of a module, or a
        `functools.partial` of one.
    processes : int
        The number of processes; 1: this process itself.

    Raises
    ------
    ValueError
        If the call is not under ``if __name__ == "__main__":``.
    OSError
        If a process was killed.
    """
    if processes <= 1:
        yield lambda tasks: (work(*task) for task in tasks)
        return
    others = set(multiprocessing.active_children())
    executor = _pool(work, processes)
    started = set[Any]()

    def run(tasks: list[tuple[Any, ...]]) -> Generator[Any, None, None]:
        with _interrupt_held():
            futures = [executor.submit(_do, *task) for task in tasks]
            started.update(multiprocessing.active_children())
        for future in as_completed(futures):
            yield future.result()

    try:
        yield run
    except BaseException as error:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        if isinstance(error, BrokenProcessPool):
            executor.shutdown(cancel_futures=True)  # then all exit codes are known
            raise _why_broken(started) from None
        raise
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def retrying_runner(work: Callable[..., Any], processes: int) -> Iterator[Runner]:
    """Like `runner`; but if a process is killed, only its task is repeated, in a new process.

    Raises
    ------
    OSError
        If the process of a task was killed `TRIES` times.
    """
    if processes <= 1:
        yield lambda tasks: (work(*task) for task in tasks)
        return
    others, ending = set(multiprocessing.active_children()), threading.Event()
    started = set[Any]()
    pools = queue.SimpleQueue[ProcessPoolExecutor]()  # of one process each

    def attempt(*task: Any) -> Any:
        for _ in range(TRIES):
            pool = pools.get()
            try:
                if ending.is_set():
                    raise KeyboardInterrupt
                with _interrupt_held():
                    future = pool.submit(_do, *task)
                    started.update(multiprocessing.active_children())
                return future.result()
            except BrokenProcessPool:
                pool.shutdown()  # then its exit code is known
                pool = _pool(work, 1)
            finally:
                pools.put(pool)
        raise _why_broken(started)

    for _ in range(processes):
        pools.put(_pool(work, 1))
    threads = ThreadPoolExecutor(processes)
    try:
        yield on_executor(threads, attempt)
    finally:
        ending.set()
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        threads.shutdown()
        for _ in range(processes):
            pools.get().shutdown()


def on_executor(executor: Executor, work: Callable[..., Any]) -> Runner:
    """Return a function that runs a list of tasks on any `concurrent.futures` executor.

    It yields the results as they finish.
    """

    def run(tasks: list[tuple[Any, ...]]) -> Generator[Any, None, None]:
        futures = [executor.submit(work, *task) for task in tasks]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()

    return run


@contextmanager
def mpi_runner(work: Callable[..., Any]) -> Iterator[Runner]:
    """Like `runner`, on the ranks that ``mpiexec -n 5 python -m mpi4py.futures`` started.

    If one is killed, all end. Raises a ValueError if there is no MPI.
    """
    world()  # or the error that says what is missing
    from mpi4py.futures import MPIPoolExecutor, _core

    if world().size > 1 and getattr(_core, "SharedPool", True) is None:
        what = "mpiexec started the script on every rank"
        raise ValueError(f"{what}; expected mpiexec ... python -m mpi4py.futures {sys.argv[0]} ...")
    with MPIPoolExecutor() as executor:
        yield on_executor(executor, work)


def _pool(work: Callable[..., Any], processes: int) -> ProcessPoolExecutor:
    """Return a pool of processes, in which `_do` does the work."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        os._exit(_NO_GUARD)  # otherwise each new process would start more
    context = multiprocessing.get_context("spawn")  # works on all systems
    handed_over = _handed_over(context.Queue(), work, processes)
    return ProcessPoolExecutor(processes, context, _start, (handed_over,))


def _handed_over(queue: Any, work: Callable[..., Any], processes: int) -> Any:
    """Return a queue from which each process takes the work once.

    The work is not sent with each task: a large task can hang the shutdown of a pool (Python 3.10).
    """
    queue.cancel_join_thread()
    _until_the_end.append(queue)
    for _ in range(processes):
        queue.put(work)
    return queue


def _why_broken(started: Iterable[Any]) -> Exception:
    if any(process.exitcode == _NO_GUARD for process in started):
        guard = '`if __name__ == "__main__":`'
        return ValueError(f"processes started outside of {guard}; expected the call under it")
    return OSError("a process was killed; out of memory? try --processes 1")


def _start(handed_over: Any) -> None:
    """Ignore Ctrl-C, which the parent process handles; end when the parent ends or is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tqdm.set_lock(threading.RLock())  # a lock for all processes would stay locked
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
    _of_this_process["work"] = handed_over.get()


def _do(*task: Any) -> Any:
    return _of_this_process["work"](*task)


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Block Ctrl-C in a `with` block, also in the processes started there, while they load."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
