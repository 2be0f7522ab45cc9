"""The answers of Faster R-CNN: their loss, and the detections that they mean (8.4.1)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ch08.helpers import boxes
from ch08.helpers.boxes import Detections
from common.checks import as_array, warn_of_loss
from common.functions import sigmoid, softmax
from common.layers.loss import Loss
from dataset.scenes import Scenes

CLASSES = 11  # ten digits and the ground
GROUND = 10
PROPOSALS = 16  # regions that are classified in each image
SPREAD = np.array([0.1, 0.1, 0.2, 0.2])  # typical offsets: divided by them, offsets are near 1
LEAST = 0.05  # the lowest probability of a detection
OVERLAP = 0.5  # of boxes (IoU) that are doubles if they overlap more
VOTING = 0.5  # of doubles (IoU) that count in the mean of the boxes
NOTHING = Detections(np.empty(0, int), np.empty(0, int), np.empty(0), np.empty((0, 4)))


class Answers(NamedTuple):
    """The output of `RegionHeads` for N images, with A anchors and R proposals each."""

    objectness: np.ndarray  # (N, A), the scores of the anchors
    anchor_offsets: np.ndarray  # (N, A, 4)
    scores: np.ndarray  # (N, R, 11), of the classes of the proposals
    offsets: np.ndarray  # (N, R, 4)
    regions: np.ndarray  # (N, R, 4), the proposals


def objects(scenes: Scenes) -> np.ndarray:
    """Return what `DetectionWithLoss` learns from: class and box of each object, (N, K, 5)."""
    return np.concatenate([scenes.classes[..., None], scenes.boxes], axis=2).astype(np.float32)


def answers(x: np.ndarray) -> Answers:
    """Return the parts of an output, (N, D), as views: a change in one is a change in `x`."""
    N, of_regions = len(x), PROPOSALS * (CLASSES + 8)
    rpn = x[:, :-of_regions].reshape(N, -1, 5)
    head = x[:, -of_regions : -4 * PROPOSALS].reshape(N, PROPOSALS, -1)
    regions = x[:, -4 * PROPOSALS :].reshape(N, PROPOSALS, 4)
    return Answers(rpn[..., 0], rpn[..., 1:], head[..., :CLASSES], head[..., CLASSES:], regions)


class DetectionWithLoss(Loss):
    """The four losses of Faster R-CNN, added: scores and boxes of anchors, and of proposals.

    An anchor is an example of an object if it overlaps one by 0.5 (IoU), or more than all other
    anchors do; it is an example of the ground if it overlaps all by less than 0.3. Others do not
    count. A proposal is an example of the object that it overlaps by 0.5, else of the ground.
    Boxes are learned from the examples of objects only, by the smooth L1 loss.

    Parameters
    ----------
    anchors : ndarray of shape (A, 4)
    size : int
        The height and width of the images: no box of an object may reach beyond them.
    """

    measure = "mAP@0.5"

    def __init__(self, anchors: np.ndarray, size: int = 64) -> None:
        self.anchors, self.size = anchors, size

    def forward(self, x: np.ndarray, t: np.ndarray) -> float:
        """Return the mean of the losses of the images.

        Parameters
        ----------
        x : ndarray of shape (N, D)
            See `answers`.
        t : ndarray of shape (N, K, 5)
            For each object its class, 0 to 9, and its box: x1, y1, x2, y2; the class -1 for none.
        """
        t = check_objects(t, len(x), self.size)
        found, self.y, self.t = answers(x), np.zeros_like(x), t
        gradient = answers(self.y)  # views into self.y, which becomes the gradient
        total = 0.0
        for n, objects in enumerate(t):
            objects = objects[objects[:, 0] >= 0]
            one, its = (Answers(*(part[n] for part in parts)) for parts in (found, gradient))
            total += loss_of_anchors(one, its, objects, self.anchors)
            total += loss_of_proposals(one, its, objects)
        self.loss = warn_of_loss(total / len(x))
        return self.loss

    def backward(self, dout: float = 1) -> np.ndarray:
        """Return the gradient with respect to x, (N, D); 0 for the proposals."""
        gradient, t = self._of_forward(dout)
        return gradient * gradient.dtype.type(dout / len(t))

    def score(self, x: np.ndarray, t: np.ndarray) -> float:
        """Return the mean average precision at an overlap of 0.5."""
        t = check_objects(t, len(x), self.size)
        return boxes.mean_average_precision(detections(x, self.size), t[..., 0], t[..., 1:])


def check_objects(t: np.ndarray, number: int, size: int) -> np.ndarray:
    """Return the objects of `number` images, (N, K, 5), if classes and boxes are valid."""
    t = as_array("t", t)
    if t.ndim != 3 or t.shape[::2] != (number, 5):
        what = f"t has shape {t.shape}"
        raise ValueError(f"{what}; expected ({number}, K, 5): class, x1, y1, x2, y2")
    classes = t[..., 0]
    if not np.isin(classes, np.arange(-1, 10)).all():
        found = classes[~np.isin(classes, np.arange(-1, 10))][0]
        raise ValueError(f"t holds the class {found:g}; expected 0 to 9, or -1 for no object")
    found = boxes.check_boxes("t", t[classes >= 0][:, 1:])
    beyond = (found < 0).any(axis=1) | (found > size).any(axis=1)
    if beyond.any():
        what = f"t has the box {found[beyond][0].tolist()}"
        raise ValueError(f"{what}; expected x1, y1, x2, y2 from 0 to {size}, inside of the image")
    return t


def loss_of_anchors(
    found: Answers, gradient: Answers, objects: np.ndarray, anchors: np.ndarray
) -> float:
    """Return the loss of the anchors of one image, (A,), and write its gradient.

    The examples of objects together count as much as those of the ground.
    """
    overlaps = boxes.intersection_over_union(anchors, objects[:, 1:])  # (A, K)
    highest = overlaps.max(axis=1, initial=0)
    positive = (highest >= 0.5) | (overlaps == overlaps.max(axis=0, initial=1e-9)).any(axis=1)
    negative = (highest < 0.3) & ~positive
    weights = positive / max(1, 2 * positive.sum()) + negative / max(1, 2 * negative.sum())
    a = found.objectness.astype(np.float64)
    gradient.objectness[:] = weights * (sigmoid(a) - positive)
    losses = np.maximum(a, 0) - a * positive + np.log1p(np.exp(-np.abs(a)))
    matched = objects[overlaps[positive].argmax(axis=1), 1:] if len(objects) else anchors[:0]
    wanted = boxes.offsets(anchors[positive], matched) / SPREAD
    loss, gradient.anchor_offsets[positive] = smooth_l1(found.anchor_offsets[positive], wanted)
    return float(weights @ losses) + loss


def loss_of_proposals(found: Answers, gradient: Answers, objects: np.ndarray) -> float:
    """Return the loss of the proposals of one image, (R,), and write its gradient."""
    overlaps = boxes.intersection_over_union(found.regions, objects[:, 1:])  # (R, K)
    positive = overlaps.max(axis=1, initial=0) >= 0.5
    labels = np.full(PROPOSALS, GROUND)
    matched = objects[overlaps[positive].argmax(axis=1)] if len(objects) else np.empty((0, 5))
    labels[positive] = matched[:, 0]
    y = softmax(found.scores.astype(np.float64))
    each = np.arange(PROPOSALS)
    loss = -np.log(y[each, labels]).mean()
    y[each, labels] -= 1
    gradient.scores[:] = y / PROPOSALS
    wanted = boxes.offsets(found.regions[positive], matched[:, 1:]) / SPREAD
    of_boxes, gradient.offsets[positive] = smooth_l1(found.offsets[positive], wanted)
    return float(loss + of_boxes)


def smooth_l1(y: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the smooth L1 loss, a mean over rows, and its gradient with respect to `y`.

    d**2 / 2 for a difference d up to 1, abs(d) - 1/2 beyond: a few large ones do not dominate.
    """
    d, n = y - t, max(1, len(y))
    losses = np.where(np.abs(d) < 1, d * d / 2, np.abs(d) - 0.5)
    return float(losses.sum() / n), np.clip(d, -1, 1) / n


