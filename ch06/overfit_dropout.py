"""Dropout against overfitting (section 6.4.3).

    python ch06/overfit_dropout.py
    python ch06/overfit_dropout.py --epochs 1000 --dropout-ratio 0.15

The network of `overfit_weight_decay.py` learns the same 300 digits without Dropout and with a ratio
of 0.15 (the book's caption) and of 0.2 (its code). You will see figure 6-23: with Dropout the gap
between training and test data is smaller, and the training accuracy stays below 1; but learning is
slower, so all accuracies are still lower at the end. About 37 seconds. The second command trains
until the test accuracy is higher with Dropout; about 90 seconds.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch06.helpers import overfitting
from common.multi_layer_net_extend import MultiLayerNetExtend
from lab.plots import Figure
from lab.script import Flag, Results

FLAGS = overfitting.flags(epochs=301) | {
    "dropout_ratio": Flag(
        [0.15, 0.2], "one or more ratios, a network for each", quick=[0.15], kind=float, many=True
    )
}


def experiment(args: argparse.Namespace) -> Results:
    """Train without and with Dropout; print and return the gaps."""
    names = [f"Dropout {ratio:g}" for ratio in args.dropout_ratio]
    if len(set(names)) < len(names):
        raise ValueError(f"--dropout-ratio {args.dropout_ratio}; expected different ratios")
    networks = {"without Dropout": MultiLayerNetExtend(*overfitting.SIZES, rng=args.seed)}
    for name, ratio in zip(names, args.dropout_ratio, strict=True):
        dropout = {"use_dropout": True, "dropout_ratio": ratio}
        networks[name] = MultiLayerNetExtend(*overfitting.SIZES, **dropout, rng=args.seed)
    return {"runs": overfitting.learn(args, networks)}


def draw(results: Results) -> Figure:
    """Draw figure 6-23, a panel for each network."""
    return overfitting.draw(results, "Figure 6-23")


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
