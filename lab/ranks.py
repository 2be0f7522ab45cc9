"""Run a script on all ranks of MPI: rank 0 speaks; if one rank fails, all end (8.3.3)."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from common.mpi import world
from lab import script

WATCHER = "import sys; from lab.rank_watcher import main; main(sys.argv[1:])"
PATIENCE = 0.5  # seconds that the other ranks wait: an error of all ranks is printed by rank 0 only


def run(main: Callable[[Sequence[str]], object]) -> None:
    """Run a script's `main` with its command line on every rank.

    Only rank 0 prints, and only rank 0 reacts to Ctrl-C: after the current step it saves the
    checkpoint, and all ranks end. If a rank fails, all end, and a line says why; it names the rank
    if it is not rank 0. On Linux, a line also names a rank that was killed.

    Parameters
    ----------
    main : callable
        Takes the words of the command line; see `lab.script.make_main`.
    """
    try:
        comm = world()
    except ValueError:  # no MPI: `--help` works, and an experiment says what is missing
        script.run(main)
        return
    if comm.rank:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    here = _ranks_here(comm)
    try:
        with _watched(comm.rank, here), _silent(comm.rank > 0):
            script.run(main)
            comm.Barrier()
        return
    except SystemExit as ended:
        if ended.code in (None, 0):  # --help
            raise
        why, details = ended.code, ""
    except BaseException as error:
        # Not expected: the traceback says where.
        why, details = f"{type(error).__name__}: {error}", traceback.format_exc()
    if comm.rank:
        time.sleep(PATIENCE)
    if comm.rank > min(here):  # the lowest rank has told the watcher itself
        _marker(here).touch()
    if isinstance(why, str):  # else it has been printed
        _say(f"{details}{f'rank {comm.rank} of {comm.size}: ' if comm.rank else ''}{why}")
    sys.stdout.flush()  # Abort does not
    comm.Abort(1)


def counted(number: int) -> str:
    """Return ``1 rank`` or ``2 ranks``."""
    return f"{number} rank{'s' * (number > 1)}"


def _ranks_here(comm: Any) -> dict[int, int]:
    """Return the numbers of the processes of all ranks on this computer, by rank."""
    found = comm.allgather((socket.gethostname(), os.getpid()))
    return {rank: pid for rank, (host, pid) in enumerate(found) if host == found[comm.rank][0]}


def _marker(here: dict[int, int]) -> Path:
    """Return the path of a file that says: a rank here ends all, so none was killed."""
    return Path(tempfile.gettempdir(), f"ranks-{here[min(here)]}-end")


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
def _watched(rank: int, here: dict[int, int]) -> Iterator[None]:
    """Let a process on each computer say which rank was killed, if one is, in a `with` block."""
    if rank > min(here) or not hasattr(os, "pidfd_open"):
        yield
        return
    words = [str(_marker(here)), *(f"{rank}:{pid}" for rank, pid in here.items())]
    command = [sys.executable, "-c", WATCHER, *words]
    watcher = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield
    finally:
        watcher.communicate(b"all end\n")
