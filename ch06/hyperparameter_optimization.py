"""Search for a good learning rate and weight decay, by validation data (section 6.5, figure 6-24).

    python ch06/hyperparameter_optimization.py
    python ch06/hyperparameter_optimization.py --method compare

You will see the best 20 of 100 random trials, epoch by epoch, and where to look in a next round. On
MNIST the best five reach an accuracy of 0.7 to 0.8, all with a learning rate above 0.001, while the
weight decay hardly matters here. ``compare`` gives a grid and a Bayesian search as many trials: the
latter soon tries little else than the best learning rates. About 21 seconds on two cores, 62 for
``compare``.

Each trial is kept in a CSV file when it is done; the same command goes on from there after Ctrl-C.
"""

import argparse
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch06.helpers.narrowing import narrow
from ch06.helpers.search import METHODS, Experiment, search
from ch06.helpers.search_figures import draw_best, draw_comparison
from ch06.helpers.trial_log import Trial, ranked, summary
from common.batches import split_validation
from dataset.mnist import data_name, load_mnist
from lab.processes import available


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the search; the defaults are the book's numbers."""
    add = parser.add_argument_group("search").add_argument
    add("--method", choices=[*METHODS, "compare"], default="random", help="default: random")
    add("--restart", action="store_true", help="overwrite the trials that are kept, begin anew")
    for flag, default, text in (
        ("--trials", 100, "how many, of each method"),
        ("--epochs", 50, "of a trial"),
        ("--batch-size", 100, "samples in each mini-batch"),
        ("--samples", 500, "a fifth of them is for validation"),
        ("--processes", available(), "trials at once"),
    ):
        low = 10 if flag == "--samples" else 1
        add(flag, type=cli.at_least(low), default=default, help=f"{text} (default: {default})")
    for flag, limits in (("--lr-range", [-6.0, -2.0]), ("--weight-decay-range", [-8.0, -4.0])):
        text = "exponents, -2 is 0.01 (default: {:g} {:g})".format(*limits)
        add(flag, nargs=2, type=float, default=limits, metavar=("LOW", "HIGH"), help=text)


def prepare(args: argparse.Namespace, name: str) -> Experiment:
    """Set a fifth of the samples aside for validation (6.5.1)."""
    (x, t), _ = load_mnist(source=name)
    parts = split_validation(x[: args.samples], t[: args.samples], 0.2, args.seed)
    data = f"{name}, checksum {zlib.crc32(x[:10].tobytes()):08x}"
    ranges = tuple(args.lr_range), tuple(args.weight_decay_range)
    return Experiment(*parts, data, args.seed, args.epochs, args.batch_size, *ranges)


def report(best: Sequence[Trial], args: argparse.Namespace) -> dict[str, Any]:
    """Print the best 20, and what they say about the ranges, which is returned."""
    for rank, trial in enumerate(best[:20], start=1):
        print(f"Best-{rank} {trial}")
    diverged = sum(len(trial.val_acc) < args.epochs for trial in best)
    print(f"{diverged} trials diverged and count as accuracy 0\n" if diverged else "")
    ranges, flags = {}, ""
    for name in ("lr", "weight_decay"):
        ranges[name] = found = narrow(best, name, vars(args)[f"{name}_range"])
        (low, high), rho = found["best_five"], found["rank_correlation"]
        print(f"{name.replace('_', ' ')}: 10^{low:.2f} to 10^{high:.2f} in the best five; ", end="")
        print(f"rank correlation of all with the accuracy {rho:+.2f}")
        flags += " --{}-range {:g} {:g}".format(name.replace("_", "-"), *found["next_range"])
    print(f"the next round, for example:{flags} --seed {args.seed + 1} --out {args.out}/round2")
    return ranges


def compare(best: Mapping[str, Sequence[Trial]]) -> None:
    """Print what each method found."""
    for method, trials in best.items():
        five = sum(trial.accuracy for trial in trials[:5]) / len(trials[:5])
        print(f"{method:6} | {len(trials)} trials, mean of the best five {five:.3f}")
        print(f"{'':6} | Best-1 {trials[0]}")


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Search, print the best trials, and draw."""
    parser = cli.parser(__doc__, data=True)
    add_flags(parser)
    args = cli.parse(parser, argv, trials=16, epochs=15, batch_size=20, samples=300)
    name = data_name(args.data)
    print(f"data: {name}")
    experiment, found = prepare(args, name), {}
    for method in METHODS if args.method == "compare" else [args.method]:
        file = f"hyperparameter_optimization_{method}{'_quick' if args.quick else ''}.csv"
        path = args.out / "ch06" / file
        found[method] = search(experiment, method, args.trials, path, args.processes, args.restart)

    best = {method: ranked(trials) for method, trials in found.items()}
    results: dict[str, Any] = {"data": name, "best": {k: summary(v) for k, v in best.items()}}
    if args.method == "compare":
        compare(best)
        figure = draw_comparison(found, f"Three ways to search, data: {name}")
    else:
        results |= report(best[args.method], args)
        title = f"Figure 6-24: the best trials of {args.method} search, data: {name}"
        figure = draw_best(best[args.method], title)
    return cli.finish(args, __file__, results, figure)


if __name__ == "__main__":
    cli.run(main)
