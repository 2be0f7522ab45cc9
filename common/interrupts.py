"""Ctrl-C that waits until the training step is done, so that nothing is lost."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from common.io.notebook import in_notebook


@contextmanager
def interrupt_asked() -> Iterator[threading.Event]:
    """Return an event that the first Ctrl-C sets; a second Ctrl-C interrupts at once.

    So a loop can finish its step. Outside the main thread, and where Ctrl-C is ignored, nothing
    changes.
    """
    asked = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or before in (signal.SIG_IGN, None):
        yield asked
        return

    def ask(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        asked.set()
        _say("\nstopping after this step (Ctrl-C again stops at once)\n")

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def _say(text: str) -> None:
    if in_notebook():  # file descriptor 2 may be the server's log
        sys.stderr.write(text)
    else:
        os.write(2, text.encode())  # print could fail: it may just have been interrupted
