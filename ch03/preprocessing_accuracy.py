"""Preprocessing, accuracy and the speed of learning (described in section 3.6.2).

    python ch03/preprocessing_accuracy.py

A network of 50 hidden neurons learns from pixels of 0 to 255, divided by 255, centred and scaled,
or whitened, with nine learning rates each. You will see that with the learning rate 0.1 it learns
nothing from pixels of 0 to 255 (a test accuracy of 0.11): the initial weights are made for inputs
of about 1, and after 20 steps 47 of the 50 neurons output 0 for all digits. With the other three it
reaches 0.95 to 0.97.

With the best learning rate for each, chosen on held-out training digits, the other three reach
0.966 to 0.969 at the end, compared with 0.82 for pixels of 0 to 255. But centring and whitening
make learning faster: after 101 mini-batches the accuracy is 0.85 for digits divided by 255, 0.88 if
centred and scaled, 0.90 if whitened. (50 components were better on the held-out digits than 100 or
200.) About 50 seconds.
"""

import argparse
from collections.abc import Mapping
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch03.helpers.prepared import choose, learn, prepare, progress
from common.batches import split_validation
from lab.digits import digits, first
from lab.plots import Axes, Figure
from lab.script import Flag, Results

RATES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
MARKERS = "osD^"
FLAGS = {
    "iters": Flag(2500, "mini-batches", quick=20),
    "batch_size": Flag(100, "digits in a mini-batch"),
    "lr": Flag(0.1, "the same learning rate for all"),
    "rates": Flag(RATES, "learning rates to choose from", many=True, quick=[0.3]),
    "hidden_size": Flag(50, "hidden neurons"),
    "components": Flag(50, "components that whitening keeps", quick=20),
    "every": Flag(100, "mini-batches between two tests", quick=10),
    "samples": Flag(60000, "training digits; a sixth is held out", quick=1200, least=100),
}


def experiment(args: argparse.Namespace) -> Results:
    """Choose the learning rates; train with the same rate for all, and with the chosen rates."""
    train, test = digits(args, normalize=False)
    sets = (*split_validation(*train, 1 / 6, args.seed), first(test, args.samples))
    ways, targets = prepare([x for x, _ in sets], args.components), [t for _, t in sets]

    held_out_acc = choose(ways, targets, args)
    choices = {
        "same": dict.fromkeys(ways, args.lr),
        "best": {way: max(of, key=of.__getitem__) for way, of in held_out_acc.items()},
    }
    wanted = list(dict.fromkeys(run for rates in choices.values() for run in rates.items()))
    trainers = learn(ways, targets, wanted, args, args.every)
    results: Results = {"held_out_acc": held_out_acc}
    for choice, rates in choices.items():
        results[choice] = {way: progress(trainers[way, lr]) for way, lr in rates.items()}
        print_accuracies(f"{choice} learning rate", results[choice])
    return results


def print_accuracies(choice: str, runs: Mapping[str, Any]) -> None:
    """Print the test accuracies near the beginning and at the end."""
    print(f"test accuracy, {choice}:")
    for way, run in runs.items():
        places, accuracies = run["mini_batches"], run["test_acc_list"]
        ends = [f"{accuracies[n]:.4f} after {places[n]} mini-batches" for n in (1, -1)]
        print(f"  {way:14}  {ends[0]}, {ends[1]}")


def draw(results: Results) -> list[Figure]:
    """Draw test accuracies over mini-batches; in a second figure, accuracies per learning rate."""
    fig, axes = plots.figure(1, 2, size=(9.4, 4.6), sharey=True)
    titles = f"learning rate {results['settings']['lr']:g} for all", "the best rate for each"
    for ax, choice, title in zip(axes, ("same", "best"), titles, strict=True):
        draw_runs(ax, results[choice])
        ax.set(title=title, xlabel="mini-batches", ylim=(0, 1.02))
    axes[0].set_ylabel("test accuracy")
    ends = [run["test_acc_list"][-1] for run in results["best"].values()]
    fig.suptitle(
        f"Best rates: {ends[0]:.3f} without preprocessing, "
        f"{min(ends[1:]):.3f} to {max(ends[1:]):.3f} with it, data: {results['data']}"
    )
    return [fig, draw_rates(results)]


def draw_runs(ax: Axes, runs: Mapping[str, Any]) -> None:
    """Draw the test accuracies of four training runs."""
    for (way, run), marker in zip(runs.items(), MARKERS, strict=True):
        label = f"{way}: {run['test_acc_list'][-1]:.4f} (rate {run['lr']:g})"
        ax.plot(run["mini_batches"], run["test_acc_list"], f"{marker}-", markersize=4, label=label)
    ax.legend(fontsize=9)


def draw_rates(results: Results) -> Figure:
    """Draw the accuracies on held-out digits for each learning rate."""
    fig, ax = plots.figure()
    for (way, by_rate), marker in zip(results["held_out_acc"].items(), MARKERS, strict=True):
        ax.plot(list(by_rate), list(by_rate.values()), f"{marker}-", label=way)
    best = ", ".join(f"{run['lr']:g}" for run in results["best"].values())
    ax.set(title=f"Held-out digits: the best rates are {best}", xscale="log", ylim=(0, 1.02))
    ax.set(xlabel="learning rate", ylabel="accuracy at the end")
    fig.legend(loc="outside lower center", ncols=4)
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
