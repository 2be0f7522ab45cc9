"""Run a script on all ranks of MPI: rank 0 speaks; if one rank fails, all end (8.3.3)."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from common.mpi import world
from lab import script

WATCHER = "import sys; from lab.rank_watcher import main; main(sys.argv[1:])"
PATIENCE = 0.5  # seconds: an error of all ranks is printed once, by rank 0


def run(main: Callable[[Sequence[str]], object]) -> None:
    """Run a script's `main` with its command line on every rank.

    Only rank 0 prints, and only rank 0 reacts to Ctrl-C, at the end of its step: it saves what
    there is to save. An error, a Ctrl-C or a killed rank ends all ranks within a second; one line
    says which rank it was.
    """
    try:
        comm = world()
    except ValueError:  # no MPI: `--help` works, and an experiment says what is missing
        script.run(main)
        return
    if comm.rank:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with _watched(comm), _silent(comm.rank > 0):
            script.run(main)
            comm.Barrier()
    except SystemExit as ended:
        if ended.code in (None, 0):
            return
        _end_all(comm, ended.code)
    except BaseException as error:
        _end_all(comm, f"{type(error).__name__}: {error}")


def _end_all(comm: Any, why: str | int | None) -> None:
    """Print why this rank ends, and end all ranks."""
    if comm.rank:
        time.sleep(PATIENCE)
    if isinstance(why, str):  # else it has been printed
        _say(f"rank {comm.rank} of {comm.size}: {why}" if comm.rank else why)
    comm.Abort(1)


def _say(line: str) -> None:
    os.write(2, f"{line}\n".encode())  # in one piece: other ranks print, too


@contextmanager
def _silent(asked: bool) -> Iterator[None]:
    """Print nothing in a `with` block, if asked."""
    if not asked:
        yield
        return
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield


@contextmanager
def _watched(comm: Any) -> Iterator[None]:
    """Let a process on each computer say which rank was killed, if one is, in a `with` block."""
    found = comm.allgather((socket.gethostname(), os.getpid()))
    here = [
        f"{rank}:{pid}" for rank, (host, pid) in enumerate(found) if host == found[comm.rank][0]
    ]
    if not here[0].endswith(f":{os.getpid()}") or not hasattr(os, "pidfd_open"):
        yield
        return
    command = [sys.executable, "-c", WATCHER, *here]
    watcher = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield
    finally:
        watcher.communicate(b"all end\n")
