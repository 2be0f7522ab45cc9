"""A small Breakout: a ball destroys bricks, and a paddle must keep it in the game (8.5.4)."""

import numpy as np

from ch08.helpers.games.environment import Environment

SIZE = 10
BRICK_ROWS = slice(1, 4)
BALL, PADDLE, BRICK = 255, 170, 85  # grey levels


class Breakout(Environment):
    """A ball flies diagonally through 10 x 10 pixels, and bounces off walls, bricks and the paddle.

    The paddle has three pixels: its left end sends the ball to the left, its right end to the
    right. The reward is 1 for each brick that is hit and so destroyed; when all 30 are, 30 new ones
    appear with the next return. The game is over when the ball passes the paddle, and is truncated
    after 500 steps.
    """

    actions = ("left", "stay", "right")
    limit = 500

    def start(self, rng: np.random.Generator) -> None:
        """Build the bricks; the ball starts below them, in a random column and direction."""
        self.bricks = np.zeros((SIZE, SIZE), bool)
        self.bricks[BRICK_ROWS] = True
        self.row, self.column = BRICK_ROWS.stop, int(rng.integers(SIZE))
        self.down, self.right = 1, 1 - 2 * int(rng.integers(2))
        self.paddle = int(rng.integers(1, SIZE - 1))  # its middle

    def move(self, action: int) -> tuple[float, bool]:
        """Move the paddle by at most a pixel, then the ball."""
        self.paddle = min(max(self.paddle + action - 1, 1), SIZE - 2)
        if not 0 <= self.column + self.right < SIZE:
            self.right = -self.right
        if self.row == 0:
            self.down = 1
        row, column = self.row + self.down, self.column + self.right
        if self.bricks[row, column]:  # the ball turns back and leaves the brick destroyed
            self.bricks[row, column], self.down = False, -self.down
            return 1.0, False
        self.column = column
        if row == SIZE - 1:
            return 0.0, not self._returned(column)
        self.row = row
        return 0.0, False

    def _returned(self, column: int) -> bool:
        """Return whether the paddle is below the ball; then send it up."""
        offset = column - self.paddle
        if abs(offset) > 1:
            self.row = SIZE - 1
            return False
        self.down, self.right = -1, offset or self.right
        if not self.bricks.any():
            self.bricks[BRICK_ROWS] = True
        return True

    def observe(self) -> np.ndarray:
        """Return the frame, (10, 10), in uint8."""
        frame = self.bricks * np.uint8(BRICK)
        frame[-1, self.paddle - 1 : self.paddle + 2] = PADDLE
        frame[self.row, self.column] = BALL
        return frame
