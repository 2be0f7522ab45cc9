"""A process that says which rank of MPI was killed: ``mpiexec`` ends all, but names none (8.3.3).

`lab.ranks` starts one on each computer, with the numbers of the ranks and of their processes there.
It is none of the ranks, so that ``mpiexec`` does not end it. A line on its standard input says that
the ranks are about to end by themselves; so does the file named first, which another rank makes.
Linux only.
"""

import os
import select
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def watch(ranks: Mapping[int, int]) -> str:
    """Wait until a rank is killed, and return a line about it; or "" if all end by themselves.

    `ranks` are the numbers of the processes by the numbers of the ranks.
    """
    poll, names = select.poll(), {}
    poll.register(sys.stdin, select.POLLIN)
    for rank, process in ranks.items():
        try:
            handle = os.pidfd_open(process)
        except OSError:  # it has ended already, or the system is too old
            return ""
        names[handle] = f"rank {rank} (process {process})"
        poll.register(handle, select.POLLIN)
    while True:
        ready = {handle for handle, _ in poll.poll()}
        killed = [names[handle] for handle in ready if handle in names]
        if sys.stdin.fileno() in ready and sys.stdin.readline():
            return ""
        if killed:
            return f"{' or '.join(killed)} was killed; all ranks end"


def main(words: Sequence[str]) -> None:
    """Watch the processes given as ``rank:process``, and print what happened."""
    marker, *pairs = words
    line = watch({int(rank): int(process) for rank, process in (pair.split(":") for pair in pairs)})
    if line and not Path(marker).exists():
        print(line, file=sys.stderr)
    Path(marker).unlink(missing_ok=True)
