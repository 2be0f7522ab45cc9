"""A restricted Boltzmann machine, and a deep belief network made of several (section 8.5.2).

    python ch08/restricted_boltzmann.py

Learning without labels, before generative adversarial networks. A Boltzmann machine has units that
are 0 or 1 and an energy for each of their states; contrastive divergence lowers the energy of the
data, and raises that of the states which the machine draws itself. You will see

- on a machine with 4 and 3 units, where all states can be summed up: the gradient is the formula's,
  and training raises the log-likelihood of the data from -2.77 to -1.73 (at best -1.39);
- the weights of a machine trained on all digits, digits that it draws, and the lower half of test
  digits that it fills in: a mean squared error of 0.043, with the mean image 0.068;
- what such machines were used for: each hidden layer of a deep network of sigmoid layers is first
  trained as a machine, on all digits without labels, then the whole network with few labels. With
  1,000 labels the test accuracy is 0.925; 0.889 from Xavier initial weights, 0.552 from a
  Gaussian with standard deviation 0.01, where the gradients vanish (chapter 6), and 0.910 with
  ReLU, which has replaced pretraining where there are enough labels.

About 2 minutes on two cores.
"""

import argparse
from functools import partial

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers import belief_network, boltzmann_exact, boltzmann_figures, boltzmann_pictures
from common.io.progress import progress
from common.threads import one_blas_thread
from lab.digits import digits
from lab.plots import Figure
from lab.processes import available, runner
from lab.script import Flag, Results

FLAGS = {
    "hidden": Flag(300, "hidden units of the machine", quick=30),
    "epochs": Flag(8, "passes over the digits to train it", quick=1),
    "lr": Flag(0.05, "its learning rate at the start"),
    "covered": Flag(1000, "test digits whose lower half is filled in", quick=50, least=50),
    "layers": Flag([200, 200, 200, 200], "neurons of the deep network", quick=[20, 20], many=True),
    "pretrain_epochs": Flag(3, "passes for the machine of each layer", quick=1),
    "labels": Flag([300, 1000, 3000], "digits with labels", quick=[100, 200], many=True),
    "iters": Flag(1200, "mini-batches of training with labels", quick=40, least=20),
    "batch_size": Flag(50, "digits in such a mini-batch", quick=20),
    "networks": Flag(4, "seeds of the deep network", quick=1),
    "samples": Flag(60000, "training digits", quick=1000, least=100),
    "test_samples": Flag(10000, "test digits", quick=200, least=100),
    "processes": Flag(min(2, available()), "machines trained at the same time", quick=1),
}


def work(args: argparse.Namespace, seed: int | None) -> Results:
    """Train one machine and let it imagine digits; with a seed, a deep network and its machines."""
    train, test = digits(args)
    with one_blas_thread():
        if seed is None:
            return boltzmann_pictures.learn_digits(args, train[0], test)
        return belief_network.compare(args, seed, train, test)


def experiment(args: argparse.Namespace) -> Results:
    """Check the formulas; train a machine and deep networks; print and return what they reach."""
    if max(args.labels) > args.samples:
        most = f"{args.samples} at most: the number of --samples"
        raise ValueError(f"--labels {max(args.labels)}; expected {most}")
    tiny = boltzmann_exact.check(np.random.default_rng(args.seed))
    report_tiny(tiny)
    seeds = [args.seed + number for number in range(args.networks)]
    tasks = [(None,), *((seed,) for seed in seeds)]
    with runner(partial(work, args), args.processes) as run:
        done = list(progress(run(tasks), total=len(tasks)))
    (machine,) = (one for one in done if "filters" in one)
    networks = sorted((one for one in done if "seed" in one), key=lambda one: one["seed"])
    report(machine, mean := means(networks))
    accuracies = {"networks": networks, "mean accuracy": mean, "gain": gains(mean)}
    return {"tiny machine": tiny, **machine, **accuracies}


def means(networks: list[Results]) -> dict[str, dict[int, float]]:
    """Return the mean test accuracy of the seeds, by initial weights and number of labels."""
    return {
        start: {n: float(np.mean([one["accuracy"][start][n] for one in networks])) for n in row}
        for start, row in networks[0]["accuracy"].items()
    }


def gains(mean: dict[str, dict[int, float]]) -> dict[str, dict[int, float]]:
    """Return by how many percentage points pretraining is better than other initial weights."""
    best = mean["pretrained"]
    others = {start: row for start, row in mean.items() if row is not best}
    return {start: {n: 100 * (best[n] - row[n]) for n in row} for start, row in others.items()}


def report_tiny(tiny: Results) -> None:
    """Print what was found on the tiny machine."""
    found = tiny["log-likelihood"]
    print(f"4 and 3 units: the gradient is {tiny['gradient apart']:.0e} from the numerical one")
    print(f"    log-likelihood {found['before']:.2f}, trained {found['after']:.2f},", end=" ")
    print(f"at best {found['best possible']:.2f}")


def report(machine: Results, mean: dict[str, dict[int, float]]) -> None:
    """Print the errors of the covered halves, and the accuracies of the deep network."""
    errors = machine["errors of the covered half"]
    print("covered halves, mean squared error:", end=" ")
    print(", ".join(f"{name} {error:.4f}" for name, error in errors.items()))
    for start, row in mean.items():
        print(f"{start:13} test accuracy by labels:", end=" ")
        print(", ".join(f"{labels}: {accuracy:.3f}" for labels, accuracy in row.items()))


def draw(results: Results) -> list[Figure]:
    """Draw weights and samples; covered digits; accuracies and losses of the deep network."""
    return [
        boltzmann_figures.draw_machine(results),
        boltzmann_figures.draw_covered(results),
        boltzmann_figures.draw_networks(results),
    ]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)
