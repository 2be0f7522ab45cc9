"""The training of a generator against a discriminator: both learn at every step (8.5.2)."""

import copy
import json
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from ch08.helpers.adversaries import InTwoHalves
from common.checkpoint import check_writable
from common.checks import NotFiniteError, check_loss, check_whole
from common.io.files import load_arrays, save_arrays
from common.network import Network
from common.optimizer import Adam
from common.params import check_arrays, check_not_diverged
from common.randomness import Seed, random_generator
from common.schedules import cosine_decay
from common.train_together import train_together

BETA1 = 0.5  # of Adam: less memory than 0.9, because the other network changes, too
KEPT = 0.999  # of the mean of the generator's parameters, at each step
HISTORY = ("loss of the discriminator", "loss of the generator", "accuracy of the discriminator")
SECONDS_BETWEEN_CHECKPOINTS = 10


class AdversarialTraining:
    """Trains a generator and a discriminator, each with its own Adam.

    The learning rates fall to 0 along a cosine. It is a `common.protocols.Training`: so
    `common.train_together` runs it, with a progress bar, checkpoints, and Ctrl-C.

    Parameters
    ----------
    generator, discriminator : Network
        See `ch08.helpers.adversaries.Adversaries`.
    x : ndarray of shape (N, ...)
        Real samples.
    z : ndarray of shape (M, Z)
        Random numbers: what the generator makes of them is recorded, so that one can see it learn.
    steps, batch_size : int
        The number of mini-batches, and of samples in each: an even number.
    lr : (float, float)
        The learning rates of the generator and of the discriminator at the start.
    looks : sequence of float
        When the samples of `z` are recorded: fractions of the steps, from 0 to 1.
    rng : Generator or seed, optional
    threads : int
        More than 1: two threads, for two halves of each mini-batch.
    checkpoint : Path, optional
        An ``.npz`` file: `train` resumes from it, to the same end.

    Attributes
    ----------
    averaged : Network
        The generator with the moving average of its parameters: its samples are better.
    history : dict of list of float
        `HISTORY` at each step.
    shown : list of ndarray of shape (M, ...)
        The samples made of `z`.
    """

    network = optimizer = early_stopping = None  # there are two of each

    def __init__(
        self,
        generator: Network,
        discriminator: Network,
        x: np.ndarray,
        z: np.ndarray,
        *,
        steps: int,
        batch_size: int,
        lr: tuple[float, float],
        looks: Sequence[float] = (0, 1),
        rng: Seed = None,
        threads: int = 1,
        checkpoint: Path | None = None,
        verbose: bool = True,
    ) -> None:
        self.generator, self.discriminator, self.x, self.z = generator, discriminator, x, z
        self.averaged = copy.deepcopy(generator)
        self.optimizers = {"generator": Adam(lr[0], BETA1), "discriminator": Adam(lr[1], BETA1)}
        self.halves = InTwoHalves(generator, discriminator, threads)
        self.max_iter = check_whole("the number of steps", steps)
        self.batch_size = check_batch_size(batch_size)
        self.schedules = [cosine_decay(rate, steps) for rate in lr]
        self.rng = random_generator(rng)
        self.looks = np.unique(np.rint(np.array(looks) * steps).astype(int))
        self.verbose, self.checkpoint = verbose, checkpoint
        self.current_iter, self._saved_at = 0, time.monotonic()
        self.history: dict[str, list[float]] = {name: [] for name in HISTORY}
        self.shown: list[np.ndarray] = []
        self._settings = self._what_must_be_the_same(lr) if checkpoint else ""

    @property
    def done(self) -> bool:
        """Whether no step is left."""
        return self.current_iter >= self.max_iter

    def train(self) -> None:
        """Run all remaining steps."""
        train_together(cast(Any, self))

    def train_step(self) -> None:
        """Draw a mini-batch of real samples, and as many z; update both networks."""
        if self.current_iter == 0:
            self._look()
        x = self.x[self.rng.integers(len(self.x), size=self.batch_size)]
        z = draw_z(self.batch_size, self.z.shape[1], self.rng)
        scores, gradients = self.halves.gradients(x, z)
        self._record(*scores)
        for adam, schedule in zip(self.optimizers.values(), self.schedules, strict=True):
            adam.lr = schedule(self.current_iter)
        of_generator, of_discriminator = gradients
        self.optimizers["generator"].update(self.generator.params, of_generator)
        self.optimizers["discriminator"].update(self.discriminator.params, of_discriminator)
        self._average()
        self.current_iter += 1
        self._look()

    def resume(self) -> None:
        """Resume from the checkpoint, if there is one."""
        if self.checkpoint is None or self.current_iter > 0:
            return
        check_writable(self.checkpoint)
        if self.checkpoint.exists():
            self._load(self.checkpoint)
            if self.verbose:
                print(f"resuming from mini-batch {self.current_iter} of {self.checkpoint}")

    def save(self) -> None:
        """Write the checkpoint, atomically, if there is to be one."""
        if self.checkpoint is not None:
            facts = {"rng": json.dumps(self.rng.bit_generator.state), "settings": self._settings}
            arrays = {**self._arrays(), "history": np.array(list(self.history.values()))}
            arrays |= {key: np.array(value) for key, value in facts.items()}
            save_arrays(self.checkpoint, {**arrays, "shown": np.array(self.shown)})
            self._saved_at = time.monotonic()

    def save_if_due(self) -> None:
        """Write the checkpoint, if the last one is some seconds old."""
        if time.monotonic() - self._saved_at >= SECONDS_BETWEEN_CHECKPOINTS:
            self.save()

    def finish(self) -> None:
        """Raise a NotFiniteError if the last step made a parameter NaN or infinite."""
        check_not_diverged(self._arrays(), self.current_iter - 1)

    def _look(self) -> None:
        """Record what the averaged generator makes of `z`, if it is time to."""
        if self.current_iter in self.looks:
            self.shown.append(self.averaged.predict(self.z))

    def _record(self, real: np.ndarray, generated: np.ndarray) -> None:
        """Record both losses, and how often the discriminator is right; stop at NaN."""
        deceived = np.logaddexp(0, -generated).mean()  # -log sigmoid(score)
        caught = np.logaddexp(0, -real).mean() + np.logaddexp(0, generated).mean()
        right = ((real > 0).mean() + (generated <= 0).mean()) / 2
        try:
            values = [check_loss(caught), check_loss(deceived), float(right)]
        except NotFiniteError as error:
            raise NotFiniteError(f"mini-batch {self.current_iter}: {error}") from None
        for name, value in zip(HISTORY, values, strict=True):
            self.history[name].append(value)

    def _average(self) -> None:
        """Move the averaged generator a little towards the generator: fast at first."""
        step = 1 - min(KEPT, (1 + self.current_iter) / (10 + self.current_iter))
        new = arrays_of(self.generator)
        for key, mean in arrays_of(self.averaged).items():
            mean += step * (new[key] - mean)

    def _arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of the three networks and of both optimizers, which are not copied."""
        names = ("generator", "discriminator", "averaged")
        result = {
            f"{name}/{key}": W
            for name in names
            for key, W in arrays_of(getattr(self, name)).items()
        }
        for name, adam in self.optimizers.items():
            for kind in adam.state_names:
                state = getattr(adam, kind) or zeros_like(getattr(self, name).params)
                setattr(adam, kind, state)
                result |= {f"{name}/{kind}/{key}": array for key, array in state.items()}
        return result

    def _load(self, path: Path) -> None:
        saved = load_arrays(path)
        if str(saved.get("settings")) != self._settings:
            raise ValueError(
                f"{path} is of another training run: use the same settings, or another file"
            )
        here = self._arrays()
        check_arrays({key: saved[key] for key in here if key in saved}, here, str(path))
        for key, array in here.items():
            array[...] = saved[key]
        self.rng.bit_generator.state = json.loads(str(saved["rng"]))
        self.history = dict(zip(HISTORY, saved["history"].tolist(), strict=True))
        self.shown = list(saved["shown"])
        self.current_iter = saved["history"].shape[1]
        for adam in self.optimizers.values():
            adam.iter = self.current_iter

    def _what_must_be_the_same(self, lr: tuple[float, float]) -> str:
        shapes = {key: W.shape for key, W in self._arrays().items()}
        state = json.dumps([self.rng.bit_generator.state, shapes, self.looks.tolist()])
        sums = [zlib.crc32(part) for part in (state.encode(), self.x.tobytes(), self.z.tobytes())]
        return json.dumps([self.max_iter, self.batch_size, *lr, *sums])


def check_batch_size(batch_size: int) -> int:
    """Return the size of a mini-batch, which is split in two halves; raise a ValueError if odd."""
    if check_whole("the size of a mini-batch", batch_size, 4) % 2:
        raise ValueError(f"the size of a mini-batch is {batch_size}; expected an even number")
    return batch_size


def draw_z(number: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return random numbers for `number` samples, (number, size), with mean 0 and deviation 1."""
    return rng.standard_normal((number, size), dtype=np.float32)


def arrays_of(network: Network) -> dict[str, np.ndarray]:
    """Return the parameters and the state of a network."""
    return {**network.params, **network.state}


def zeros_like(arrays: Any) -> dict[str, np.ndarray]:
    """Return zeros in the shapes of the arrays."""
    return {key: np.zeros_like(W) for key, W in arrays.items()}
