"""R-CNN: regions proposed without learning, each cut out, warped and classified (8.4.1).

1. The input image.
2. Region proposals, about 400 for each image: see `propose`.
3. Each region is cut out and warped to the same size, and a convolution network computes its
   features,
4. from which it is classified: ten digits, or the ground.

Doubles are removed by non-maximum suppression.
"""

import numpy as np
from PIL import Image

from ch08.helpers import boxes
from ch08.helpers.blocks import features
from ch08.helpers.boxes import Detections
from ch08.helpers.detection import CLASSES, GROUND, Classified, joined, select
from common.fresh_layers import affine
from common.functions import softmax
from common.layers import ReLU
from common.network import Network
from common.randomness import Seed, random_generator
from dataset import components

SIDE = 28  # pixels of a warped region
MARGIN = 1 / 8  # around it, of its longer side
LEVELS = (51, 90, 140, 200)  # brightness, of the components
WINDOWS = [(side * wide, float(side)) for side in (16, 24, 32) for wide in (1.0, 0.5)]
STEP = 8  # pixels between windows
OBJECTS, GROUNDS = 8, 24  # examples of each image to learn from
OVERLAP = 0.3  # of boxes (IoU) that are doubles if they overlap more


def propose(image: np.ndarray) -> np.ndarray:
    """Return regions of an image, (H, W) uint8, that may hold an object: boxes, (R, 4).

    The connected bright pixels at several levels of brightness, which often are a digit; and
    windows of several sizes all over the image, for digits that touch something else.
    """
    height, width = image.shape
    found = [components.find(image >= level).boxes for level in LEVELS]
    bright = np.concatenate(found).astype(float)
    sizes = bright[:, 2:] - bright[:, :2]
    bright = bright[(sizes.max(axis=1) >= 8) & (sizes.min(axis=1) >= 2)]
    windows = boxes.anchors((height // STEP, width // STEP), STEP, WINDOWS)
    return np.unique(np.concatenate([bright, boxes.inside(windows, width, height)]), axis=0)


def warp(image: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """Return each region of an image, (H, W) uint8, as SIDE x SIDE pixels: float32, 0 to 1.

    With a margin of `MARGIN` of its longer side, black beyond the image: the network sees whether a
    digit ends there, and how narrow it was.
    """
    sizes = regions[:, 2:] - regions[:, :2]
    margins = MARGIN * sizes.max(axis=1, keepdims=True)
    border = int(np.ceil(margins.max()))
    whole = Image.fromarray(np.pad(image, border))
    size, way = (SIDE, SIDE), Image.Resampling.BILINEAR
    around = border + np.concatenate([regions[:, :2] - margins, regions[:, 2:] + margins], axis=1)
    cut = [np.asarray(whole.resize(size, way, box=tuple(box))) for box in around]
    return np.divide(np.stack(cut)[:, None], 255, dtype=np.float32)


def make_network(rng: Seed = None) -> Network:
    """Return a classifier of warped regions, with eleven classes."""
    rng = random_generator(rng)
    layers = features(1, (16, 32, 64), 2, rng)
    layers |= {
        "affine1": affine(64 * (SIDE // 4) ** 2, 64, rng),
        "relu4": ReLU(),
        "affine2": affine(64, CLASSES, rng),
    }
    return Network(layers)


def examples(
    images: np.ndarray, classes: np.ndarray, truth: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return warped regions to learn from, and their classes.

    A proposal that overlaps an object by 0.5 (IoU) is an example of its class, else of the ground.
    Of each image: the boxes of the objects, up to 8 other examples of them, and 24 of the ground.

    Parameters
    ----------
    images, classes, truth
        See `dataset.scenes.Scenes`; `truth` are its boxes.
    """
    x, t = [], []
    for image, digits, objects in zip(images, classes, truth, strict=True):
        objects = objects[digits >= 0].astype(float)
        regions = np.concatenate([objects, propose(image)])
        overlaps = boxes.intersection_over_union(regions, objects)
        labels = np.where(overlaps.max(axis=1) >= 0.5, digits[overlaps.argmax(axis=1)], GROUND)
        order = len(objects) + rng.permutation(len(regions) - len(objects))
        chosen = np.concatenate(
            [
                np.arange(len(objects)),
                order[labels[order] != GROUND][:OBJECTS],
                order[labels[order] == GROUND][:GROUNDS],
            ]
        )
        x.append(warp(image, regions[chosen]))
        t.append(labels[chosen])
    return np.concatenate(x), np.concatenate(t)


def classified(network: Network, image: np.ndarray) -> Classified:
    """Return the proposals of an image, (H, W) uint8, each classified by itself."""
    regions = propose(image)
    return Classified(regions, softmax(network.predict(warp(image, regions))), regions)


def detect(network: Network, images: np.ndarray) -> Detections:
    """Return the objects in images, (N, H, W) uint8."""
    return joined([select(classified(network, image), overlap=OVERLAP) for image in images])
