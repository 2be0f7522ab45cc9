"""Catch: a ball falls, and a paddle at the bottom must be where it lands (8.5.4)."""

import numpy as np

from ch08.helpers.games.environment import Environment

SIZE = 10
BALL, PADDLE = 255, 150  # grey levels


class Catch(Environment):
    """A ball falls through 10 x 10 pixels, straight or diagonally, and bounces off the walls.

    One frame does not show in which direction the ball flies; several do. The reward is 1 for a
    caught ball, -1 for a missed one, and 0 before.
    """

    actions = ("left", "stay", "right")
    limit = SIZE

    def start(self, rng: np.random.Generator) -> None:
        """Drop a ball from a random column, in a random direction."""
        self.row, self.column = 0, int(rng.integers(SIZE))
        self.direction = int(rng.integers(-1, 2))
        self.paddle = SIZE // 2

    def move(self, action: int) -> tuple[float, bool]:
        """Move the paddle by at most a pixel, then the ball by one row."""
        self.paddle = min(max(self.paddle + action - 1, 0), SIZE - 1)
        if not 0 <= self.column + self.direction < SIZE:
            self.direction = -self.direction
        self.row, self.column = self.row + 1, self.column + self.direction
        landed = self.row == SIZE - 1
        caught = 1.0 if self.column == self.paddle else -1.0
        return caught if landed else 0.0, landed

    def observe(self) -> np.ndarray:
        """Return the frame, (10, 10), in uint8."""
        frame = np.zeros((SIZE, SIZE), np.uint8)
        frame[-1, self.paddle] = PADDLE
        frame[self.row, self.column] = BALL
        return frame
