"""A grid world: find the goal around walls and a hole (8.5.4)."""

import numpy as np

from ch08.helpers.games.environment import Environment

MAP = (
    "..#....",
    "..#.##.",
    "....#..",
    ".##.#.H",
    "...H...",
    ".#...#G",
)
WALL, HOLE, GOAL = "#", "H", "G"
REWARDS = {GOAL: 1.0, HOLE: -1.0}
STEP_REWARD = -0.02  # makes short ways better
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))  # rows, columns


class GridWorld(Environment):
    """The agent moves from cell to cell; the observation is the number of its cell, row by row.

    The reward is 1 at the goal and -1 at the hole, where the episode is over, and -0.02 for each
    other step. A move into a wall, or off the map, leaves the agent where it is. An episode starts
    in a random free cell, so that all are visited.
    """

    actions = ("up", "right", "down", "left")
    limit = 100

    def __init__(self, map: tuple[str, ...] = MAP) -> None:
        self.map = np.array([list(row) for row in map])
        self.free = np.flatnonzero(self.map == ".")
        self.states = self.map.size

    def outcome(self, state: int, action: int) -> tuple[int, float, bool]:
        """Return the next state, the reward, and whether the episode is then over."""
        rows, columns = self.map.shape
        row, column = divmod(state, columns)
        row, column = row + MOVES[action][0], column + MOVES[action][1]
        inside = 0 <= row < rows and 0 <= column < columns
        if not inside or self.map[row, column] == WALL:
            return state, STEP_REWARD, False
        kind = self.map[row, column]
        return row * columns + column, REWARDS.get(kind, STEP_REWARD), kind in REWARDS

    def start(self, rng: np.random.Generator) -> None:
        """Start in a random free cell."""
        self.state = int(rng.choice(self.free))

    def move(self, action: int) -> tuple[float, bool]:
        """Move by one cell."""
        self.state, reward, terminated = self.outcome(self.state, action)
        return reward, terminated

    def observe(self) -> int:
        """Return the number of the cell."""
        return self.state
