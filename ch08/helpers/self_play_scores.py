"""How well a player of tic-tac-toe plays: all replies, perfect play, a random player (8.5.4)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ch08.helpers.tic_tac_toe import Player, all_games, perfect, play, random_player

SIDES = ("as first", "as second")
Results = dict[str, Any]


def tested(player: Player, rng: np.random.Generator, games: int) -> Results:
    """Return the results against all replies, perfect play and a random player; first, second."""
    other = random_player(rng)
    return {
        "all replies": [all_games(player, first=first) for first in (True, False)],
        "perfect play": [all_games(player, first=f, against=perfect) for f in (True, False)],
        "random player": [play(player, other, games), swapped(play(other, player, games))],
    }


def swapped(counts: dict[str, int]) -> dict[str, int]:
    """Return the results as the other player sees them."""
    return {"won": counts["lost"], "drawn": counts["drawn"], "lost": counts["won"]}


def lost(found: Results, to: str = "all replies") -> int:
    """Return the number of lost games, as first and as second player."""
    return sum(counts["lost"] for counts in found[to])


def won(found: Results, to: str = "random player") -> list[float]:
    """Return the share of games won, as first and as second player."""
    return [counts["won"] / sum(counts.values()) for counts in found[to]]


def together(courses: Sequence[Sequence[Results]]) -> Results:
    """Return the results of all networks together, from `tested` in the course of each."""
    ends = [course[-1] for course in courses]
    draws = {side: added([end["perfect play"][k] for end in ends]) for k, side in enumerate(SIDES)}
    shares = np.mean([won(end) for end in ends], axis=0)
    return {
        "lost before and after": [sum(lost(c[time]) for c in courses) for time in (0, -1)],
        "perfect play": draws,
        "won against a random player": dict(zip(SIDES, shares, strict=True)),
    }


def added(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    """Return the sums of results."""
    return {kind: sum(one[kind] for one in counts) for kind in counts[0]}
