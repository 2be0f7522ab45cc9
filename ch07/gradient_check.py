"""Check back-propagation through convolution and pooling (sections 7.5, 5.7.3).

    python ch07/gradient_check.py
    python ch07/gradient_check.py --std 0.1

Prints for each parameter of a small SimpleConvNet and three random images the mean difference
between back-propagation and central differences (1e-13 to 1e-10), the largest relative difference,
and passed or FAILED. About a second.

With the book's initial weights (standard deviation 0.01) some central differences cross a kink of
ReLU or of max pooling (see `ch07.helpers.kinks`). They are counted, but not compared. With ``--std
0.1`` there are few.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch07.helpers.kinks import differences
from ch07.simple_convnet import SimpleConvNet
from common.threads import one_blas_thread
from lab.script import Flag, Results

TOLERANCE = 1e-5  # of the largest difference, relative to the largest derivative
FLAGS = {
    "samples": Flag(3, "random images"),
    "size": Flag(10, "height and width of the images, even", least=4, quick=6),
    "hidden_size": Flag(10, "hidden neurons"),
    "std": Flag(0.01, "standard deviation of the initial weights"),
}


def compare(by_backward: np.ndarray, numerical: np.ndarray, smooth: np.ndarray) -> Results:
    """Return how far two gradients of a parameter differ, where the loss is smooth."""
    gap = np.abs(by_backward - numerical)[smooth]
    largest = np.abs(by_backward).max()
    nothing = gap.size == 0 or largest == 0  # there is nothing to compare
    error = np.nan if nothing else float(gap.max() / largest)
    return {
        "difference": np.nan if gap.size == 0 else float(gap.mean()),
        "error": error,
        "passed": error <= TOLERANCE,
        "left_out": int((~smooth).sum()),
        "size": smooth.size,
    }


def experiment(args: argparse.Namespace) -> Results:
    """Check the gradients of a small SimpleConvNet on random images."""
    rng = np.random.default_rng(args.seed)
    images = (1, args.size, args.size)
    filters = {"filter_num": 10, "filter_size": 3, "pad": 0, "stride": 1}
    net = SimpleConvNet(images, filters, args.hidden_size, 10, args.std, rng=rng)
    x, t = rng.random((args.samples, *images)), rng.integers(10, size=args.samples)
    net.params = {key: value.astype(np.float64) for key, value in net.params.items()}
    checks = {}
    with one_blas_thread():
        for key, gradient in net.gradient(x, t).items():
            checks[key] = row = compare(gradient, *differences(net, key, x, t))
            verdict = "passed" if row["passed"] else "FAILED"
            print(f"{key}:{row['difference']:.3e}  (relative {row['error']:.1e}, {verdict}", end="")
            print(f"; {row['left_out']} of {row['size']} at a kink, not compared)")
    return {"checks": checks}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS)

if __name__ == "__main__":
    script.run(main)
