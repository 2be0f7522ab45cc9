"""The Deep Q-Network: a network that computes the value of every action (8.5.4, figure 8-27)."""

import copy
from typing import Any

import numpy as np

from ch08.helpers.games.memory import Batch
from common.network import Network
from common.optimizer import Adam


class ChosenActionLoss:
    """Half the squared error of the values of the chosen actions; the others have no gradient.

    Often the gradient is clipped to -1 and 1 (Huber loss). In CartPole that made values, which are
    at most 1 / (1 - gamma) = 100, grow to 20,000: a few clipped errors at the ends of episodes did
    not weigh enough.
    """

    def forward(self, values: np.ndarray, t: Any) -> float:
        """Return the mean of (Q(s, a) - target)^2 / 2.

        Parameters
        ----------
        values : ndarray of shape (N, number of actions)
        t : (actions, targets)
            Two arrays of shape (N,).
        """
        self.actions, targets = t
        self.rows, self.shape = np.arange(len(values)), values.shape
        self.errors = values[self.rows, self.actions] - targets
        return float(np.mean(self.errors**2) / 2)

    def backward(self, dout: float = 1) -> np.ndarray:
        """Return the gradient: (Q(s, a) - target) / N at the chosen actions, else 0."""
        dx = np.zeros(self.shape, self.errors.dtype)
        dx[self.rows, self.actions] = self.errors * (dout / len(dx))
        return dx


class DQN:
    """An agent that learns Q(s, a), the sum of rewards to expect after action a in state s.

    A reward that is k steps away counts gamma^k times.

    Parameters
    ----------
    network : Network
        Takes states, and returns a value for each action. Trained in place.
    scale : float or ndarray
        The observations are divided by it.
    gamma : float
    lr : float
        The learning rate of Adam.
    target_network : bool
        Whether the targets are computed by a copy of the network, which is seldom renewed. If not,
        each change of the network changes its targets, too.
    """

    def __init__(
        self,
        network: Network,
        *,
        scale: Any = 1.0,
        gamma: float = 0.99,
        lr: float = 0.001,
        target_network: bool = True,
    ) -> None:
        network.last_layer = ChosenActionLoss()
        self.network, self.scale, self.gamma = network, np.float32(scale), gamma
        self.target = copy.deepcopy(network) if target_network else network
        self.optimizer = Adam(lr)

    def values(self, states: np.ndarray, network: Network | None = None) -> np.ndarray:
        """Return Q(s, a) of states (N, F, ...), of shape (N, number of actions)."""
        return (network or self.network).predict(states / self.scale)

    def act(self, states: np.ndarray, epsilon: float, rng: np.random.Generator) -> np.ndarray:
        """Return an action for each state: random with probability epsilon, else the best."""
        values = self.values(states)
        random = rng.integers(values.shape[1], size=len(values))
        return np.where(rng.random(len(values)) < epsilon, random, values.argmax(axis=1))

    def targets(self, batch: Batch) -> np.ndarray:
        """Return r + gamma max_a' Q(s', a'), but only r where the episode is over."""
        best = self.values(batch.next_states, self.target).max(axis=1)
        return batch.rewards + self.gamma * best * ~batch.terminated

    def learn(self, batch: Batch) -> None:
        """Change the network by one step of gradient descent."""
        t = batch.actions, self.targets(batch)
        grads = self.network.gradient(batch.states / self.scale, t)
        self.optimizer.update(self.network.params, grads)

    def renew_target(self) -> None:
        """Copy the parameters, by value, to the network that computes the targets."""
        for key, W in self.network.params.items():
            np.copyto(self.target.params[key], W)
