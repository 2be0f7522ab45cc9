"""Claims of section 8.5.4: learning from games against itself, as AlphaGo did."""

from claims.claim import Claim, FullClaim, Run
from claims.expect import between, exactly, rule

CORNER = [None, -1, -1, -1, 0, -1, -1, -1, -1]  # the values of the replies to it

RUNS = [
    Run(
        "ch08/self_play.py",
        Claim(
            "8.5.4: Rewards are enough to learn from: the policy becomes better",
            "together/lost before and after",
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
            "together/perfect play",
            rule(
                "draws",
                lambda both: all(a["won"] == a["lost"] == 0 < a["drawn"] for a in both.values()),
                "minimax with all its best moves: draws only, as first and as second",
            ),
        ),
        FullClaim(
            "8.5.4: ... and are far better than a random player",
            "together/won against a random player",
            between(0.8, 1, "far better", "fraction of the games won; at random 0.58 and 0.29"),
        ),
        Claim(
            "8.5.4: The value of an action is what can be expected after it",
            "values/*/perfect",
            exactly(
                {"the first move": [0] * 9, "the reply to a corner": CORNER},
                "by minimax: each first move draws, to a corner only the reply in the centre does",
            ),
        ),
    )
]
