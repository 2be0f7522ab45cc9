"""Check back-propagation through BatchNorm by central differences (sections 6.3.1, 5.7.3).

    python ch06/batch_norm_gradient_check.py
    python ch06/batch_norm_gradient_check.py --dropout-ratio 0.3

Prints for each parameter of a 784-30-30-10 network with BatchNorm the mean difference between
back-propagation and central differences, the largest relative difference, and passed or FAILED. The
gradients of `b1` and `b2` are 0: BatchNorm subtracts the mean, which cancels any bias before it.
About 6 seconds.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from common.gradient import GradientCheck, gradient_check
from common.multi_layer_net_extend import MultiLayerNetExtend
from lab.digits import digits
from lab.script import Flag, Results

BEFORE_BATCHNORM = ("b1", "b2")
FLAGS = {
    "samples": Flag(
        5,
        "training digits: BatchNorm turns two into -1 and 1, whatever the weights; with many, a "
        "ReLU at its kink fails the check",
        least=3,
    ),
    "hidden_size": Flag(30, "neurons of each hidden layer", quick=8),
    "dropout_ratio": Flag(0.0, "fraction that Dropout drops; 0: no Dropout", kind=float),
}


def judge(key: str, check: GradientCheck) -> tuple[bool, str]:
    """Return whether a parameter passed, and a remark about its largest difference.

    Where both gradients are 0 except for rounding, a relative difference is meaningless.
    """
    if key in BEFORE_BATCHNORM:
        return check.difference < 1e-9, "0 except for rounding"
    if check.error != check.error:
        return False, "every derivative is 0: nothing was checked"
    return check.passed, f"relative {check.error:.1e}"


def experiment(args: argparse.Namespace) -> Results:
    """Check the gradients of a network with BatchNorm on the first training samples."""
    (x, t), _ = digits(args, one_hot_label=True)
    sizes, ratio = (784, [args.hidden_size] * 2, 10), args.dropout_ratio
    dropout = {"use_dropout": ratio != 0, "dropout_ratio": ratio}
    net = MultiLayerNetExtend(*sizes, use_batchnorm=True, **dropout, rng=args.seed)
    checks = {}
    for key, check in gradient_check(net, x, t).items():
        passed, remark = judge(key, check)
        print(f"{key}:{check.difference:.3e}  ({remark}, {'passed' if passed else 'FAILED'})")
        checks[key] = check._asdict() | {"passed": passed}
    print("b1 and b2 come before a BatchNorm, which subtracts the mean and so cancels any bias")
    return {"checks": checks}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
