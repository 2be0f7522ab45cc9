"""DCGAN on digits: its training, and the samples that are judged and shown (8.5.2)."""

import argparse
import time
from typing import Any

import numpy as np

from ch08.helpers.adversarial_training import AdversarialTraining, draw_z
from ch08.helpers.gan_scores import Judge, nearest, scores
from common.network import Network

Z_SIZE = 62
LOOKS = (0, 1 / 50, 1 / 10, 3 / 10, 6 / 10, 1)  # of the steps: when samples are recorded
COLUMNS, PAIRS, SHEET = 14, 14, 90  # pictures: over time; beside real ones; without training
WALKS, STEPS = 2, 14  # between two z
COMPARED = 1000  # samples, and test digits, whose nearest training digits are found
POINTS = 100  # of the curves of losses
OF_SAMPLES = 10**6  # added to the seed: other z than in training

Results = dict[str, Any]


def learn(
    args: argparse.Namespace,
    generator: Network,
    discriminator: Network,
    digits: np.ndarray,
    rng: np.random.Generator,
) -> Results:
    """Train on digits, (N, 28, 28), uint8; give the generator the mean of its parameters.

    Returns
    -------
    dict
        ``training``: seconds, and the epochs of each look; ``course``: losses and accuracy;
        ``over time``: what becomes of the same z, by look.
    """
    x = (digits[: args.samples, None] / np.float32(127.5) - 1).astype(np.float32)
    steps = -(-args.epochs * len(x) // args.batch_size)
    training = AdversarialTraining(
        generator,
        discriminator,
        x,
        draw_z(COLUMNS, Z_SIZE, rng),
        steps=steps,
        batch_size=args.batch_size,
        lr=(args.lr, args.lr_discriminator),
        looks=LOOKS,
        rng=rng,
        threads=args.threads,
        checkpoint=args.checkpoint,
    )
    start = time.perf_counter()
    training.train()
    seconds = time.perf_counter() - start
    print(f"trained in {seconds:.0f} s")
    use_mean(generator, training.averaged)
    epochs = (training.looks / steps * args.epochs).round(2)
    return {
        "training": {"seconds": seconds, "epochs": epochs},
        "course": {name: thinned(row) for name, row in training.history.items()},
        "over time": np.array([in_grey(images) for images in training.shown]),
    }


def use_mean(generator: Network, averaged: Network) -> None:
    """Give the generator the averaged parameters, in half precision, as they are saved."""
    rounded = {key: W.astype(np.float16).astype(W.dtype) for key, W in averaged.params.items()}
    generator.params = rounded
    for layer, mean in zip(generator.layers.values(), averaged.layers.values(), strict=True):
        for name in getattr(layer, "state_names", ()):
            setattr(layer, name, getattr(mean, name))


def judge(
    args: argparse.Namespace, generator: Network, train: np.ndarray, test: np.ndarray
) -> Results:
    """Return the scores of new samples, how near they are to training digits, and pictures."""
    rng = np.random.default_rng(OF_SAMPLES + args.seed)
    samples = draw(generator, draw_z(args.scored, Z_SIZE, rng))
    train, number = train[: args.samples], args.scored
    compared = {"generated": samples[:COMPARED], "test digits": test[:COMPARED][:number]}
    found = {name: nearest(images, train) for name, images in compared.items()}
    numbers, _ = found["generated"]
    distances = {name: float(np.median(one)) for name, (_, one) in found.items()}
    return {
        "scores": scores(samples, train[:number], test[:number], Judge(args.threads)),
        "distances": distances,
        "relative distance": distances["generated"] / distances["test digits"],
        "least distances": {name: float(np.min(one)) for name, (_, one) in found.items()},
        "samples": samples[: SHEET if args.pretrained or args.weights else PAIRS],
        "nearest": train[numbers[:PAIRS]],
        "steps of a walk": STEPS,
        "walks": draw(generator, walks(WALKS, STEPS, rng)),
    }


def draw(generator: Network, z: np.ndarray) -> np.ndarray:
    """Return the images, (N, 28, 28) in uint8, that a generator makes of z."""
    pieces = np.array_split(z, -(-len(z) // 100))
    return in_grey(np.concatenate([generator.predict(piece) for piece in pieces]))


def in_grey(images: np.ndarray) -> np.ndarray:
    """Return images (N, 1, H, W) in [-1, 1] as (N, H, W), uint8."""
    return np.rint((images[:, 0] + 1) * 127.5).astype(np.uint8)


def walks(number: int, steps: int, rng: np.random.Generator) -> np.ndarray:
    """Return the z of walks from one z to another, (number * steps, Z_SIZE).

    They go along an arc: in the middle of a straight line z would be shorter than z usually is.
    """
    start, end = draw_z(number, Z_SIZE, rng)[:, None], draw_z(number, Z_SIZE, rng)[:, None]
    angle = np.linspace(0, np.pi / 2, steps, dtype=np.float32)[:, None]
    return (np.cos(angle) * start + np.sin(angle) * end).reshape(-1, Z_SIZE)


def thinned(row: list[float]) -> np.ndarray:
    """Return the means of `POINTS` equal parts of a row of numbers, or the row if it is short."""
    return np.round([part.mean() for part in np.array_split(row, min(POINTS, len(row)))], 4)
