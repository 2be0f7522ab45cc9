"""Tic-tac-toe learned by self-play: a network of values, temporal differences (8.5.4)."""

import numpy as np

from ch08.helpers import tic_tac_toe
from ch08.helpers.tic_tac_toe import Player, empty_boards, over, won
from common.checks import check_range
from common.layers import IdentityWithLoss
from common.multi_layer_net import MultiLayerNet
from common.network import Network
from common.optimizer import Adam


def make_network(hidden: list[int], rng: np.random.Generator) -> Network:
    """Return a network with 18 inputs, see `planes`, and one output: the value."""
    return MultiLayerNet(18, hidden, 1, loss=IdentityWithLoss(), rng=rng)


def planes(after: np.ndarray) -> np.ndarray:
    """Return the inputs of the network (K, 18): own squares, then those of the other player."""
    return np.hstack([after == 1, after == -1]).astype(np.float32)


def values_of(network: Network) -> Player:
    """Return the player whose values come from the network; where the game is over, the reward."""

    def values(after: np.ndarray) -> np.ndarray:
        return np.where(over(after), won(after), network.predict(planes(after))[:, 0])

    return values


class SelfPlay:
    """Games of a network against itself, many side by side; each move is a lesson.

    The value of a board after a move is what the player who has moved can expect: 1 won, 0 drawn,
    -1 lost. It should be minus the highest value among the replies (temporal difference): the
    network is trained towards this, for the board of each game, before each move.

    Parameters
    ----------
    network : Network
    games : int
        The number of games that are played side by side.
    explore : float
        The fraction of the moves that are random, so that many different games are seen.
    rng : Generator

    Attributes
    ----------
    player : Player
        The network, as it plays.
    finished : int
        The number of games that have ended.
    """

    def __init__(
        self, network: Network, games: int, explore: float, rng: np.random.Generator
    ) -> None:
        self.network, self.player = network, values_of(network)
        self.explore = check_range("explore", explore, least=0, below=1)
        self.boards, self.rng = empty_boards(games), rng
        self.optimizer, self.finished = Adam(), 0

    def step(self) -> None:
        """Learn from the board of each game, then make a move in each."""
        values = tic_tac_toe.rated(self.player, self.boards)
        target = -values.max(axis=1, keepdims=True)
        grads = self.network.gradient(planes(-self.boards), target)
        self.optimizer.update(self.network.params, grads)
        self.move(values)

    def move(self, values: np.ndarray) -> None:
        """Make the move of the highest value, sometimes a random one; begin new games."""
        chance = np.where(np.isinf(values), -np.inf, self.rng.random(values.shape))
        random = self.rng.random(len(values)) < self.explore
        square = np.where(random[:, None], chance, values).argmax(axis=1)
        self.boards[np.arange(len(square)), square] = 1
        ended = over(self.boards)
        self.boards = -self.boards
        self.boards[ended] = 0
        self.finished += int(ended.sum())
