"""What the trainings of chapters 7 and 8 share: their flags, the Trainer, the weights on disk."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from common import cli, plots
from common.augment import random_transform
from common.batches import split_validation
from common.files import save_arrays
from common.network import Network
from common.optimizer import Adam
from common.schedules import cosine_decay
from common.summary import Row, layer_rows
from common.trainer import Trainer

Digits = tuple[np.ndarray, np.ndarray]


def walk(network: Network, input_dim: tuple[int, ...]) -> dict[str, Row]:
    """Print a table of the layers; return by layer the shape of its output, and its parameters."""
    print(network.summary(input_dim, depth=1))
    return layer_rows(network, input_dim, depth=1)


def add_flags(parser: argparse.ArgumentParser, epochs: int) -> None:
    """Add the flags of a training; the defaults are the book's."""
    add = parser.add_argument_group("training").add_argument
    add("--epochs", type=cli.at_least(1), default=epochs, help=f"default: {epochs}")
    add("--samples", type=cli.at_least(10), default=60000, help="to train on (default: 60000)")
    add("--batch-size", type=cli.at_least(1), default=100, help="default: 100")
    add("--lr", type=cli.positive, default=0.001, help="learning rate of Adam (default: 0.001)")
    add("--decay", action="store_true", help="let the learning rate fall to 0 along a cosine")
    add("--augment", action="store_true", help="turn, scale and shift the digits a little")
    add("--threads", type=cli.at_least(1), default=2, help="one for each core (default: 2)")
    add("--validate", action="store_true", help="hold out training digits instead of testing")
    add(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="an .npz file to save the training in, and to go on from after Ctrl-C",
    )


def parse(
    parser: argparse.ArgumentParser,
    argv: Sequence[str] | None,
    epochs: int = 20,
    samples: int = 1000,
) -> argparse.Namespace:
    """Add the flags of a training, and parse them; `samples` is how many ``--quick`` trains on."""
    add_flags(parser, epochs)
    return cli.parse(parser, argv, too_small=True, epochs=2, samples=samples)


def run(
    args: argparse.Namespace,
    make: Callable[..., Network],
    path: Path,
    data: str,
    digits: tuple[Digits, Digits],
) -> tuple[dict[str, Any], Figure]:
    """Train a network, evaluate it and save its weights, unless digits were held out for a trial.

    Parameters
    ----------
    args : Namespace
        From `parse`.
    make : callable
        The class of the network: ``make(rng=...)``.
    path : Path
        Where the weights go: see `weights_path`.
    data : str
        The name of the digits.
    digits : ((x, t), (x, t))
        Those to train on, and those to test on.

    Returns
    -------
    results : dict
    figure : Figure
        The accuracies.
    """
    learn, test = held_out(args, *digits)
    rng = np.random.default_rng(args.seed)
    network = make(rng=rng)
    trainer, results = train(args, network, learn, test, rng)
    if not args.validate:
        save_weights(path, network, args, data=data, accuracy=trainer.test_acc)
    title = f"{type(network).__name__}, data: {data}, accuracy at the end {trainer.test_acc:.4f}"
    return {"data": data, **results}, draw(trainer, title)


def held_out(args: argparse.Namespace, train: Digits, test: Digits) -> tuple[Digits, Digits]:
    """Return the digits to train on, and those to judge by: never tune on the test digits."""
    if args.quick:
        few = min(args.samples, 1000)
        test = (test[0][:few], test[1][:few])
    if args.validate:
        train, test = split_validation(*train, 1 / 6, args.seed)
        print(f'"test" below are {len(test[0])} training digits that were set aside')
    return (train[0][: args.samples], train[1][: args.samples]), test


def train(
    args: argparse.Namespace,
    network: Network,
    train: Digits,
    test: Digits,
    rng: np.random.Generator,
) -> tuple[Trainer, dict[str, Any]]:
    """Train by Adam; return the trainer, and the results with the accuracy on all of `test`."""
    iterations = args.epochs * -(-len(train[0]) // args.batch_size)
    trainer = Trainer(
        network,
        *train,
        *test,
        epochs=args.epochs,
        mini_batch_size=args.batch_size,
        optimizer=Adam(args.lr),
        evaluate_sample_num_per_epoch=1000,
        rng=rng,
        schedule=cosine_decay(args.lr, iterations) if args.decay else None,
        checkpoint=args.checkpoint,
        augment=random_transform() if args.augment else None,
        threads=args.threads,
    )
    trainer.train()
    return trainer, {
        "test_acc": trainer.test_acc,
        "train_loss_list": trainer.train_loss_list,
        "train_acc_list": trainer.train_acc_list,
        "test_acc_list": trainer.test_acc_list,
    }


def weights_path(args: argparse.Namespace, shipped: Path) -> Path:
    """Return where to save the weights: under ``--out``, and never over the shipped ones."""
    path = args.out / shipped.parent.name / shipped.name
    if path.resolve() == shipped.resolve():
        raise ValueError(f"--out {args.out} would overwrite the shipped weights; name another")
    path.parent.mkdir(parents=True, exist_ok=True)  # better now than after the training
    if path.is_dir():
        raise ValueError(f"{path} is a folder; expected a place for a file: name another --out")
    return path


def save_weights(path: Path, network: Network, args: argparse.Namespace, **facts: Any) -> None:
    """Write the parameters, and in numbers and words how they were made."""
    flags = ("seed", "epochs", "samples", "batch_size", "lr", "decay", "augment", "threads")
    facts |= {name: getattr(args, name) for name in flags}
    save_arrays(path, network.params | {key: np.array(value) for key, value in facts.items()})
    print(f"saved {path}")


def draw(trainer: Trainer, title: str) -> Figure:
    """Draw the accuracies at the beginning of each epoch but the first, and at the end."""
    fig, ax = plots.figure()
    rows = {"train": trainer.train_acc_list, "test": trainer.test_acc_list}
    for (name, row), style in zip(rows.items(), ("o-", "s--"), strict=True):
        ax.plot(range(1, len(row)), row[1:], style, markersize=4, label=name)
    ax.plot(trainer.current_epoch, trainer.test_acc, "D", label="all test digits, at the end")
    ax.set(title=title, xlabel="epoch", ylabel="accuracy on 1,000 digits")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return fig
