"""A photograph of handwritten digits as a scene: bright digits on black, 64 x 64 pixels (8.4)."""

import numpy as np
from PIL import Image

from dataset import paper
from dataset.scenes import SIZE

BRIGHT = 99.5  # the percentile of the pixels that becomes white: strokes are thin


def scene_from_photo(image: paper.Photo) -> np.ndarray:
    """Return a photograph of one to three large digits as a scene, uint8 (64, 64).

    Digits may be dark on light or light on dark. The photograph is made square by black edges.

    Raises
    ------
    ValueError, OSError
        As `dataset.paper.to_grey`.
    """
    grey = paper.to_grey(image)
    if np.median(grey) < 0.5:  # light on dark
        grey = 1 - grey
    dark = paper.darkness(grey, paper.background(grey)).clip(0).astype(np.float32)
    height, width = dark.shape
    top, left = (max(height, width) - np.array(dark.shape)) // 2
    square = np.zeros((max(height, width),) * 2, np.float32)
    square[top : top + height, left : left + width] = dark
    way = Image.Resampling.BOX if len(square) > SIZE else Image.Resampling.BILINEAR
    small = np.asarray(Image.fromarray(square).resize((SIZE, SIZE), way))
    white = max(float(np.percentile(small, BRIGHT)), paper.FAINTEST)
    return (255 * (small / white).clip(0, 1)).round().astype(np.uint8)
