"""What all environments have in common: `reset` and `step`, as in Gymnasium (8.5.4, figure 8-26).

The agent chooses an action; the environment changes and returns an observation and a reward:

    observation, info = environment.reset(seed=0)
    observation, reward, terminated, truncated, info = environment.step(action)

`terminated`: the game is over, so that no more rewards follow. `truncated`: it was only cut off at
a limit of steps; rewards would have followed. After either, the next call is `reset`.
"""

from typing import Any

import numpy as np

Step = tuple[Any, float, bool, bool, dict[str, Any]]


class Environment:
    """The base class: counts the steps and checks the actions; a subclass has the rules.

    A subclass defines `start`, `move` and `observe`.

    Attributes
    ----------
    actions : tuple of str
        The names of the actions 0, 1, 2 ...
    limit : int
        The number of steps after which an episode is truncated.
    rng : Generator
        Draws what is random; made from the seed of `reset`.
    """

    actions: tuple[str, ...]
    limit: int
    rng: np.random.Generator | None = None
    steps = 0
    ended = True

    def start(self, rng: np.random.Generator) -> None:
        """Set up a new episode."""
        raise NotImplementedError

    def move(self, action: int) -> tuple[float, bool]:
        """Change by one step; return the reward, and whether the episode is terminated."""
        raise NotImplementedError

    def observe(self) -> Any:
        """Return what the agent sees: a new array, or a number."""
        raise NotImplementedError

    def reset(self, *, seed: int | None = None) -> tuple[Any, dict[str, Any]]:
        """Start an episode; return the first observation. Without a seed, the draws continue."""
        if seed is not None or self.rng is None:
            self.rng = np.random.default_rng(seed)
        self.steps, self.ended = 0, False
        self.start(self.rng)
        return self.observe(), {}

    def step(self, action: int) -> Step:
        """Do an action; return observation, reward, terminated, truncated, and an empty dict."""
        self._check(action)
        reward, terminated = self.move(int(action))
        self.steps += 1
        truncated = self.steps >= self.limit
        self.ended = terminated or truncated
        return self.observe(), reward, terminated, truncated, {}

    def _check(self, action: int) -> None:
        name, number = type(self).__name__, len(self.actions)
        if self.ended:
            raise ValueError(f"{name}: no episode has begun, or it has ended; expected reset()")
        if not isinstance(action, int | np.integer) or not 0 <= action < number:
            names = ", ".join(f"{k} ({one})" for k, one in enumerate(self.actions))
            raise ValueError(f"{name}: the action is {action!r}; expected one of {names}")
