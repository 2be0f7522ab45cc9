"""A progress bar with the number of finished scripts and the remaining time."""

import threading
import time
from collections.abc import Sequence

from claims.claim import Run
from common.io.progress import progress


class Progress:
    """The progress bar: enter it before the first script starts; call `ended` after each script.

    Parameters
    ----------
    order : sequence of Run
        The runs in the order of their start; those that must run alone come last.
    quick : bool
    processes : int
        The number of scripts that run at the same time.
    """

    QUICK = 3.0  # seconds with --quick, at most

    def __init__(self, order: Sequence[Run], quick: bool, processes: int) -> None:
        self.expected = {
            run.name: min(run.seconds, self.QUICK) if quick else run.seconds for run in order
        }
        self.alone = {run.name for run in order if run.alone}
        self.waiting = list(self.expected)
        self.started: dict[str, float] = {}
        self.taken = self.foreseen = 30.0  # a start value, so that the first scripts count less
        for _ in range(processes):
            self._start()
        form = "{n_fmt} of {total_fmt} scripts |{bar:30}| {elapsed}{postfix}"
        self.bar = progress(total=len(order), bar_format=form)
        self.over = threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Progress":
        self.ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.ticker.join()
        self.bar.close()

    def ended(self, run: Run, seconds: float) -> None:
        """Record that a script has finished; the next one starts."""
        self.started.pop(run.name, None)
        self.taken += seconds
        self.foreseen += self.expected[run.name]
        self._start()
        self.bar.update()

    def left(self) -> float:
        """Return the remaining seconds, from the speed of the finished scripts."""
        speed, now = self.taken / self.foreseen, time.monotonic()
        ends = [max(speed * self.expected[k] - (now - t), 1) for k, t in self.started.items()]
        for name in self.waiting:
            ends = [max(ends, default=0.0)] if name in self.alone else sorted(ends or [0.0])
            ends[0] += speed * self.expected[name]
        return max(ends, default=0)

    def _start(self) -> None:
        if self.waiting and not (self.started and self.waiting[0] in self.alone):
            self.started[self.waiting.pop(0)] = time.monotonic()

    def _tick(self) -> None:
        while not self.over.wait(1):
            left = self.left()
            text = f"{left / 60:.0f} min" if left > 90 else f"{left:.0f} s"
            self.bar.set_postfix_str(f"about {text} left")
