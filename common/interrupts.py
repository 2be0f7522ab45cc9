"""Ctrl-C that waits until a step is done, so that nothing is lost."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interrupt_asked() -> Iterator[threading.Event]:
    """Let Ctrl-C wait: the first one sets the event that is returned, a second one gets through.

    So a loop can come to a good end. Outside the main thread, and where Ctrl-C is ignored, nothing
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
        os.write(2, b"\nstopping after this step (Ctrl-C once more: at once)\n")  # print could fail

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
