"""Object detection: where are which digits? R-CNN, and Faster R-CNN (8.4.1; figures 8-17, 8-18).

    python ch08/object_detection.py
    python ch08/object_detection.py --pretrained
    python ch08/object_detection.py --image FILE

Scenes of 64 x 64 pixels hold one to three digits. R-CNN takes (1) the image; (2) proposes regions
without learning: connected bright pixels, and windows all over the image; (3) computes CNN features
of each region, warped to 28 x 28; (4) classifies them. Faster R-CNN does everything in one network:
the features of the whole image are computed once, and proposals are computed from them, too. Both
remove doubles by non-maximum suppression. You will see that on 500 scenes of test digits R-CNN has
a mean average precision of 0.90 and Faster R-CNN of 0.98, with 16 proposals for each image instead
of 393, and that it is 14 times as fast. About 7 minutes on two cores; with ``--pretrained`` less
than a minute. ``--image`` finds up to three large digits in a photograph.
"""

import argparse
from pathlib import Path

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers import detection_examples, detection_training, pretrained
from ch08.helpers.detection import Classified
from ch08.helpers.detection_figures import draw_examples, draw_photo, draw_scores, draw_steps
from ch08.helpers.detection_scores import (
    FASTER,
    NAMES,
    R_CNN,
    classify_all,
    detectors,
    milliseconds,
    scores,
)
from ch08.helpers.detection_training import WEIGHTS
from ch08.helpers.photo_scene import scene_from_photo
from dataset.mnist import data_name, load_mnist
from dataset.scenes import draw_scenes
from lab.flags import data_source
from lab.plots import Figure
from lab.script import Flag, Results

FLAGS = {
    **detection_training.FLAGS,
    "test_scenes": Flag(500, "scenes of test digits", quick=6),
    "timed": Flag(40, "test scenes whose time is measured, one at a time", quick=3),
    "image": Flag(None, "a photograph of large digits, instead of scenes", kind=Path),
    # Instead of `data=True`: a photograph needs no MNIST.
    "data": Flag("auto", "for the scenes: auto, mnist, drawn or a folder", kind=data_source),
}


def experiment(args: argparse.Namespace) -> Results:
    """Train both networks, or load their weights; compare them on the same test scenes."""
    networks = detection_training.make_networks(args.seed)
    detect = detectors(networks)
    if args.image:
        image = scene_from_photo(args.image)
        pretrained.load(networks[FASTER], args.weights or WEIGHTS[FASTER])
        return of_photo(image, detect[FASTER](image[None])[0])
    args.data = data_name(args.data)
    print(f"data: {args.data}")
    train, test = load_mnist(normalize=False, flatten=False, source=args.data)
    training = detection_training.learn(args, networks, train)
    scenes = draw_scenes(*test, args.test_scenes, seed=pretrained.TEST_SEED + args.seed)
    seen = {name: classify_all(detect[name], scenes, name) for name in NAMES}
    rows = {name: scores(name, seen[name], scenes) for name in NAMES}
    for name, value in milliseconds(detect, scenes.images[: args.timed]).items():
        rows[name]["milliseconds"] = value
        report(name, rows[name])
    ratio = rows[R_CNN]["milliseconds"] / rows[FASTER]["milliseconds"]
    print(f"Faster R-CNN is {ratio:.0f} times as fast")
    detection_training.save(args, networks, rows)
    return {
        **{"data": args.data, "training": training, "networks": rows, "times_as_fast": ratio},
        "examples": detection_examples.examples(seen[FASTER], scenes),
        "steps": detection_examples.steps(networks, scenes),
    }


def of_photo(image: np.ndarray, one: Classified) -> Results:
    """Print and return the digits that Faster R-CNN finds in a photograph."""
    found = detection_examples.written(detection_examples.sure(one, FASTER))
    print(f"found: {', '.join(map(str, found['classes'])) or 'no digit'}")
    return {"photo": image, "found": found}


def report(name: str, row: Results) -> None:
    """Print how good and how fast a network is."""
    print(f"{name}: mAP@0.5 {row['mAP']['0.5']:.3f}, mAP@0.75 {row['mAP']['0.75']:.3f},", end=" ")
    print(f"{row['proposals']:.0f} proposals, {row['milliseconds']:.1f} ms for an image")


def draw(results: Results) -> Figure | list[Figure]:
    """Draw test scenes with the detections; the steps of both networks; their scores."""
    if "photo" in results:
        return draw_photo(results["photo"], results["found"], results["settings"]["image"].name)
    tested, ratio = results["settings"]["test_scenes"], results["times_as_fast"]
    return [
        draw_examples(results["examples"], tested),
        draw_steps(results["steps"]),
        draw_scores(results["networks"], ratio, tested),
    ]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, too_small=True)

if __name__ == "__main__":
    script.run(main)
