"""The training runs of `ch08/segmentation.py` beside that of its network (8.4.2)."""

import argparse
from typing import Any

import numpy as np

from ch08.helpers import pixel_network, pretrained, scene_scores, sliding
from dataset.scenes import Scenes, draw_scenes
from lab.digits import digits
from lab.script import Results

VARIANTS: dict[str, Any] = {
    "sums and learned upsampling": {},
    "without sums": {"skips": False},
    "bilinear upsampling": {"learned": False},
}
FEW = 2000  # scenes that windows are cut out of


def draw_both(args: argparse.Namespace, training: bool) -> tuple[Scenes, Scenes]:
    """Return scenes of training digits, fewer without training, and scenes of test digits."""
    train, test = digits(args, normalize=False, flatten=False)
    number = max(args.scenes, args.ablation_scenes) if training else min(args.scenes, FEW)
    learn = draw_scenes(*train, number, seed=args.seed)
    return learn, draw_scenes(*test, args.test_scenes, seed=pretrained.TEST_SEED + args.seed)


def shorter(args: argparse.Namespace, **settings: float) -> argparse.Namespace:
    """Return the flags with other settings, for a short training run without a checkpoint."""
    return argparse.Namespace(**vars(args) | settings | {"checkpoint": None})


def in_one_pass(args: argparse.Namespace, learn: Scenes, test: Scenes) -> Results:
    """Train a classifier of windows; compare one pass over a whole scene with one per window."""
    rng = np.random.default_rng(args.seed)
    classifier = sliding.make_classifier(rng)
    windows = sliding.examples(learn, args.windows, rng)
    print("a classifier of windows: ", end="")
    pretrained.train(shorter(args, epochs=4, batch_size=100, lr=0.003), classifier, windows)
    plain = np.median(test.images, axis=(1, 2)) == 0  # without clutter
    scene = (plain * (test.classes >= 0).sum(axis=1)).argmax()  # with three digits, or the most
    results = sliding.compare(classifier, test.x[scene : scene + 1])
    print(f"passes {results['passes']}, multiply-adds {results['multiply-adds']}")
    print(f"the scores of both ways differ by at most {results['difference']:.0e}")
    return {**results, "scene": test.images[scene]}


def ablation(args: argparse.Namespace, learn: Scenes, test: Scenes) -> Results:
    """Train each variant of the network in the same way; print and return its mean IoU."""
    args = shorter(args, epochs=args.ablation_epochs)
    data = learn.x[: args.ablation_scenes], learn.labels[: args.ablation_scenes]
    results = {}
    for name, options in VARIANTS.items():
        network = pixel_network.make_network(scene_scores.CLASSES, **options, rng=args.seed)
        print(f"{name}: ", end="")
        pretrained.train(args, network, data)
        _, results[name] = scene_scores.evaluate(network, test)
        print(f"{name}: mean IoU {results[name]['mean IoU']:.3f}, ", end="")
        print(f"near borders {results[name]['mean IoU near borders']:.3f}")
    return results
