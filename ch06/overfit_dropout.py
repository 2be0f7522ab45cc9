"""Dropout against over-fitting (section 6.4.3).

    python ch06/overfit_dropout.py
    python ch06/overfit_dropout.py --epochs 1000 --dropout-ratio 0.15

The network of `overfit_weight_decay.py` learns the same 300 digits without Dropout and with a ratio
of 0.15 (the book's caption) and of 0.2 (its code). You will see figure 6-23: with Dropout the gap
between training and test data is smaller and the training accuracy stays below 1; and learning is
slower, so that all accuracies are lower as yet. About 37 seconds. The second command goes on until
Dropout is ahead on the test data; about 90 seconds.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch06.overfit_weight_decay import add_flags, draw, learn
from common.multi_layer_net_extend import MultiLayerNetExtend
from dataset.mnist import data_name


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train without Dropout and with it, print the gaps, and draw figure 6-23."""
    parser = cli.parser(__doc__, data=True)
    add_flags(parser, epochs=301)
    parser.add_argument(
        "--dropout-ratio",
        type=float,
        nargs="+",
        default=[0.15, 0.2],
        help="one or more, each for a network of its own (default: 0.15 0.2)",
    )
    args = cli.parse(parser, argv, epochs=41, lr=0.05, dropout_ratio=[0.15])
    if len({f"{ratio:g}" for ratio in args.dropout_ratio}) < len(args.dropout_ratio):
        raise ValueError(f"--dropout-ratio {args.dropout_ratio}; expected each but once")

    name = data_name(args.data)
    print(f"data: {name}")
    networks = {"without Dropout": MultiLayerNetExtend(784, [100] * 6, 10, rng=args.seed)}
    for ratio in args.dropout_ratio:
        networks[f"Dropout {ratio:g}"] = MultiLayerNetExtend(
            *(784, [100] * 6, 10), use_dropout=True, dropout_ratio=ratio, rng=args.seed
        )
    runs = learn(networks, args, name)
    title = f"Figure 6-23: accuracy, {args.samples} training samples, data: {name}"
    return cli.finish(args, __file__, {"data": name, "runs": runs}, draw(runs, title))


if __name__ == "__main__":
    cli.run(main)
