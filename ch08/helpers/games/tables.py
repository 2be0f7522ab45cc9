"""Q-learning in the grid world, compared with the optimum (8.5.4)."""

from typing import Any

import numpy as np

from ch08.helpers.games.grid_world import GridWorld
from ch08.helpers.games.q_learning import ROUNDING, q_learning, value_iteration

GAMMA, ALPHA, EPSILON = 0.95, 0.5, 0.3
PARTS = 50  # of the episodes: one mean return for each


def learn_grid(episodes: int, seed: int) -> dict[str, Any]:
    """Learn the grid world; print and return in how many states the policy is not optimal."""
    world = GridWorld()
    Q, returns = q_learning(world, episodes, GAMMA, ALPHA, EPSILON, seed)
    best = value_iteration(world, GAMMA)
    free, wrong = world.free, not_optimal(world, Q, best)
    # With epsilon 1, all actions are random, whatever is learned.
    _, at_random = q_learning(world, episodes, GAMMA, ALPHA, 1.0, seed)
    print(f"grid world, {episodes} episodes: not optimal in {wrong} of {len(free)} cells")
    return {
        "map": ["".join(row) for row in world.map],
        "episodes": episodes,
        "states": len(free),
        "states that differ": wrong,
        "largest error of Q": float(np.abs(Q - best)[free].max()),
        "policy": [world.actions[k] for k in Q.argmax(axis=1)],
        "values": np.round(Q.max(axis=1), 4).tolist(),
        "returns": [round(float(np.mean(one)), 4) for one in np.array_split(returns, PARTS)],
        "random": round(float(np.mean(at_random)), 4),
    }


def not_optimal(world: GridWorld, Q: np.ndarray, best: np.ndarray) -> int:
    """Return the number of free cells whose best action by Q is not an optimal one."""
    optimal = best >= best.max(axis=1, keepdims=True) - ROUNDING
    return int((~optimal[world.free, Q[world.free].argmax(axis=1)]).sum())
