"""CartPole: balance a pole on a cart by pushing the cart to the left or to the right (8.5.4)."""

import math

import numpy as np

from ch08.helpers.games.environment import Environment

GRAVITY = 9.8
MASS, POLE_MASS = 1.1, 0.1  # of the cart and the pole together; of the pole
HALF_LENGTH = 0.5  # of the pole
FORCE = 10.0
TIME = 0.02  # seconds in a step
FARTHEST, STEEPEST = 2.4, math.radians(12)  # the episode ends beyond these


class CartPole(Environment):
    """The equations, limits and rewards of Gymnasium's CartPole-v1.

    The observation is (position, velocity, angle, angular velocity) in float32. The reward is 1 for
    each step; the episode is over when the pole leans or the cart is too far out, and is truncated
    after 500 steps.
    """

    actions = ("left", "right")
    limit = 500

    def start(self, rng: np.random.Generator) -> None:
        """Stand nearly upright, nearly at rest."""
        self.state = tuple(rng.uniform(-0.05, 0.05, 4).tolist())

    def move(self, action: int) -> tuple[float, bool]:
        """Push for one step of Euler's method."""
        x, speed, angle, turning = self.state
        force = FORCE if action == 1 else -FORCE
        cos, sin = math.cos(angle), math.sin(angle)
        push = (force + POLE_MASS * HALF_LENGTH * turning**2 * sin) / MASS
        inertia = HALF_LENGTH * (4 / 3 - POLE_MASS * cos**2 / MASS)
        angular = (GRAVITY * sin - cos * push) / inertia  # acceleration
        linear = push - POLE_MASS * HALF_LENGTH * angular * cos / MASS
        x, angle = x + TIME * speed, angle + TIME * turning
        self.state = (x, speed + TIME * linear, angle, turning + TIME * angular)
        return 1.0, abs(x) > FARTHEST or abs(angle) > STEEPEST

    def observe(self) -> np.ndarray:
        """Return the four numbers of the state."""
        return np.array(self.state, np.float32)
