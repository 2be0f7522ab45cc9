"""Search for a good learning rate and weight decay with validation data (section 6.5, figure 6-24).

    python ch06/hyperparameter_optimization.py
    python ch06/hyperparameter_optimization.py --method compare

You will see the best 20 of 100 random trials, epoch by epoch, and where to search next. On MNIST
the best five reach accuracies of about 0.7 to 0.8, all with a learning rate above 0.001, while the
weight decay hardly matters here. ``--method compare`` also runs a grid search and a Bayesian search
with the same number of trials; the Bayesian search soon tries almost only the best learning rates.
About 21 seconds on two cores, 62 for ``--method compare``.

Each trial is saved in a CSV file when it is finished; after Ctrl-C the same command resumes from
it. If a process is killed, its trial is repeated. On the ranks of MPI, also on several computers
(8.3.3), where a killed rank ends all, and the same command resumes:

    mpiexec -n 5 python -m mpi4py.futures ch06/hyperparameter_optimization.py --workers mpi

To see how a search works, start reading at `ch06.helpers.search`.
"""

import argparse
import zlib
from collections.abc import Mapping, Sequence

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch06.helpers.search import figures
from ch06.helpers.search.methods import METHODS
from ch06.helpers.search.narrowing import narrow
from ch06.helpers.search.run import search
from ch06.helpers.search.trial import Experiment, Trial, ranked, summary
from common.batches import split_validation
from lab.digits import digits
from lab.plots import Figure
from lab.processes import available
from lab.script import Flag, Results

POWERS = "powers of ten, LOW HIGH: -2 is 0.01"
FLAGS = {
    "method": Flag("random", "search method", choices=[*METHODS, "compare"]),
    "restart": Flag(False, "start over, and overwrite the trials that are saved"),
    "trials": Flag(100, "number of trials of each method", quick=16),
    "epochs": Flag(50, "epochs of each trial", quick=15),
    "batch_size": Flag(100, "samples in each mini-batch", quick=20),
    "samples": Flag(500, "digits, a fifth of them for validation", quick=300, least=10),
    "processes": Flag(available(), "trials run in parallel"),
    "workers": Flag("processes", "where trials run: see above", choices=["processes", "mpi"]),
    "lr_range": Flag([-6.0, -2.0], POWERS, kind=float, many=True),
    "weight_decay_range": Flag([-8.0, -4.0], POWERS, kind=float, many=True),
}


def experiment(args: argparse.Namespace) -> Results:
    """Search; print and return the best trials."""
    one, found = prepare(args), {}
    for method in METHODS if args.method == "compare" else [args.method]:
        file = f"hyperparameter_optimization_{method}{'_quick' if args.quick else ''}.csv"
        path = args.out / "ch06" / file
        how = args.processes, args.restart, args.workers
        found[method] = search(one, method, args.trials, path, *how)
    best = {method: ranked(trials) for method, trials in found.items()}
    results: Results = {"best": {method: summary(trials) for method, trials in best.items()}}
    if args.method == "compare":
        compare(best)
        return results
    shown = best[args.method][: figures.SHOWN]
    curves = [{"val_acc": trial.val_acc, "train_acc": trial.train_acc} for trial in shown]
    return {**results, **report(best[args.method], args), "curves": curves}


def prepare(args: argparse.Namespace) -> Experiment:
    """Set a fifth of the samples aside for validation (6.5.1)."""
    (x, t), _ = digits(args)
    parts = split_validation(x, t, 0.2, args.seed)
    data = f"{args.data}, checksum {zlib.crc32(x[:10].tobytes()):08x}"
    ranges = tuple(args.lr_range), tuple(args.weight_decay_range)
    return Experiment(*parts, data, args.seed, args.epochs, args.batch_size, *ranges)


def report(best: Sequence[Trial], args: argparse.Namespace) -> Results:
    """Print the best 20; print and return which ranges they suggest."""
    for rank, trial in enumerate(best[: figures.SHOWN], start=1):
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
    """Print the best results of each method."""
    for method, trials in best.items():
        five = sum(trial.accuracy for trial in trials[:5]) / len(trials[:5])
        print(f"{method:6} | {len(trials)} trials, mean of the best five {five:.3f}")
        print(f"{'':6} | Best-1 {trials[0]}")


def draw(results: Results) -> list[Figure]:
    """Draw figure 6-24 and the positions of all trials; or the three methods side by side."""
    method = results["settings"]["method"]
    if method == "compare":
        return [figures.draw_comparison(results)]
    return [figures.draw_best(results, method), figures.draw_all(results, method)]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
