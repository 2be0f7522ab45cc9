"""Digits classified by a trained network, a batch at a time (section 3.6.3).

    python ch03/neuralnet_mnist_batch.py

You will see the accuracy of ``neuralnet_mnist.py`` again, and that one digit at a time takes ten to
twenty times as long as batches of 100: for a single digit, most of the time is overhead, not
arithmetic. A few seconds.
"""

import argparse
from time import perf_counter

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch03.neuralnet_mnist import get_data, init_network, one_by_one, predict
from common.threads import one_blas_thread
from lab.script import Flag, Results

FLAGS = {
    "batch_size": Flag(100, "digits in a batch"),
    "samples": Flag(10000, "test digits to classify", quick=1000),
}


def in_batches(network: dict[str, np.ndarray], x: np.ndarray, batch_size: int) -> np.ndarray:
    """Return the most probable digit of each image, (N,), with a forward pass per batch.

    Parameters
    ----------
    network : dict
        From `init_network`.
    x : ndarray of shape (N, 784)
        Pixels in [0, 1].
    batch_size : int
        The last batch may be smaller.
    """
    digits = [
        np.argmax(predict(network, x[start : start + batch_size]), axis=1)  # (batch_size,)
        for start in range(0, len(x), batch_size)
    ]
    return np.concatenate(digits)


def compare(
    network: dict[str, np.ndarray], x: np.ndarray, batch_size: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the answers one by one, the answers in batches, and the ratio of the times."""
    with one_blas_thread():  # one core each: a fair comparison
        start = perf_counter()
        singly = one_by_one(network, x)
        middle = perf_counter()
        batched = in_batches(network, x, batch_size)
        return singly, batched, (middle - start) / (perf_counter() - middle)


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the accuracy of both ways, and the ratio of their times."""
    x, t = get_data(args.data)
    x, t = x[: args.samples], t[: args.samples]
    singly, batched, ratio = compare(init_network(), x, args.batch_size)
    accuracy, accuracy_one_by_one = float(np.mean(batched == t)), float(np.mean(singly == t))
    print(f"Accuracy:{accuracy}")
    print(f"one by one: {accuracy_one_by_one}, which took {ratio:.1f} times as long")
    return {
        "samples": len(x),
        "accuracy": accuracy,
        "accuracy_one_by_one": accuracy_one_by_one,
        "time_ratio": ratio,
    }


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
