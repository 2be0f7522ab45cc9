"""The weights of a network: bundled, of a file, or of a training run, which are then saved."""

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from common.io.files import load_arrays
from common.network import Network
from common.optimizer import Adam
from common.schedules import cosine_decay
from lab.digits import Digits
from lab.image_training import CHECKPOINT, save_weights, weights_path
from lab.script import Flag, Results
from lab.training import steps, trainer

TEST_SEED = 10**6  # added to the seed of test scenes: no place and size as in training scenes
FLAGS = {
    "threads": Flag(2, "number of threads; one per core is best"),
    "checkpoint": CHECKPOINT,
    "pretrained": Flag(False, "do not train, use the bundled weights: takes seconds"),
    "weights": Flag(None, "do not train, use the weights in this file (.npz)", kind=Path),
}


def file_of_weights(args: argparse.Namespace, bundled: Path) -> Path | None:
    """Return the file of weights that the flags name; None: train.

    With a picture (``--image``, ``--content``, ``--style``) nothing is trained.
    """
    pictures = (getattr(args, name, None) for name in ("image", "content", "style"))
    use_bundled = args.pretrained or any(pictures)
    return args.weights or (bundled if use_bundled else None)


def load(network: Network, file: Path) -> Results:
    """Load weights; print and return the settings and the score that are saved with them."""
    network.load_params(file)
    facts = {key: one.item() for key, one in load_arrays(file).items() if one.ndim == 0}
    print(f"weights: {file.name}", *(f"{key} {value}" for key, value in facts.items()), sep=", ")
    return facts


def train(args: argparse.Namespace, network: Network, train: Digits, **options: Any) -> Results:
    """Train with Adam, whose learning rate falls to 0; return the losses and the time.

    Then the weights are rounded to half precision, as `save` stores them: the score is that of the
    saved weights.
    """
    falling = cosine_decay(args.lr, steps(args, train))
    options = {"optimizer": Adam, "schedule": falling, "verbose": True, **options}
    trained = trainer(args, network, train, **options)
    start = time.perf_counter()
    trained.train()
    seconds = time.perf_counter() - start
    print(f"trained in {seconds:.0f} s")
    network.params = {
        key: W.astype(np.float16).astype(W.dtype) for key, W in network.params.items()
    }
    return {"train_loss_list": np.round(trained.train_loss_list, 5), "seconds": seconds}


def save(args: argparse.Namespace, network: Network, bundled: Path, **score: Any) -> None:
    """Save the weights of a training run under ``--out``, with its settings and its score."""
    facts = {"data": args.data, **score} if "data" in args else score
    save_weights(weights_path(args, bundled), network, args, half=True, **facts)