class Classified(NamedTuple):
    """Regions of one image, and what a network says of them."""

    regions: np.ndarray  # (R, 4), the proposals
    y: np.ndarray  # (R, 11), the probabilities of the classes
    boxes: np.ndarray  # (R, 4): the proposals, corrected if the network does that


def classified(x: np.ndarray, size: int = 64) -> list[Classified]:
    """Return what an output, (N, D), says of the proposals of each image of size x size pixels."""
    found, result = answers(x), []
    for regions, scores, by in zip(found.regions, found.scores, found.offsets, strict=True):
        corrected = boxes.inside(boxes.moved(regions, by * SPREAD), size, size)
        result.append(Classified(regions, softmax(scores), corrected))
    return result


def detections(x: np.ndarray, size: int = 64) -> Detections:
    """Return the objects that an output, (N, D), means: see `select`."""
    return joined([select(one, vote=True) for one in classified(x, size)])


def select(
    found: Classified, least: float = LEAST, overlap: float = OVERLAP, vote: bool = False
) -> Detections:
    """Return the objects of one image: the probable boxes of each digit, without doubles.

    Parameters
    ----------
    found : Classified
    least : float
        The lowest probability of a detection.
    overlap : float
        Of two boxes of the same digit that overlap more (IoU), the less probable one is a double,
        and is dropped. Boxes of different digits do not suppress each other.
    vote : bool
        Give each detection the mean of its box and its doubles, weighted by their probabilities:
        each box is a little wrong, and their mean is less so.
    """
    y, rows = found.y[:, :GROUND], [NOTHING]
    for digit in np.flatnonzero((y >= least).any(axis=0)):
        likely = np.flatnonzero(y[:, digit] >= least)
        p, near = y[likely, digit], found.boxes[likely]
        kept = boxes.non_maximum_suppression(near, p, overlap)
        own = near[kept]
        if vote:
            weights = p * (boxes.intersection_over_union(own, near) >= VOTING)  # (kept, likely)
            own = weights @ near / weights.sum(axis=1, keepdims=True)
        rows.append(Detections(np.zeros(len(kept), int), np.full(len(kept), digit), p[kept], own))
    return Detections(*map(np.concatenate, zip(*rows, strict=True)))


def joined(each: Sequence[Detections]) -> Detections:
    """Return the detections of several images, one after the other, as those of one batch."""
    image = np.repeat(np.arange(len(each)), [len(one.image) for one in each])
    return Detections(*map(np.concatenate, zip(*each, strict=True)))._replace(image=image)
