"""Learning with and without BatchNorm, with 16 scales of the initial weights (section 6.3.2).

    python ch06/batch_norm_test.py

You will see a part of figure 6-19: the accuracy on the training data, epoch by epoch, with
BatchNorm (solid) and without (dashed), for the five largest standard deviations of the initial
weights and the smallest; one panel is figure 6-18. A second figure shows the final accuracy of all
16. With BatchNorm all networks learn; without it, those with small weights stay at 10 %, those with
the largest diverge, and in between, at 0.293 and 0.158, they learn faster. About 15 seconds.
"""

import argparse
from typing import Any

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch06.helpers.batch_norm_figures import WITH, WITHOUT, draw_curves, draw_final
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.trainer import Trainer
from lab.digits import digits
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import compare

FLAGS = {
    "scales": Flag(16, "standard deviations, from 1 to 0.0001", quick=4),
    "samples": Flag(1000, "digits to train on", quick=500, least=2),
    "epochs": Flag(20, "passes over the training digits", quick=8),
    "batch_size": Flag(100, "digits in a mini-batch", least=2),
    "lr": Flag(0.01, "learning rate"),
}


def experiment(args: argparse.Namespace) -> Results:
    """Train a pair of networks for each scale; print and return their accuracies."""
    scales = np.logspace(0, -4, args.scales).tolist()
    networks = {
        (std, name): MultiLayerNetExtend(
            784, [100] * 5, 10, weight_init_std=std, use_batchnorm=name == WITH, rng=args.seed
        )
        for std in scales
        for name in (WITH, WITHOUT)
    }
    train, _ = digits(args)  # the accuracies are measured on all training digits
    options: dict[str, Any] = {"shuffle": False, "evaluate_sample_num_per_epoch": None}
    trained = compare(args, networks, train, leave_out_diverged=True, **options)
    rows = [row(std, {name: trained[std, name] for name in (WITH, WITHOUT)}) for std in scales]
    better = sum(final(one, WITH) >= final(one, WITHOUT) for one in rows)
    print(f"final accuracy: BatchNorm is at least as good in {better} of {len(rows)} pairs")
    return {"at_least_as_good": better, "scales": rows}


def row(std: float, pair: dict[str, Trainer]) -> dict[str, Any]:
    """Print and return the accuracies of both networks of a scale, and when they diverged."""
    result: dict[str, Any] = {"std": std, "diverged_at": {}}
    for name, trainer in pair.items():
        result[name] = trainer.train_acc_list or [np.nan]
        if trainer.current_iter < trainer.max_iter:
            result["diverged_at"][name] = trainer.current_iter
    print(f"{std:<9.3g}" + ", ".join(f"{name} {result[name][-1]:.3f}" for name in pair), end="")
    print("".join(f"; {k} diverged at mini-batch {v}" for k, v in result["diverged_at"].items()))
    return result


def final(row: dict[str, Any], name: str) -> float:
    """Return the last accuracy, or 0 if the training run diverged."""
    return 0.0 if name in row["diverged_at"] else row[name][-1]


def draw(results: Results) -> list[Figure]:
    """Draw the curves of some scales, and the final accuracies of all."""
    return [draw_curves(results), draw_final(results)]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
