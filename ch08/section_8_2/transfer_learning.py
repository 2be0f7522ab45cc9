"""Transfer learning: a network trained on other digits helps when there are few (section 8.2.4).

    python ch08/section_8_2/transfer_learning.py

Trains a small VGG on 10,000 digits from 0 to 4. Its convolutions are then used for the digits 5 to
9, of which there are few: either only new affine layers are trained on their output, or all layers
are fine-tuned. You will see that both have higher test accuracies than the same network trained
from scratch; the gain is largest with 5 samples of each class: 0.76 and 0.77 against 0.71; with 50
samples 0.91 and 0.92 against 0.89. Means over four random sets. About a minute.
"""

import argparse
from itertools import product

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.counting import Config
from ch08.helpers.transfer import Digits, few, of_classes, split
from ch08.section_8_2.vgg import VGG
from common.network import Network
from common.optimizer import Adam
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import load_mnist
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import trainer

CONFIG: Config = [8, 8, "M", 16, 16, "M"]
SIZES = (64, 5)
METHODS = ("from scratch", "last layers only", "all layers tuned")
FLAGS = {
    "iters": Flag(100, "mini-batches", quick=3),
    "batch_size": Flag(25, "digits in a mini-batch"),
    "lr": Flag(0.001, "learning rate of Adam"),
    "numbers": Flag([5, 10, 20, 50], "samples of each class", quick=[5, 20], many=True),
    "draws": Flag(4, "random sets of these samples", quick=1),
    "before": Flag(10000, "digits from 0 to 4 to train on first", quick=100, least=50),
    "samples": Flag(1000, "test digits", quick=50),
}
Trainers = dict[tuple[str, int, int], Trainer]


def networks(before: VGG, seed: int) -> dict[str, Network]:
    """Return a network for each method; their affine layers have the same initial weights."""
    scratch, last, tuned = (VGG(CONFIG, sizes=SIZES, dropout_ratio=0, rng=seed) for _ in METHODS)
    convolutions, _ = split(before)
    for key in convolutions.params:
        tuned.params[key] = convolutions.params[key].copy()
    return dict(zip(METHODS, (scratch, split(last)[1], tuned), strict=True))


def trainers(
    args: argparse.Namespace, before: VGG, train: Digits, test: Digits, rng: np.random.Generator
) -> Trainers:
    """Return a trainer for each method, number of samples, and random set of them."""
    convolutions, _ = split(before)
    maps = convolutions.predict(test[0]), test[1]
    result: Trainers = {}
    for number, draw in product(args.numbers, range(args.draws)):
        samples, seed = few(train, number, rng), int(rng.integers(2**31))
        for method, network in networks(before, seed).items():
            data = samples, test
            if method == "last layers only":  # the output of the convolutions
                data = (convolutions.predict(samples[0]), samples[1]), maps
            one = trainer(args, network, *data, optimizer=Adam, shuffle=False)
            result[method, number, draw] = one
    return result


def experiment(args: argparse.Namespace) -> Results:
    """Learn the digits 0 to 4, then 5 to 9 from few samples by each method."""
    rng = np.random.default_rng(args.seed)
    train, test = load_mnist(flatten=False, source=args.data)
    known = of_classes(train, 0, args.before), of_classes(test, 0, args.samples)
    new = of_classes(train, 5, len(train[0])), of_classes(test, 5, args.samples)
    fewest = int(np.bincount(new[0][1]).min())
    if max(args.numbers) > fewest:
        raise ValueError(f"--numbers {max(args.numbers)}; expected {fewest} of each class at most")
    before = VGG(CONFIG, sizes=SIZES, dropout_ratio=0, rng=rng)
    Trainer(before, *known[0], *known[1], 2, 100, Adam(0.001), verbose=False, rng=rng).train()
    accuracy = before.accuracy(*known[1])
    print(f"digits 0 to 4: accuracy {accuracy:.4f}")
    trained = trainers(args, before, *new, rng)
    train_together(*trained.values())
    return {"before": accuracy, **accuracies(trained)}


def accuracies(trained: Trainers) -> Results:
    """Return by method and number of samples the accuracy of each random set, and the mean."""
    each: Results = {method: {} for method in METHODS}
    for (method, number, _), one in trained.items():
        accuracy = one.network.accuracy(one.x_test, one.t_test)
        each[method].setdefault(number, []).append(accuracy)
    mean = {method: {n: np.mean(row) for n, row in rows.items()} for method, rows in each.items()}
    for method, means in mean.items():
        print(f"{method:16} mean accuracy by samples of each class:", end=" ")
        print(", ".join(f"{number}: {value:.3f}" for number, value in means.items()))
    return {"accuracy": each, "mean_accuracy": mean}


def draw(results: Results) -> Figure:
    """Draw the accuracies against the number of samples: each random set, and the means."""
    fig, ax = plots.figure(size=(8, 5.2))
    for method, style in zip(METHODS, ("o-", "s--", "D-."), strict=True):
        means = results["mean_accuracy"][method]
        (line,) = ax.plot(list(means), list(means.values()), style, label=method)
        for number, values in results["accuracy"][method].items():
            ax.plot([number] * len(values), values, ".", color=line.get_color(), alpha=0.4)
    scratch, _, tuned = (rows[min(means)] for rows in results["mean_accuracy"].values())
    ends = f"{tuned:.2f} fine-tuned, {scratch:.2f} from scratch"
    ax.set_title(f"Digits 5 to 9 from {min(means)} samples of each: {ends}")
    ax.set(xscale="log", xlabel="samples of each class", ylabel="test accuracy")
    ax.set_xticks(list(means), [str(number) for number in means])
    ax.minorticks_off()
    ax.legend(title="lines: means; points: each random set")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)
