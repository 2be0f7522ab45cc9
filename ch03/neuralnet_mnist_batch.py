"""Reading digits with a trained network, a batch at a time (section 3.6.3).

    python ch03/neuralnet_mnist_batch.py

You will see the accuracy of ``neuralnet_mnist.py`` again, and that it takes ten to twenty times as
long to read the digits one by one as to hand 100 at once to the matrix products: most of the time
of a single digit goes into getting started. A few seconds.
"""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch03.neuralnet_mnist import get_data, init_network, one_by_one, predict
from common.threads import one_blas_thread
from dataset.mnist import data_name


def in_batches(network: dict[str, np.ndarray], x: np.ndarray, batch_size: int) -> np.ndarray:
    """Return the most probable digit of each image, (N,), with a forward pass per batch.

    Parameters
    ----------
    network : dict
        From `init_network`.
    x : ndarray of shape (N, 784)
        Pixels in [0, 1].
    batch_size : int
        The last batch holds what remains.
    """
    digits = [
        np.argmax(predict(network, x[start : start + batch_size]), axis=1)  # (batch_size,)
        for start in range(0, len(x), batch_size)
    ]
    return np.concatenate(digits)


def compare(
    network: dict[str, np.ndarray], x: np.ndarray, batch_size: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the digits read one by one, those in batches, and the ratio of the times."""
    with one_blas_thread():  # one core each: a fair comparison
        start = perf_counter()
        singly = one_by_one(network, x)
        middle = perf_counter()
        batched = in_batches(network, x, batch_size)
        return singly, batched, (middle - start) / (perf_counter() - middle)


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print accuracy and time of both ways."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--batch-size", type=cli.at_least(1), default=100, help="digits at once (default: 100)")
    add("--samples", type=cli.at_least(1), default=10000, help="how many digits (default: 10000)")
    args = cli.parse(parser, argv, samples=1000)
    name = data_name(args.data)
    print(f"data: {name}")
    x, t = get_data(args.data)
    x, t = x[: args.samples], t[: args.samples]
    singly, batched, ratio = compare(init_network(), x, args.batch_size)
    accuracy = float(np.mean(batched == t))
    print(f"Accuracy:{accuracy}")
    print(f"one by one: {float(np.mean(singly == t))}, which took {ratio:.1f} times as long")
    results = {
        "data": name,
        "samples": len(x),
        "accuracy": accuracy,
        "accuracy_one_by_one": float(np.mean(singly == t)),
        "time_ratio": ratio,
    }
    return cli.finish(args, __file__, results)


if __name__ == "__main__":
    cli.run(main)
