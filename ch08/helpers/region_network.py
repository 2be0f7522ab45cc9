"""Faster R-CNN: one network proposes regions and classifies them, by the same features (8.4.1).

1. Convolutions compute features of the whole image, once.
2. The region proposal network (RPN) slides over them. At each place it gives a score and offsets
   for each of several anchors: is there an object here, and what is its box?
3. The boxes with the highest scores, without doubles, are the proposals.
4. RoI pooling cuts the features of each proposal to the same size.
5. Fully connected layers classify each proposal, and correct its box.
"""

import numpy as np

from ch08.helpers import boxes
from ch08.helpers.blocks import features
from ch08.helpers.detection import CLASSES, PROPOSALS, SPREAD, DetectionWithLoss
from common.boundary import Layer, expects_images
from common.checks import check_whole
from common.fresh_layers import affine, convolution
from common.layers import Flatten, Pooling, ReLU, RoIPooling, Sequential
from common.network import Network
from common.randomness import Seed, random_generator

# Width and height of the anchors: square and narrow.
SIZES = [(side * wide, float(side)) for side in (16, 24, 34) for wide in (1.0, 0.5)]
FILTERS = (16, 32, 64, 64)  # of the features, after two poolings
POOLED = 4  # pixels of the image between features, after the two poolings
STRIDE = 8  # pixels between the anchors


class RegionHeads(Layer):
    """Steps 2 to 5: proposals from features, and an answer for each of them.

    The output has a row for each image, so that it can be split among threads: see `Answers`.

    Parameters
    ----------
    channels : int
        Of the features, which are computed for every fourth pixel.
    size : int
        The height and width of the images in pixels.
    """

    expects = expects_images
    widens = False

    def __init__(self, channels: int, size: int, rng: np.random.Generator) -> None:
        self.size = check_whole("size", size)
        if size % STRIDE:
            raise ValueError(f"size is {size}; expected a multiple of {STRIDE} pixels")
        self.anchors = boxes.anchors((size // STRIDE, size // STRIDE), STRIDE, SIZES)
        rpn = {
            "pool": Pooling(2, 2, 2),
            "conv": convolution(channels, channels, 3, rng, pad=1),
            "relu": ReLU(),
            "out": convolution(channels, 5 * len(SIZES), 1, rng, 0.01),
        }
        head = {
            "flatten": Flatten(),
            "affine": affine(channels * 4 * 4, 128, rng),
            "relu": ReLU(),
            "out": affine(128, CLASSES + 4, rng, 0.01),
        }
        self.roi = RoIPooling(4, 4, 1 / POOLED)
        self.layers = {"rpn": Sequential(rpn), "roi": self.roi, "head": Sequential(head)}

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return for each image the numbers of `Answers`, (N, D)."""
        N, _, height, width = x.shape
        if (height, width) != (self.size // POOLED, self.size // POOLED):
            what = f"features of images of {POOLED * height} x {POOLED * width} pixels"
            raise ValueError(f"{what}; expected {self.size} x {self.size}")
        rpn = self.layers["rpn"].forward(x, train_flg)
        self.rpn_shape = rpn.shape
        rpn = rpn.transpose(0, 2, 3, 1).reshape(N, -1, 5)  # (N, A, 5): score, offsets
        regions = np.stack([self.propose(*np.split(one, [1], axis=1)) for one in rpn])
        self.roi.regions = np.column_stack(
            [np.repeat(np.arange(N), PROPOSALS), regions.reshape(-1, 4)]
        )
        head = self.layers["head"].forward(self.roi.forward(x, train_flg), train_flg)
        parts = [rpn, head.reshape(N, PROPOSALS, -1), regions.astype(x.dtype)]
        return np.concatenate([part.reshape(N, -1) for part in parts], axis=1)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return the gradient of the features; the proposals count as constants."""
        N, C, H, W = self.rpn_shape
        of_rpn, of_head = dout[:, : C * H * W], dout[:, C * H * W : -4 * PROPOSALS]
        dx = self.layers["rpn"].backward(of_rpn.reshape(N, H, W, C).transpose(0, 3, 1, 2))
        of_regions = self.layers["head"].backward(of_head.reshape(N * PROPOSALS, -1))
        return dx + self.roi.backward(of_regions)

    def propose(self, scores: np.ndarray, by: np.ndarray) -> np.ndarray:
        """Return the `PROPOSALS` best boxes of one image, without doubles if there are enough."""
        found, scores = self.best(scores, by)
        kept = boxes.non_maximum_suppression(found, scores, 0.7)
        rest = np.setdiff1d(np.arange(len(found)), kept)  # doubles, if there are too few
        return found[np.concatenate([kept, rest])[:PROPOSALS]]

    def best(self, scores: np.ndarray, by: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the boxes with the highest scores, doubles among them, and these scores.

        Parameters
        ----------
        scores, by : ndarray of shape (A, 1) and (A, 4)
            The scores of the anchors of one image, and their offsets.
        """
        by = np.nan_to_num(by)  # if the training run diverged, the loss says so
        found = boxes.inside(boxes.moved(self.anchors, by * SPREAD), self.size, self.size)
        best = np.argsort(-scores[:, 0], kind="stable")[: 4 * PROPOSALS]
        return found[best], scores[best, 0]


def make_network(rng: Seed = None, size: int = 64) -> Network:
    """Return Faster R-CNN for grey images of size x size pixels; it is trained by `Trainer`."""
    rng = random_generator(rng)
    layers = features(1, FILTERS, 2, rng)
    heads = RegionHeads(FILTERS[-1], size, rng)
    return Network(layers | {"heads": heads}, loss=DetectionWithLoss(heads.anchors, size))
