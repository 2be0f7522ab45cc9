"""Check back-propagation through convolution and pooling (sections 7.5, 5.7.3).

    python ch07/gradient_check.py
    python ch07/gradient_check.py --std 0.1

prints, for each parameter of a small SimpleConvNet and three random images, the mean difference
between back-propagation and central differences (1e-13 to 1e-10), the largest relative one, and
passed or FAILED. A second.

A central difference moves a weight by 0.0001 to either side. First weights with the deviation
0.01, as in the book, are so small that on the way a ReLU often switches, or another pixel becomes
the largest of its window: the loss has a kink there, and no derivative to compare with. Each such
weight is found by comparing the ReLUs and windows of the two sides, counted, and left out; the
losses of all others are smooth between the sides. Few are left out with ``--std 0.1``.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch07.simple_convnet import SimpleConvNet
from common.gradient import numerical_gradient
from common.threads import one_blas_thread

TOLERANCE = 1e-5  # of the largest difference, relative to the largest derivative


def switches(net: SimpleConvNet) -> tuple[bytes, ...]:
    """Return which ReLUs were off and which pixel each window chose in the last forward pass."""
    pieces = [net.layers["Relu1"].mask, net.layers["Pool1"].arg_max, net.layers["Relu2"].mask]
    return tuple(piece.tobytes() for piece in pieces)


def differences(
    net: SimpleConvNet, key: str, x: np.ndarray, t: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return central differences for one parameter, and where nothing switched between the sides.

    Parameters
    ----------
    net : SimpleConvNet
        With parameters in float64.
    key : str
        ``W1`` to ``b3``.
    x : ndarray of shape (N, C, H, W)
    t : ndarray of shape (N,)

    Returns
    -------
    numerical, smooth : ndarray, ndarray of bool
        Both of the parameter's shape.
    """
    seen: list[tuple[bytes, ...]] = []  # two entries for each number of the parameter: + and -

    def f(_: np.ndarray) -> float:
        loss = net.loss(x, t)
        seen.append(switches(net))
        return loss

    numerical = numerical_gradient(f, net.params[key])
    smooth = [plus == minus for plus, minus in zip(seen[::2], seen[1::2], strict=True)]
    return numerical, np.reshape(smooth, numerical.shape)


def check(net: SimpleConvNet, x: np.ndarray, t: np.ndarray) -> dict[str, dict[str, Any]]:
    """Compare the two gradients, in float64; return for each parameter how far they differ."""
    net.params = {key: value.astype(np.float64) for key, value in net.params.items()}
    by_backward = net.gradient(x, t)
    results = {}
    for key in net.params:
        numerical, smooth = differences(net, key, x, t)
        gap = np.abs(by_backward[key] - numerical)[smooth]
        largest = np.abs(by_backward[key]).max()
        nothing = gap.size == 0 or largest == 0  # to compare
        error = np.nan if nothing else float(gap.max() / largest)
        results[key] = {
            "difference": np.nan if gap.size == 0 else float(gap.mean()),
            "error": error,
            "passed": error <= TOLERANCE,
            "left_out": int((~smooth).sum()),
            "size": smooth.size,
        }
    return results


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Check the gradients of a small SimpleConvNet on random images."""
    parser = cli.parser(__doc__)
    add = parser.add_argument
    add("--samples", type=cli.at_least(1), default=3, help="default: 3")
    add("--size", type=cli.at_least(4), default=10, help="of the images, even (default: 10)")
    add("--hidden-size", type=cli.at_least(1), default=10, help="default: 10")
    add("--std", type=cli.positive, default=0.01, help="of the first weights (default: 0.01)")
    args = cli.parse(parser, argv, size=6)

    rng = np.random.default_rng(args.seed)
    images = (1, args.size, args.size)
    filters = {"filter_num": 10, "filter_size": 3, "pad": 0, "stride": 1}
    net = SimpleConvNet(images, filters, args.hidden_size, 10, args.std, rng=rng)
    x, t = rng.random((args.samples, *images)), rng.integers(10, size=args.samples)
    with one_blas_thread():
        results = check(net, x, t)
    for key, row in results.items():
        verdict = "passed" if row["passed"] else "FAILED"
        print(f"{key}:{row['difference']:.3e}  (relative {row['error']:.1e}, {verdict}", end="; ")
        print(f"on a kink, left out: {row['left_out']} of {row['size']})")
    return cli.finish(args, __file__, {"checks": results})


if __name__ == "__main__":
    cli.run(main)
