"""A training run that goes on step by step, and its snapshot for the page."""

from base64 import b64encode
from typing import Any

import numpy as np

from ch06.helpers.live import build, inside
from ch06.helpers.live.settings import Settings
from common.checks import NotFiniteError

MOST_STEPS = 100_000
MOST_POINTS = 300  # of a curve


class Run:
    """A training run.

    Parameters
    ----------
    settings : Settings
    source : str
        Where the digits are from: see `dataset.mnist.load_mnist`.

    Attributes
    ----------
    train, test : (ndarray, ndarray)
    trainer : Trainer
    error : str or None
        Why the training run ended, if it diverged.
    curves : dict of str to list
        ``steps``, and after each of them the ``loss`` and ``accuracy`` on the training data, and
        ``test_loss`` and ``test_accuracy``.
    """

    def __init__(self, settings: Settings, source: str) -> None:
        self.settings, self.source = settings, source
        self.train, self.test = build.data(settings, source)
        self.trainer = build.trainer(settings, self.train)
        self.error: str | None = None
        names = ("steps", "loss", "accuracy", "test_loss", "test_accuracy")
        self.curves: dict[str, list[float]] = {name: [] for name in names}
        self.measure()

    @property
    def done(self) -> bool:
        """Whether it has diverged, or has reached the last step."""
        return self.error is not None or self.trainer.current_iter >= MOST_STEPS

    def step(self, steps: int) -> None:
        """Train on this many mini-batches, or fewer at the end; then `measure` adds a point."""
        self.trainer.max_iter = min(self.trainer.current_iter + steps, MOST_STEPS)
        try:
            self.trainer.train()
        except NotFiniteError as error:
            self.error = str(error)

    def snapshot(self) -> dict[str, Any]:
        """Return all that the page draws."""
        trainer, steps = self.trainer, self.trainer.current_iter
        network = trainer.network
        with np.errstate(all="ignore"):  # NaN is shown
            inner = inside.layers(network, self.settings.activation, *self.train)
            picture = (
                {"answers": inside.answers(network, self.test[0])}
                if self.settings.data == "digits"
                else {"plane": b64encode(inside.plane(network)).decode()}
            )
        needed = steps if self.error is None else trainer.max_iter
        return {
            "steps": steps,
            "error": self.error,
            "done": self.done,
            "curves": self.curves,
            "layers": inner,
            "code": build.code(self.settings, needed, self.source),
            "prints": self.printed(),
            **picture,
        }

    def printed(self) -> str:
        """Return what the code prints, or the error that it ends with."""
        if self.error is not None:
            return f"NotFiniteError: {self.error}"
        rows = [("train", "loss", "accuracy"), ("test", "test_loss", "test_accuracy")]
        return "\n".join(
            f"{name}: loss {self.curves[loss][-1]:.6f}, accuracy {self.curves[accuracy][-1]:.4f}"
            for name, loss, accuracy in rows
        )

    def measure(self) -> None:
        """Add a point to each curve; if there are too many, keep every second one."""
        network = self.trainer.network
        with np.errstate(all="ignore"):
            found = {
                "steps": self.trainer.current_iter,
                "loss": network.loss(*self.train),
                "accuracy": network.accuracy(*self.train),
                "test_loss": network.loss(*self.test),
                "test_accuracy": network.accuracy(*self.test),
            }
        for name, values in self.curves.items():
            if len(values) >= MOST_POINTS:
                values[:] = values[::2]
            values.append(found[name])
