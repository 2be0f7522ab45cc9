"""Transfer learning: what was learned on other digits helps where there are few (section 8.2.4).

    python ch08/section_8_2/transfer_learning.py

A small VGG learns the digits 0 to 4 from 10,000 of them. Its convolutions then serve for the digits
5 to 9, of which there are few: either only the affine layers behind them are learned, or all layers
are learned on. You will see that both are ahead of the same network that begins anew, most with 5
samples of each class: accuracies of 0.76 and 0.77 for 0.71; with 50 they are 0.91 and 0.92 for
0.89. Means of four draws of the samples. About a minute.
"""

import argparse
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch08.section_8_2.vgg import VGG, Config
from common.network import Network
from common.optimizer import Adam
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots

Digits = tuple[np.ndarray, np.ndarray]
CONFIG: Config = [8, 8, "M", 16, 16, "M"]
SIZES = (64, 5)
METHODS = ("from scratch", "last layers only", "all layers tuned")


def of_classes(digits: Digits, first: int, number: int) -> Digits:
    """Return at most `number` digits of the five classes from `first` on, labelled from 0."""
    x, t = digits
    which = np.flatnonzero((t >= first) & (t < first + 5))[:number]
    return x[which], t[which] - first


def few(digits: Digits, number: int, rng: np.random.Generator) -> Digits:
    """Return `number` digits of each class, drawn at random."""
    x, t = digits
    which = np.concatenate(
        [rng.choice(np.flatnonzero(t == k), number, replace=False) for k in range(5)]
    )
    return x[which], t[which]


def split(network: Network) -> tuple[Network, Network]:
    """Return the convolutions of a network, and its affine layers, as networks of their own."""
    layers = network.layers.items()
    names = list(network.layers)
    new = names[names.index("Affine1") :]
    return (
        Network({name: layer for name, layer in layers if name not in new}),
        Network({name: layer for name, layer in layers if name in new}),
    )


def trainer(args: argparse.Namespace, network: Network, train: Digits, test: Digits) -> Trainer:
    """Return a trainer that draws its mini-batches at random."""
    return Trainer(
        network,
        *(*train, *test),
        max_iter=args.iters,
        mini_batch_size=args.batch_size,
        optimizer=Adam(args.lr),
        evaluate_sample_num_per_epoch=0,
        verbose=False,
        shuffle=False,
        rng=args.seed,
    )


def learn(
    args: argparse.Namespace, before: VGG, train: Digits, test: Digits, rng: np.random.Generator
) -> dict[str, dict[int, list[Trainer]]]:
    """Return by method and number of samples the trainers, one for each draw; all are trained.

    The affine layers begin anew, with the same weights whatever the method.
    """
    convolutions, _ = split(before)
    maps = convolutions.predict(test[0]), test[1]
    result: dict[str, dict[int, list[Trainer]]] = {method: {} for method in METHODS}
    for number, _ in product(args.numbers, range(args.draws)):
        samples, seed = few(train, number, rng), int(rng.integers(2**31))
        scratch, last, tuned = (VGG(CONFIG, sizes=SIZES, dropout_ratio=0, rng=seed) for _ in "123")
        for key in convolutions.params:
            tuned.params[key] = convolutions.params[key].copy()
        few_maps = convolutions.predict(samples[0]), samples[1]
        begun = (
            trainer(args, scratch, samples, test),
            trainer(args, split(last)[1], few_maps, maps),
            trainer(args, tuned, samples, test),
        )
        for method, one in zip(METHODS, begun, strict=True):
            result[method].setdefault(number, []).append(one)
    train_together(
        *(one for by_number in result.values() for runs in by_number.values() for one in runs)
    )
    return result


def draw(accuracies: Mapping[str, Mapping[int, Sequence[float]]], title: str) -> Figure:
    """Draw the accuracies against the number of samples: each draw, and the means."""
    fig, ax = plots.figure(size=(8, 5.5))
    for (method, by_number), style in zip(accuracies.items(), ("o-", "s--", "D-."), strict=True):
        line = ax.plot(
            list(by_number), [np.mean(v) for v in by_number.values()], style, label=method
        )
        for number, values in by_number.items():
            ax.plot([number] * len(values), values, ".", color=line[0].get_color(), alpha=0.4)
    ax.set(
        title=title, xscale="log", xlabel="samples of each class", ylabel="accuracy on test digits"
    )
    ax.set_xticks(list(by_number), [str(number) for number in by_number])
    ax.minorticks_off()
    ax.legend(title="lines: means; points: each draw")
    return fig


def flags() -> argparse.ArgumentParser:
    """Return the parser of the flags."""
    parser = cli.parser(__doc__, data=True)
    cli.add_training_flags(parser, iters=100, batch_size=25, lr=0.001)
    add = parser.add_argument
    add(
        "--numbers",
        type=cli.at_least(1),
        nargs="+",
        default=[5, 10, 20, 50],
        help="samples of each class (default: 5 10 20 50)",
    )
    add("--draws", type=cli.at_least(1), default=4, help="of these samples (default: 4)")
    add(
        "--before",
        type=cli.at_least(50),
        default=10000,
        help="digits 0 to 4 to learn first (default: 10000)",
    )
    add("--samples", type=cli.at_least(1), default=1000, help="test digits (default: 1000)")
    return parser


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Learn the digits 0 to 4, then 5 to 9 from few samples in three ways; print and draw it."""
    args = cli.parse(
        flags(), argv, too_small=True, iters=3, numbers=[5, 20], draws=1, before=100, samples=50
    )

    name = data_name(args.data)
    print(f"data: {name}")
    rng = np.random.default_rng(args.seed)
    train, test = load_mnist(flatten=False, source=name)
    known = of_classes(train, 0, args.before), of_classes(test, 0, args.samples)
    new = of_classes(train, 5, len(train[0])), of_classes(test, 5, args.samples)
    fewest = int(np.bincount(new[0][1]).min())
    if max(args.numbers) > fewest:
        raise ValueError(f"--numbers {max(args.numbers)}; expected {fewest} of each class at most")
    before = VGG(CONFIG, sizes=SIZES, dropout_ratio=0, rng=rng)
    Trainer(before, *known[0], *known[1], 2, 100, Adam(0.001), verbose=False, rng=rng).train()
    print(f"digits 0 to 4: accuracy {before.accuracy(*known[1]):.4f}")
    accuracies = {
        method: {
            number: [one.network.accuracy(one.x_test, one.t_test) for one in runs]
            for number, runs in by_number.items()
        }
        for method, by_number in learn(args, before, *new, rng).items()
    }
    for method, by_number in accuracies.items():
        means = ", ".join(f"{n}: {np.mean(values):.3f}" for n, values in by_number.items())
        print(f"{method:16} samples of each class, mean accuracy of {args.draws} draws: {means}")
    results = {"data": name, "before": before.accuracy(*known[1]), "accuracy": accuracies}
    title = f"Digits 5 to 9, when 0 to 4 were learned before, data: {name}"
    return cli.finish(args, __file__, results, draw(accuracies, title))


if __name__ == "__main__":
    cli.run(main)
