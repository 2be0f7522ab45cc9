"""All training runs of `ch08/dqn.py`, and their results: games, seeds, what is left out (8.5.4)."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ch08.helpers.games import runs, weights
from ch08.helpers.games.agent import DQN
from ch08.helpers.games.runs import BOTH, NO_MEMORY, NO_TARGET, VARIANTS, Arrays, Task
from lab.image_training import weights_path
from lab.script import Results

# What each game is also learned without. With one seed above 100, both were tried in both games: in
# CartPole the memory makes no difference, in Breakout the target network makes little.
LEFT_OUT = {"Catch": (), "CartPole": (NO_TARGET,), "Breakout": (NO_MEMORY,)}


def train(
    args: argparse.Namespace, names: list[str], bundled: Path
) -> tuple[Results, dict[str, DQN]]:
    """Train on games with all seeds; return the results, and the agents of the first seed.

    Their networks are saved under ``--out``, with the file name of the bundled ones.
    """
    path = weights_path(args, bundled)  # fail now, not after training
    steps = {name: vars(args)[f"{name.lower()}_steps"] for name in names}
    found = runs.run_all(tasks(steps, args.seed, args.runs), args.processes, args.checkpoint)
    results = summary(found, args.seed)
    agents, facts = {}, {}
    for name, number in steps.items():
        run = found[name, BOTH, args.seed, number]
        params = {key: one for key, one in run.items() if key not in ("curve", "returns")}
        agents[name] = weights.with_params(name, params, f"the network for {name}")
        first = results["games"][name][BOTH]["returns"][0]
        facts[name] = {"seed": args.seed, "steps": number, "return": first}
    weights.save(path, agents, facts)
    return results, agents


def tasks(steps: Mapping[str, int], seed: int, seeds: int) -> list[Task]:
    """Return all training runs, for games with their numbers of steps."""
    return [
        (name, variant, seed + k, number)
        for name, number in steps.items()
        for variant in (BOTH, *LEFT_OUT[name])
        for k in range(seeds)
    ]


def summary(found: Mapping[Task, Arrays], seed: int) -> Results:
    """Print and return the mean returns of all seeds: of each game, also without a part of DQN."""
    games: dict[str, Any] = {}
    for (name, variant, _, steps), run in found.items():
        game = games.setdefault(name, {"steps": steps})
        runs_of = game.setdefault(variant, {"returns": [], "curves": []})
        runs_of["returns"].append(round(float(run["returns"].mean()), 3))
        runs_of["curves"].append(np.round(run["curve"], 3))
    for name, game in games.items():
        game["random"] = round(float(np.mean(runs.play_at_random(name, seed))), 3)
        print(f"{name}: random play {game['random']}", end="")
        for variant in [key for key in VARIANTS if key in game]:
            print(f", {variant} {game[variant]['returns']}", end="")
        print()
    return {"games": games}
