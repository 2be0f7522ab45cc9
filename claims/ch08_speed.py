"""Claims of section 8.3: where the time goes, and how to need less of it."""

from claims.claim import Run

RUNS: list[Run] = []
