"""The output layer: softmax, why its formula overflows, and how to avoid that (section 3.5).

    python ch03/softmax.py

You will see scores become probabilities whose sum is 1. For scores around 1000 the formula fails
(inf / inf is nan); after the largest score is subtracted, it works. About a second.
"""

import argparse
import warnings
from collections.abc import Callable

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.functions import identity_function, sigmoid, softmax
from lab.script import Results

# The activation of the output layer, by task (3.5). Binary: one neuron, the probability of "yes".
# Multi-class: as many neurons as classes (3.5.4). For inference softmax can be omitted: the
# largest score has the largest probability.
OUTPUT_ACTIVATIONS: dict[str, Callable[..., np.ndarray]] = {
    "regression": identity_function,
    "binary classification": sigmoid,
    "multi-class classification": softmax,
}


def naive_softmax(a: np.ndarray) -> np.ndarray:
    """Return exp(a_k) / sum_i exp(a_i), exactly as in the formula.

    Book: section 3.5.1, eq. (3.10). exp overflows in float64 for scores of 710 and more.
    """
    exp_a = np.exp(a)
    return exp_a / np.sum(exp_a)


def overflow(a: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return `naive_softmax(a)` and NumPy's warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        y = naive_softmax(a)
    return y, [str(warning.message) for warning in caught]


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the three calculations of section 3.5."""
    a = np.array([0.3, 2.9, 4.0])
    print(f"a = {a}: exp(a) = {np.exp(a)}, their sum is {np.exp(a).sum():.10f}")
    print(f"softmax: {softmax(a)}, whose sum is {softmax(a).sum():.8f}")

    large = np.array([1010.0, 1000.0, 990.0])
    broken, messages = overflow(large)
    print(f"a = {large}, by the formula: {broken} ({'; '.join(messages)})")
    print(f"a - max(a) = {large - large.max()}: {softmax(large)}")

    print("activation of the output layer:")
    for task, function in OUTPUT_ACTIVATIONS.items():
        print(f"  {task}: {function.__name__}")
    return {
        "exp": np.exp(a),
        "sum": np.exp(a).sum(),
        "y": softmax(a),
        "naive": [str(value) for value in broken],  # JSON has no nan
        "warnings": messages,
        "guarded": softmax(large),
    }


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
