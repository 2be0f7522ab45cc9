"""Self-play: a network learns tic-tac-toe from games against itself alone (section 8.5.4).

    python ch08/self_play.py

As in AlphaGo, deep learning and reinforcement learning together: a small network gives the value of
a board; it starts with random weights, plays against itself, and sees only the ends of the games.
You will see

- how few replies it loses to, in the course of the games. At the end it is tested against every
  reply at every move, the whole tree of games, as first and as second player:
  5 of 5 networks lose none of these games;
- that with perfect play of the opponent (minimax) all games are then draws;
- that it beats a random player: 99 % of the games won as first player, 86 % as second;
- the values that it gives the opening moves and the replies, beside the true ones; and a game
  against perfect play.

About 40 seconds for five networks.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers import self_play_figures
from ch08.helpers.self_play import SelfPlay, make_network
from ch08.helpers.self_play_scores import lost, tested, together, won
from ch08.helpers.tic_tac_toe import Player, empty_boards, perfect, rated, record
from common.io.progress import progress
from common.schedules import cosine_decay
from lab.plots import Figure
from lab.script import Flag, Results

FLAGS = {
    "networks": Flag(5, "networks, each from its own seed", quick=1),
    "steps": Flag(8000, "moves of each game, and updates of the network", quick=300, least=20),
    "games": Flag(64, "games played side by side"),
    "hidden": Flag([128, 128], "neurons of the hidden layers", many=True),
    "lr": Flag(0.002, "learning rate of Adam at the start; it falls to 0"),
    "explore": Flag(0.5, "share of moves that are random, to see other games", kind=float),
    "random_games": Flag(1000, "games against a random player, as first and as second each"),
}
TIMES = 20  # that the network is tested in the course of training


def learn(args: argparse.Namespace, seed: int) -> tuple[Player, Results]:
    """Train a network by self-play; return it as a player, and its results in the course."""
    rng, referee = np.random.default_rng(seed), np.random.default_rng(10**6 + seed)
    network = make_network(args.hidden, rng)
    training = SelfPlay(network, args.games, args.explore, rng)
    falling, every = cosine_decay(args.lr, args.steps), args.steps // TIMES
    course = [{"games": 0, **tested(training.player, referee, args.random_games)}]
    for step in progress(range(args.steps), f"seed {seed}"):
        training.optimizer.lr = falling(step)
        training.step()
        if step % every == every - 1:
            found = tested(training.player, referee, args.random_games)
            course.append({"games": training.finished, **found})
    return training.player, {"seed": seed, "course": course}


def values(player: Player) -> Results:
    """Return how the network, and perfect play, rate the first move and the replies to it."""
    result = {}
    for name, square in {"the first move": None, "the reply to a corner": 0}.items():
        board = empty_boards(1)
        if square is not None:
            board[0, square] = -1
        both = {"network": player, "perfect": perfect}
        result[name] = {by: listed(rated(one, board)[0]) for by, one in both.items()}
    return result


def listed(row: np.ndarray) -> list[float | None]:
    """Return rounded values; None where a square is taken."""
    return [round(float(value), 3) if np.isfinite(value) else None for value in row]


def experiment(args: argparse.Namespace) -> Results:
    """Train networks by self-play; print and return how they play, and the first one's moves."""
    trained = [learn(args, args.seed + number) for number in range(args.networks)]
    for _, row in trained:
        report(row["seed"], row["course"][-1])
    first = trained[0][0]
    return {
        "networks": [row for _, row in trained],
        "without a lost game": sum(lost(row["course"][-1]) == 0 for _, row in trained),
        "together": together([row["course"] for _, row in trained]),
        "values": values(first),
        "game": record(perfect, first),
    }


def report(seed: int, found: Results) -> None:
    """Print how a network plays at the end."""
    games = sum(sum(counts.values()) for counts in found["all replies"])
    share = won(found)
    print(
        f"seed {seed}, {found['games']:,} games: lost {lost(found)} of {games} in the whole tree,"
    )
    print(
        f"    {lost(found, 'perfect play')} to perfect play, {lost(found, 'random player')}", end=""
    )
    print(f" to a random player; won {share[0]:.1%} as first, {share[1]:.1%} as second")


def draw(results: Results) -> list[Figure]:
    """Draw the course of the training runs; the values of moves, and a game."""
    return [self_play_figures.draw_course(results), self_play_figures.draw_boards(results)]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
