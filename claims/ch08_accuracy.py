"""Claims of section 8.1.2: what raises the accuracy further."""

from claims.claim import Run

RUNS: list[Run] = []
