"""Is back-propagation correct? Compare it with central differences (section 5.7.3).

    python ch05/gradient_check.py

You will see, for each parameter of a 784-50-10 network and three digits, the mean difference of the
two gradients (1e-13 to 1e-10, as in the book), the largest relative difference, and whether the
check passed. About 5 seconds.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch05.two_layer_net import TwoLayerNet
from common.gradient import gradient_check
from lab.digits import digits
from lab.script import Flag, Results

FLAGS = {
    "samples": Flag(3, "number of digits; with many, a ReLU input near 0 fails the check"),
    "hidden_size": Flag(50, "neurons of the hidden layer", quick=10),
}


def experiment(args: argparse.Namespace) -> Results:
    """Check the gradients of a TwoLayerNet on the first training samples."""
    (x, t), _ = digits(args, one_hot_label=True)
    net = TwoLayerNet(784, args.hidden_size, 10, rng=np.random.default_rng(args.seed))
    checks = gradient_check(net, x, t)
    for key, check in checks.items():
        verdict = "passed" if check.passed else "FAILED"
        print(f"{key}:{check.difference:.3e}  (relative {check.error:.1e}, {verdict})")
    return {"checks": {key: check._asdict() for key, check in checks.items()}}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
