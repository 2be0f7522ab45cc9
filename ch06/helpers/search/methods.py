"""Which hyperparameters to try: random search, grid search and Bayesian search (section 6.5.2).

A search is a numbered list of trials. Each trial has a separate random generator, seeded with the
seed of the search and the number of the trial. So its result depends neither on the order of the
trials, nor on how many run in parallel, nor on whether the search was interrupted.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from math import isqrt

import numpy as np

from ch06.helpers.search.gaussian_process import suggest
from ch06.helpers.search.trial import Experiment, Trial
from common.threads import one_blas_thread

METHODS = ("random", "grid", "bayes")
# The Bayesian search begins with 8 random trials. Then it chooses 4 at a time from all results
# so far; they can run in parallel, and do not depend on the number of processes.
FIRST, TOGETHER = 8, 4

Point = tuple[float, float]  # learning rate, weight decay


def log_uniform(
    low: float, high: float, rng: np.random.Generator, size: int | None = None
) -> np.ndarray | float:
    """Return 10 ** uniform(low, high): all powers of ten in between are equally likely (6.5.3)."""
    return 10 ** rng.uniform(low, high, size)


def random_point(experiment: Experiment, rng: np.random.Generator) -> Point:
    """Return a learning rate and a weight decay, each log-uniform in its range."""
    weight_decay = log_uniform(*experiment.weight_decay_range, rng)
    return float(log_uniform(*experiment.lr_range, rng)), float(weight_decay)


def grid_points(experiment: Experiment, trials: int) -> list[Point]:
    """Return the largest square grid of at most `trials` points, corners included, shuffled."""
    side = isqrt(trials)
    if side < 2:
        raise ValueError(f"{trials} trials; expected 4 or more for a grid")
    ranges = (experiment.lr_range, experiment.weight_decay_range)
    points = list(product(*(np.logspace(*limits, side).tolist() for limits in ranges)))
    return [points[k] for k in np.random.default_rng(experiment.seed).permutation(len(points))]


def bayes_points(experiment: Experiment, numbers: range, trials: Sequence[Trial]) -> list[Point]:
    """Return points with a large expected improvement, given the trials so far (6.5.2)."""
    low, high = np.transpose([experiment.lr_range, experiment.weight_decay_range])
    x = np.array([[trial.lr, trial.weight_decay] for trial in trials])
    x = (np.log10(x) - low) / (high - low)  # the unit square
    rng = np.random.default_rng([experiment.seed, numbers[0], 1])
    values = np.array([trial.accuracy for trial in trials])
    with one_blas_thread():
        x = suggest(x, values, len(numbers), rng)
    return [(lr, decay) for lr, decay in (10 ** (low + (high - low) * x)).tolist()]


def rounds(method: str, trials: int) -> list[range]:
    """Return rounds of trials, by number; the trials of a round may run at the same time."""
    ends = [*range(FIRST, trials, TOGETHER), trials] if method == "bayes" else [trials]
    return [range(start, end) for start, end in zip([0, *ends], ends, strict=False)]


def points(
    experiment: Experiment, method: str, trials: int, numbers: range, done: Mapping[int, Trial]
) -> list[Point]:
    """Return the points to try in a round, given the trials before it."""
    if method == "grid":
        return grid_points(experiment, trials)
    if method == "bayes" and numbers[0] > 0:
        return bayes_points(experiment, numbers, [done[k] for k in range(numbers[0])])
    return [random_point(experiment, np.random.default_rng([experiment.seed, k])) for k in numbers]
