"""The bundled networks of all games in one file, each array with its game in its name (8.5.4)."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ch08.helpers.games.agent import DQN
from ch08.helpers.games.settings import GAMES
from ch08.helpers.games.training import make_agent
from common.io.files import load_arrays, save_arrays
from common.params import check_arrays, check_finite

Facts = dict[str, float]


def with_params(name: str, params: Mapping[str, np.ndarray], what: str) -> DQN:
    """Return an agent that plays a game with these parameters; `what` names them in an error."""
    agent = make_agent(GAMES[name], np.random.default_rng(0))
    check_arrays(params, agent.network.params, what)
    check_finite(params, what)
    agent.network.params = {key: one.astype(np.float32) for key, one in params.items()}
    return agent


def save(path: Path, agents: Mapping[str, DQN], facts: Mapping[str, Mapping[str, float]]) -> None:
    """Save the networks in half precision, with their seed, steps and mean return."""
    arrays: dict[str, np.ndarray] = {}
    for name, agent in agents.items():
        params = agent.network.params.items()
        arrays |= {f"{name}/{key}": W.astype(np.float16) for key, W in params}
        arrays |= {f"{name}/{key}": np.array(value) for key, value in facts[name].items()}
    save_arrays(path, arrays)
    print(f"saved {path}")


def load(path: Path, names: list[str]) -> tuple[dict[str, DQN], dict[str, Facts]]:
    """Return the agents of these games, and the facts that are saved with them; print the facts."""
    arrays, agents, facts = load_arrays(path), {}, {}
    for name in names:
        start = f"{name}/"
        own = {key[len(start) :]: one for key, one in arrays.items() if key.startswith(start)}
        params = {key: one for key, one in own.items() if one.ndim}
        agents[name] = with_params(name, params, f"{path}, {name},")
        facts[name] = {key: one.item() for key, one in own.items() if not one.ndim}
        print(f"weights of {name}: {path.name}, ", end="")
        print(", ".join(f"{key} {value}" for key, value in facts[name].items()))
    return agents, facts
