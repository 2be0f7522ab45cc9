"""Is back-propagation right? Compare it with central differences (section 5.7.3).

    python ch05/gradient_check.py

prints, for each parameter of a 784-50-10 network and three digits, the mean difference of the two
gradients (1e-13 to 1e-10, as in the book), the largest relative one, and passed or
FAILED. About 5 seconds.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch05.two_layer_net import TwoLayerNet
from common.gradient import gradient_check
from dataset.mnist import data_name, load_mnist


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Check the gradients of a TwoLayerNet on the first training samples."""
    parser = cli.parser(__doc__, data=True)
    parser.add_argument(
        "--samples",
        type=cli.at_least(1),
        default=3,
        help="default: 3; with many, a ReLU on its kink fails the check",
    )
    parser.add_argument("--hidden-size", type=cli.at_least(1), default=50, help="default: 50")
    args = cli.parse(parser, argv, hidden_size=10)

    name = data_name(args.data)
    print(f"data: {name}")
    (x, t), _ = load_mnist(normalize=True, one_hot_label=True, source=name)
    net = TwoLayerNet(784, args.hidden_size, 10, rng=np.random.default_rng(args.seed))
    checks = gradient_check(net, x[: args.samples], t[: args.samples])
    for key, check in checks.items():
        verdict = "passed" if check.passed else "FAILED"
        print(f"{key}:{check.difference:.3e}  (relative {check.error:.1e}, {verdict})")
    results = {key: check._asdict() for key, check in checks.items()}
    return cli.finish(args, __file__, {"data": name, "checks": results})


if __name__ == "__main__":
    cli.run(main)
