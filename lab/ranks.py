"""Run a script on all ranks of MPI: rank 0 speaks; if one rank fails, all end (8.3.3)."""

import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
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
    try:
        with _watched(comm, _ranks_here(comm)), _silent(comm.rank > 0):
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
    if isinstance(why, str):  # else it has been printed
        _say(f"{details}{f'rank {comm.rank} of {comm.size}: ' if comm.rank else ''}{why}")
    sys.stdout.flush()  # Abort does not
    comm.Abort(1)


def counted(number: int) -> str:
    """Return ``1 rank`` or ``2 ranks``."""
    return f"{number} rank{'s' * (number > 1)}"


def _ranks_here(comm: Any) -> list[int]:
    """Return the numbers of all ranks on this computer."""
    hosts = comm.allgather(socket.gethostname())
    return [rank for rank, host in enumerate(hosts) if host == hosts[comm.rank]]


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
def _watched(comm: Any, here: list[int]) -> Iterator[None]:
    """Let a process on each computer say which rank was killed, if one is, in a `with` block."""
    if sys.platform != "linux":
        yield
        return
    starts_it = comm.rank == min(here)
    kind = socket.AF_UNIX, socket.SOCK_SEQPACKET  # keeps messages apart
    with socket.socket(*kind) as listener, socket.socket(*kind) as connection:
        if starts_it:
            listener.bind("")  # Linux chooses an address
            listener.listen(len(here))
        connection.connect(comm.allgather(listener.getsockname())[min(here)])
        connection.sendall(f"rank {comm.rank} (process {os.getpid()})".encode())
        if starts_it:
            watcher = _watcher(listener, len(here))
        try:
            yield
        finally:
            with suppress(OSError):  # another rank has ended before
                connection.sendall(b".")  # it ends by itself
            if starts_it:
                watcher.wait()


def _watcher(listener: socket.socket, ranks: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", WATCHER, str(ranks)]
    return subprocess.Popen(command, stdin=listener.fileno(), start_new_session=True)
