"""The training runs of each open page: a few pages, a little work for each request."""

import time
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np

from ch06.helpers.live.inside import SHOWN, SPAN
from ch06.helpers.live.running import Run
from ch06.helpers.live.settings import Settings, from_page
from common.checks import check_whole, in_one_line
from lab.server import field

MOST_PAGES = 8
MOST_RUNS = 2  # side by side
MOST_STEPS = 1000  # for one request
SECONDS = 0.05  # of training for one request


class Pages:
    """The training runs of each page, by the id that the page has chosen.

    Parameters
    ----------
    source : str
        Where the digits are from: see `dataset.mnist.load_mnist`.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.runs: dict[str, list[Run]] = {}  # the page that was used last is at the end
        self.steps: dict[str, int] = {}  # that all runs of a page can do in `SECONDS`, about

    def start(self, request: dict[str, Any]) -> dict[str, Any]:
        """Start new runs of a page, with ``runs``: a list of settings; return their snapshots."""
        page, given = _page(request), field(request, "runs", list)
        if not 1 <= len(given) <= MOST_RUNS:
            raise ValueError(f"{len(given)} training runs; expected 1 or {MOST_RUNS}")
        settings = _settings(given)  # all are checked before one is replaced
        self.runs.pop(page, None)
        while len(self.runs) >= MOST_PAGES:
            self.runs.pop(next(iter(self.runs)))
        self.runs[page] = [Run(one, self.source) for one in settings]
        self.steps = {page: self.steps.get(page, 1) for page in self.runs} | {page: 1}
        pictures = [_samples(run) for run in self.runs[page]]
        return {"samples": pictures, "runs": [run.snapshot() for run in self.runs[page]]}

    def step(self, request: dict[str, Any]) -> dict[str, Any]:
        """Train all runs of a page on at most ``steps`` mini-batches; return their snapshots.

        Fewer, if they would take too long: all runs do the same number.
        """
        page = _page(request)
        steps = check_whole("steps", field(request, "steps", int), 1, MOST_STEPS)
        if page not in self.runs:
            raise ValueError("these training runs have ended: other pages were opened; press Reset")
        runs = self.runs[page] = self.runs.pop(page)
        steps = min(steps, self.steps[page])
        going = [run for run in runs if not run.done]
        quick = _train(going, steps) < SECONDS
        self.steps[page] = min(2 * steps, MOST_STEPS) if quick else max(1, steps // 2)
        for run in going:
            run.measure()
        return {"runs": [run.snapshot() for run in runs]}


def _settings(given: Sequence[Any]) -> list[Settings]:
    """Return the settings of each run; an error says which of two it is about."""
    checked = []
    for name, one in zip("AB", given, strict=False):
        try:
            checked.append(from_page(one))
        except ValueError as error:
            raise ValueError(f"{name}: {error}" if len(given) > 1 else str(error)) from None
    return checked


def _train(runs: Sequence[Run], steps: int) -> float:
    """Train all runs, and return the seconds it took."""
    start = time.perf_counter()
    for run in runs:
        run.step(steps)
    return time.perf_counter() - start


def _page(request: dict[str, Any]) -> str:
    page = field(request, "page", str)
    if not 1 <= len(page) <= 64:
        raise ValueError(f"page is {in_one_line(page)}; expected 1 to 64 characters")
    return page


def _samples(run: Run) -> dict[str, Any]:
    """Return the samples that the page draws: points with their classes, or test digits."""
    (x, t), (x_test, t_test) = run.train, run.test
    if run.settings.data != "digits":
        points = {"train": np.round(x, 3), "test": np.round(x_test, 3)}
        return {"span": SPAN, **points, "train_classes": t, "test_classes": t_test}
    pixels = np.rint(255 * x_test[:SHOWN]).astype(np.uint8)  # (SHOWN, 784)
    return {"pixels": b64encode(pixels.tobytes()).decode(), "labels": t_test[:SHOWN]}
