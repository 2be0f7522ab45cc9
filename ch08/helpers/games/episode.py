"""One played episode: its frames, the values of the actions, and an animated GIF (8.5.4)."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ch08.helpers.games.agent import DQN
from ch08.helpers.games.lockstep import Lockstep
from ch08.helpers.games.settings import GAMES
from common.io.files import replacing

Results = dict[str, Any]
LONGEST = 120  # frames that are kept
# The colours of grey levels: black, and three colours of Okabe and Ito that are easy to tell apart.
COLORS = {0: (25, 25, 35), 85: (213, 94, 0), 150: (86, 180, 233), 170: (86, 180, 233)}
COLORS[255] = (255, 255, 255)
ENLARGED = 24  # pixels of the GIF for one of the game
PAUSE = 120  # milliseconds for a frame


def record(name: str, agent: DQN, seed: int) -> Results:
    """Play an episode of a game of pixels; return frames, actions, values and summed rewards."""
    game, rng = GAMES[name], np.random.default_rng(seed)
    games = Lockstep(game.make, game.frames, [seed])
    frames, actions, values, returns = [games.states[0, -1]], [], [], [0.0]
    while len(frames) < LONGEST:
        values.append(agent.values(games.states)[0])
        actions.append(int(agent.act(games.states, 0, rng)[0]))
        seen, rewards, _, ended = games.step(np.array(actions[-1:]))
        frames.append(seen[0, -1])
        returns.append(returns[-1] + float(rewards[0]))
        if not np.isnan(ended[0]):
            break
    return {
        "game": name,
        "frames": np.stack(frames),
        "actions": actions,
        "values": np.round(values, 3),
        "returns": returns,
        "names": list(game.make.actions),
    }


def colored(frame: np.ndarray) -> np.ndarray:
    """Return a frame (H, W) of grey levels as colours, (H, W, 3) in uint8."""
    table = np.zeros((256, 3), np.uint8)
    table[list(COLORS)] = list(COLORS.values())
    return table[frame]


def save_gif(path: Path, frames: np.ndarray) -> None:
    """Save frames (T, H, W) as an animated GIF, with enlarged pixels; it is repeated for ever."""
    large = np.repeat(np.repeat(frames, ENLARGED, axis=1), ENLARGED, axis=2)
    images = [Image.fromarray(colored(frame)) for frame in large]
    with replacing(path) as file:
        images[0].save(
            file,
            format="GIF",
            save_all=True,
            append_images=images[1:],
            duration=[PAUSE] * (len(images) - 1) + [10 * PAUSE],
            loop=0,
        )
    print(f"saved {path}")
