"""Claims of section 8.5.4: agents that learn from rewards alone."""

from statistics import mean

from claims import book
from claims.claim import Claim, FullClaim, Run
from claims.expect import Check, at_least, exactly, rule


def better_than(variant: str) -> Check:
    """Expect a higher mean return of all seeds with both parts than without one of them."""
    return rule(
        "better",
        lambda found: mean(found["with both"]) > 1.1 * mean(found[variant]),
        f"mean return of all seeds: a tenth higher than {variant}; not in the book",
    )


RUNS = [
    Run(
        "ch08/dqn.py",
        Claim(
            "8.5.4: Q-learning, on which DQN is based, finds the optimal policy",
            "grid/states that differ",
            exactly(0, "cells of a small world whose action is not optimal: none"),
        ),
        FullClaim(
            "8.5.4, figure 8-26: An agent learns from rewards to act so that it gets more of them",
            ["games/*/random", "games/*/with both/returns"],
            rule(
                "better rewards",
                lambda found: all(
                    min(found[1][game]) > 0.1 + low for game, low in found[0].items()
                ),
                "mean of 100 episodes: each seed is better than random play",
            ),
        ),
        FullClaim(
            "8.5.4, figure 8-27: DQN learns from four consecutive frames alone: Catch",
            "games/Catch/with both/returns",
            at_least(1, "from images", "mean of 100 episodes, at most 1, for each seed"),
        ),
        FullClaim(
            "8.5.4, figure 8-27: ... and with the same structure another game: Breakout",
            "games/Breakout/with both/returns",
            at_least(5, "many games", "bricks, mean of 100 episodes, for each seed"),
        ),
        FullClaim(
            "8.5.4: ... and CartPole, from four numbers",
            "games/CartPole/with both/returns",
            rule(
                "solved",
                lambda returns: sum(one >= book.CART_POLE for one in returns) >= 4,
                "four of five seeds: at least 475 of 500 steps, the game's threshold",
            ),
        ),
        FullClaim(
            "8.5.4: ... thanks to a replay memory: Breakout",
            "games/Breakout/with both|without replay memory/returns",
            better_than("without replay memory"),
        ),
        FullClaim(
            "8.5.4: ... and a target network: CartPole",
            "games/CartPole/with both|without target network/returns",
            better_than("without target network"),
        ),
        flags=("--processes", "1"),
        checkpoint=True,
    ),
]
