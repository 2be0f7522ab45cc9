"""Claims of section 8.2: the networks that won, and what made them deep."""

from claims.claim import Run

RUNS: list[Run] = []
