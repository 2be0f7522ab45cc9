"""The training scripts of chapters 7 and 8: the same experiment for any network."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from common.augment import random_transform
from common.batches import split_validation
from common.io.files import save_arrays
from common.network import Network
from common.optimizer import Adam
from common.schedules import cosine_decay
from common.summary import Row, layer_rows
from dataset.mnist import load_mnist
from lab import plots, script
from lab.digits import Digits, first
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import steps, trainer

CHECKPOINT = Flag(
    None, "an .npz file to save the training run in, and to resume from after Ctrl-C", kind=Path
)


def walk(network: Network, input_dim: tuple[int, ...]) -> dict[str, Row]:
    """Print a table of the layers; return the output shape and parameters of each layer."""
    print(network.summary(input_dim, depth=1))
    return layer_rows(network, input_dim, depth=1)


def make_main(
    file: str,
    doc: str | None,
    make: Callable[..., Network],
    weights: Path,
    epochs: int = 20,
    few: int = 1000,
) -> script.Main:
    """Return the `main` of a script that trains a network and saves its weights.

    Parameters
    ----------
    file, doc : str
        The script's ``__file__`` and ``__doc__``.
    make : callable
        The class of the network: ``make(rng=...)``.
    weights : Path
        The bundled weights, which are never overwritten.
    epochs : int
        The book's number of passes over the training digits.
    few : int
        The number of training digits with ``--quick``.
    """

    def experiment(args: argparse.Namespace) -> Results:
        return train(args, make, weights_path(args, weights))

    return script.make_main(
        file, doc, experiment, draw, flags(epochs, few), data=True, too_small=True
    )


def flags(epochs: int, few: int) -> dict[str, Flag]:
    """Return the flags of a training run; the defaults are the book's."""
    return {
        "epochs": Flag(epochs, "passes over the training digits", quick=2),
        "samples": Flag(60000, "digits to train on", quick=few, least=10),
        "batch_size": Flag(100, "digits in a mini-batch"),
        "lr": Flag(0.001, "learning rate of Adam"),
        "decay": Flag(False, "let the learning rate fall to 0 along a cosine"),
        "augment": Flag(False, "rotate, scale and shift the digits a little, at random"),
        "threads": Flag(2, "number of threads; one per core is best"),
        "validate": Flag(False, "test on held-out training digits, not on the test digits"),
        "checkpoint": CHECKPOINT,
    }


def train(args: argparse.Namespace, make: Callable[..., Network], path: Path) -> Results:
    """Train a network with Adam and evaluate it; save its weights, except with ``--validate``."""
    learn, test = digits(args)
    rng = np.random.default_rng(args.seed)
    network = make(rng=rng)
    trained = trainer(
        *(args, network, learn, test),
        optimizer=Adam,
        evaluate_sample_num_per_epoch=1000,
        schedule=cosine_decay(args.lr, steps(args, learn)) if args.decay else None,
        augment=random_transform() if args.augment else None,
        verbose=True,
        rng=rng,
    )
    trained.train()
    if not args.validate:
        save_weights(path, network, args, data=args.data, accuracy=trained.test_acc)
    return {
        "network": type(network).__name__,
        "test_acc": trained.test_acc,
        "train_loss_list": trained.train_loss_list,
        "train_acc_list": trained.train_acc_list,
        "test_acc_list": trained.test_acc_list,
    }


def digits(args: argparse.Namespace) -> tuple[Digits, Digits]:
    """Return the training digits, and the test digits or (``--validate``) validation digits."""
    train, test = load_mnist(flatten=False, source=args.data)
    if args.quick:
        test = first(test, min(args.samples, 1000))
    if args.validate:
        train, test = split_validation(*train, 1 / 6, args.seed)
        print(f'"test" below means {len(test[0])} held-out training digits')
    return first(train, args.samples), test


def weights_path(args: argparse.Namespace, bundled: Path) -> Path:
    """Return where to save the weights: under ``--out``, but never over the bundled weights."""
    path = args.out / bundled.parent.name / bundled.name
    if path.resolve() == bundled.resolve():
        raise ValueError(f"--out {args.out} would overwrite the bundled weights; use another --out")
    path.parent.mkdir(parents=True, exist_ok=True)  # fail now, not after the training run
    if path.is_dir():
        raise ValueError(f"{path} is a folder; expected a file: name another --out")
    return path


def save_weights(
    path: Path, network: Network, args: argparse.Namespace, *, half: bool = False, **facts: Any
) -> None:
    """Save the parameters (`half`: in float16) and the state, and the settings of the training."""
    flags = ("seed", "epochs", "samples", "batch_size", "lr", "decay", "augment", "threads")
    facts |= {name: getattr(args, name) for name in (*flags, "scenes") if name in args}
    params = {key: W.astype(np.float16) if half else W for key, W in network.params.items()}
    arrays = {**params, **network.state}
    save_arrays(path, arrays | {key: np.array(value) for key, value in facts.items()})
    print(f"saved {path}")


def draw(results: Results) -> Figure:
    """Draw the accuracies at the start of each epoch except the first, and at the end."""
    fig, ax = plots.figure()
    for part, style in (("train", "o-"), ("test", "s--")):
        row = results[f"{part}_acc_list"]
        ax.plot(range(1, len(row)), row[1:], style, markersize=4, label=part)
    end, epochs = results["test_acc"], results["settings"]["epochs"]
    ax.plot(epochs, end, "D", label="all test digits, at the end")
    title = f"{results['network']}: test accuracy {end:.4f}, data: {results['data']}"
    ax.set(title=title, xlabel="epoch", ylabel="accuracy on 1,000 digits")
    plots.integer_ticks(ax)
    ax.legend()
    return fig
