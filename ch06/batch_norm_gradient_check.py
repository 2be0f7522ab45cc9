"""Check back-propagation through BatchNorm by central differences (sections 6.3.1, 5.7.3).

    python ch06/batch_norm_gradient_check.py
    python ch06/batch_norm_gradient_check.py --dropout-ratio 0.3

prints, for each parameter of a 784-30-30-10 network with BatchNorm, the mean difference between
back-propagation and central differences, the largest relative one, and passed or FAILED. The
gradients of `b1` and `b2` are 0: BatchNorm takes the mean off, and any bias before it. About
6 seconds.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from common.gradient import GradientCheck, gradient_check
from common.multi_layer_net_extend import MultiLayerNetExtend
from dataset.mnist import data_name, load_mnist

BEFORE_BATCHNORM = ("b1", "b2")


def judge(key: str, check: GradientCheck) -> tuple[bool, str]:
    """Return whether a parameter passed, and what there is to say about its largest difference.

    Where both gradients are 0 but for rounding, a relative difference means nothing.
    """
    if key in BEFORE_BATCHNORM:
        return check.difference < 1e-9, "0 but for rounding"
    if check.error != check.error:
        return False, "every derivative is 0: nothing was checked"
    return check.passed, f"relative {check.error:.1e}"


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Check the gradients of a network with BatchNorm on the first training samples."""
    parser = cli.parser(__doc__, data=True)
    parser.add_argument(
        "--samples",
        type=cli.at_least(3),
        default=5,
        help="default: 5; two would become -1 and 1 whatever the weights are; with many, a ReLU "
        "on its kink fails the check",
    )
    parser.add_argument("--hidden-size", type=cli.at_least(1), default=30, help="default: 30")
    parser.add_argument(
        "--dropout-ratio", type=float, default=0.0, help="Dropout as well (default: 0)"
    )
    args = cli.parse(parser, argv, hidden_size=8)

    name = data_name(args.data)
    print(f"data: {name}")
    (x, t), _ = load_mnist(normalize=True, one_hot_label=True, source=name)
    net = MultiLayerNetExtend(
        784,
        [args.hidden_size] * 2,
        10,
        use_dropout=args.dropout_ratio != 0,
        dropout_ratio=args.dropout_ratio,
        use_batchnorm=True,
        rng=args.seed,
    )
    results = {}
    for key, check in gradient_check(net, x[: args.samples], t[: args.samples]).items():
        passed, remark = judge(key, check)
        print(f"{key}:{check.difference:.3e}  ({remark}, {'passed' if passed else 'FAILED'})")
        results[key] = check._asdict() | {"passed": passed}
    print("b1 and b2 stand before a BatchNorm, which takes the mean off, and any bias with it")
    return cli.finish(args, __file__, {"data": name, "checks": results})


if __name__ == "__main__":
    cli.run(main)
