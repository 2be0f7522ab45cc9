"""Scenes with their sentences, as `ch08/captions.py` learns and tests them (8.4.3)."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from common.io.progress import progress as progress_bar
from dataset.captions import describe, encode, is_clear, is_held_out
from dataset.scenes import NOBODY, stream_scenes
from lab.digits import Digits

PATIENCE = 100  # blocks of 100 scenes without a fitting one, before the search ends


class Described(NamedTuple):
    """Scenes and their sentences.

    Attributes
    ----------
    images : uint8 ndarray of shape (N, 64, 64)
    sentences : list of str, N
    classes : ndarray of int, (N, 3)
        Of the digits; -1 where a scene has fewer.
    boxes : ndarray of shape (N, 3, 4)
        Of the digits, in pixels: left, top, right, bottom.
    """

    images: np.ndarray
    sentences: list[str]
    classes: np.ndarray
    boxes: np.ndarray

    @property
    def digits(self) -> np.ndarray:
        """How many digits each scene has, (N,)."""
        return (self.classes != NOBODY).sum(axis=1)

    def first(self, number: int) -> "Described":
        """Return the first scenes."""
        return self.where(np.arange(len(self.images)) < number)

    def where(self, mask: np.ndarray) -> "Described":
        """Return the scenes for which the mask, (N,), is True."""
        sentences = [self.sentences[n] for n in np.flatnonzero(mask)]
        return Described(self.images[mask], sentences, self.classes[mask], self.boxes[mask])


def draw_described(
    digits: Digits, number: int, *, seed: int = 0, held_out: bool = False, one_in: int = 1
) -> Described:
    """Draw scenes with clear sentences.

    Parameters
    ----------
    digits : (x, t)
        Images, uint8 (M, 28, 28), and their labels, to draw the scenes from.
    number : int
    seed : int
    held_out : bool
        True: only scenes with a pair of digits that is held out of training; False: none of them.
        See `dataset.captions.is_held_out`.
    one_in : int
        One of this many scenes with a single digit is kept: there are few sentences about them.
    """
    scenes = progress_bar(
        islice(_fitting(digits, seed, held_out, one_in), number),
        desc="drawing scenes",
        total=number,
    )
    images, sentences, classes, boxes = zip(*scenes, strict=True)
    return Described(np.stack(images), list(sentences), np.stack(classes), np.stack(boxes))


def _fitting(
    digits: Digits, seed: int, held_out: bool, one_in: int
) -> Iterator[tuple[np.ndarray, str, np.ndarray, np.ndarray]]:
    """Yield the image, the sentence, the classes and the boxes of each scene that fits."""
    since = single = 0
    for block in stream_scenes(*digits, seed=seed):
        since += 1
        for image, classes, boxes in zip(block.images, block.classes, block.boxes, strict=True):
            alone = (classes != NOBODY).sum() == 1
            single += alone
            if alone and single % one_in:
                continue
            if is_held_out(classes, boxes) == held_out and is_clear(classes, boxes):
                yield image, describe(classes, boxes), classes, boxes
                since = 0
        if since >= PATIENCE:
            found = np.unique(digits[1]).tolist()
            raise ValueError(f"digits {found}; expected all ten: no scene of them is as wanted")


def as_samples(images: np.ndarray) -> np.ndarray:
    """Return images as the encoder gets them: float32 from 0 to 1, (N, 1, 64, 64)."""
    return np.divide(images[:, None], 255, dtype=np.float32)


def rows(samples: np.ndarray, sentences: list[str]) -> Digits:
    """Return what the network learns from: rows of a sample and the words so far; the next words.

    Parameters
    ----------
    samples : float32 ndarray of shape (N, *shape)
    sentences : list of str, N

    Returns
    -------
    x : float32 ndarray of shape (N, prod(shape) + 19)
    t : ndarray of int, (N, 19)
    """
    words = encode(sentences)
    flat = samples.reshape(len(samples), -1)
    return np.concatenate([flat, words[:, :-1].astype(np.float32)], axis=1), words[:, 1:]
