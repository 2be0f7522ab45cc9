"""Training runs with several seeds, in parallel; finished ones are kept in a file (8.5.4)."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ch08.helpers.games.agent import DQN
from ch08.helpers.games.lockstep import EVALUATION, play
from ch08.helpers.games.settings import GAMES
from ch08.helpers.games.training import train
from common.io.files import load_arrays, save_arrays
from common.io.progress import progress
from common.threads import one_blas_thread
from lab.processes import runner

EPISODES = 100  # of an evaluation
BOTH, NO_MEMORY, NO_TARGET = VARIANTS = (
    *("with both", "without replay memory", "without target network"),
)
Task = tuple[str, str, int, int]  # game, variant, seed, steps
Arrays = Mapping[str, np.ndarray]


def game_of(task: Task) -> Any:
    """Return the game of a task, with the settings of its variant."""
    name, variant, _, steps = task
    game = replace(GAMES[name], steps=steps)
    if variant == NO_MEMORY:  # only the newest step of each copy is there to learn from
        return replace(game, memory=game.copies, batch_size=game.copies)
    return replace(game, renew=0) if variant == NO_TARGET else game


def run(*task: Any) -> tuple[Task, dict[str, np.ndarray]]:
    """Train with one seed, and evaluate the last network; return both results and parameters."""
    name, _, seed, _ = task
    with one_blas_thread():
        agent, curve = train(game_of(task), seed)
        for W in agent.network.params.values():  # as they are saved: the returns are those of them
            W[...] = W.astype(np.float16)
        returns = evaluate(name, agent, seed)
    found = {"curve": np.array(curve), "returns": np.array(returns)}
    return task, found | dict(agent.network.params.items())


def evaluate(name: str, agent: DQN, seed: int) -> list[float]:
    """Return the sums of rewards of 100 games in which the agent does what it thinks best."""
    game, rng = GAMES[name], np.random.default_rng(seed)
    return play(
        game.make, game.frames, lambda s: agent.act(s, 0, rng), EPISODES, EVALUATION * (1 + seed)
    )


def played(name: str, agent: DQN, seed: int) -> float:
    """Print and return the mean of `evaluate`."""
    mean = round(float(np.mean(evaluate(name, agent, seed))), 3)
    print(f"{name}: mean return of {EPISODES} games {mean}")
    return mean


def play_at_random(name: str, seed: int) -> list[float]:
    """Return the sums of rewards of 100 games with random actions."""
    rng, game = np.random.default_rng(seed), GAMES[name]
    number = len(game.make.actions)
    return play(game.make, 1, lambda s: rng.integers(number, size=len(s)), EPISODES, EVALUATION)


def run_all(tasks: list[Task], processes: int, checkpoint: Path | None) -> dict[Task, Arrays]:
    """Run the tasks that are not in the checkpoint yet; return the results of all.

    After each, all results so far are saved there: an interruption loses no finished one.
    """
    done = read(checkpoint) if checkpoint else {}
    missing = [task for task in tasks if task not in done]
    missing.sort(key=lambda task: -task[3])  # the longest first: no process waits at the end
    if done:
        print(f"{len(tasks) - len(missing)} of {len(tasks)} training runs found in {checkpoint}")
    bar = progress(desc="training", initial=len(tasks) - len(missing), total=len(tasks), unit="run")
    with runner(run, min(processes, len(missing))) as start, bar:
        for task, found in start(missing):
            done[task] = found
            if checkpoint:
                write(checkpoint, done)
            bar.update()
    return {task: done[task] for task in tasks}


def write(path: Path, done: Mapping[Task, Arrays]) -> None:
    """Save results, each array with its task in its name."""
    arrays: dict[str, np.ndarray] = {}
    for task, found in done.items():
        start = "/".join(map(str, task))
        arrays |= {f"{start}/{key}": one for key, one in found.items()}
    save_arrays(path, arrays)


def read(path: Path) -> dict[Task, Arrays]:
    """Return the results in a file, if it exists; raise a ValueError if it holds other things."""
    done: dict[Task, dict[str, np.ndarray]] = {}
    for name, one in (load_arrays(path) if path.exists() else {}).items():
        parts = name.split("/")
        if len(parts) != 5 or parts[0] not in GAMES or parts[1] not in VARIANTS:
            raise ValueError(f"{path} holds {name!r}; expected training runs of ch08/dqn.py")
        game, variant, seed, steps, key = parts
        done.setdefault((game, variant, int(seed), int(steps)), {})[key] = one
    return dict(done)
