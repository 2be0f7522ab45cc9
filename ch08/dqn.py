"""Deep Q-Network: a network learns to play by trial and error (8.5.4; figures 8-26, 8-27).

    python ch08/dqn.py
    python ch08/dqn.py --game cartpole
    python ch08/dqn.py --pretrained

An agent chooses actions in an environment and learns from rewards alone. You will see

- Q-learning with a table in a small grid world: after 2,000 episodes its best action is optimal in
  every cell, compared with value iteration, which knows the rules;
- a Deep Q-Network, which computes the values of all actions from the last four frames. It learns
  from random past steps (replay memory), and the targets r + gamma max Q(s', a') are computed by an
  older copy of the network (target network). Five seeds each, 100 episodes at the end. Catch, from
  pixels: 1 of 1 with each seed; random play -0.76. CartPole, from four numbers: 500 of 500 with
  each seed; random play 22. A small Breakout, from pixels: 26 to 30 bricks; random play 0.5;
- what both parts are for: without the replay memory Breakout ends with 21 bricks on average, with
  one seed with 5; without the target network CartPole at 124. (With one seed, the memory made no
  difference in CartPole, the target network little in Breakout.)

A GIF of a played episode is saved next to the figures. 8 minutes on two cores; ``--pretrained``
plays only. Start reading at `ch08.helpers.games.agent`.
"""

import argparse
from pathlib import Path

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch08.helpers.games import episode, figures, learning, runs, tables, weights
from ch08.helpers.games.settings import GAMES
from lab.image_training import CHECKPOINT
from lab.plots import Figure
from lab.processes import available
from lab.script import Flag, Results

WEIGHTS = Path(__file__).with_name("dqn.npz")
FLAGS = {
    "game": Flag("all", "what to learn", choices=["all", "grid", *map(str.lower, GAMES)]),
    "runs": Flag(5, "training runs of each game: --seed, the next one ...", quick=2),
    "episodes": Flag(2000, "episodes of Q-learning in the grid world", quick=500),
    "catch_steps": Flag(GAMES["Catch"].steps, "steps of each training run", quick=200, least=8),
    "cartpole_steps": Flag(GAMES["CartPole"].steps, "the same for CartPole", quick=200, least=8),
    "breakout_steps": Flag(GAMES["Breakout"].steps, "the same for Breakout", quick=200, least=8),
    "processes": Flag(available(), "training runs in parallel", quick=1),
    "checkpoint": CHECKPOINT,
    "pretrained": Flag(False, "do not train, use the bundled networks: takes seconds"),
    "weights": Flag(None, "do not train, use the networks in this file (.npz)", kind=Path),
}


def experiment(args: argparse.Namespace) -> Results:
    """Learn the grid world and the games, or load the networks; play, print and return results."""
    results: Results = {}
    if args.game in ("all", "grid"):
        results["grid"] = tables.learn_grid(args.episodes, args.seed)
    names = [name for name in GAMES if args.game in ("all", name.lower())]
    if not names:
        return results
    file = args.weights or (WEIGHTS if args.pretrained else None)
    if file:
        agents, results["weights"] = weights.load(file, names)
        results["played"] = {name: runs.played(name, agents[name], args.seed) for name in names}
    else:
        learned, agents = learning.train(args, names, WEIGHTS)
        results |= learned
    of_pixels = [name for name in names if GAMES[name].frames > 1]
    if of_pixels:
        results["episode"] = episode.record(of_pixels[-1], agents[of_pixels[-1]], args.seed)
        gif = args.out / "ch08" / "dqn.gif"
        episode.save_gif(gif, results["episode"]["frames"])
    return results


def draw(results: Results) -> list[Figure]:
    """Draw the learning curves, a played episode and the policy in the grid world, if any."""
    drawn = []
    if "games" in results:
        drawn.append(figures.draw_learning(results))
    if "episode" in results:
        drawn.append(figures.draw_episode(results["episode"]))
    if "grid" in results:
        drawn.append(figures.draw_grid(results["grid"]))
    return drawn


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, too_small=True)

if __name__ == "__main__":
    script.run(main)
