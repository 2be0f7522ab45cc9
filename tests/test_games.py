"""Reinforcement learning: environments, Q-learning, replay memory, Deep Q-Network (8.5.4)."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from ch08 import dqn
from ch08.helpers.games import episode, runs, tables, weights
from ch08.helpers.games.agent import DQN, ChosenActionLoss
from ch08.helpers.games.breakout import Breakout
from ch08.helpers.games.cart_pole import CartPole
from ch08.helpers.games.catch import Catch
from ch08.helpers.games.environment import Environment
from ch08.helpers.games.grid_world import GridWorld
from ch08.helpers.games.lockstep import Lockstep, play
from ch08.helpers.games.memory import Batch, ReplayMemory
from ch08.helpers.games.q_learning import q_learning, value_iteration
from ch08.helpers.games.settings import GAMES
from ch08.helpers.games.training import epsilon, make_agent, train
from common.gradient import gradient_check
from common.io.files import load_arrays

RNG = np.random.default_rng(0)
LEFT, STAY, RIGHT = range(3)
KINDS = (GridWorld, Catch, CartPole, Breakout)


def episode_of(environment, policy, seed=0):
    """Return all observations, and the results of all steps, of one episode."""
    observations, steps = [environment.reset(seed=seed)[0]], []
    while not steps or not (steps[-1][2] or steps[-1][3]):
        steps.append(environment.step(policy(observations[-1])))
        observations.append(steps[-1][0])
    return observations, steps


# ---------------------------------------------------------------- environments


@pytest.mark.parametrize("kind", KINDS)
def test_every_environment(kind):
    environment, rng = kind(), np.random.default_rng(0)

    def at_random(_):
        return rng.integers(len(environment.actions))

    observations, steps = episode_of(environment, at_random)
    assert 1 <= len(steps) <= environment.limit
    with pytest.raises(ValueError, match=rf"{kind.__name__}: .*has ended; expected reset\(\)"):
        environment.step(0)
    rng = np.random.default_rng(0)
    again, _ = episode_of(environment, at_random)
    assert_array_equal(np.stack(observations), np.stack(again))  # the seed decides
    assert not np.shares_memory(np.asarray(observations[0]), np.asarray(observations[-1]))
    others = {str(environment.reset(seed=seed)[0]) for seed in range(20)}
    assert len(others) > 2


@pytest.mark.parametrize("action", [-1, 4, 1.5, "left", None])
def test_a_wrong_action(action):
    environment = GridWorld()
    with pytest.raises(ValueError, match="GridWorld: no episode has begun"):
        environment.step(action)
    environment.reset(seed=0)
    with pytest.raises(ValueError, match=r"action is .*; expected one of 0 \(up\), 1 \(right\)"):
        environment.step(action)
    environment.step(np.int64(3))


def test_the_cells_of_the_grid_world():
    world = GridWorld((".#", "HG"))
    assert world.outcome(0, 0) == (0, -0.02, False)  # off the map
    assert world.outcome(0, 1) == (0, -0.02, False)  # a wall
    assert world.outcome(0, 2) == (2, -1.0, True)  # the hole
    assert GridWorld(("..", "HG")).outcome(1, 2) == (3, 1.0, True)
    endless = GridWorld(("..",))
    _, steps = episode_of(endless, lambda _: 0)
    assert len(steps) == 100
    assert steps[-1][2:4] == (False, True)  # truncated, not terminated


def test_a_caught_and_a_missed_ball():
    game = Catch()

    def follow(_):
        ahead = game.column + game.direction
        ahead = ahead if 0 <= ahead < 10 else game.column - game.direction
        return 1 + int(np.sign(ahead - game.paddle))

    for seed in range(20):
        observations, steps = episode_of(game, follow, seed)
        assert [one[1] for one in steps] == [0.0] * 8 + [1.0]
        assert steps[-1][2]
        columns = [int(np.argwhere(frame == 255)[0, 1]) for frame in observations]
        assert np.abs(np.diff(columns)).max() <= 1
    missed = [episode_of(game, lambda _: LEFT, seed)[1][-1][1] for seed in range(50)]
    assert set(missed) == {-1.0, 1.0}
    assert np.mean(missed) < -0.5


def breakout(row, column, down, right, paddle):
    game = Breakout()
    game.reset(seed=0)
    game.row, game.column, game.down, game.right, game.paddle = row, column, down, right, paddle
    return game


def test_the_ball_of_breakout_destroys_a_brick_and_turns_back():
    game = breakout(4, 5, -1, 1, 5)
    frame, reward, terminated, truncated, _ = game.step(STAY)
    assert (reward, terminated, truncated) == (1.0, False, False)
    assert (frame == 85).sum() == 29
    assert not game.bricks[3, 6]
    assert (game.row, game.column, game.down) == (4, 5, 1)


@pytest.mark.parametrize(
    ("column", "right", "then"), [(4, 1, 1), (4, -1, -1), (3, 1, 1), (3, -1, -1), (5, -1, -1)]
)
def test_the_paddle_returns_the_ball(column, right, then):
    game = breakout(8, column, 1, right, column + right)
    _, reward, terminated, _, _ = game.step(STAY)
    assert (reward, terminated, game.down, game.right) == (0.0, False, -1, then)


@pytest.mark.parametrize(("end", "then"), [(-1, -1), (1, 1)])
def test_the_ends_of_the_paddle_decide_the_direction(end, then):
    for right in (-1, 1):
        game = breakout(8, 4, 1, right, 4 + right - end)  # the ball lands on this end
        game.step(STAY)
        assert (game.down, game.right) == (-1, then)


def test_the_ball_bounces_off_the_walls_and_is_lost_beside_the_paddle():
    game = breakout(5, 9, 1, 1, 1)
    game.step(STAY)
    assert (game.row, game.column, game.right) == (6, 8, -1)
    game = breakout(8, 7, 1, 1, 2)
    assert game.step(STAY)[2]
    game = breakout(0, 5, -1, 1, 2)
    game.bricks[:] = False
    game.step(STAY)
    assert (game.row, game.down) == (1, 1)


def test_after_the_last_brick_there_are_new_ones_and_an_episode_has_an_end():
    game = breakout(8, 4, 1, 1, 5)
    game.bricks[:] = False
    game.step(STAY)
    assert game.bricks.sum() == 30

    def follow(_):
        return 1 + int(np.sign(game.column + game.down * game.right - game.paddle))

    _, steps = episode_of(game, follow)
    assert len(steps) == 500
    assert steps[-1][2:4] == (False, True)
    assert sum(one[1] for one in steps) > 20


def test_the_pole_falls_to_the_side_on_which_the_cart_is_not_pushed():
    observations, steps = episode_of(CartPole(), lambda _: RIGHT - 1)
    assert 8 <= len(steps) <= 11
    assert steps[-1][2:4] == (True, False)
    assert observations[-1][2] < -np.radians(12)
    assert observations[-1][1] > 1
    assert all(one[1] == 1.0 for one in steps)


def balance(state):
    """Return the action of a simple rule that balances the pole for 500 steps."""
    x, speed, angle, turning = state
    return int(0.1 * x + 0.3 * speed + 3 * angle + turning > 0)


def test_a_balanced_pole_is_truncated_after_500_steps():
    _, steps = episode_of(CartPole(), balance)
    assert len(steps) == 500
    assert steps[-1][2:4] == (False, True)


def test_cart_pole_is_that_of_gymnasium_step_for_step():
    gymnasium = pytest.importorskip("gymnasium")
    rng = np.random.default_rng(0)
    for policy in (balance, lambda _: int(rng.integers(2))):
        theirs, ours = gymnasium.make("CartPole-v1"), CartPole()
        assert_allclose(ours.reset(seed=3)[0], theirs.reset(seed=3)[0], atol=1e-6)
        ended = False
        while not ended:
            action = policy(ours.state)
            mine, other = ours.step(action), theirs.step(action)
            assert_allclose(mine[0], other[0], atol=1e-5)
            assert mine[1:4] == other[1:4]
            ended = mine[2] or mine[3]
        theirs.close()


# ---------------------------------------------------------------- Q-learning with a table


def test_the_optimum_of_a_corridor():
    best = value_iteration(GridWorld(("..G",)), 0.5)
    assert_allclose(best[1, 1], 1)
    assert_allclose(best[0], [-0.02 + 0.24, 0.48, -0.02 + 0.24, -0.02 + 0.24])


@pytest.mark.parametrize("seed", range(3))
def test_q_learning_finds_the_optimal_policy(seed):
    world = GridWorld()
    Q, returns = q_learning(world, 2000, 0.95, 0.5, 0.3, seed)
    best = value_iteration(world, 0.95)
    assert tables.not_optimal(world, Q, best) == 0
    assert tables.not_optimal(world, -Q, best) > 10
    assert len(returns) == 2000


def test_an_episode_that_is_cut_off_has_a_value_beyond_its_end():
    """In the first of 100 steps as in the last, the goal is two steps away."""
    world = GridWorld(("..",))
    Q, _ = q_learning(world, 200, 0.9, 0.5, 0.5, 0)
    assert_allclose(Q, -0.02 / (1 - 0.9), rtol=0.01)  # the endless sum, not that of 100 steps


# ---------------------------------------------------------------- memory and agent


def test_the_memory_returns_what_was_stored_and_forgets_the_oldest():
    memory = ReplayMemory(4, 2, np.zeros((3, 3), np.uint8))
    assert memory.frames.dtype == np.uint8
    for number in range(3):
        frames = np.full((2, 3, 3, 3), 10 * number) + np.arange(3)[:, None, None]
        rewards = np.array([number, number + 0.5])
        memory.add(frames, np.array([number, 1]), rewards, np.array([False, number == 2]))
        assert len(memory) == min(2 * number + 2, 4)
    batch = memory.sample(200, RNG)
    assert batch.states.shape == batch.next_states.shape == (200, 2, 3, 3)
    assert set(batch.rewards.tolist()) == {1.0, 1.5, 2.0, 2.5}
    assert_array_equal(batch.states[:, 0, 0, 0] // 10, batch.rewards.astype(int))
    assert_array_equal(batch.states[:, 1], batch.next_states[:, 0])  # the shared frame
    assert_array_equal(batch.next_states[:, 1] % 10, 2)
    assert_array_equal(batch.terminated, batch.rewards == 2.5)


def test_only_the_chosen_action_has_a_gradient():
    network = GAMES["CartPole"].network(RNG)
    network.last_layer = ChosenActionLoss()
    x, t = RNG.standard_normal((6, 1, 4)), (np.array([0, 1, 1, 0, 1, 0]), RNG.standard_normal(6))
    assert all(check.passed for check in gradient_check(network, x, t).values())
    loss = ChosenActionLoss()
    assert_allclose(loss.forward(np.array([[1.0, 5.0], [2.0, 2.0]]), ([0, 1], [3.0, 2.0])), 1.0)
    assert_allclose(loss.backward(), [[-1.0, 0], [0, 0]])


def batch_of(rewards, terminated, frames=1, shape=(4,)):
    N = len(rewards)
    states, later = RNG.random((2, N, frames, *shape)).astype(np.float32)
    return Batch(states, np.zeros(N, int), np.array(rewards), later, np.array(terminated))


def test_targets_end_where_the_episode_is_terminated():
    agent = make_agent(GAMES["CartPole"], RNG)
    agent.network.params["b3"] += 7  # the targets do not see this
    batch = batch_of([1.0, 1.0, 0.5], [False, True, False])
    best = agent.values(batch.next_states, agent.target).max(axis=1)
    assert np.abs(best).max() < 1
    assert_allclose(agent.targets(batch), [1 + 0.99 * best[0], 1, 0.5 + 0.99 * best[2]], rtol=1e-5)


class Endless(Environment):
    """Two steps, then a truncated end: the values of it are those of the sum without an end."""

    actions = ("stay",)
    limit = 2

    def start(self, rng):
        pass

    def move(self, action):
        return 1.0, False

    def observe(self):
        return np.ones(4, np.float32)


def test_truncated_is_not_terminated():
    games = Lockstep(Endless, 1, [0, 1, 2])
    memory = ReplayMemory(100, 1, games.states[0, 0])
    for number in range(1, 5):
        frames, rewards, terminated, returns = games.step(np.zeros(3, int))
        memory.add(frames, np.zeros(3, int), rewards, terminated)
        assert_array_equal(returns, [2.0] * 3 if number % 2 == 0 else [np.nan] * 3)
    batch = memory.sample(50, RNG)
    assert not batch.terminated.any()
    agent = make_agent(replace(GAMES["CartPole"], gamma=0.5), RNG)
    assert_allclose(agent.targets(batch), 1 + 0.5 * agent.values(batch.next_states).max(axis=1))


def test_the_target_network_is_a_copy_by_value():
    agent = make_agent(GAMES["CartPole"], RNG)
    batch = batch_of([1.0] * 8, [False] * 8)
    before, values = agent.targets(batch), agent.values(batch.states)
    agent.learn(batch)
    assert_array_equal(agent.targets(batch), before)
    assert (agent.values(batch.states) != values).any()
    agent.renew_target()
    assert (agent.targets(batch) != before).any()
    for key, W in agent.network.params.items():
        assert not np.shares_memory(W, agent.target.params[key])
        assert_array_equal(W, agent.target.params[key])
    without = make_agent(replace(GAMES["CartPole"], renew=0), RNG)
    assert without.target is without.network


def test_exploring():
    game = GAMES["CartPole"]
    assert [epsilon(game, part) for part in (0, 1)] == [1, game.epsilon]
    assert_allclose(epsilon(game, game.exploring / 2), (1 + game.epsilon) / 2)
    agent, states = make_agent(game, RNG), RNG.random((4000, 1, 4)).astype(np.float32)
    best = agent.values(states).argmax(axis=1)
    assert_array_equal(agent.act(states, 0, RNG), best)
    assert_allclose((agent.act(states, 0.4, RNG) != best).mean(), 0.2, atol=0.04)


def test_four_consecutive_frames():
    games = Lockstep(Catch, 4, [0, 1])
    assert games.states.shape == (2, 4, 10, 10)
    assert games.states.dtype == np.uint8
    for _ in range(3):
        frames, *_ = games.step(np.array([STAY, STAY]))
    rows = [[int(np.argwhere(frame == 255)[0, 0]) for frame in state] for state in games.states]
    assert rows == [[0, 1, 2, 3]] * 2
    assert frames.shape == (2, 5, 10, 10)
    for _ in range(6):
        frames, _, terminated, _ = games.step(np.array([STAY, STAY]))
    assert terminated.all()
    assert (frames[:, -1] == 255).argmax(axis=1).max() == 9  # the last frame is kept ...
    assert (games.states == games.states[:, :1]).all()  # ... and the next state is a new episode


@pytest.mark.parametrize(("where", "value"), [("observation", np.nan), ("reward", np.inf)])
def test_an_environment_with_nan_is_named(where, value):
    class Broken(Endless):
        def move(self, action):
            return (value if where == "reward" else 1.0), False

        def observe(self):
            return np.full(4, value if where == "observation" and self.steps else 1, np.float32)

    with pytest.raises(ValueError, match=rf"^Broken: a {where} holds {value}; expected finite"):
        play(Broken, 1, lambda states: np.zeros(len(states), int), 2, 0)


def test_a_short_training_run_learns_and_the_seed_decides():
    settings = {"steps": 1600, "scale": (1.0,), "warm_up": 100, "gamma": 0.9, "renew": 20}
    game = replace(GAMES["CartPole"], make=Corridor, **settings)
    (agent, curve), (again, other) = train(game, 3), train(game, 3)
    assert_array_equal(curve, other)
    for key, W in agent.network.params.items():
        assert_array_equal(W, again.network.params[key])
    assert (train(game, 4)[0].network.params["W1"] != agent.network.params["W1"]).any()
    assert play(Corridor, 1, lambda s: agent.act(s, 0, RNG), 5, 0) == [1.0] * 5


class Corridor(Environment):
    """Four cells; the reward is at the right end."""

    actions = ("left", "right")
    limit = 20

    def start(self, rng):
        self.cell = 0

    def move(self, action):
        self.cell = max(0, self.cell + 2 * action - 1)
        return float(self.cell == 3), self.cell == 3

    def observe(self):
        return np.eye(4, dtype=np.float32)[self.cell]


# ---------------------------------------------------------------- the script


def tiny(*words):
    return ["--quick", "--runs", "1", "--no-show", "--cartpole-steps", "80", *words]


def test_an_interrupted_script_resumes(tmp_path, monkeypatch, capsys):
    words = tiny("--game", "cartpole", "--out", str(tmp_path))
    whole = dqn.main(words)
    stored, written = tmp_path / "c.npz", runs.write

    def write_and_stop(path, done):
        written(path, done)
        if len(done) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(runs, "write", write_and_stop)
    with pytest.raises(KeyboardInterrupt):
        dqn.main([*words, "--checkpoint", str(stored)])
    monkeypatch.setattr(runs, "write", written)
    assert len(runs.read(stored)) == 1
    capsys.readouterr()
    resumed = dqn.main([*words, "--checkpoint", str(stored)])
    assert "1 of 2 training runs found" in capsys.readouterr().out
    assert str(resumed) == str(whole)
    with pytest.raises(ValueError, match="holds 'CartPole/W1'; expected training runs of"):
        dqn.main([*words, "--checkpoint", str(tmp_path / "ch08" / "dqn.npz")])


def test_the_parts_that_are_left_out():
    game = GAMES["CartPole"]
    both, no_memory, no_target = (
        runs.game_of(("CartPole", variant, 0, 99)) for variant in runs.VARIANTS
    )
    assert both == replace(game, steps=99)
    assert no_memory == replace(both, memory=game.copies, batch_size=game.copies)
    assert no_target == replace(both, renew=0)


def test_weights_of_a_script_are_saved_and_loaded(tmp_path, monkeypatch):
    words = ["--quick", "--runs", "1", "--catch-steps", "80", "--game", "catch", "--no-show"]
    trained = dqn.main([*words, "--out", str(tmp_path)])
    file = tmp_path / "ch08" / "dqn.npz"
    loaded = dqn.main([*words, "--out", str(tmp_path / "again"), "--weights", str(file)])
    assert_array_equal(loaded["episode"]["frames"], trained["episode"]["frames"])
    assert (
        loaded["weights"]["Catch"]["return"] == trained["games"]["Catch"]["with both"]["returns"][0]
    )
    with Image.open(tmp_path / "ch08" / "dqn.gif") as gif:
        assert gif.n_frames == len(trained["episode"]["frames"]) == 10
        assert gif.size == (240, 240)
        assert gif.convert("RGB").getpixel((0, 0)) != gif.convert("RGB").getpixel((130, 239))
    with pytest.raises(ValueError, match=r"Breakout,.* W1 is none; expected"):
        weights.load(file, ["Breakout"])


def test_the_bundled_networks_play_as_well_as_they_say():
    arrays = load_arrays(dqn.WEIGHTS)
    assert dqn.WEIGHTS.stat().st_size < 10**6
    agents, facts = weights.load(dqn.WEIGHTS, list(GAMES))
    assert set(arrays) >= {f"{name}/{fact}" for name in GAMES for fact in ("seed", "steps")}
    caught = runs.evaluate("Catch", agents["Catch"], 7)
    assert abs(np.mean(caught) - facts["Catch"]["return"]) < 0.1
    game = GAMES["CartPole"]
    policy = lambda states: agents["CartPole"].act(states, 0, RNG)  # noqa: E731
    assert np.mean(play(game.make, 1, policy, 5, 77)) > 0.9 * facts["CartPole"]["return"]
    recorded = episode.record("Breakout", agents["Breakout"], 0)
    assert recorded["returns"][-1] > 3


def test_agents_of_other_sizes_are_refused():
    agent = DQN(GAMES["CartPole"].network(RNG))
    params = dict(agent.network.params.items())
    with pytest.raises(ValueError, match="W1 is"):
        weights.with_params("Catch", params, "these")
    params["W1"] = params["W1"] * np.nan
    with pytest.raises(ValueError, match="finite"):
        weights.with_params("CartPole", params, "these")
