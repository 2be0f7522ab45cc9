"""Claims of section 8.5.4: learning from games against itself, as AlphaGo did."""

from claims.claim import Claim, FullClaim, Results, Run
from claims.expect import between, exactly, rule

SIDES = ("as first", "as second")


def lost(results: Results, time: int = -1) -> dict[str, int]:
    """Return for each network how many games of the whole tree it loses."""
    courses = {row["seed"]: row["course"][time] for row in results["networks"]}
    return {s: sum(one["lost"] for one in at["all replies"]) for s, at in courses.items()}


def results_against(results: Results, opponent: str) -> dict[str, dict[str, int]]:
    """Return the results of all networks together, as first and as second player."""
    ends = [row["course"][-1][opponent] for row in results["networks"]]
    return {
        side: {kind: sum(end[number][kind] for end in ends) for kind in ("won", "drawn", "lost")}
        for number, side in enumerate(SIDES)
    }


RUNS = [
    Run(
        "ch08/self_play.py",
        Claim(
            "8.5.4: Rewards are enough to learn from: the policy becomes better",
            lambda r: [sum(lost(r, time).values()) for time in (0, -1)],
            rule(
                "better",
                lambda games: 0 <= games[1] < games[0] / 4,
                "lost games in the whole tree: less than a quarter of those without training",
            ),
        ),
        FullClaim(
            "8.5.4: AlphaGo learned by self-play: so do networks that see no other games",
            "without a lost game",
            exactly(5, "of five networks: those that lose no game, whatever the replies"),
        ),
        FullClaim(
            "8.5.4: ... and cannot be beaten, even by perfect play",
            lambda r: results_against(r, "perfect play"),
            rule(
                "draws",
                lambda both: all(
                    one["won"] == one["lost"] == 0 < one["drawn"] for one in both.values()
                ),
                "minimax with all its best moves: draws only, as first and as second",
            ),
        ),
        FullClaim(
            "8.5.4: ... and are far better than a random player",
            lambda r: {
                side: one["won"] / sum(one.values())
                for side, one in results_against(r, "random player").items()
            },
            between(0.85, 1, "far better", "fraction of the games won; at random 0.58 and 0.29"),
        ),
        Claim(
            "8.5.4: The value of an action is what can be expected after it",
            "values/*/perfect",
            exactly(
                {
                    "the first move": [0] * 9,
                    "the reply to a corner": [None, -1, -1, -1, 0, -1, -1, -1, -1],
                },
                "by minimax: each first move draws, to a corner only the reply in the centre does",
            ),
        ),
    )
]
