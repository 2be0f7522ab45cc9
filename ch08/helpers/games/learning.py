"""All training runs of `ch08/dqn.py`, and their results: games, seeds, what is left out (8.5.4)."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ch08.helpers.games import runs, weights
from ch08.helpers.games.agent import DQN
from ch08.helpers.games.runs import BOTH, VARIANTS, Arrays, Task
from lab.image_training import weights_path
from lab.script import Results

ABLATED = "CartPole"  # the game that is also learned without one of the two parts


def train(
    args: argparse.Namespace, names: list[str], bundled: Path
) -> tuple[Results, dict[str, DQN]]:
    """Train on games with all seeds; return the results, and the agents of the first seed.

    Their networks are saved under ``--out``, with the file name of the bundled ones.
    """
    path = weights_path(args, bundled)  # fail now, not after training
    steps = {name: vars(args)[f"{name.lower()}_steps"] for name in names}
    found = runs.run_all(tasks(steps, args.seed, args.seeds), args.processes, args.checkpoint)
    results = summary(found, args.seed)
    agents, facts = {}, {}
    for name, number in steps.items():
        run = found[name, BOTH, args.seed, number]
        params = {key: one for key, one in run.items() if key not in ("curve", "returns")}
        agents[name] = weights.with_params(name, params, f"the network for {name}")
        first = results["games"][name]["returns"][0]
        facts[name] = {"seed": args.seed, "steps": number, "return": first}
    weights.save(path, agents, facts)
    return results, agents


def tasks(steps: Mapping[str, int], seed: int, seeds: int) -> list[Task]:
    """Return all training runs, for games with their numbers of steps."""
    variants = {name: VARIANTS if name == ABLATED else (BOTH,) for name in steps}
    return [
        (name, variant, seed + k, number)
        for name, number in steps.items()
        for variant in variants[name]
        for k in range(seeds)
    ]


def summary(found: Mapping[Task, Arrays], seed: int) -> Results:
    """Print and return the mean returns of all seeds: of each game, and of each variant."""
    games: dict[str, Any] = {}
    ablation: dict[str, list[float]] = {}
    for (name, variant, _, steps), run in found.items():
        mean = round(float(run["returns"].mean()), 3)
        if name == ABLATED:
            ablation.setdefault(variant, []).append(mean)
        if variant == BOTH:
            game = games.setdefault(name, {"steps": steps, "returns": [], "curves": []})
            game["returns"].append(mean)
            game["curves"].append(np.round(run["curve"], 3))
    for name, game in games.items():
        game["random"] = round(float(np.mean(runs.play_at_random(name, seed))), 3)
        print(f"{name}: returns {game['returns']}, random play {game['random']}")
    for variant, returns in ablation.items():
        print(f"{ABLATED} {variant}: {returns}")
    left_out = {"ablation": ablation, "ablated": ABLATED} if ablation else {}
    return {"games": games, **left_out}
