"""Q-learning with a table: one value for each state and action (8.5.4)."""

import numpy as np

from ch08.helpers.games.grid_world import GridWorld

ROUNDING = 1e-9  # values that differ by less are equal


def q_learning(
    world: GridWorld, episodes: int, gamma: float, alpha: float, epsilon: float, seed: int
) -> tuple[np.ndarray, list[float]]:
    """Learn the values of all actions from episodes alone.

    After each step: Q(s, a) <- Q(s, a) + alpha (r + gamma max_a' Q(s', a') - Q(s, a)), where the
    second term is left out if the episode is over.

    Parameters
    ----------
    world : GridWorld
    episodes : int
    gamma : float
        A reward that is k steps away counts gamma^k times.
    alpha : float
        The learning rate.
    epsilon : float
        The probability of a random action, instead of the best one so far.
    seed : int

    Returns
    -------
    Q : ndarray of shape (states, actions)
    returns : list of float
        The sum of rewards of each episode.
    """
    rng = np.random.default_rng(seed)
    Q = np.zeros((world.states, len(world.actions)))
    returns = []
    for number in range(episodes):
        state, _ = world.reset(seed=seed if number == 0 else None)
        total, ended = 0.0, False
        while not ended:
            explores = rng.random() < epsilon
            action = int(rng.integers(len(world.actions)) if explores else Q[state].argmax())
            following, reward, terminated, truncated, _ = world.step(action)
            target = reward + (0 if terminated else gamma * Q[following].max())
            Q[state, action] += alpha * (target - Q[state, action])
            state, total, ended = following, total + reward, terminated or truncated
        returns.append(total)
    return Q, returns


def value_iteration(world: GridWorld, gamma: float) -> np.ndarray:
    """Return the optimal Q, computed from the rules of the world, which Q-learning never sees."""
    outcomes = [
        [world.outcome(state, action) for action in range(len(world.actions))]
        for state in range(world.states)
    ]
    following, rewards, terminated = (
        np.array([[one[k] for one in row] for row in outcomes]) for k in range(3)
    )
    Q = np.zeros(following.shape)
    while True:
        better = rewards + gamma * Q.max(axis=1)[following] * ~terminated
        if np.abs(better - Q).max() < ROUNDING / 1000:
            return better
        Q = better
