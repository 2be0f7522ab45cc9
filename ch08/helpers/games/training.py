"""Training a Deep Q-Network on a game: play, remember, learn from what is remembered (8.5.4)."""

import numpy as np

from ch08.helpers.games.agent import DQN
from ch08.helpers.games.lockstep import EVALUATION, Lockstep
from ch08.helpers.games.memory import ReplayMemory
from ch08.helpers.games.settings import Game
from common.schedules import cosine_decay

POINTS = 40  # of a learning curve


def make_agent(game: Game, rng: np.random.Generator) -> DQN:
    """Return an untrained agent for a game."""
    return DQN(
        game.network(rng),
        scale=game.scale,
        gamma=game.gamma,
        lr=game.lr,
        target_network=game.renew > 0,
    )


def train(game: Game, seed: int) -> tuple[DQN, list[float]]:
    """Train an agent.

    Returns
    -------
    agent : DQN
        As it is at the end.
    curve : list of float
        The mean sum of rewards of the episodes that ended in each fortieth of the steps, with the
        random actions that exploring needs; NaN where none ended.
    """
    rng = np.random.default_rng(seed)
    agent = make_agent(game, rng)
    games = Lockstep(game.make, game.frames, rng.integers(EVALUATION, size=game.copies))
    memory = ReplayMemory(game.memory, game.frames, games.states[0, 0])
    rounds = max(1, game.steps // game.copies)
    lr = cosine_decay(game.lr, rounds)
    ended: list[list[float]] = [[] for _ in range(POINTS)]
    for t in range(rounds):
        actions = agent.act(games.states, epsilon(game, t / rounds), rng)
        frames, rewards, terminated, returns = games.step(actions)
        memory.add(frames, actions, rewards, terminated)
        ended[t * POINTS // rounds] += returns[~np.isnan(returns)].tolist()
        agent.optimizer.lr = lr(t)
        if memory.added >= min(game.warm_up, game.memory):
            learn(game, agent, memory, rng)
    return agent, [float(np.mean(one)) if one else np.nan for one in ended]


def epsilon(game: Game, part: float) -> float:
    """Return the probability of a random action after this part of the steps."""
    return max(game.epsilon, 1 - (1 - game.epsilon) * part / game.exploring)


def learn(game: Game, agent: DQN, memory: ReplayMemory, rng: np.random.Generator) -> None:
    """Learn some mini-batches from the memory; renew the target network when it is due."""
    for _ in range(game.updates):
        agent.learn(memory.sample(game.batch_size, rng))
        if game.renew and agent.optimizer.iter % game.renew == 0:
            agent.renew_target()
