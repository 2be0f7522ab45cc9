"""Where to search next: rank correlations, and narrower ranges (section 6.5.2)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ch06.helpers.search.trial import Trial

# Next: the range of the best five, plus a tenth of the searched range on either side.
BEST, MARGIN = 5, 0.1


def narrow(trials: Sequence[Trial], name: str, searched: tuple[float, float]) -> dict[str, Any]:
    """Return how a hyperparameter affects the accuracy, and where to search next.

    Parameters
    ----------
    trials : sequence of Trial
        The best ones first.
    name : 'lr' or 'weight_decay'
    searched : pair of float
        The range of this search, in powers of ten.

    Returns
    -------
    dict
        ``best_five``, the range of the best five, in powers of ten; ``rank_correlation`` of
        the accuracy with the hyperparameter, over all trials; ``next_range``.
    """
    powers = np.log10([getattr(trial, name) for trial in trials])
    low, high = float(powers[:BEST].min()), float(powers[:BEST].max())
    margin = MARGIN * (searched[1] - searched[0])
    narrower = round(low - margin, 2), round(high + margin, 2)
    wide = narrower[1] - narrower[0] >= searched[1] - searched[0]
    return {
        "best_five": (low, high),
        "rank_correlation": spearman([trial.accuracy for trial in trials], powers),
        "next_range": searched if wide else narrower,
    }


def spearman(a: Sequence[float] | np.ndarray, b: Sequence[float] | np.ndarray) -> float:
    """Return the rank correlation, from -1 to 1; 0 if one of the sequences is constant."""
    ranks = [_ranks(np.asarray(values)) for values in (a, b)]
    if any(np.ptp(rank) == 0 for rank in ranks):
        return 0.0
    return float(np.corrcoef(ranks)[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return the rank of each value; equal values get their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]
