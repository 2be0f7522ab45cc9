"""Several copies of an environment in lockstep: one forward pass for all of them (8.5.4)."""

from collections.abc import Callable
from typing import Any

import numpy as np

Policy = Callable[[np.ndarray], np.ndarray]
EVALUATION = 10**7  # training runs use seeds below it, evaluations seeds above it


class Lockstep:
    """N copies of an environment, and the last F frames of each.

    Parameters
    ----------
    make : callable
        Returns a new environment.
    frames : int
        The number F of frames in a state; at the start of an episode its first one is repeated.
    seeds : sequence of int
        One for each copy.

    Attributes
    ----------
    states : ndarray of shape (N, F, ...)
    returns : ndarray of shape (N,)
        The sum of the rewards of each current episode.
    """

    def __init__(self, make: Callable[[], Any], frames: int, seeds: Any) -> None:
        self.copies = [make() for _ in seeds]
        first = [one.reset(seed=int(seed))[0] for one, seed in zip(self.copies, seeds, strict=True)]
        self.states = np.repeat(self._stacked(first)[:, None], frames, axis=1)
        self.returns = np.zeros(len(first))

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, ...]:
        """Do an action in each copy; start a new episode where one has ended.

        Returns
        -------
        frames : ndarray of shape (N, F + 1, ...)
            The state before, and the new frame.
        rewards : ndarray of shape (N,)
        terminated : ndarray of bool, (N,)
        returns : ndarray of shape (N,)
            The sum of the rewards of each episode that has ended; NaN where one goes on.
        """
        pairs = zip(self.copies, actions.tolist(), strict=True)
        seen, rewards, terminated, truncated, _ = zip(*(e.step(a) for e, a in pairs), strict=True)
        frames = np.concatenate([self.states, self._stacked(seen)[:, None]], axis=1)
        self.states = frames[:, 1:].copy()
        gained = np.array(rewards, np.float32)
        if not np.isfinite(gained).all():
            self._complain("reward", gained)
        self.returns += gained
        ended = np.logical_or(terminated, truncated)
        returns = np.where(ended, self.returns, np.nan)
        for k in np.flatnonzero(ended):
            self.states[k] = self._stacked([self.copies[k].reset()[0]])[0]
            self.returns[k] = 0
        return frames, gained, np.array(terminated), returns

    def _stacked(self, seen: Any) -> np.ndarray:
        """Return the observations as one array; raise a ValueError if one is not finite."""
        frames = np.stack(seen)
        if frames.dtype.kind == "f" and not np.isfinite(frames).all():
            self._complain("observation", frames)
        return frames

    def _complain(self, what: str, values: np.ndarray) -> None:
        wrong = values[~np.isfinite(values)].flat[0]
        name = type(getattr(self.copies[0], "unwrapped", self.copies[0])).__name__
        raise ValueError(f"{name}: a {what} holds {wrong}; expected finite numbers")


def play(
    make: Callable[[], Any], frames: int, policy: Policy, episodes: int, seed: int
) -> list[float]:
    """Return the sums of rewards of `episodes` episodes, one of each copy of an environment."""
    games = Lockstep(make, frames, seed + np.arange(episodes))
    totals = np.full(episodes, np.nan)
    while np.isnan(totals).any():
        *_, returns = games.step(policy(games.states))
        totals = np.where(np.isnan(totals), returns, totals)
    return totals.tolist()
