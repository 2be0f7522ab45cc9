"""The games, with the networks and the settings with which they are learned (8.5.4).

The settings were chosen with the seeds 100 and above, not with those of the results.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ch08.helpers.games.breakout import Breakout
from ch08.helpers.games.cart_pole import CartPole
from ch08.helpers.games.catch import Catch
from ch08.helpers.games.environment import Environment
from common.fresh_layers import affine, convolution
from common.layers import ReLU
from common.network import Network
from common.util import conv_output_size

FRAMES = 4  # as in the book: consecutive frames show where the ball flies
LAST = 0.01  # standard deviation of the last weights: at first all actions are about equal


@dataclass(frozen=True)
class Game:
    """A game, and how it is learned.

    Attributes
    ----------
    make : class
        Its environment.
    network : callable
        ``network(rng)`` returns a new network.
    steps : int
        The steps of all copies of the game together.
    frames : int
        The number of frames in a state.
    scale : tuple of float
        Observations are divided by it.
    copies : int
        The number of copies that are played in lockstep.
    updates : int
        The number of mini-batches that are learned after each step of all copies.
    batch_size : int
    memory : int
        The capacity of the replay memory.
    warm_up : int
        The number of steps before the first update.
    renew : int
        The number of updates after which the target network is renewed; 0: there is none.
    lr, gamma : float
        The learning rate at the start; it falls to 0. A reward k steps away counts gamma^k times.
    exploring : float
        The fraction of the steps during which epsilon falls from 1 to `epsilon`.
    epsilon : float
    """

    make: type[Environment]
    network: Callable[[np.random.Generator], Network]
    steps: int
    frames: int = 1
    scale: tuple[float, ...] = (1.0,)
    copies: int = 8
    updates: int = 4
    batch_size: int = 32
    memory: int = 50_000
    warm_up: int = 1000
    renew: int = 200
    lr: float = 0.001
    gamma: float = 0.99
    exploring: float = 0.3
    epsilon: float = 0.05


def of_numbers(rng: np.random.Generator, inputs: int, outputs: int, hidden: int = 64) -> Network:
    """Return a network of three affine layers."""
    return Network(
        {
            "Affine1": affine(inputs, hidden, rng),
            "ReLU1": ReLU(),
            "Affine2": affine(hidden, hidden, rng),
            "ReLU2": ReLU(),
            "Affine3": affine(hidden, outputs, rng, init=LAST),
        }
    )


def of_pixels(
    rng: np.random.Generator, filters: int, size: int, stride: int, hidden: int
) -> Network:
    """Return a network for four frames of 10 x 10 pixels: a convolution and two affine layers."""
    maps = conv_output_size(10, size, stride)
    return Network(
        {
            "Conv1": convolution(FRAMES, filters, size, rng, stride=stride),
            "ReLU1": ReLU(),
            "Affine1": affine(filters * maps * maps, hidden, rng),
            "ReLU2": ReLU(),
            "Affine2": affine(hidden, 3, rng, init=LAST),  # left, stay, right
        }
    )


GAMES: Mapping[str, Game] = {
    "Catch": Game(
        Catch,
        lambda rng: of_pixels(rng, filters=16, size=4, stride=2, hidden=128),
        steps=60_000,
        frames=FRAMES,
        scale=(255.0,),
        batch_size=64,
        memory=60_000,  # all: the few balls caught at the edges are not forgotten
        renew=100,
        exploring=0.6,
        epsilon=0.2,  # a missed move or two can be made up for
    ),
    "CartPole": Game(
        CartPole,
        lambda rng: of_numbers(rng, 4, 2),
        steps=60_000,
        scale=(2.4, 2.0, 0.21, 2.0),  # the typical size of each number
        copies=1,
        updates=1,
        batch_size=128,
        renew=50,
        epsilon=0.01,  # nearly as it is evaluated
    ),
    "Breakout": Game(
        Breakout,
        lambda rng: of_pixels(rng, filters=16, size=3, stride=1, hidden=64),
        steps=150_000,
        frames=FRAMES,
        scale=(255.0,),
        updates=2,
        memory=100_000,
    ),
}
