"""A process that says which rank of MPI was killed: ``mpiexec`` ends all, but names none (8.3.3).

`lab.ranks` starts one on each computer; all ranks there are connected with it. It is none of the
ranks, so that ``mpiexec`` does not end it. Linux only.
"""

import select
import socket
import sys
from collections.abc import Sequence

PATIENCE = 10  # seconds, for all ranks to connect


def watch(listener: socket.socket, ranks: int) -> str:
    """Wait until a rank is killed, and return a line about it; or "" if one ends by itself.

    Each rank connects and sends its name; it sends another message before it ends by itself. If a
    rank is killed, Linux closes its connection, and then ``mpiexec`` kills the others. An `epoll`
    returns first what happened first.
    """
    listener.settimeout(PATIENCE)
    connected = {}
    with select.epoll() as epoll:
        for _ in range(ranks):
            connection, _ = listener.accept()
            connected[connection.fileno()] = connection, connection.recv(100).decode()
            epoll.register(connection, select.EPOLLIN)
        (first, _), *_ = epoll.poll()
    connection, name = connected[first]
    return "" if connection.recv(1) else f"{name} was killed; all ranks end"


def main(words: Sequence[str]) -> None:
    """Watch this number of ranks, which connect with the socket that is the standard input."""
    with socket.socket(fileno=sys.stdin.fileno()) as listener:
        line = watch(listener, int(words[0]))
    if line:
        print(line, file=sys.stderr)
