"""R-CNN and Faster R-CNN, trained on the same scenes, or with weights from files (8.4.1)."""

import argparse
from pathlib import Path

import numpy as np

from ch08.helpers import pretrained, r_cnn, region_network
from ch08.helpers.detection import objects
from ch08.helpers.detection_scores import FASTER, NAMES, R_CNN
from common.network import Network
from dataset.scenes import Scenes, draw_scenes
from lab.digits import Digits
from lab.image_training import weights_path
from lab.script import Flag, Results

FOLDER = Path(__file__).parents[1]
WEIGHTS = {R_CNN: FOLDER / "r_cnn.npz", FASTER: FOLDER / "object_detection.npz"}
FLAGS = {
    "scenes": Flag(10000, "scenes to train Faster R-CNN on", quick=25),
    "epochs": Flag(8, "passes over them", quick=1),
    "batch_size": Flag(15, "scenes in a mini-batch"),
    "lr": Flag(0.003, "learning rate of Adam at the start; it falls to 0"),
    "r_cnn_scenes": Flag(2000, "scenes to train R-CNN on", quick=25),
    "r_cnn_epochs": Flag(3, "passes over their regions", quick=1),
    "r_cnn_batch_size": Flag(100, "regions in a mini-batch"),
    **pretrained.FLAGS,
}


def make_networks(seed: int) -> dict[str, Network]:
    """Return both networks by name, untrained."""
    makers = {R_CNN: r_cnn.make_network, FASTER: region_network.make_network}
    return {name: make(seed) for name, make in makers.items()}


def files(args: argparse.Namespace) -> dict[str, Path] | None:
    """Return the files of weights that the flags name, two in one folder; None: train."""
    file = pretrained.file_of_weights(args, WEIGHTS[FASTER])
    return {R_CNN: file.with_name(WEIGHTS[R_CNN].name), FASTER: file} if file else None


def learn(args: argparse.Namespace, networks: dict[str, Network], digits: Digits) -> Results:
    """Load the weights of the networks, or train them on scenes; return how they were trained."""
    named = files(args)
    if named:
        return {name: pretrained.load(networks[name], named[name]) for name in NAMES}
    weights_path(args, WEIGHTS[FASTER])  # fail now, not after training
    scenes = draw_scenes(*digits, max(args.scenes, args.r_cnn_scenes), seed=args.seed)
    few, many = (
        Scenes(*(part[:number] for part in scenes)) for number in (args.r_cnn_scenes, args.scenes)
    )
    regions = r_cnn.examples(*few[:3], np.random.default_rng(args.seed))
    data = {R_CNN: regions, FASTER: (many.x, objects(many))}
    return {
        name: pretrained.train(settings_of(args, name), networks[name], data[name])
        for name in NAMES
    }


def settings_of(args: argparse.Namespace, name: str) -> argparse.Namespace:
    """Return the flags for the training run of a network: R-CNN has its own numbers and file."""
    if name == FASTER:
        return args
    own = {key: vars(args)[f"r_cnn_{key}"] for key in ("scenes", "epochs", "batch_size")}
    if args.checkpoint:
        own["checkpoint"] = args.checkpoint.with_stem(f"{args.checkpoint.stem}-r-cnn")
    return argparse.Namespace(**vars(args) | own)


def save(args: argparse.Namespace, networks: dict[str, Network], scores: Results) -> None:
    """Save the weights of both training runs, with settings and mean average precision."""
    if not files(args):
        for name in NAMES:
            precision = round(scores[name]["mAP"]["0.5"], 4)
            pretrained.save(settings_of(args, name), networks[name], WEIGHTS[name], mAP=precision)
