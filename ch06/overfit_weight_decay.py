"""Overfitting, and weight decay against it (sections 6.4.1 and 6.4.2).

    python ch06/overfit_weight_decay.py
    python ch06/overfit_weight_decay.py --penalty l1

A network of seven layers is trained on 300 digits, without and with a penalty for large weights, on
the same mini-batches. You will see figure 6-20: the network memorizes all 300, but classifies only
three quarters of the test digits correctly. In figure 6-21, with the penalty, the gap is smaller
and the training accuracy stays below 1 (but the test accuracy does not rise). About 17 seconds.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch06.helpers import overfitting
from common.multi_layer_net import MultiLayerNet
from lab.flags import positive
from lab.plots import Figure
from lab.script import Flag, Results

STRENGTHS = {"l2": 0.1, "l1": 0.01, "max": 15.0}  # with about the same training accuracy
FLAGS = overfitting.flags(epochs=201) | {
    "penalty": Flag("l2", "penalty for large weights", choices=list(STRENGTHS)),
    "lambda": Flag(
        None,
        "weight of the penalty (default: 0.1 for l2, 0.01 for l1, 15 for max)",
        kind=positive,
        dest="strength",
    ),
}


def experiment(args: argparse.Namespace) -> Results:
    """Train without and with a penalty; print and return the gaps."""
    args.strength = args.strength or STRENGTHS[args.penalty]
    networks = {}
    for strength in (0, args.strength):
        name = f"{args.penalty} penalty, {strength:g}" if strength else "no penalty"
        penalty = {"weight_decay_lambda": strength, "penalty": args.penalty}
        networks[name] = MultiLayerNet(*overfitting.SIZES, **penalty, rng=args.seed)
    return {"runs": overfitting.learn(args, networks)}


def draw(results: Results) -> Figure:
    """Draw figure 6-20 on the left and figure 6-21 on the right."""
    return overfitting.draw(results, "Figures 6-20 and 6-21")


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
