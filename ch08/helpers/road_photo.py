"""A picture in colour as a road scene: cut to 4:3, 48 x 64 pixels; classes as text (8.5.3)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from dataset.paper import read_picture
from dataset.roads import HEIGHT, WIDTH


def road_from_photo(path: str | Path) -> np.ndarray:
    """Return a picture as a road scene, uint8 (3, 48, 64): red, green, blue.

    What does not fit into 4:3 is cut off, equally on both sides.

    Raises
    ------
    ValueError, OSError
        As `dataset.paper.read_picture`.
    """

    def convert(picture: Image.Image) -> np.ndarray:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        small = ImageOps.fit(upright, (WIDTH, HEIGHT), Image.Resampling.BOX)
        return np.asarray(small).transpose(2, 0, 1)  # (3, H, W)

    return read_picture(path, convert)


def as_text(classes: np.ndarray) -> list[str]:
    """Return the classes of an image, (H, W), as H strings of W digits, a short form for JSON."""
    return ["".join(map(str, row)) for row in classes]


def from_text(rows: Sequence[str]) -> np.ndarray:
    """Return what `as_text` got."""
    return np.array([[int(digit) for digit in row] for row in rows], np.uint8)
