"""Segmentation: a fully convolutional network classifies every pixel (8.4.2; figures 8-19, 8-20).

    python ch08/segmentation.py
    python ch08/segmentation.py --pretrained
    python ch08/segmentation.py --image FILE

Scenes of one to three digits; each pixel is one of the ten digits, or ground. You will see

- that an affine layer for maps of 32 x 10 x 10 with 100 outputs is a convolution with 100 filters
  of this size: 320,000 weights either way, the same outputs;
- that a classifier of windows, its affine layers made convolutions, classifies the windows of a
  whole scene in one pass: the same scores, with 9 times fewer multiply-adds;
- a network like FCN, whose coarse scores are enlarged by transposed convolutions, which start as a
  bilinear interpolation, and added to those of earlier layers. On 1,000 test scenes the mean
  intersection over union (IoU) of the classes is 0.90; 99.1 % of the pixels are correct, and 89.2 %
  would be if all were classified as ground;
- what the parts of this network are worth, in shorter training runs: a mean IoU of 0.80; only 0.55
  without the sums, but 0.81 if the upsampling stays bilinear: learning it does not help here.

About 9 minutes on two cores, half of it for the network itself. With ``--pretrained`` it is loaded,
and the shorter training runs are left out: 12 seconds. With ``--image`` a photograph of one to
three large digits is segmented.
"""

import argparse
from pathlib import Path

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers import (
    fcn_layers,
    photo_scene,
    pixel_network,
    pixel_scores,
    pretrained,
    scene_scores,
    segmentation_figures,
    segmentation_runs,
)
from common.network import Network
from dataset.mnist import data_name
from lab.flags import data_source
from lab.plots import Figure
from lab.script import Flag, Results

WEIGHTS = Path(__file__).with_name("segmentation.npz")
FLAGS = {
    "scenes": Flag(20000, "scenes to train on", quick=40),
    "epochs": Flag(3, "passes over the scenes", quick=1),
    "batch_size": Flag(12, "scenes in a mini-batch"),
    "lr": Flag(0.007, "learning rate of Adam at the start"),
    "ablation_scenes": Flag(15000, "scenes for each variant of the network", quick=20),
    "ablation_epochs": Flag(1, "passes over them", quick=1),
    "windows": Flag(16000, "windows to train the classifier on", quick=500, least=100),
    "test_scenes": Flag(1000, "scenes to test on", quick=20),
    "image": Flag(None, "a photograph to segment; nothing is trained", kind=Path),
    **pretrained.FLAGS,
    # Instead of `data=True`: a photograph needs no MNIST.
    "data": Flag("auto", "auto, mnist, drawn or a folder", kind=data_source),
}


def layers(seed: int) -> Results:
    """Print and return that a convolution replaces an affine layer, and how upsampling starts."""
    affine = fcn_layers.affine_as_convolution(np.random.default_rng(seed))
    print(f"an affine layer and a convolution of {affine['filters']}: ", end="")
    print(f"outputs differ by at most {affine['difference']:.0e}")
    upsampling = fcn_layers.bilinear_start()
    print(f"upsampling starts with the weights {upsampling['weights']} along each axis")
    return {"affine": affine, "upsampling": upsampling}


def of_photograph(image: Path, network: Network, file: Path) -> Results:
    """Segment a photograph; print and return the digits that are found."""
    scene = photo_scene.scene_from_photo(image)
    pretrained.load(network, file)
    x = np.divide(scene[None, None], 255, dtype=np.float32)
    labels = pixel_scores.predict(network, x)[0]
    found = sorted(digit for digit, _ in scene_scores.regions(labels))
    print(f"{image.name}: digits {', '.join(map(str, found)) or 'none'}")
    return {"image": scene, "prediction": labels, "digits": found}


def experiment(args: argparse.Namespace) -> Results:
    """Compare layers and passes; train or load the network; print and return its scores."""
    network = pixel_network.make_network(scene_scores.CLASSES, rng=args.seed)
    file = pretrained.file_of_weights(args, WEIGHTS)
    if args.image and file:
        return of_photograph(args.image, network, file)
    args.data = data_name(args.data)
    print(f"data: {args.data}")
    learn, test = segmentation_runs.draw_both(args, training=not file)
    results: Results = {"data": args.data, **layers(args.seed)}
    results["one pass"] = segmentation_runs.in_one_pass(args, learn, test)
    if file:
        pretrained.load(network, file)
    else:
        ours = learn.x[: args.scenes], learn.labels[: args.scenes]
        results |= pretrained.train(args, network, ours)
    y, results["scores"] = scene_scores.evaluate(network, test)
    scene_scores.show(results["scores"])
    results["examples"] = scene_scores.examples(y, test)
    if not file:
        score = round(results["scores"]["mean IoU"], 4)
        pretrained.save(args, network, WEIGHTS, mean_iou=score)
        results["ablation"] = segmentation_runs.ablation(args, learn, test)
    return results


def draw(results: Results) -> list[Figure]:
    """Draw scenes with their classes, the scores, and the classifier's map; or a photograph."""
    if "image" in results:
        return [segmentation_figures.draw_photo(results)]
    return [
        segmentation_figures.draw_scenes(results),
        segmentation_figures.draw_scores(results),
        segmentation_figures.draw_one_pass(results["one pass"]),
    ]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, too_small=True)

if __name__ == "__main__":
    script.run(main)
