"""Claims of section 8.5.4: agents that learn from rewards alone."""

from statistics import mean

from claims import book
from claims.claim import Claim, FullClaim, Results, Run
from claims.expect import Check, at_least, exactly, rule


def against_random(results: Results) -> dict[str, list[float]]:
    """Return, for each game, the mean return of random play, and the lowest of all seeds."""
    return {name: [game["random"], min(game["returns"])] for name, game in results["games"].items()}


def balanced(results: Results) -> int:
    """Return how many of the seeds balance the pole for at least 475 of 500 steps, on average."""
    return sum(one >= book.CART_POLE for one in results["games"]["CartPole"]["returns"])


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
            against_random,
            rule(
                "better rewards",
                lambda games: all(low > 0.1 + random for random, low in games.values()),
                "mean of 100 episodes: each seed is better than random play",
            ),
        ),
        FullClaim(
            "8.5.4, figure 8-27: DQN learns from four consecutive frames alone: Catch",
            "games/Catch/returns",
            at_least(0.98, "from images", "mean of 100 episodes, at most 1, for each seed"),
        ),
        FullClaim(
            "8.5.4, figure 8-27: ... and with the same structure another game: Breakout",
            "games/Breakout/returns",
            at_least(5, "many games", "bricks, mean of 100 episodes, for each seed"),
        ),
        FullClaim(
            "8.5.4: ... and CartPole, from four numbers",
            balanced,
            at_least(4, "solved", "of five seeds: at least 475 of 500 steps, the game's threshold"),
        ),
        FullClaim(
            "8.5.4: ... thanks to a replay memory",
            "ablation",
            better_than("without replay memory"),
            differs="Eight games are played in lockstep: their steps alone are varied enough.",
        ),
        FullClaim(
            "8.5.4: ... and a target network",
            "ablation",
            better_than("without target network"),
            differs="The small network for CartPole learns without a target network, too.",
        ),
        figures=("8-26", "8-27"),
        checkpoint=True,
        alone=True,
    ),
]
