"""Replay memory: past steps, of which random mini-batches are learned (8.5.4).

Consecutive steps are alike, and a network that learns them in order forgets what was before. A
random sample of many past steps is nearly as varied as the mini-batches of chapter 4.
"""

from typing import NamedTuple

import numpy as np

from common.checks import check_whole


class Batch(NamedTuple):
    """N steps of the agent.

    Attributes
    ----------
    states : ndarray of shape (N, F, ...)
        The last F frames at the time of the action.
    actions : ndarray of shape (N,)
    rewards : ndarray of shape (N,)
    next_states : ndarray of shape (N, F, ...)
    terminated : ndarray of bool, (N,)
        Whether the episode was over after the step; False if it was only truncated.
    """

    states: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    next_states: np.ndarray
    terminated: np.ndarray


class ReplayMemory:
    """The last `capacity` steps, in arrays of a fixed size.

    A state of F frames and the next state share F - 1 of them: F + 1 frames are stored for a step.

    Parameters
    ----------
    capacity : int
    frames : int
        The number F of frames in a state.
    frame : ndarray
        Any frame, for its shape and type; pixels are stored in uint8.
    """

    def __init__(self, capacity: int, frames: int, frame: np.ndarray) -> None:
        self.capacity = check_whole("capacity", capacity)
        self.frames = np.zeros((capacity, frames + 1, *frame.shape), frame.dtype)
        self.actions = np.zeros(capacity, np.int64)
        self.rewards = np.zeros(capacity, np.float32)
        self.terminated = np.zeros(capacity, bool)
        self.added = 0

    def __len__(self) -> int:
        return min(self.added, self.capacity)

    def add(
        self,
        frames: np.ndarray,
        actions: np.ndarray,
        rewards: np.ndarray,
        terminated: np.ndarray,
    ) -> None:
        """Store N steps, instead of the oldest if the memory is full; `frames`: (N, F + 1, ...)."""
        places = (self.added + np.arange(len(actions))) % self.capacity
        self.frames[places], self.actions[places] = frames, actions
        self.rewards[places], self.terminated[places] = rewards, terminated
        self.added += len(actions)

    def sample(self, number: int, rng: np.random.Generator) -> Batch:
        """Return `number` random steps of the memory; a step may occur twice."""
        places = rng.integers(len(self), size=number)
        frames = self.frames[places]
        return Batch(
            frames[:, :-1],
            self.actions[places],
            self.rewards[places],
            frames[:, 1:],
            self.terminated[places],
        )
